"""Right-holders beside the land register, and whoever acts for an owner. Pure.

By what right an owner holds a home (`Basis`) is the home's; a company or the developer is what the owner is
(`OwnerKind`). Who acts is an account: the owner's own, a guardian's, or a legal person's agent with a sealed paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal
from council.registry.rollfile.model import Basis, OwnerKind

_RECORDERS = (Role.SECRETARY, Role.GRID_WORKER)


class Capacity(StrEnum):
    """As what an account acts for an owner who does not act for themselves."""

    GUARDIAN = "guardian"
    AGENT = "agent"


SUPERSEDED = "superseded"
"""The end of a paper in whose place a newer one was confirmed; any other end is in somebody's words."""


@dataclass(frozen=True, slots=True)
class HolderPaper:
    """What one paper shows: by what right an owner holds a home (`unit_id`), or who acts for them (`person_id`).

    In force once a second person has confirmed it, until it is ended or `valid_until` has passed.
    """

    id: int
    community_id: int
    owner_id: int
    owner_name: str
    unit_id: int | None
    person_id: int | None
    says: Basis | Capacity
    acting_name: str
    words: str
    file_id: int
    valid_until: datetime | None
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    ended_by_name: str | None
    end_reason: str | None

    @property
    def is_acting(self) -> bool:
        return self.person_id is not None

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.ended_at is None

    def is_expired(self, now: datetime) -> bool:
        return self.ended_at is None and self.valid_until is not None and self.valid_until <= now


@dataclass(frozen=True, slots=True)
class Acting:
    """The paper by which an account casts for somebody; `valid_until` None: until it is ended."""

    paper_id: int
    capacity: Capacity
    owner_name: str
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """What the desk says of a paper; `person_id` and `valid_until` for a guardian or an agent only."""

    key: str
    owner_id: int
    says: Basis | Capacity
    words: str
    person_id: int | None = None
    valid_until: datetime | None = None


def may_read_holders(actor: Actor) -> Refusal | None:
    """Papers of guardianship, inheritance and judgments: those who record and compare them, and the auditor."""
    return None if actor.has(*_RECORDERS, Role.AUDITOR) else Refusal("holder.desk_only")


def may_record_holder(actor: Actor, owner_id: int, person_id: int | None) -> Refusal | None:
    """The desk; never about oneself, as the owner or as whoever acts."""
    if not actor.has(*_RECORDERS):
        return Refusal("holder.desk_only")
    if actor.person_id == person_id or owner_id in actor.tied_owner_ids:
        return Refusal("holder.own_matter")
    return None


def may_confirm_holder(actor: Actor, paper: HolderPaper) -> Refusal | None:
    """Somebody else of the desk, who compares what was recorded with the scan."""
    if (refusal := may_record_holder(actor, paper.owner_id, paper.person_id)) is not None:
        return refusal
    return Refusal("holder.second_person") if actor.person_id == paper.recorded_by else None


def fits(says: Basis | Capacity, kind: OwnerKind) -> str | None:
    """The code why a paper cannot say this of such an owner, or None."""
    if says is Capacity.GUARDIAN and kind is not OwnerKind.NATURAL:
        return "holder.guardian_of_a_company"
    if says is Capacity.AGENT and kind is OwnerKind.NATURAL:
        return "holder.agent_of_a_person"
    if says is Basis.PUBLIC_TITLE and kind is OwnerKind.NATURAL:
        return "holder.title_unit_is_legal"
    if says in {Basis.HEIR, Basis.PUBLIC_TENANT} and kind is not OwnerKind.NATURAL:
        return "holder.only_a_person"
    return None
