"""Small votes leak by arithmetic: how far exact totals could give single choices away.

The list *room, area, took part* is public and so are the totals of persons and area per choice. Whoever finds the only
way to make those totals out of those areas knows what everybody chose, whatever the cryptography. Two facts decide:

1. **How many explanations the totals have.** Voters of equal area are interchangeable, so a pattern is, per distinct
   area, how many of its m voters chose what: C(m+2, 2) patterns, 3 when the area is unique, and their product W over
   all areas. Few patterns are listed, and the share of those whose totals no other pattern has is counted exactly.
   Beyond that W is held against D, the number of totals that occur in effect. With choices at random, persons and area
   per choice are close to normal; their effective number of values is (2πe)·√det of the covariance, which for agree and
   oppose together comes to (2πe)²/27 ≈ 11 times n·Σa² - (Σa)², areas in units of their common step. W ≤ D: the totals
   usually have one explanation. Real votes are less even than chance; where most agree, a voter carries about one bit,
   not log₂3, so Π(m+1) ≤ D says that a lopsided vote can be solved, in part or whole.
2. **What an explanation says about one voter.** Everything when the area is unique. Of m voters with one area it tells
   only how many chose what, which names them when all m agree: by chance once in 3^(m-1). So identical areas protect,
   and `exposed` expects the number of voters named by a solved pattern: the sum of m/3^(m-1).

12 different areas: about 500,000 patterns, billions of totals: high. 24: some. 432: low.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from council.voting.motion import LeakRisk

LISTED: Final = 20_000
"""Patterns that are listed one by one (some ten milliseconds)."""

FEW: Final = 5
"""With fewer voters than this any total tells; the least cell that offices of statistics publish."""

_TWO = 2
_THREE = 3


@dataclass(frozen=True, slots=True)
class Risk:
    """`level` for the warning; of `voters`, `unique` have an area that nobody else on the roll has."""

    level: LeakRisk
    voters: int
    unique: int


def leak_risk(areas_dm2: Sequence[int]) -> Risk:
    """The risk of publishing exact totals when every voter of a roll takes part (areas per voter, dm², any order).

    high: solving is usual and would name at least half of the voters; some: solving is possible and would name
    somebody; low: otherwise. A roll without areas (all 0) leaks only by its size. Well below 50 ms for any courtyard.
    """
    crowds = Counter(areas_dm2)
    voters = len(areas_dm2)
    unique = sum(1 for size in crowds.values() if size == 1)
    return Risk(_level(crowds, voters), voters, unique)


def _level(crowds: Counter[int], voters: int) -> LeakRisk:
    if voters == 0:
        return LeakRisk.LOW
    if voters < FEW:
        return LeakRisk.HIGH
    # In thousandths of a voter, each rounded down.
    exposed = sum(1000 * size // _THREE ** (size - 1) for size in crowds.values() if size < 12)
    if exposed < 500:
        return LeakRisk.LOW
    if _is_solved(crowds, voters, _THREE) and exposed >= 500 * voters:
        return LeakRisk.HIGH
    if _is_solved(crowds, voters, _THREE) or _is_solved(crowds, voters, _TWO):
        return LeakRisk.SOME
    return LeakRisk.LOW


def _is_solved(crowds: Counter[int], voters: int, choices: int) -> bool:
    """Whether totals usually have a single explanation, when voters use three choices or only two."""
    totals = _effective_totals(crowds, voters)
    patterns = 1
    for size in crowds.values():
        patterns *= math.comb(size + choices - 1, choices - 1)
        if patterns > max(totals, LISTED):
            return False
    return patterns > LISTED or 2 * _told_apart(crowds, voters, choices) >= patterns


def _told_apart(crowds: Counter[int], voters: int, choices: int) -> int:
    """The number of patterns whose totals no other pattern has. A pattern's totals are packed into one integer."""
    area_room = sum(area * size for area, size in crowds.items()) + 1
    choice_room = area_room * (voters + 1)
    sums = [0]
    for area, size in crowds.items():
        one = area_room + area
        if choices == _TWO:
            steps = [agree * one for agree in range(size + 1)]
        else:
            steps = [
                agree * one + oppose * one * choice_room
                for agree in range(size + 1)
                for oppose in range(size + 1 - agree)
            ]
        sums = [total + step for total in sums for step in steps]
    return sum(1 for times in Counter(sums).values() if times == 1)


def _effective_totals(crowds: Counter[int], voters: int) -> int:
    least = min(crowds)
    step = math.gcd(*(area - least for area in crowds)) or 1
    steps = {(area - least) // step: size for area, size in crowds.items()}
    squares = sum(place * place * size for place, size in steps.items())
    total = sum(place * size for place, size in steps.items())
    spread = voters * squares - total * total
    return max(11 * spread, (voters + 1) * (voters + 2) // 2)
