"""What a threshold takes in whole persons and whole dm², and what is still missing: "还差 8 户", never 7.5.

While a vote is open only turnout may be shown, so nothing here but `short_by` (for a verdict) looks at choices.
"""

from __future__ import annotations

from dataclasses import dataclass

from council.kernel.fractions import least_at_least, least_more_than
from council.voting.model import Basis, Comparison, ComparisonResult, Counts, Of, Ruleset, Sums, Threshold


@dataclass(frozen=True, slots=True)
class Gap:
    """Turnout a decision needs and lacks, area in dm²; None for a basis that the ruleset does not ask about."""

    persons_needed: int | None
    persons_missing: int | None
    area_needed_dm2: int | None
    area_missing_dm2: int | None

    @property
    def is_closed(self) -> bool:
        return not self.persons_missing and not self.area_missing_dm2


def quorum_gap(ruleset: Ruleset, roll: Sums, took_part: Sums) -> Gap:
    """How far turnout is from what the ruleset needs of the roll.

    A share of the roll that must *agree* needs at least as many to take part (unanimity: everybody), and saying so
    gives no choice away. More than everybody is needed when a fraction cannot be reached: the gap then never closes.
    """
    persons = _needed(ruleset, Basis.PERSONS, roll)
    area_dm2 = _needed(ruleset, Basis.AREA, roll)
    return Gap(
        persons_needed=persons,
        persons_missing=None if persons is None else max(0, persons - took_part.persons),
        area_needed_dm2=area_dm2,
        area_missing_dm2=None if area_dm2 is None else max(0, area_dm2 - took_part.area_dm2),
    )


def _needed(ruleset: Ruleset, basis: Basis, roll: Sums) -> int | None:
    turnouts = [
        least(threshold, roll.by(basis))
        for threshold in ruleset.thresholds
        if threshold.basis == basis and threshold.of == Of.ROLL and _asks_for_turnout(threshold)
    ]
    return max(turnouts, default=None)


def _asks_for_turnout(threshold: Threshold) -> bool:
    return threshold.counts != Counts.OPPOSE and threshold.comparison != Comparison.AT_MOST


def least(threshold: Threshold, whole: int) -> int:
    """The least whole number that meets an `at_least` or `more_than` threshold; ValueError for `at_most`."""
    if threshold.comparison == Comparison.AT_MOST:
        raise ValueError("at_most has a most, not a least")
    count = least_at_least if threshold.comparison == Comparison.AT_LEAST else least_more_than
    return count(threshold.numerator, threshold.denominator, whole)


def most(threshold: Threshold, whole: int) -> int:
    """The largest whole number that meets an `at_most` threshold; ValueError for the others."""
    if threshold.comparison != Comparison.AT_MOST:
        raise ValueError("only at_most has a most")
    return threshold.numerator * whole // threshold.denominator


def short_by(result: ComparisonResult) -> int:
    """By how many persons or dm² a leg of a verdict was missed, the same people taking part; 0 when it was met.

    For `at_most`, by how many it was exceeded. A share of nobody is short by one.
    """
    if result.met:
        return 0
    if result.threshold.comparison == Comparison.AT_MOST:
        return max(0, result.got - most(result.threshold, result.whole))
    return max(1, least(result.threshold, result.whole) - result.got)
