"""The plan of a fund vote and what one home's sub-account (分户账) gives to it. Money in fen, areas in dm²."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.pathways.model import Kind

PLANNED = frozenset({Kind.FUND_USE, Kind.ELEVATOR_RENEWAL})
"""Kinds whose money may come from the fund."""

NEEDS_PLAN = frozenset({Kind.FUND_USE})
"""Kinds that are put to the vote with a plan only: it is what is decided (住宅专项维修资金管理办法 art. 22)."""


class Basis(StrEnum):
    """What the shares follow: exclusive area (Civil Code art. 283) or built area (the fund's Measures art. 20)."""

    EXCLUSIVE = "exclusive"
    BUILT = "built"


class SourceKind(StrEnum):
    FUND = "fund"
    COMMON_INCOME = "common_income"
    SUBSIDY = "subsidy"
    HOUSEHOLDS = "households"
    OTHER = "other"


class Account(StrEnum):
    """What is known of a home's sub-account."""

    KNOWN = "known"
    MASKED = "masked"
    NONE = "none"
    MISSING = "missing"
    """The table that was handed in has no line for it."""
    DEVELOPER = "developer"
    """Unsold: the developer pays the share itself (Measures art. 21)."""


class Duty(StrEnum):
    """What follows for a home from its draw."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"
    TOP_UP = "top_up"
    """The account holds less than the draw: the difference is to be paid."""
    OPEN = "open"
    """No account: the whole draw is to be paid in."""
    RENEW = "renew"
    """Less than 30 % of the first deposit would be left: to be renewed in time (Measures art. 17)."""
    DEVELOPER = "developer"


@dataclass(frozen=True, slots=True)
class Source:
    kind: SourceKind
    words: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Balance:
    """One home's sub-account as the fund's office wrote it; `first_fen`: the first deposit (首期交存额), where told;
    `as_of`: the day of the table it came with."""

    state: Account
    balance_fen: int | None = None
    first_fen: int | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """One home's line. `balance_fen`, of the day `as_of`, and `first_fen` are for its owner and for those who keep the
    plan."""

    unit_id: int
    code: str
    area_dm2: int
    draw_fen: int
    state: Account
    balance_fen: int | None
    first_fen: int | None
    as_of: datetime | None = None

    @property
    def shortfall_fen(self) -> int:
        """How much the account lacks; 0 where it holds enough or nobody knows."""
        if self.state in {Account.NONE, Account.DEVELOPER}:
            return self.draw_fen
        return 0 if self.balance_fen is None else max(0, self.draw_fen - self.balance_fen)

    @property
    def left_fen(self) -> int | None:
        return None if self.balance_fen is None else max(0, self.balance_fen - self.draw_fen)

    @property
    def duty(self) -> Duty:
        if self.state is Account.DEVELOPER:
            return Duty.DEVELOPER
        if self.state is Account.NONE:
            return Duty.OPEN
        if self.balance_fen is None or self.left_fen is None:
            return Duty.UNKNOWN
        if self.shortfall_fen:
            return Duty.TOP_UP
        is_low = self.first_fen is not None and 10 * self.left_fen < 3 * self.first_fen
        return Duty.RENEW if is_low else Duty.NOTHING


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What the desk or the committee types; `others` are the sources beside the fund."""

    key: str
    total_fen: int
    others: tuple[Source, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Plan:
    """`draw_fen`: what the sub-accounts give together. `area_dm2`: of the homes that share, by the plan's basis.
    `sha256` is over total, sources, basis and every home's line, not over anybody's balance."""

    id: int
    community_id: int
    proposal_id: int
    total_fen: int
    draw_fen: int
    sources: tuple[Source, ...]
    basis: Basis
    is_parking_counted: bool
    units: int
    area_dm2: int
    balances_as_of: datetime | None
    sha256: str
    proposed_by: int
    proposed_by_name: str
    proposed_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of a table that was not taken: its number in the file, why, and what stood there."""

    line: int
    code: str
    read: str


@dataclass(frozen=True, slots=True)
class BalanceTable:
    """A table of sub-accounts that could be read: by unit id, and the lines that could not be taken."""

    sha256: str
    balances: dict[int, Balance]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class BalanceImport:
    id: int
    name: str
    sha256: str
    as_of: datetime
    taken: int
    faults: tuple[Fault, ...]
    person_id: int
    by_name: str
    imported_at: datetime
