"""A motion's figures as pages and papers show them: rules as phrases, bars with ticks, comparisons with both sides.

Pure. Codes are message ids of `locales/*/voting.po`; amounts stay integers (persons or dm²) until they are printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from council.pathways.facts import Leg as LegName
from council.pathways.facts import leg_of
from council.voting.gap import Gap, least, most, quorum_gap, short_by
from council.voting.model import (
    Basis,
    Comparison,
    ComparisonResult,
    Counts,
    Of,
    Ruleset,
    Sums,
    Tally,
    Threshold,
    Verdict,
)
from council.voting.motion import Motion, Turnout
from council.voting.ruleset_json import read_threshold
from council.voting.strict_json import Node

_WORDED = {(1, 1), (1, 2), (1, 3), (2, 3), (3, 4), (1, 4), (1, 5), (4, 5)}


class Bases(StrEnum):
    """What a phrase of the rule measures."""

    BOTH = "both"
    PERSONS = "persons"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction and the code of its words (三分之二); `share.other` writes the two integers."""

    numerator: int
    denominator: int

    @property
    def code(self) -> str:
        known = (self.numerator, self.denominator) in _WORDED
        return f"share.{self.numerator}_{self.denominator}" if known else "share.other"

    @property
    def details(self) -> dict[str, int]:
        return {"numerator": self.numerator, "denominator": self.denominator}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One leg of the rule in words, persons and area together where they are alike."""

    code: str
    bases: Bases
    share: Share


@dataclass(frozen=True, slots=True)
class Bar:
    """One basis: the whole roll, turnout, and where the ticks of quorum and approval stand (None: no such leg).

    Before closing the three choices are None: there is no such figure then, for nobody.
    """

    basis: Basis
    whole: int
    took_part: int
    quorum: int | None
    missing: int
    approve: int | None = None
    agree: int | None = None
    oppose: int | None = None
    abstain: int | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One comparison: left = left_factor·got against right = right_factor·whole."""

    name: LegName
    basis: Basis
    of: Of
    comparison: Comparison
    share: Share
    got: int
    whole: int
    need: int
    met: bool
    short: int

    @property
    def code(self) -> str:
        """The code of its sentence: what was reached of what is needed."""
        return "leg.all" if self.name is LegName.ALL_AGREE else f"leg.{self.comparison}"

    @property
    def sign(self) -> str:
        """The code of the relation that holds between the two products: no less than, more than, …"""
        kept = {
            Comparison.AT_LEAST: ("sign.no_less", "sign.less"),
            Comparison.MORE_THAN: ("sign.more", "sign.no_more"),
            Comparison.AT_MOST: ("sign.no_more", "sign.more"),
        }
        return kept[self.comparison][0 if self.left_holds else 1]

    @property
    def left_holds(self) -> bool:
        """Whether the integers alone satisfy the comparison; with nobody taking part they may, and it is not met."""
        match self.comparison:
            case Comparison.AT_LEAST:
                return self.left >= self.right
            case Comparison.MORE_THAN:
                return self.left > self.right
            case Comparison.AT_MOST:
                return self.left <= self.right

    @property
    def left(self) -> int:
        return self.share.denominator * self.got

    @property
    def right(self) -> int:
        return self.share.numerator * self.whole


def phrases(ruleset: Ruleset) -> tuple[Phrase, ...]:
    """The rule in words, leg by leg in the ruleset's order."""
    found = []
    for (counts, of, comparison, numerator, denominator), group in groupby(ruleset.thresholds, _alike):
        bases = {threshold.basis for threshold in group}
        measured = Bases.BOTH if len(bases) == len(Basis) else Bases(bases.pop())
        code = f"rule.{counts}.{of}.{comparison}"
        if (counts, of, numerator) == (Counts.AGREE, Of.ROLL, denominator):
            code = "rule.everybody"
        found.append(Phrase(code, measured, Share(numerator, denominator)))
    return tuple(found)


def _alike(threshold: Threshold) -> tuple[Counts, Of, Comparison, int, int]:
    return threshold.counts, threshold.of, threshold.comparison, threshold.numerator, threshold.denominator


def turnout_bars(motion: Motion, turnout: Turnout) -> tuple[Bar, ...]:
    """Persons and area that took part so far, with the least whole numbers that the quorum needs."""
    took_part = Sums(turnout.persons, turnout.area_dm2)
    return _bars(motion, Sums(turnout.roll_persons, turnout.roll_area_dm2), took_part, None)


def result_bars(motion: Motion, tally: Tally) -> tuple[Bar, ...]:
    """The counted figures with the ticks of quorum and approval."""
    return _bars(motion, tally.roll, tally.counted.participants, tally)


def _bars(motion: Motion, roll: Sums, took_part: Sums, tally: Tally | None) -> tuple[Bar, ...]:
    gap = quorum_gap(motion.ruleset, roll, took_part)
    bases = [Basis.PERSONS, Basis.AREA] if motion.ruleset.reads_area else [Basis.PERSONS]
    return tuple(_bar(motion.ruleset, basis, roll, took_part, gap, tally) for basis in bases)


def _bar(ruleset: Ruleset, basis: Basis, roll: Sums, took_part: Sums, gap: Gap, tally: Tally | None) -> Bar:
    by_persons = basis is Basis.PERSONS
    quorum = gap.persons_needed if by_persons else gap.area_needed_dm2
    missing = (gap.persons_missing if by_persons else gap.area_missing_dm2) or 0
    bar = Bar(basis, roll.by(basis), took_part.by(basis), quorum, missing)
    if tally is None:
        return bar
    counted = tally.counted
    approve = [
        least(threshold, took_part.by(basis))
        for threshold in ruleset.thresholds
        if (threshold.counts, threshold.of, threshold.basis) == (Counts.AGREE, Of.PARTICIPANTS, basis)
    ]
    return Bar(
        basis,
        bar.whole,
        bar.took_part,
        quorum,
        missing,
        approve=max(approve, default=None),
        agree=counted.agree.by(basis),
        oppose=counted.oppose.by(basis),
        abstain=counted.abstain.by(basis),
    )


def legs(verdict: Verdict) -> tuple[Leg, ...]:
    return tuple(_leg(result) for result in verdict.comparisons)


def legs_kept(comparisons: Iterable[Mapping[str, Any]]) -> tuple[Leg, ...]:
    """Those of a result as it was signed and kept (`printed.verdict_json`)."""
    return tuple(
        _leg(ComparisonResult(read_threshold(Node(each)), each["got"], each["whole"], each["met"]))
        for each in comparisons
    )


def _leg(result: ComparisonResult) -> Leg:
    threshold = result.threshold
    is_most = threshold.comparison is Comparison.AT_MOST
    return Leg(
        name=leg_of(threshold.counts, threshold.of, threshold.basis),
        basis=threshold.basis,
        of=threshold.of,
        comparison=threshold.comparison,
        share=Share(threshold.numerator, threshold.denominator),
        got=result.got,
        whole=result.whole,
        need=most(threshold, result.whole) if is_most else least(threshold, result.whole),
        met=result.met,
        short=short_by(result),
    )


def digest_groups(sha256: str) -> str:
    """The whole of it in groups of eight, as it hangs on the notice board: to be compared by eye."""
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))


def digest_words(sha256: str) -> str:
    """The first 64 bits of a digest in groups of four, as notices print them: "7c1e 94d0 5ab3 1f68"."""
    return " ".join(sha256[at : at + 4] for at in range(0, 16, 4))
