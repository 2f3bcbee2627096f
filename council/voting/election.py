"""Counting an election: up to so many names on a ballot, every candidate measured by the rule, then an order.

Each candidate is a question of its own under the ordinary rule (Civil Code art. 278: choosing the owners' committee):
who takes part is the same for all, and a candidate passes with the agreement of more than half of them in persons and
in area. A name that is not chosen is not opposed. More passing than there are seats: by persons, then by area, then by
a lot that was drawn before witnesses. Pure: integers, no clock, no input or output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from council.voting.judge import judge
from council.voting.model import (
    Ballot,
    Choice,
    Count,
    Outcome,
    Roll,
    Ruleset,
    Sums,
    Tally,
    Unreturned,
    Verdict,
    Window,
)
from council.voting.tally import tally

TOO_MANY = "too_many"
"""Why a ballot with more names than seats is invalid."""


class ShortResult(StrEnum):
    """What the bylaws say where fewer pass than there are seats."""

    STANDS = "stands"
    FAILS = "fails"


class Filled(StrEnum):
    """What came of the seats."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    LOT = "lot"
    """Candidates are equal in persons and area where the seats end: a lot has to be drawn."""


@dataclass(frozen=True, slots=True)
class ElectionBallot:
    """`ballot.choice` is not read; `picks` are the candidates chosen, none of them being a choice too (弃权)."""

    ballot: Ballot
    picks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """One candidate: who chose them, and every comparison of the rule."""

    candidate: str
    chosen: Sums
    verdict: Verdict

    @property
    def passes(self) -> bool:
        return self.verdict.outcome is Outcome.PASSED


@dataclass(frozen=True, slots=True)
class ElectionResult:
    """`standings` in the order of the result, those who pass first; `elected` fill the seats in that order.

    `reserve` pass and have no seat; `tied` are the candidates among whom the lot has to decide (only with
    `Filled.LOT`), and `open_seats` how many seats it is for.
    """

    tally: Tally
    standings: tuple[Standing, ...]
    elected: tuple[str, ...]
    reserve: tuple[str, ...]
    tied: tuple[str, ...]
    open_seats: int
    filled: Filled


def elect(
    ruleset: Ruleset,
    roll: Roll,
    ballots: Iterable[ElectionBallot],
    window: Window,
    *,
    candidates: Sequence[str],
    seats: int,
    short_result: ShortResult,
    lot: Sequence[str] = (),
) -> ElectionResult:
    """The result of one election; the same whatever the order of `ballots` and `candidates`.

    `lot`: candidates in the order in which they were drawn; read only where persons and area are equal. Silence never
    joins anybody here, whatever the ruleset says. ValueError for a candidate listed twice or unknown, or no seat.
    """
    known = set(candidates)
    if len(known) != len(candidates) or seats < 1 or not set(lot) <= known or len(set(lot)) != len(lot):
        raise ValueError("candidates listed once, lots of candidates, and at least one seat")
    received = [_checked(each, known, seats) for each in ballots]
    rules = replace(ruleset, unreturned=Unreturned.NOT_PARTICIPATING)
    base = tally(rules, roll, [each.ballot for each in received], window)
    refused = {each.ballot_id for each in base.refused}
    areas = {voter.voter_id: voter.area_dm2 for voter in roll.voters}
    persons, dm2 = dict.fromkeys(candidates, 0), dict.fromkeys(candidates, 0)
    for each in received:
        if each.ballot.ballot_id not in refused:
            for candidate in each.picks:
                persons[candidate] += 1
                dm2[candidate] += areas[each.ballot.voter_id]
    standings = [_standing(rules, base, each, Sums(persons[each], dm2[each])) for each in candidates]
    return _seated(base, standings, seats, short_result, list(lot))


def _checked(sent: ElectionBallot, known: set[str], seats: int) -> ElectionBallot:
    """Ready for `tally`: taking part is what counts there; a ballot with too many names does not take part."""
    if not sent.picks <= known:
        raise ValueError("a ballot names somebody who is no candidate")
    invalid = sent.ballot.invalid or (TOO_MANY if len(sent.picks) > seats else None)
    return replace(sent, ballot=replace(sent.ballot, choice=Choice.ABSTAIN, invalid=invalid))


def _standing(ruleset: Ruleset, base: Tally, candidate: str, chosen: Sums) -> Standing:
    """The rule over this candidate alone: chosen is agreed, taking part without choosing them is neither."""
    part = base.returned.participants
    rest = Sums(part.persons - chosen.persons, part.area_dm2 - chosen.area_dm2)
    own = replace(base, returned=Count(agree=chosen, abstain=rest))
    return Standing(candidate, chosen, judge(ruleset, own))


def _seated(
    base: Tally, standings: list[Standing], seats: int, short_result: ShortResult, lot: list[str]
) -> ElectionResult:
    ordered = sorted(standings, key=lambda each: _rank(each, lot))
    passing = [each for each in ordered if each.passes]
    elected: list[str] = []
    for _, group in groupby(passing, key=lambda each: each.chosen):
        equal = [each.candidate for each in group]
        left = seats - len(elected)
        if len(equal) > left > 0 and not _is_drawn(equal, left, lot):
            return ElectionResult(base, tuple(ordered), tuple(elected), (), tuple(equal), left, Filled.LOT)
        elected += equal[: max(left, 0)]
    filled = Filled.ALL if len(elected) == seats else Filled.SOME if elected else Filled.NONE
    if filled is Filled.SOME and short_result is ShortResult.FAILS:
        elected, filled = [], Filled.NONE
    reserve = tuple(each.candidate for each in passing if each.candidate not in elected)
    return ElectionResult(base, tuple(ordered), tuple(elected), reserve, (), seats - len(elected), filled)


def _rank(each: Standing, lot: list[str]) -> tuple[bool, int, int, int, str]:
    drawn = lot.index(each.candidate) if each.candidate in lot else len(lot)
    return not each.passes, -each.chosen.persons, -each.chosen.area_dm2, drawn, each.candidate


def _is_drawn(equal: list[str], left: int, lot: list[str]) -> bool:
    """Whether the lot says which of these take the seats that are left: the first so many were drawn."""
    return len([each for each in lot if each in equal]) >= left
