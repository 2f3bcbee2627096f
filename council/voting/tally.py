"""The count. One door: `tally`; `judge.judge` reads its result. Pure: integers, no clock, no input or output."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from council.voting.model import (
    Ballot,
    Change,
    Channel,
    ChannelConflict,
    Choice,
    Count,
    RefusedBallot,
    RefusedReason,
    Roll,
    Ruleset,
    Sums,
    Tally,
    Unreturned,
    Window,
)

_PREVAILING = {
    ChannelConflict.FIRST_VALID: None,
    ChannelConflict.ONLINE_PREVAILS: Channel.ONLINE,
    ChannelConflict.PAPER_PREVAILS: Channel.PAPER,
}


def tally(ruleset: Ruleset, roll: Roll, ballots: Iterable[Ballot], window: Window) -> Tally:
    """Counts one motion: who took part, what they chose, what the rules add for silence, and what was refused.

    The order of `ballots` does not matter: they are taken by `cast_at`, then by ballot id (code points). Areas are dm².
    Linear in voters plus ballots, but for sorting. ValueError when a voter or a ballot is there twice.
    """
    areas = {voter.voter_id: voter.area_dm2 for voter in roll.voters}
    received = list(ballots)
    if len(areas) != len(roll.voters) or len({ballot.ballot_id for ballot in received}) != len(received):
        raise ValueError("a voter or a ballot is listed twice")
    settled = settle(ruleset, areas, received, window)
    in_force, refused = settled.in_force, settled.refused
    returned = _sum_up(areas, in_force)
    silent = [areas[voter.voter_id] for voter in roll.voters if voter.is_delivered and voter.voter_id not in in_force]
    deemed, is_split = _deem(ruleset.unreturned, returned, Sums(len(silent), sum(silent)))
    return Tally(
        roll=Sums(len(areas), sum(areas.values())),
        returned=returned,
        deemed=deemed,
        refused=tuple(RefusedBallot(ballot_id, refused[ballot_id]) for ballot_id in sorted(refused)),
        took_part=frozenset(in_force),
        is_split=is_split,
    )


_order = attrgetter("cast_at", "ballot_id")


@dataclass(frozen=True, slots=True)
class Settled:
    """The ballot in force by voter, and by ballot id why every other one does not count."""

    in_force: Mapping[str, Ballot]
    refused: Mapping[str, RefusedReason]


def settle(ruleset: Ruleset, voters: Container[str], ballots: Iterable[Ballot], window: Window) -> Settled:
    """What becomes of each ballot, of one voter or of all: voters do not touch each other. `voters`: those on the roll.

    The order of `ballots` does not matter. A count reads it, and so does whoever puts a ballot in.
    """
    received = sorted(ballots, key=_order)
    in_force: dict[str, Ballot] = {}
    changed: set[str] = set()
    refused: dict[str, RefusedReason] = {}
    for ballot in received:
        reason = _refusal(ballot, voters, window)
        if reason is not None:
            refused[ballot.ballot_id] = reason
            continue
        earlier = in_force.get(ballot.voter_id)
        if earlier is not None:
            if not _replaces(ruleset, earlier, ballot, has_changed=ballot.voter_id in changed):
                refused[ballot.ballot_id] = RefusedReason.REPEAT
                continue
            refused[earlier.ballot_id] = RefusedReason.REPLACED
            # Only online over online is a change of mind; a prevailing channel leaves the voter's one change whole.
            if earlier.channel == ballot.channel:
                changed.add(ballot.voter_id)
        in_force[ballot.voter_id] = ballot
    return Settled(in_force, refused)


def _refusal(ballot: Ballot, voters: Container[str], window: Window) -> RefusedReason | None:
    if ballot.voter_id not in voters:
        return RefusedReason.NOT_ON_ROLL
    if ballot.cast_at not in window:
        return RefusedReason.OUTSIDE_WINDOW
    if ballot.invalid is not None:
        return RefusedReason.INVALID
    return None


def _replaces(ruleset: Ruleset, earlier: Ballot, later: Ballot, *, has_changed: bool) -> bool:
    if earlier.channel != later.channel:
        return later.channel == _PREVAILING[ruleset.channel_conflict]
    if later.channel == Channel.PAPER:
        return False
    return ruleset.change == Change.UNTIL_CLOSE or (ruleset.change == Change.ONCE and not has_changed)


def _sum_up(area_of: Mapping[str, int], in_force: Mapping[str, Ballot]) -> Count:
    # No key None: a ballot without a choice is invalid and never in force.
    persons: dict[Choice | None, int] = dict.fromkeys(Choice, 0)
    areas = persons.copy()
    for voter_id, ballot in in_force.items():
        persons[ballot.choice] += 1
        areas[ballot.choice] += area_of[voter_id]
    return Count(*(Sums(persons[choice], areas[choice]) for choice in Choice))


def _deem(unreturned: Unreturned, returned: Count, silent: Sums) -> tuple[Count, bool]:
    """What the rules add for delivered voters who did not answer, and whether a majority to follow was missing."""
    if unreturned == Unreturned.NOT_PARTICIPATING or silent.persons == 0:
        return Count(), False
    choice = Choice.ABSTAIN if unreturned == Unreturned.ABSTAIN else _leader(returned)
    if choice is None:
        return Count(), True
    return Count(**{choice.value: silent}), False


def _leader(returned: Count) -> Choice | None:
    """The choice that leads strictly in persons and in area, if there is one."""
    sums = dict(zip(Choice, (returned.agree, returned.oppose, returned.abstain), strict=True))
    for choice, mine in sums.items():
        others = [other for rival, other in sums.items() if rival != choice]
        if all(mine.persons > other.persons and mine.area_dm2 > other.area_dm2 for other in others):
            return choice
    return None
