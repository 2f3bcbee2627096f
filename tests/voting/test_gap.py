"""What is still missing, in whole persons and whole square decimetres."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.voting.gap import Gap, least, most, quorum_gap, short_by
from council.voting.judge import judge
from council.voting.model import Basis, Comparison, Count, Counts, Of, Sums, Tally, Threshold
from council.voting.rulesets import DISSENT, MAJOR, ORDINARY, RESIDENT, UNANIMOUS
from tests.voting.builders import counted, roll, votes


def test_eight_households_and_never_seven_and_a_half() -> None:
    gap = quorum_gap(ORDINARY, Sums(24, 200_000), Sums(8, 66_667))
    assert gap == Gap(persons_needed=16, persons_missing=8, area_needed_dm2=133_334, area_missing_dm2=66_667)
    assert quorum_gap(MAJOR, Sums(23, 200_000), Sums(8, 66_667)).persons_missing == 8
    assert not gap.is_closed


def test_enough_is_enough() -> None:
    assert quorum_gap(ORDINARY, Sums(3, 10_000), Sums(2, 6667)).is_closed
    one_short = quorum_gap(ORDINARY, Sums(3, 10_000), Sums(3, 6666))
    assert (one_short.persons_missing, one_short.area_missing_dm2) == (0, 1)
    assert not one_short.is_closed


def test_residents_need_more_than_half_and_no_area() -> None:
    assert quorum_gap(RESIDENT, Sums(10, 0), Sums(5, 0)) == Gap(6, 1, None, None)


def test_unanimity_needs_everybody() -> None:
    assert quorum_gap(UNANIMOUS, Sums(5, 9), Sums(3, 4)) == Gap(5, 2, None, None)


def test_dissent_has_no_quorum() -> None:
    gap = quorum_gap(DISSENT, Sums(5, 9), Sums(0, 0))
    assert gap == Gap(None, None, None, None)
    assert gap.is_closed


@given(
    st.sampled_from(list(Comparison)), st.integers(1, 9), st.integers(1, 9), st.integers(0, 500), st.integers(0, 4000)
)
def test_the_line_is_where_the_verdict_has_it(comparison, numerator, denominator, whole, got) -> None:
    threshold = Threshold(Counts.PARTICIPANTS, Of.ROLL, Basis.PERSONS, comparison, numerator, denominator)
    left, right = got * denominator, numerator * whole
    if comparison == Comparison.AT_MOST:
        assert (left <= right) == (got <= most(threshold, whole))
        with pytest.raises(ValueError, match="least"):
            least(threshold, whole)
    else:
        met = left >= right if comparison == Comparison.AT_LEAST else left > right
        assert met == (got >= least(threshold, whole))
        with pytest.raises(ValueError, match="most"):
            most(threshold, whole)


def test_a_verdicts_legs_are_short_by_whole_numbers() -> None:
    _, verdict = counted(MAJOR, roll(3000, 3000, 4000), votes("AO-"))
    assert [short_by(leg) for leg in verdict.comparisons] == [0, 667, 1, 1500]


def test_too_much_dissent_is_over_by() -> None:
    _, verdict = counted(DISSENT, roll(10, 10, 10), votes("OO-"))
    assert [short_by(leg) for leg in verdict.comparisons] == [1, 10]


def test_a_share_of_nobody_is_short_by_one() -> None:
    nobody = Tally(Sums(2, 20), Count(), Count(), (), frozenset(), is_split=False)
    assert [short_by(leg) for leg in judge(ORDINARY, nobody).comparisons] == [2, 14, 1, 1]
