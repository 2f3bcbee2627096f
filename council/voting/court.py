"""What a court says about a decision: that it is revoked (Civil Code art. 280), or that the judgment which revoked it
is itself set aside, so that the decision stands again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

READERS = (Role.SECRETARY, Role.COMMITTEE, Role.AUDITOR)
SECONDS = (Role.SECRETARY, Role.COMMITTEE)


class CourtAct(StrEnum):
    REVOKE = "revoke"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class JudgmentDraft:
    """`document`: the court and what it is called; `number` its own; `words`: what the court decided, for everybody."""

    key: str
    act: CourtAct
    document: str
    number: str
    dated_on: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Judgment:
    """The scan is the office's: parties' names and numbers stand in it. Everybody reads the rest once it stands."""

    id: int
    community_id: int
    motion_id: int
    act: CourtAct
    document: str
    number: str
    dated_on: datetime
    words: str
    file_id: int
    file_sha256: str
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def name(self) -> str:
        return f"{self.document} {self.number}"

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None


def may_read(actor: Actor | None) -> Refusal | None:
    """What waits and the scans; what stands is on the vote's own page, for everybody."""
    return None if actor is not None and actor.has(*READERS) else Refusal("court.office_only")


def may_record(actor: Actor) -> Refusal | None:
    return None if actor.has(Role.SECRETARY) else Refusal("motion.only_secretary")


def may_act(actor: Actor) -> Refusal | None:
    """Confirming or taking back at all: an auditor reads."""
    return None if actor.has(*SECONDS) else Refusal("court.office_only")


def may_confirm(actor: Actor, judgment: Judgment) -> Refusal | None:
    """A second person of the office: never the one who recorded it (the schema says so too)."""
    if (refusal := may_act(actor)) is not None:
        return refusal
    return Refusal("court.second_person") if actor.person_id == judgment.recorded_by else None


def may_withdraw(actor: Actor, judgment: Judgment) -> Refusal | None:
    """Whoever recorded it, or the second person who finds that the document does not say so."""
    if actor.person_id == judgment.recorded_by:
        return may_record(actor)
    return may_confirm(actor, judgment)
