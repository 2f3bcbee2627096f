"""An election's result as pages and papers show it: everybody who stood, in order, with every comparison. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from council.voting.electing import number_of
from council.voting.election import ElectionResult, Filled
from council.voting.figures import Leg, legs
from council.voting.model import Sums
from council.voting.slate import OnBallot


class Came(StrEnum):
    """What came of somebody who stood. Words: `came.*`."""

    ELECTED = "elected"
    RESERVE = "reserve"
    TIED = "tied"
    PASSED = "passed"
    """By the rule, but the election as a whole came to nothing."""
    MISSED = "missed"
    ASKED = "asked"
    """By the rule, in a vote that only asks (意愿征询): nobody has a seat by it, and no lot is drawn."""


@dataclass(frozen=True, slots=True)
class Line:
    """`place` (from 1) of whoever has a seat; `legs` are this candidate's own comparisons, without those of taking
    part, which are everybody's."""

    number: int
    name: str
    place_words: str
    chosen: Sums
    came: Came
    place: int | None
    legs: tuple[Leg, ...]
    drawn: int | None

    @property
    def passes(self) -> bool:
        return self.came is not Came.MISSED

    @property
    def is_tied(self) -> bool:
        return self.came is Came.TIED

    @property
    def failed(self) -> tuple[Leg, ...]:
        return tuple(leg for leg in self.legs if not leg.met)


def lines_of(result: ElectionResult, candidates: Iterable[OnBallot], *, is_advisory: bool = False) -> tuple[Line, ...]:
    by_number = {each.number: each for each in candidates}
    return tuple(
        _line(result, by_number[number_of(each.candidate)], at, is_advisory) for at, each in enumerate(result.standings)
    )


def _line(result: ElectionResult, one: OnBallot, at: int, is_advisory: bool) -> Line:
    standing = result.standings[at]
    is_elected = standing.candidate in result.elected and not is_advisory
    return Line(
        number=one.number,
        name=one.name,
        place_words=one.place,
        chosen=standing.chosen,
        came=_asked(standing.passes) if is_advisory else _came(result, standing.candidate, passes=standing.passes),
        place=result.elected.index(standing.candidate) + 1 if is_elected else None,
        legs=tuple(leg for leg in legs(standing.verdict) if leg.name.value.startswith("agree")),
        drawn=one.drawn,
    )


def _came(result: ElectionResult, candidate: str, *, passes: bool) -> Came:
    if candidate in result.elected:
        return Came.ELECTED
    if candidate in result.tied:
        return Came.TIED
    if not passes:
        return Came.MISSED
    return Came.RESERVE if result.filled is Filled.ALL else Came.PASSED


def _asked(passes: bool) -> Came:
    return Came.ASKED if passes else Came.MISSED


def came_of(one: OnBallot, *, passes: bool, is_advisory: bool) -> Came:
    """The same of a certified election, from the rows that its certification kept."""
    if is_advisory:
        return _asked(passes)
    if one.place_in_result:
        return Came.ELECTED
    if one.is_reserve:
        return Came.RESERVE
    return Came.PASSED if passes else Came.MISSED
