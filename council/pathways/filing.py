"""The four questions at filing: any yes takes a resident matter to the owners."""

from __future__ import annotations

from dataclasses import dataclass

from council.pathways.model import Kind


@dataclass(frozen=True, slots=True)
class FourAnswers:
    """What the proposer said: common ground or parts occupied, a fee, an operator, common money."""

    occupies_common: bool = False
    charges_fee: bool = False
    brings_operator: bool = False
    spends_common_money: bool = False

    @property
    def changes_common_use(self) -> bool:
        """Lets, changes or runs a business on what all own: Civil Code art. 278(8)."""
        return self.occupies_common or self.charges_fee or self.brings_operator


@dataclass(frozen=True, slots=True)
class Route:
    """The kind that the matter is filed under, and a sentence when the answers moved it or deserve a look."""

    kind: Kind
    note: str | None = None


def route(kind: Kind, answers: FourAnswers) -> Route:
    """Where a new proposal goes.

    A resident matter that touches common parts needs the owners' three quarters, one that only spends common
    money their majority. A fund matter that also touches common parts keeps its kind, with a note: the desk
    decides. Everything else stays: it is the owners' already, or (a poll) decides nothing.
    """
    if kind is Kind.RESIDENT_MATTER and answers.changes_common_use:
        return Route(Kind.COMMON_PARTS, "filing.to_common_parts")
    if kind is Kind.RESIDENT_MATTER and answers.spends_common_money:
        return Route(Kind.FUND_USE, "filing.to_fund_use")
    if kind is Kind.FUND_USE and answers.changes_common_use:
        return Route(kind, "filing.desk_checks")
    return Route(kind)
