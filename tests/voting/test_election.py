"""Elections: every candidate by the rule, the order, the lot, and seats that nobody takes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from council.voting.election import ElectionBallot, ElectionResult, Filled, ShortResult, elect
from council.voting.model import Outcome, RefusedReason, Sums, Unreturned
from council.voting.rulesets import ORDINARY, with_bylaws
from tests.voting.builders import WINDOW, ballot, roll

NAMES = ("c1", "c2", "c3", "c4")


def sent(*picks: str) -> list[ElectionBallot]:
    """ "c1 c2" by v1, "" by v2 (a ballot without a name), "-" by nobody."""
    return [
        ElectionBallot(ballot(number, f"v{number}", "abstain", minute=number), frozenset(names.split()))
        for number, names in enumerate(picks, start=1)
        if names != "-"
    ]


def result(areas: Sequence[int], *picks: str, seats: int = 2, **more: Any) -> ElectionResult:
    given_ = {"candidates": NAMES, "seats": seats, "short_result": ShortResult.STANDS} | more
    return elect(ORDINARY, roll(*areas), sent(*picks), WINDOW, **given_)


def test_by_persons_and_only_who_passes_the_rule() -> None:
    found = result([100] * 5, "c1 c2", "c1 c2", "c1 c3", "c1", "-")
    assert found.elected == ("c1",)
    assert [(each.candidate, each.chosen.persons, each.passes) for each in found.standings] == [
        ("c1", 4, True),
        ("c2", 2, False),
        ("c3", 1, False),
        ("c4", 0, False),
    ]
    assert (found.filled, found.open_seats) == (Filled.SOME, 1)


def test_exactly_half_is_not_more_than_half() -> None:
    assert result([100] * 4, "c1", "c1", "c2", "c3").elected == ()


def test_a_ballot_without_a_name_takes_part() -> None:
    with_it = result([100] * 3, "c1", "c1", "")
    assert with_it.tally.returned.participants.persons == 3
    assert with_it.elected == ("c1",)
    assert result([100] * 3, "c1", "", "").elected == ()


def test_persons_pass_and_area_fails() -> None:
    found = result([100, 100, 900], "c1", "c1", "c2")
    assert found.elected == ()
    (first, *_) = found.standings
    assert [(leg.threshold.counts, leg.threshold.basis) for leg in first.verdict.failed] == [("agree", "area")]


def test_without_a_quorum_nobody_passes() -> None:
    found = result([100] * 4, "c1", "c1", "-", "-")
    assert (found.filled, {each.verdict.outcome for each in found.standings}) == (Filled.NONE, {Outcome.REJECTED})


def test_more_names_than_seats_is_an_invalid_ballot() -> None:
    found = result([100] * 3, "c1 c2 c3", "c1", "c1")
    assert [(each.ballot_id, each.reason) for each in found.tally.refused] == [("b001", RefusedReason.INVALID)]
    assert found.standings[0].chosen == Sums(2, 200)


def test_area_decides_between_equals_and_then_the_lot() -> None:
    assert result([100, 101, 102], "c1 c2", "c1 c3", "c2 c3", seats=2).elected == ("c3", "c2")
    equal = ["c1 c2 c3"] * 3
    tied = result([100] * 3, *equal, seats=3, candidates=("c1", "c2", "c3"))
    assert (tied.elected, tied.filled) == (("c1", "c2", "c3"), Filled.ALL), "enough seats for all: no lot"


def test_a_lot_is_asked_for_only_where_the_seats_end() -> None:
    picks = ["c1 c2", "c1 c3", "c1 c2", "c1 c3", "c2 c3", "c2 c3"]
    areas = [100] * 6
    found = result(areas, *picks, seats=2)
    assert (found.filled, found.tied, found.open_seats, found.elected) == (Filled.LOT, ("c1", "c2", "c3"), 2, ())
    assert result(areas, *picks, seats=2, lot=("c3",)).filled is Filled.LOT, "one seat is still open"
    drawn = result(areas, *picks, seats=2, lot=("c3", "c1"))
    assert (drawn.elected, drawn.reserve, drawn.filled) == (("c3", "c1"), ("c2",), Filled.ALL)


def test_a_short_result_stands_or_not_as_the_bylaws_say() -> None:
    picks = ["c1", "c1", "c1 c2"]
    assert result([100] * 3, *picks).elected == ("c1",)
    failed = result([100] * 3, *picks, short_result=ShortResult.FAILS)
    assert (failed.elected, failed.reserve, failed.filled) == ((), ("c1",), Filled.NONE)


def test_silence_never_joins_anybody() -> None:
    rules = with_bylaws(ORDINARY, unreturned=Unreturned.FOLLOW_MAJORITY)
    found = elect(
        rules, roll(100, 100, 100, 100), sent("c1", "c1", "-", "-"), WINDOW,
        candidates=NAMES, seats=1, short_result=ShortResult.STANDS,
    )  # fmt: skip
    assert (found.elected, found.tally.deemed.participants.persons) == ((), 0)


@pytest.mark.parametrize("wrong", [{"candidates": ("c1", "c1")}, {"seats": 0}, {"lot": ("c9",)}, {"lot": ("c1", "c1")}])
def test_what_cannot_be_counted(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="candidates"):
        result([100], "", **{"seats": 1, **wrong})


def test_a_name_that_is_no_candidate() -> None:
    with pytest.raises(ValueError, match="no candidate"):
        result([100], "c9")


@st.composite
def elections(draw: st.DrawFn) -> tuple[list[int], list[str], int]:
    areas = draw(st.lists(st.sampled_from([100, 100, 137, 250]), min_size=1, max_size=9))
    seats = draw(st.integers(1, 3))
    pick = st.sets(st.sampled_from(NAMES), max_size=4).map(lambda names: " ".join(sorted(names)))
    return areas, draw(st.lists(pick | st.just("-"), min_size=len(areas), max_size=len(areas))), seats


@given(elections(), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_whatever_the_ballots_say(drawn: tuple[list[int], list[str], int], shuffle: random.Random) -> None:
    """Counted once more by hand: who is elected passes, beats or equals whoever is not, and order changes nothing."""
    areas, picks, seats = drawn
    found = result(areas, *picks, seats=seats, lot=("c4", "c2", "c1", "c3"))
    valid = {n: set(names.split()) for n, names in enumerate(picks) if names != "-" and len(names.split()) <= seats}
    n, a = len(valid), sum(areas[each] for each in valid)
    is_quorate = 3 * n >= 2 * len(areas) and 3 * a >= 2 * sum(areas)
    for each in found.standings:
        mine = [voter for voter, names in valid.items() if each.candidate in names]
        assert each.chosen == Sums(len(mine), sum(areas[voter] for voter in mine))
        assert each.passes == (is_quorate and 2 * len(mine) > n and 2 * each.chosen.area_dm2 > a)
    chosen = {each.candidate: each.chosen for each in found.standings if each.passes}
    assert set(found.elected) | set(found.reserve) == set(chosen)
    assert len(found.elected) == min(seats, len(chosen)), "with a whole lot every seat that can be filled is"
    for winner in found.elected:
        for loser in found.reserve:
            mine, theirs = chosen[winner], chosen[loser]
            assert (mine.persons, mine.area_dm2) >= (theirs.persons, theirs.area_dm2)
    mixed = sent(*picks)
    shuffle.shuffle(mixed)
    names = list(NAMES)
    shuffle.shuffle(names)
    again = elect(
        ORDINARY, roll(*areas), mixed, WINDOW,
        candidates=names, seats=seats, short_result=ShortResult.STANDS, lot=("c4", "c2", "c1", "c3"),
    )  # fmt: skip
    assert again == found
