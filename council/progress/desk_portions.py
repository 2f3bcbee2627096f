"""Where somebody is in the desk's lists: a part of each is shown, the most pressing first, and kept while they act."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from council.progress.desk import Job
from council.progress.desk_jobs import Queue
from council.registry.portions import Portion, number_asked, part

AT_ONCE = 30
"""Of each of the three lists; `.jobs` in components.css has as many grid rows, and two more."""

LISTS = ("mine", "others", "running")
"""As addresses and forms name them."""

_ANCHORS = {"mine": "jobs", "others": "others", "running": "running-h"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of the queue's lists that stand on the page of the desk at that address."""

    desk: str
    mine: Portion[Job]
    others: Portion[Job]
    running: Portion[Job]

    @property
    def places(self) -> dict[str, int]:
        """The lists of which not the beginning is shown, each with its first; what addresses and forms carry."""
        return {name: first for name in LISTS if (first := getattr(self, name).first) > 1}

    def address(self, opened: str = "") -> str:
        """These parts again, with that job open."""
        return _address(self.desk, {"open": opened} if opened else {}, self.places)


def shown(found: Queue, asked: Mapping[str, str], at: Collection[str], desk: str) -> Shown:
    """The parts that `asked` names (of `LISTS`, each the first one wanted).

    A list that holds one of the jobs `at` (keys) is shown where the first of these stands: the hand goes on there.
    """
    jobs = {"mine": found.mine, "others": found.others, "running": found.running}
    starts = {name: _start(jobs[name], number_asked(asked.get(name, "")), at) for name in LISTS}
    firsts = {name: part(jobs[name], starts[name], AT_ONCE, lambda _: "").first for name in LISTS}

    def parted(name: str) -> Portion[Job]:
        return part(
            jobs[name],
            starts[name],
            AT_ONCE,
            lambda first: _address(desk, {}, firsts | {name: first}) + f"#{_ANCHORS[name]}",
        )

    return Shown(desk, parted("mine"), parted("others"), parted("running"))


def _start(jobs: Sequence[Job], wanted: int, at: Collection[str]) -> int:
    return next((number for number, job in enumerate(jobs, 1) if job.key in at), wanted)


def _address(desk: str, asked: Mapping[str, str], firsts: Mapping[str, int]) -> str:
    """A beginning needs no words in an address."""
    query = urlencode({**asked, **{name: first for name, first in firsts.items() if first > 1}})
    return f"{desk}?{query}" if query else desk
