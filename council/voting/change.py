"""More time for a vote that is announced or runs, or its calling off: one asks with a reason, another confirms. Pure.

Until the second yes the vote goes on as announced. Whoever could lengthen a vote until it comes out as they like, or
kill it, would decide it: so nobody does either alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, Refusal, Refused
from council.voting.motion import Extension, Motion, MotionState

SECONDS = (Role.SECRETARY, Role.COMMITTEE)
_READERS = (*SECONDS, Role.AUDITOR)


class ChangeKind(StrEnum):
    EXTEND = "extend"
    CANCEL = "cancel"


_TOO_LATE = {ChangeKind.EXTEND: "motion.too_late_to_extend", ChangeKind.CANCEL: "motion.too_late_to_cancel"}


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    """`closes_at`: the new closing; None for calling off."""

    key: str
    kind: ChangeKind
    reason: str
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """It never changes itself: whoever confirms it confirms what they have read."""

    id: int
    motion_id: int
    key: str
    kind: ChangeKind
    closes_at: datetime | None
    reason: str
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits, as somebody sees it: its reason only where `sees_reason`; `unable` says why somebody of the office
    does not confirm it."""

    change: Change
    is_too_late: bool
    sees_reason: bool
    unable: Refusal | None
    may_confirm: bool
    may_withdraw: bool


def may_ask(actor: Actor) -> Refusal | None:
    """The secretary keeps the desk for whoever called the vote."""
    return None if actor.has(Role.SECRETARY) else Refusal("motion.only_secretary")


def may_read(actor: Actor | None) -> Refusal | None:
    """The reason of what waits; that something waits is said to everybody."""
    return None if actor is not None and actor.has(*_READERS) else Refusal("change.office_only")


def may_act(actor: Actor) -> Refusal | None:
    """Confirming or taking back at all: an auditor reads."""
    return None if actor.has(*SECONDS) else Refusal("change.office_only")


def may_confirm(actor: Actor, change: Change) -> Refusal | None:
    """A second person of the office: never the one who asked (the schema says so too). Of who has something of their
    own in the vote, `impartial.may_decide` asks."""
    if (refusal := may_act(actor)) is not None:
        return refusal
    return Refusal("change.second_person") if actor.person_id == change.recorded_by else None


def may_withdraw(actor: Actor, change: Change) -> Refusal | None:
    """Whoever asked, and the secretary."""
    return None if actor.person_id == change.recorded_by else may_ask(actor)


def whether(motion: Motion, kind: ChangeKind, now: datetime) -> Refusal | None:
    """Why it is too late for it: the vote has closed, or was called off."""
    return None if motion.state(now) in {MotionState.NOTICE, MotionState.OPEN} else Refusal(_TOO_LATE[kind])


def latest_closing(motion: Motion, extensions: list[Extension]) -> datetime | None:
    """How far the closing may move: so many days from the one that was announced first; None where not at all."""
    days = motion.procedure.extension_days.value
    announced = extensions[0].from_at if extensions else motion.closes_at
    return announced + timedelta(days=days) if days else None


def require_within(motion: Motion, extensions: list[Extension], closes_at: datetime) -> None:
    """Refused where the motion's own frozen bylaws allow no extension (they did when its notice was posted: nobody
    finds out later); Invalid for an instant that is no later than the closing, or beyond their days in all."""
    latest = latest_closing(motion, extensions)
    if latest is None:
        raise Refused("motion.extension_not_allowed")
    if closes_at <= motion.closes_at:
        raise Invalid({"closes_at": "motion.extension_not_later"})
    if closes_at > latest:
        raise Invalid({"closes_at": "motion.extension_too_long"}, days=motion.procedure.extension_days.value)
