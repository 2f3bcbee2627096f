"""What is said against a result, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ObjectionOutcome(StrEnum):
    WITHDRAWN = "withdrawn"
    AGREED = "agreed"
    RULED = "ruled"
    MEDIATION_FAILED = "mediation_failed"
    UPHELD = "upheld"


class StepKind(StrEnum):
    """What was done about an objection, one after the other."""

    VISIT = "visit"
    MEDIATION = "mediation"
    WRITTEN_REPLY = "written_reply"
    SIGNED_PAPER = "signed_paper"
    RULING = "ruling"
    COURT = "court"


@dataclass(frozen=True, slots=True)
class Objection:
    id: int
    motion_id: int
    person_id: int
    by_name: str
    by_place: str
    ground: str
    filed_at: datetime
    answer_due_at: datetime
    outcome: ObjectionOutcome | None
    reply: str | None
    remedy: str | None
    closed_by_name: str | None
    closed_at: datetime | None
    seen_at: datetime | None = None
    """When its author said that they had read the answer."""


@dataclass(frozen=True, slots=True)
class ObjectionStep:
    """`file_id`: the paper that shows it, where there is one."""

    id: int
    objection_id: int
    kind: StepKind
    happened_at: datetime
    words: str
    file_id: int | None
    by_name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RecountRequest:
    """What somebody on the roll asks about a preliminary result, and the written answer."""

    id: int
    motion_id: int
    person_id: int
    by_name: str
    words: str
    asked_at: datetime
    answer: str | None
    answered_by_name: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ObjectionClosing:
    """How an objection came out, the written answer to it, and the court remedy where mediation failed ("" else)."""

    outcome: ObjectionOutcome
    reply: str
    remedy: str
