"""What stops somebody's vote while it runs, or lets it go on: owners in dispute and agreed again, another co-owner who
casts, the end of an account's claim or of whoever acts for an owner. Pure.

One of the desk records it with the document, another compares and confirms; nothing changes before that. Whoever has
something of their own in it does neither (`halt_staff.require_free`), nor reads it.
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
    AGREE = "agree"
    """They have agreed: the way back from `DISPUTE`."""
    SUSPEND = "suspend"
    """Owners or heirs in dispute, in one vote only."""
    LIFT = "lift"
    """The way back from `SUSPEND`."""
    NAME = "name"
    """The co-owners have named another one of them to cast in one vote."""
    END_PAPER = "end_paper"
    """A guardianship or an agent's authority that is in force."""
    END_CLAIM = "end_claim"
    """A checked account that stands for an owner in a vote, or by a paper (`undoing.needs_second`)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to happen to whom: with `DISPUTE` and `AGREE` a home; with `SUSPEND`, `LIFT` and `NAME` a vote and the
    number of a voter ("v3") on its roll, with `NAME` the owner who is to cast too; a holder's paper; a claim."""

    act: HaltAct
    unit_id: int | None = None
    motion_id: int | None = None
    number: str | None = None
    owner_id: int | None = None
    paper_id: int | None = None
    claim_id: int | None = None


@dataclass(frozen=True, slots=True)
class HaltDraft:
    """`words`: the reason, and what the document shows."""

    key: str
    subject: Subject
    words: str


@dataclass(frozen=True, slots=True)
class Halt:
    id: int
    community_id: int
    subject: Subject
    roll_voter_id: int | None
    words: str
    file_id: int
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def act(self) -> HaltAct:
        return self.subject.act

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None

    def confirmed_name(self) -> str:
        """Who confirmed it: what takes effect asks for it. ValueError where nobody has."""
        if self.confirmed_at is None or self.confirmed_by_name is None:
            raise ValueError(f"halt {self.id} takes effect when a second person has confirmed it")
        return self.confirmed_by_name


def may_record(actor: Actor, act: HaltAct) -> Refusal | None:
    """Whatever is about the roll is the secretary's, who keeps it; papers and accounts are the desk's."""
    if act in {HaltAct.END_PAPER, HaltAct.END_CLAIM}:
        return None if actor.has(*_DESK) else Refusal("holder.desk_only")
    return None if actor.has(Role.SECRETARY) else Refusal("motion.only_secretary")


def may_confirm(actor: Actor, halt: Halt) -> Refusal | None:
    """Somebody else of the desk."""
    if not actor.has(*_DESK):
        return Refusal("holder.desk_only")
    return Refusal("holder.second_person") if actor.person_id == halt.recorded_by else None


def may_withdraw(actor: Actor, halt: Halt) -> Refusal | None:
    """Recorded by mistake, or the document does not show it: whoever recorded it, or anybody who could confirm it."""
    return None if actor.person_id == halt.recorded_by else may_confirm(actor, halt)
