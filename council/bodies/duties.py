"""What a body owes, and by when: seven days for its chair, three for the notice, thirty for the filing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from council.bodies.annulled import Annulment
from council.bodies.model import Body, BodyKind, Ending, Entry, EntryKind, Fate, Post
from council.kernel.clock import end_of_days, parse_instant

CHOOSE_DAYS, POST_DAYS, FILE_DAYS = 7, 3, 30
TERM_YEARS = 5
"""The longest term of an owners' committee."""

RENEW_DAYS = 90
"""So many days before the end of a term the next choice has to be prepared (our preset)."""


class DutyKind(StrEnum):
    ANNULLED = "annulled"
    """The vote by which members sit does not stand: what becomes of them has to be recorded."""

    CHOOSE = "choose"
    POST = "post"
    FILE = "file"
    FILL = "fill"
    LOT = "lot"
    SOLD = "sold"
    RENEW = "renew"
    DISSOLVE = "dissolve"


@dataclass(frozen=True, slots=True)
class Duty:
    """`due`: the first instant at which it is late; None where no day is set. `about`: whom it is about.

    A duty that was done stays, with the day: late is late also afterwards.
    """

    kind: DutyKind
    due: datetime | None
    done_at: datetime | None = None
    about: str = ""

    def is_late(self, now: datetime) -> bool:
        return self.due is not None and (self.done_at or now) >= self.due

    @property
    def is_open(self) -> bool:
        return self.done_at is None


def duties(
    body: Body,
    now: datetime,
    *,
    owning: frozenset[int] | None = None,
    is_succeeded: bool = False,
    annulled: Sequence[Annulment] = (),
) -> list[Duty]:
    """In the order in which they fall due. `owning`: the owners of this register who own something now (None: unknown,
    nobody is said to have sold); `is_succeeded`: a body that takes this one's place is there; `annulled`: votes behind
    it that stand no more.
    """
    if not body.is_standing:
        return []
    found = [Duty(DutyKind.ANNULLED, None, about=each.title) for each in annulled if each.is_open]
    found += _of_choice(body) if body.kind is BodyKind.OWNERS else []
    if body.vacancies and body.alternates:
        found.append(Duty(DutyKind.LOT if body.equals else DutyKind.FILL, None))
    if owning is not None:
        gone = [each for each in body.sitting if each.owner_id is not None and each.owner_id not in owning]
        found += [Duty(DutyKind.SOLD, None, about=each.name) for each in gone]
    if is_succeeded and body.kind is BodyKind.MANAGEMENT:
        found.append(Duty(DutyKind.DISSOLVE, None))
    elif not is_succeeded and now >= body.term_until - timedelta(days=RENEW_DAYS):
        found.append(Duty(DutyKind.RENEW, body.term_until))
    return found


def _of_choice(body: Body) -> list[Duty]:
    """The chair first asked for since the result; again since the last one's place fell vacant. A committee from before
    chose and posted then, as its filing says; if nobody was in the chair any more when it was told, the days run from
    then."""
    decided = [each for each in body.rounds if each.chair_id is not None and each.closed_at is not None]
    filed = body.last(EntryKind.FILING)
    first = decided[0].closed_at if decided else None
    is_earlier = body.motion_id is None
    asked_from = told_without_chair_at(body) if is_earlier else body.began_at
    found = [] if asked_from is None else [Duty(DutyKind.CHOOSE, end_of_days(asked_from, CHOOSE_DAYS), first)]
    empty = chair_left_at(body)
    if empty is not None:
        found.append(Duty(DutyKind.CHOOSE, end_of_days(empty, CHOOSE_DAYS)))
    found += [
        Duty(DutyKind.POST, end_of_days(each.closed_at, POST_DAYS), each.posted_on)
        for each in body.rounds
        if each.closed_at is not None and (each.chair_id is not None or each.deputy_id is not None)
    ]
    if not is_earlier:
        done = None if filed is None else filed_on(filed.said)
        found.append(Duty(DutyKind.FILE, end_of_days(body.began_at, FILE_DAYS), done))
    return found


def told_without_chair_at(body: Body) -> datetime | None:
    """When a committee from before was told of, if nobody was in its chair by then."""
    entry = body.last(EntryKind.EARLIER)
    seats = entry.said.get("seats") if entry is not None else None
    if entry is None or not isinstance(seats, list) or any(each["post"] == Post.CHAIR for each in seats):
        return None
    return entry.confirmed_at


def chair_left_at(body: Body) -> datetime | None:
    """When the chair's place fell vacant after there had been one; None while somebody holds it, or nobody ever did."""
    if body.holder(Post.CHAIR) is not None:
        return None
    left = [each.ended_at for each in body.members if each.post is Post.CHAIR and each.ended_at is not None]
    left += [parse_instant(str(each.said["on"])) for each in body.entries if _gives_up_the_chair(each)]
    if left:  # while it had ended nobody could choose
        left += [each.confirmed_at for each in body.entries if _puts_back(each) and each.confirmed_at is not None]
    return max(left, default=None)


def _puts_back(entry: Entry) -> bool:
    return entry.kind is EntryKind.AFTERMATH and entry.said["fate"] == Fate.RESTORED


def _gives_up_the_chair(entry: Entry) -> bool:
    """The membership goes on, so that nobody has left."""
    is_confirmed = entry.kind is EntryKind.ENDING and entry.confirmed_at is not None
    return is_confirmed and (entry.said["why"], entry.said.get("post")) == (Ending.POST, Post.CHAIR)


def filed_on(said: object) -> datetime | None:
    day = said.get("filed_on") if isinstance(said, dict) else None
    return parse_instant(day) if isinstance(day, str) else None
