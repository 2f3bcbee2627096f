"""What the gates read: filled by the `progress` room from the lower rooms' queries. All instants are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.pathways.model import Caller


class Decision(StrEnum):
    """The desk's answer to a proposal."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    MERGED = "merged"


class Result(StrEnum):
    """A verdict's outcome, by the same names as the voting room's."""

    PASSED = "passed"
    REJECTED = "rejected"
    UNDETERMINED = "undetermined"


class Leg(StrEnum):
    """Which comparison of a verdict was not met."""

    TURNOUT_PERSONS = "turnout_persons"
    TURNOUT_AREA = "turnout_area"
    AGREE_PERSONS = "agree_persons"
    AGREE_AREA = "agree_area"
    ALL_AGREE = "all_agree"
    OPPOSE_PERSONS = "oppose_persons"
    OPPOSE_AREA = "oppose_area"


def leg_of(counts: str, of: str, basis: str) -> Leg:
    """The leg of one comparison ("participants", "roll", "persons"); ValueError for one that no ruleset has."""
    if counts == "agree" and of == "roll" and basis == "persons":
        return Leg.ALL_AGREE
    return Leg(f"{'turnout' if counts == 'participants' else counts}_{basis}")


@dataclass(frozen=True, slots=True)
class Feasibility:
    """The technical answer; `document` is its name or number as shown to residents."""

    is_ok: bool
    at: datetime
    by: str
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The desk's decision; a returned proposal that was filed again has none until it is answered again."""

    decision: Decision
    at: datetime
    by: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Deliberation:
    """`asked` questions need an answer, `unanswered` still wait; the oldest due and who owes it.

    `put_to_nobody`: neighbours' questions that nobody answered and that hold nothing up; they wait for the proposer and
    the secretary.
    """

    opened_at: datetime
    asked: int = 0
    unanswered: int = 0
    due_at: datetime | None = None
    due_from: str | None = None
    put_to_nobody: int = 0
    meeting_held_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Official:
    """The result of the vote that counts by law, recorded with its document beside an advisory one."""

    is_passed: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Certification:
    """Signatures under the count; `at` is when the last needed one was given.

    `is_witnessed`: the scrutineer's is among them.
    """

    have: int = 0
    need: int = 2
    at: datetime | None = None
    by: tuple[str, ...] = ()
    is_witnessed: bool = True


@dataclass(frozen=True, slots=True)
class Motion:
    """The vote. `result` is None until it closed; `turnout` is (persons taking part, least number for the quorum)."""

    opens_at: datetime
    closes_at: datetime
    is_advisory: bool = False
    cancelled_at: datetime | None = None
    turnout: tuple[int, int] | None = None
    missing_area_dm2: int = 0
    result: Result | None = None
    failed_legs: tuple[Leg, ...] = ()
    certification: Certification = Certification()
    official: Official | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """Units that must each agree; 0 needed is an answer too (nobody's exclusive part is touched)."""

    needed: int = 0
    agreed: int = 0
    refused: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Objections:
    """`waiting` are not closed yet; closed is withdrawn, agreed, ruled on, or mediated in vain and answered in writing.

    An upheld one is closed too, and fails the gate.
    """

    total: int = 0
    waiting: int = 0
    upheld: int = 0
    due_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Funding:
    """The funding agreement, household by household."""

    needed: int = 0
    signed: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one proposal. `motion` is the one in force: a re-vote replaces the earlier one.

    `endorsed` counts households, the proposer's included; `endorsed_at` is when enough had endorsed.
    `consent` and `funding` are None until somebody said how many are needed.
    """

    filed_at: datetime
    filed_by: str
    scope_households: int
    endorsed: int
    endorsed_at: datetime | None = None
    called_by: Caller | None = None
    withdrawn_at: datetime | None = None
    feasibility: Feasibility | None = None
    answered: Answered | None = None
    deliberation: Deliberation | None = None
    is_text_lost: bool = False
    """The voters rejected the text that stands now: the next vote is on another one."""
    notice_published_at: datetime | None = None
    is_neighbourhood_told: bool = True
    motion: Motion | None = None
    consent: Consent | None = None
    result_published_at: datetime | None = None
    objections: Objections = Objections()
    funding: Funding | None = None
    started_at: datetime | None = None
    started_by: str | None = None
