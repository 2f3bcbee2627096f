"""A micro-proposal and what happened to it. Money is in fen, instants in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.clock import local_date
from council.kernel.scope import Scope
from council.pathways.model import Kind, Preset


class ProposalState(StrEnum):
    """What the desk has done with it; how far it has come is the pathway's answer, not a state."""

    FILED = "filed"
    RETURNED = "returned"
    MERGED = "merged"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class EventKind(StrEnum):
    """Public decisions and acts, in the order they happened."""

    FILED = "filed"
    REVISED = "revised"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    MERGED = "merged"
    TOOK_IN = "took_in"
    WITHDRAWN = "withdrawn"
    KIND_CORRECTED = "kind_corrected"
    ELECTION_CORRECTED = "election_corrected"
    FOUND_FEASIBLE = "found_feasible"
    FOUND_NOT_FEASIBLE = "found_not_feasible"
    STARTED = "started"


@dataclass(frozen=True, slots=True)
class Proposal:
    """`preset` is the copy frozen at filing; `version` the number of the current text; places are unit codes."""

    id: int
    community_id: int
    kind: Kind
    preset: Preset
    answers: Mapping[str, bool]
    title: str
    scope: Scope
    cost_fen: int | None
    version: int
    thread_id: int
    proposer_id: int
    proposer_name: str
    proposer_place: str
    proposer_unit_id: int | None
    state: ProposalState
    filed_at: datetime
    answer_due_at: datetime
    accepted_at: datetime | None
    accepted_by_name: str | None
    merged_into_id: int | None
    started_at: datetime | None
    started_by_name: str | None
    recalls_id: int | None = None
    """The committee's member (`bodies`) whom it is to recall; never changed after filing. `recalls_name`: in words."""
    recalls_name: str = ""

    @property
    def is_by_election(self) -> bool:
        """Whether it fills seats of the committee that stands; else an election is of a whole one."""
        return self.kind is Kind.ONE_PERSON_CHAIR or self.answers.get("fills", False)

    @property
    def is_open(self) -> bool:
        """Neither returned, merged, withdrawn nor on its way already: endorsements and changes still count."""
        return self.state in {ProposalState.FILED, ProposalState.ACCEPTED} and self.started_at is None


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    title: str
    body: str
    cost_fen: int | None
    written_by_name: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    kind: EventKind
    reason: str
    by_name: str
    by_role: str
    other_id: int | None
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """The technical answer of the feasibility gate, with its document."""

    is_feasible: bool
    office: str
    note: str
    file_id: int | None
    recorded_by_name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Home:
    """A household of the reader's that lies in scope."""

    unit_id: int
    code: str
    has_endorsed: bool


@dataclass(frozen=True, slots=True)
class Support:
    """How many households endorse, and what the reader's own may do about it now."""

    households: int
    mine: tuple[Home, ...]
    may_endorse: bool
    may_withdraw: bool


class Choice(StrEnum):
    """Which proposals a list shows."""

    ALL = "all"
    OPEN = "open"
    MINE = "mine"
    BUILDING = "building"


@dataclass(frozen=True, slots=True)
class Listed:
    """A proposal as a line of a list. `households` endorse it, `comments` can be read."""

    id: int
    kind: Kind
    title: str
    scope: Scope
    state: ProposalState
    proposer_name: str
    filed_at: datetime
    answer_due_at: datetime
    started_at: datetime | None
    households: int
    comments: int
    recalls_name: str = ""

    def days(self, now: datetime) -> int:
        """Which day in the courtyard this is since it was filed; the day of filing is the first."""
        return (local_date(now) - local_date(self.filed_at)).days + 1


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """What a resident files. `photos` are ids of files already stored by this person."""

    key: str
    kind: Kind
    answers: Mapping[str, bool]
    title: str
    body: str
    scope: Scope
    cost_fen: int | None
    unit_id: int | None
    photos: tuple[int, ...] = ()
    occupied: tuple[tuple[int, str], ...] = ()
    """(unit id, why) of units whose exclusive part the work would occupy."""
    recalls_id: int | None = None
    recalls_name: str = ""
