"""An election before its vote: its seats and days, how far it is, and what was said against its candidates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.elections.candidate import Candidate

NOTICE_LEAST, NOTICE_MOST = 7, 10
"""Whole days that the candidates' notice hangs."""
NOMINATION_LEAST, NOMINATION_MOST = 3, 30
"""Whole days of the nomination window; our preset, no source says them."""
REVIEW_DAYS = 7
"""Whole days after the nominations within which the review ends and the notice goes out; our preset."""
JOINT_LEAST, JOINT_MOST = 2, 200
SEATS_MOST = 31


class ObjectionOutcome(StrEnum):
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """How far an election is before its vote, at an instant."""

    NOMINATING = "nominating"
    REVIEWING = "reviewing"
    NOTICE = "notice"
    OBJECTIONS = "objections"
    """The notice's days are over, and an objection still waits for its answer."""
    STANDS = "stands"
    EMPTY = "empty"
    """Everybody who was published has withdrawn or was struck off."""


@dataclass(frozen=True, slots=True)
class Election:
    """`nominations_until` is the first instant after the window. `order_seed` is the log's root (hex) with the first
    record after that instant (`order_seq`), "" until the numbers are given; `published_seq` is the record of the
    notice. `round` counts up when nominations are opened again, for `reopened_reason`.

    Of an election that was published before this rule `order_seq` is None: its seed was the root of the opening."""

    id: int
    community_id: int
    proposal_id: int
    key: str
    seats: int
    joint_least: int
    notice_days: int
    nominations_from: datetime
    nominations_until: datetime
    order_seed: str
    round: int
    opened_by: int
    opened_by_name: str
    opened_at: datetime
    published_at: datetime | None
    published_by_name: str | None
    published_seq: int | None
    reopened_reason: str | None
    order_seq: int | None


@dataclass(frozen=True, slots=True)
class CandidateObjection:
    """Against a published candidate, or (`is_appeal`) against one's own exclusion. An upheld one counts once a second
    person has confirmed it; until then `closed_at` is None."""

    id: int
    community_id: int
    proposal_id: int
    candidate_id: int
    key: str
    is_appeal: bool
    person_id: int
    by_name: str
    place: str
    ground: str
    filed_at: datetime
    outcome: ObjectionOutcome | None
    answer: str | None
    answered_by: int | None
    answered_by_name: str | None
    answered_at: datetime | None
    confirmed_by: int | None
    confirmed_by_name: str | None
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def waits_for_second(self) -> bool:
        return self.closed_at is None and self.outcome is ObjectionOutcome.UPHELD


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about one election at an instant."""

    election: Election
    candidates: tuple[Candidate, ...]
    objections: tuple[CandidateObjection, ...]
    is_on_ballot: bool
    """A vote with these names is out: nothing here changes any more."""


@dataclass(frozen=True, slots=True)
class ElectionDraft:
    """What the desk's form of a new election says."""

    key: str
    seats: int
    nomination_days: int
    joint_least: int
    notice_days: int
