"""When exact totals could give a choice away."""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import product

import pytest

from council.voting import risk
from council.voting.risk import leak_risk


def different(number: int, seed: int = 1) -> list[int]:
    """Areas of ordinary flats, 40 to 140 m²."""
    return random.Random(seed).sample(range(4000, 14_000), number)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("voters", "level"), [(1, "high"), (4, "high"), (12, "high"), (24, "some"), (432, "low")])
def test_different_areas(voters, level, seed) -> None:
    found = leak_risk(different(voters, seed))
    assert (found.level, found.voters, found.unique) == (level, voters, voters)


def test_identical_areas_protect() -> None:
    assert leak_risk([8953] * 12).level == "low"
    assert leak_risk(different(6) * 2).level == "some"
    assert leak_risk([8953] * 20 + [6021] * 20).level == "low"


def test_three_shops_among_four_hundred_flats_stand_out() -> None:
    found = leak_risk([8000] * 400 + [12_011, 5512, 30_071])
    assert (found.level, found.unique) == ("some", 3)


def test_areas_that_can_be_summed_in_many_ways_protect_too() -> None:
    assert leak_risk([8000 + 100 * step for step in range(10)]).level != "high"
    assert leak_risk(different(10)).level == "high"


def test_of_so_few_any_total_tells_and_nobody_risks_nothing() -> None:
    assert leak_risk([8000] * 4).level == "high"
    assert leak_risk([8000] * 5).level == "low"
    assert leak_risk([]).level == "low"
    assert leak_risk([0] * 30).level == "low"


def test_the_order_does_not_matter() -> None:
    areas = [*different(14), *[8000] * 9]
    assert leak_risk(areas) == leak_risk(sorted(areas, reverse=True))


@pytest.mark.parametrize("areas", [[3, 5, 7, 9, 11], [1, 2, 4, 8, 16, 32], [5, 5, 6, 6, 7], [2, 2, 2, 3, 9, 9]])
@pytest.mark.parametrize("choices", [2, 3])
def test_patterns_told_apart_are_those_with_totals_of_their_own(areas, choices) -> None:
    """Against every assignment of choices to voters, one by one."""
    patterns = defaultdict(set)
    for chosen in product(range(choices), repeat=len(areas)):
        totals = tuple(
            (chosen.count(choice), sum(area for area, mine in zip(areas, chosen, strict=True) if mine == choice))
            for choice in range(choices)
        )
        patterns[totals].add(tuple(sorted(zip(areas, chosen, strict=True))))
    alone = sum(1 for explanations in patterns.values() if len(explanations) == 1)
    assert risk._told_apart(risk.Counter(areas), len(areas), choices) == alone


def test_what_high_means_is_what_a_neighbour_can_do() -> None:
    """Ten flats, every way they could vote: nearly all totals have one explanation. (Eleven and more: the estimate.)"""
    areas = different(10)
    ways = defaultdict(int)
    for number in range(3**10):
        agree = oppose = 0
        rest = number
        for area in areas:
            rest, choice = divmod(rest, 3)
            if choice == 1:
                agree += 1_000_000 + area
            elif choice == 2:
                oppose += 1_000_000 + area
        ways[agree, oppose] += 1
    assert 10 * sum(1 for found in ways.values() if found == 1) >= 9 * 3**10
    assert leak_risk(areas).level == "high"
