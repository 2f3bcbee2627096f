"""From the data of one election to its result (`election.elect`), and to the verdict that every vote has. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from council.voting.election import ElectionBallot, ElectionResult, Filled, ShortResult, elect
from council.voting.judge import compare
from council.voting.model import Ballot, Counts, Outcome, Roll, Ruleset, Sums, UndeterminedReason, Verdict, Window
from council.voting.motion import Motion
from council.voting.slate import OnBallot

CANDIDATE = "c{:02}"
"""A candidate's id in counts and bundles, by the number on the ballot: ids are ordered as text."""


@dataclass(frozen=True, slots=True)
class Elected:
    """Somebody who came through an election: a seat's place (from 1), or None for who stands in reserve.

    `persons` and `area_dm2` chose them: None where the document of a result from elsewhere has no figures. `drawn`:
    where they came in a lot, if one was drawn.
    """

    number: int
    candidate_id: int | None
    person_id: int | None
    owner_id: int | None
    name: str
    place: int | None
    is_reserve: bool
    persons: int | None = None
    area_dm2: int | None = None
    drawn: int | None = None


def candidate_id(number: int) -> str:
    return CANDIDATE.format(number)


def number_of(candidate: str) -> int:
    return int(candidate.removeprefix("c"))


@dataclass(frozen=True, slots=True)
class Electing:
    """The count of one election; `nobody`: those who took part and chose none of the names (弃权)."""

    result: ElectionResult
    nobody: Sums


@dataclass(frozen=True, slots=True)
class Contest:
    """What an election's count reads besides rules, roll and ballots: see `election.elect`."""

    candidates: tuple[str, ...]
    seats: int
    short_result: ShortResult
    lot: tuple[str, ...] = ()


def electing(
    motion: Motion,
    roll: Roll,
    ballots: Sequence[Ballot],
    picks: Mapping[str, frozenset[int]],
    standing: Sequence[OnBallot],
) -> Electing:
    """`picks`: the numbers on each ballot, by ballot id."""
    return count_election(motion.ruleset, roll, named(ballots, picks), motion.window, contest(motion, standing))


def named(ballots: Iterable[Ballot], picks: Mapping[str, frozenset[int]]) -> tuple[ElectionBallot, ...]:
    """Each ballot with the ids of its names."""
    return tuple(
        ElectionBallot(each, frozenset(map(candidate_id, picks.get(each.ballot_id, frozenset())))) for each in ballots
    )


def contest(motion: Motion, standing: Sequence[OnBallot]) -> Contest:
    drawn = sorted((each.drawn, each.number) for each in standing if each.drawn is not None)
    return Contest(
        candidates=tuple(candidate_id(each.number) for each in standing),
        seats=motion.seats,
        short_result=ShortResult(motion.procedure.short_result.value),
        lot=tuple(candidate_id(number) for _, number in drawn),
    )


def count_election(
    ruleset: Ruleset, roll: Roll, ballots: Sequence[ElectionBallot], window: Window, contest: Contest
) -> Electing:
    result = elect(
        ruleset,
        roll,
        ballots,
        window,
        candidates=contest.candidates,
        seats=contest.seats,
        short_result=contest.short_result,
        lot=contest.lot,
    )
    refused = {each.ballot_id for each in result.tally.refused}
    areas = {voter.voter_id: voter.area_dm2 for voter in roll.voters}
    without = [
        areas[each.ballot.voter_id] for each in ballots if not each.picks and each.ballot.ballot_id not in refused
    ]
    return Electing(result, Sums(len(without), sum(without)))


def verdict_of(ruleset: Ruleset, result: ElectionResult) -> Verdict:
    """One word for the whole: passed where somebody is elected. Its comparisons are those of taking part, which are the
    same for everybody who stands; each candidate's own are in the result."""
    if result.tally.roll.persons == 0:
        return Verdict(Outcome.UNDETERMINED, UndeterminedReason.EMPTY_ROLL, ())
    shared = tuple(compare(each, result.tally) for each in ruleset.thresholds if each.counts is Counts.PARTICIPANTS)
    if result.filled is Filled.LOT:
        return Verdict(Outcome.UNDETERMINED, UndeterminedReason.LOT, shared)
    outcome = Outcome.REJECTED if result.filled is Filled.NONE else Outcome.PASSED
    return Verdict(outcome, None, shared)
