"""A project and its milestones. Money is in fen, instants in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.pathways.model import Kind


class MilestoneCode(StrEnum):
    """From the decision to the end of the warranty, in this order. START is 开工, the work on site."""

    DESIGN = "design"
    PERMIT = "permit"
    START = "start"
    HIDDEN_WORKS = "hidden_works"
    COMPLETION = "completion"
    ACCEPTANCE = "acceptance"
    WARRANTY = "warranty"


_SMALL = (MilestoneCode.START, MilestoneCode.COMPLETION, MilestoneCode.ACCEPTANCE)


def milestones_of(kind: Kind) -> tuple[MilestoneCode, ...]:
    """What a project of this kind goes through: flower beds and benches need neither drawings nor a permit."""
    return _SMALL if kind is Kind.RESIDENT_MATTER else tuple(MilestoneCode)


@dataclass(frozen=True, slots=True)
class Project:
    id: int
    community_id: int
    proposal_id: int
    motion_id: int
    title: str
    scope_code: str
    budget_fen: int | None
    opened_at: datetime
    opened_by_name: str
    revoked_at: datetime | None
    """When a court's judgment on the decision behind it was recorded: nothing of it is carried on since."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """Where a part of the money comes from, or goes to, as the proposal named it."""

    name: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Milestone:
    id: int
    code: MilestoneCode
    due_at: datetime | None
    done_at: datetime | None
    done_by_name: str | None


def current_milestone(milestones: tuple[Milestone, ...]) -> Milestone | None:
    """The first that is not done; None when the project has been through all of them."""
    return next((milestone for milestone in milestones if milestone.done_at is None), None)


class WindingUpKind(StrEnum):
    """What is still to be told of a project after a court has revoked the decision behind it."""

    STOPPED = "stopped"
    RETURNED = "returned"
    """Money went back to whom it came from; what is told says how much."""
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class WindingUpDraft:
    """`happened_on`: the midnight that begins the day; `amount_fen`: of money that went back, else None."""

    key: str
    kind: WindingUpKind
    happened_on: datetime
    words: str
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class WindingUp:
    id: int
    kind: WindingUpKind
    happened_on: datetime
    words: str
    amount_fen: int | None
    recorded_by_name: str
    recorded_at: datetime
