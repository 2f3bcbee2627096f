"""From a tally to a verdict that keeps every comparison, so that each page and notice prints the same object."""

from __future__ import annotations

from council.voting.model import (
    Comparison,
    ComparisonResult,
    Of,
    Outcome,
    Ruleset,
    Tally,
    Threshold,
    UndeterminedReason,
    Verdict,
)


def judge(ruleset: Ruleset, tally: Tally) -> Verdict:
    """Passed when every threshold is met over the counted figures (returned and deemed), else rejected.

    Undetermined: an empty roll (no comparisons), or silence that had no majority to follow (comparisons over the
    returned ballots alone, because nothing was deemed).
    """
    if tally.roll.persons == 0:
        return Verdict(Outcome.UNDETERMINED, UndeterminedReason.EMPTY_ROLL, ())
    comparisons = tuple(compare(threshold, tally) for threshold in ruleset.thresholds)
    if tally.is_split:
        return Verdict(Outcome.UNDETERMINED, UndeterminedReason.MAJORITY_SPLIT, comparisons)
    outcome = Outcome.PASSED if all(result.met for result in comparisons) else Outcome.REJECTED
    return Verdict(outcome, None, comparisons)


def compare(threshold: Threshold, tally: Tally) -> ComparisonResult:
    """One leg, by cross-multiplication; a share of participants is not met when nobody took part."""
    counted = tally.counted
    got = counted.of(threshold.counts).by(threshold.basis)
    whole = (tally.roll if threshold.of == Of.ROLL else counted.participants).by(threshold.basis)
    nobody = threshold.of == Of.PARTICIPANTS and whole == 0
    return ComparisonResult(threshold, got, whole, met=not nobody and _holds(threshold, got, whole))


def _holds(threshold: Threshold, got: int, whole: int) -> bool:
    left, right = got * threshold.denominator, threshold.numerator * whole
    match threshold.comparison:
        case Comparison.AT_LEAST:
            return left >= right
        case Comparison.MORE_THAN:
            return left > right
        case Comparison.AT_MOST:
            return left <= right
