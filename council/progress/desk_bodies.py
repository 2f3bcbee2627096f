"""What the desk has to do about the community's bodies: papers for a second person, and duties with their days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from council.bodies import queries
from council.bodies.call_off import CallOff
from council.bodies.duties import Duty, DutyKind
from council.bodies.standing import BodyView, body_views
from council.pathways.model import Note
from council.progress.desk import Job, JobKind


async def body_jobs(community_id: int, parts: frozenset[JobKind], now: datetime) -> list[Job]:
    """As many queries for many bodies as for one."""
    if not {JobKind.BODY_PAPERS, JobKind.CALL_OFF, JobKind.BODIES} & parts:
        return []
    found = [
        Job(
            JobKind.BODY_PAPERS,
            each.id,
            "",
            Note("job.body_papers.by", {"name": each.recorded_by_name}),
            since=each.recorded_at,
            link=f"/desk/bodies/papers/{each.id}",
            recorders=frozenset({each.recorded_by}),
        )
        for each in await queries.waiting(community_id)
    ]
    views = await body_views(community_id, await queries.bodies(community_id), now)
    found += [_call_off(view.body.id, off) for view in views if (off := _asked(view)) is not None]
    return found + [_duty(view, open_ones) for view in views if (open_ones := _open(view))]


def _asked(view: BodyView) -> CallOff | None:
    """That the members' ballot be called off, where that waits for a second person."""
    current = view.body.open_round
    return None if current is None else current.call_off


def _call_off(body_id: int, asked: CallOff) -> Job:
    return Job(
        JobKind.CALL_OFF,
        asked.id,
        "",
        Note("job.body_papers.by", {"name": asked.recorded_by_name}),
        since=asked.recorded_at,
        link=f"/desk/bodies/{body_id}",
        recorders=frozenset({asked.recorded_by}),
    )


def _open(view: BodyView) -> list[Duty]:
    return [each for each in view.duties if each.is_open]


def _urgency(view: BodyView) -> Callable[[Duty], tuple[bool, bool, datetime]]:
    """A vote that stands no more comes before every day; then by the days, and what has none last."""
    return lambda each: (each.kind is not DutyKind.ANNULLED, each.due is None, each.due or view.body.term_until)


def _duty(view: BodyView, open_ones: list[Duty]) -> Job:
    """One row for a body: what is due first; its page has the others."""
    first = min(open_ones, key=_urgency(view))
    return Job(
        JobKind.BODIES,
        view.body.id,
        "",
        Note(f"duty.{first.kind}"),
        first.due,
        since=view.body.began_at,
        link=f"/desk/bodies/{view.body.id}",
    )
