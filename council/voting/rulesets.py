"""The preset rulesets, as data with their sources.

A community's own rules are a `Ruleset` of their own, frozen onto the motion. Advisory is a flag of the motion and not
a ruleset: an opinion poll is counted by one of these and binds nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from council.voting.model import (
    Basis,
    Change,
    ChannelConflict,
    Comparison,
    Counts,
    Of,
    Ruleset,
    Threshold,
    Unreturned,
)
from council.voting.ruleset_json import ruleset_from_json, ruleset_to_json

__all__ = [
    "DISSENT",
    "MAJOR",
    "ORDINARY",
    "PRESETS",
    "RESIDENT",
    "UNANIMOUS",
    "ruleset_from_json",
    "ruleset_to_json",
    "with_bylaws",
]

_BOTH = (Basis.PERSONS, Basis.AREA)


def _legs(
    counts: Counts, of: Of, comparison: Comparison, fraction: tuple[int, int], bases: tuple[Basis, ...] = _BOTH
) -> tuple[Threshold, ...]:
    return tuple(Threshold(counts, of, basis, comparison, *fraction) for basis in bases)


def _preset(name: str, *legs: tuple[Threshold, ...]) -> Ruleset:
    return Ruleset(
        name=name,
        thresholds=tuple(threshold for group in legs for threshold in group),
        unreturned=Unreturned.NOT_PARTICIPATING,
        channel_conflict=ChannelConflict.FIRST_VALID,
        change=Change.NONE,
    )


_TWO_THIRDS_TAKE_PART = _legs(Counts.PARTICIPANTS, Of.ROLL, Comparison.AT_LEAST, (2, 3))
"""Civil Code art. 278 para. 2, first sentence: by area and by persons alike."""

ORDINARY = _preset(
    "ordinary", _TWO_THIRDS_TAKE_PART, _legs(Counts.AGREE, Of.PARTICIPANTS, Comparison.MORE_THAN, (1, 2))
)
"""Civil Code art. 278 para. 2, last sentence: items (1) to (5) and (9), 过半数."""

MAJOR = _preset("major", _TWO_THIRDS_TAKE_PART, _legs(Counts.AGREE, Of.PARTICIPANTS, Comparison.AT_LEAST, (3, 4)))
"""Civil Code art. 278 para. 2: items (6) to (8), 四分之三以上."""

UNANIMOUS = _preset("unanimous", _legs(Counts.AGREE, Of.ROLL, Comparison.AT_LEAST, (1, 1), (Basis.PERSONS,)))
"""Civil Code art. 279, 住改商: every voter in scope agrees, which is quorum and approval in one leg."""

DISSENT = _preset("dissent", _legs(Counts.OPPOSE, Of.ROLL, Comparison.AT_MOST, (1, 3)))
"""Some provinces' rule for using the fund; off unless a local rule and a bylaw are cited (the motion's business)."""

RESIDENT = _preset(
    "resident",
    _legs(Counts.PARTICIPANTS, Of.ROLL, Comparison.MORE_THAN, (1, 2), (Basis.PERSONS,)),
    _legs(Counts.AGREE, Of.PARTICIPANTS, Comparison.MORE_THAN, (1, 2), (Basis.PERSONS,)),
)
"""Residents' own matters, by household or by person; our preset, no statute."""

PRESETS: Mapping[str, Ruleset] = MappingProxyType(
    {ruleset.name: ruleset for ruleset in (ORDINARY, MAJOR, UNANIMOUS, DISSENT, RESIDENT)}
)


def with_bylaws(
    ruleset: Ruleset,
    *,
    unreturned: Unreturned = Unreturned.NOT_PARTICIPATING,
    channel_conflict: ChannelConflict = ChannelConflict.FIRST_VALID,
    change: Change = Change.NONE,
) -> Ruleset:
    """The same thresholds with a community's procedure; the legs themselves are law and stay as they are."""
    return replace(ruleset, unreturned=unreturned, channel_conflict=channel_conflict, change=change)
