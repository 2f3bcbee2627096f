"""What stops somebody's vote while it runs: owners in dispute, or the end of whoever acts for an owner. Pure.

One of the desk records it with the document, another compares and confirms; nothing changes before that. Whoever has
something of their own in it does neither (`halting.require_free`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

_DESK = (Role.SECRETARY, Role.GRID_WORKER)


class HaltAct(StrEnum):
    DISPUTE = "dispute"
    """A home's owners or heirs: every vote of that home, those that run and those to come."""
    SUSPEND = "suspend"
    """The same in one vote only."""
    END_PAPER = "end_paper"
    """A guardianship or an agent's authority that is in force."""


@dataclass(frozen=True, slots=True)
class HaltDraft:
    """`words`: the reason, and what the document shows. Of the three what `act` is about: a home, (vote, number of the
    voter), a holder's paper."""

    key: str
    act: HaltAct
    words: str
    unit_id: int | None = None
    voter: tuple[int, str] | None = None
    paper_id: int | None = None


@dataclass(frozen=True, slots=True)
class Halt:
    """`motion_id` and `number` with `SUSPEND`."""

    id: int
    community_id: int
    act: HaltAct
    unit_id: int | None
    roll_voter_id: int | None
    motion_id: int | None
    number: str | None
    paper_id: int | None
    words: str
    file_id: int
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None


def may_record(actor: Actor, act: HaltAct) -> Refusal | None:
    """Suspensions are the secretary's, who keeps the roll; a holder's paper is the desk's."""
    if act is HaltAct.END_PAPER:
        return None if actor.has(*_DESK) else Refusal("holder.desk_only")
    return None if actor.has(Role.SECRETARY) else Refusal("motion.only_secretary")


def may_confirm(actor: Actor, halt: Halt) -> Refusal | None:
    """Somebody else of the desk."""
    if not actor.has(*_DESK):
        return Refusal("holder.desk_only")
    return Refusal("holder.second_person") if actor.person_id == halt.recorded_by else None
