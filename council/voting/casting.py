"""Accepting a ballot: locked motion, the writer's own clock, commitment, log record and ballot in one commit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from council.kernel.actor import Actor
from council.kernel.clock import Clock
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.kernel.ids import is_id
from council.pathways.model import Electorate
from council.storage.bounds import Bound
from council.storage.group_commit import submit
from council.storage.sql import execute, fetch_one
from council.storage.transactions import lock_row
from council.voting import ballot_box, election_queries, proxies, proxy_ends, queries
from council.voting.model import Ballot, Change, Channel, ChannelConflict, Choice
from council.voting.motion import Motion, MotionState
from council.voting.slate import check_picks, choice_of
from council.voting.tally import settle
from council.voting.voter import BallotState, CastBallot, VotingVoter

AGAIN = Bound(
    "bound.ballot",
    10,
    "SELECT cast_at AS at FROM ballot WHERE community_id = {} AND roll_voter_id = {} AND state <> 'in_force'"
    " AND cast_at > {} ORDER BY cast_at DESC LIMIT 1 OFFSET {}",
)
"""Of ballots beside one that is in force, so many are kept a voter and hour. It is never asked for a voter's first."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a ballot says: its choice, and the names' numbers where it is one of an election."""

    choice: Choice
    picks: frozenset[int]


async def cast_ballot(
    *,
    actor: Actor,
    motion_id: int,
    ballot_id: str,
    choice: Choice,
    picks: Collection[int] = (),
    voter: str | None = None,
    clock: Clock,
) -> CastBallot:
    """Casts online for the voter whom this account represents; answers once the ballot is on the disk.

    The form's `ballot_id` makes a second tap harmless: the same id by the same person answers the same ballot.
    `picks`: in an election, the numbers of the names chosen; `choice` is then `slate.choice_of` them.
    `voter` ("v3") is needed only by somebody who represents several voters of one motion. A second ballot that the
    rules do not allow is kept as refused and then refused in words, so many times (`AGAIN`, TooMany). The clock is read
    here, after the lock.
    """
    if not is_id(ballot_id):
        raise Invalid({"ballot": "ballot.bad_id"})
    said = Said(choice, frozenset(picks))
    cast, already = await submit(lambda: _accept(actor, motion_id, ballot_id, said, voter, clock))
    if already is not None:
        raise Refused("ballot.already_cast")
    return cast


async def _accept(
    actor: Actor, motion_id: int, ballot_id: str, said: Said, number: str | None, clock: Clock
) -> tuple[CastBallot, str | None]:
    """The ballot as it stands now, and the one in force if that kept this one out."""
    await lock_row("motion", motion_id)
    motion = await queries.motion(actor.community_id, motion_id)
    if (same := await _same(actor, motion, ballot_id, said)) is not None:
        return same, None
    cast_at = next_instant(motion, clock.now())
    check_open(motion, cast_at)
    await _check_said(motion, said)
    voter = _voter(actor, motion, await queries.voters_for(actor, motion), number)
    require(voter.lacks_authority(cast_at))
    is_wish = motion.takes_wishes
    kept = await ballot_box.earlier(motion, voter.roll_voter_id, voter.number, is_wish=is_wish)
    if kept:
        await AGAIN.check(actor.community_id, voter.roll_voter_id, now=cast_at, is_written=False)
    if voter.proxy_id is not None:
        await proxies.check_holder(actor, motion)
    done = await ballot_box.put(
        motion=motion,
        roll_voter_id=voter.roll_voter_id,
        ballot=Ballot(ballot_id, voter.number, said.choice, Channel.ONLINE, cast_at),
        by=ballot_box.By(actor.person_id, None if voter.acting is None else voter.acting.paper_id, voter.proxy_id),
        kept=kept,
        is_wish=is_wish,
        picks=said.picks,
    )
    if voter.proxy_id is None and done.kept_out_by is None and motion.procedure.proxies.value == "yes":
        await proxy_ends.ended_by_own_ballot(actor, motion, voter.roll_voter_id, cast_at)
    await execute("UPDATE motion SET last_cast_at = {} WHERE id = {}", cast_at, motion.id)
    return await queries.own_ballot(actor, motion.id, ballot_id), done.kept_out_by


async def _check_said(motion: Motion, said: Said) -> None:
    """In an election names that stand there, no more than seats; in any other vote no names. Invalid."""
    if not motion.is_election:
        if said.picks:
            raise Invalid({"choice": "ballot.no_choice"})
        return
    standing = await election_queries.candidates(motion.community_id, motion.id)
    picks = check_picks(said.picks, [each.number for each in standing], motion.seats)
    if said.choice is not choice_of(picks):
        raise Invalid({"pick": "ballot.no_names"})


async def _same(actor: Actor, motion: Motion, ballot_id: str, said: Said) -> CastBallot | None:
    """The ballot that an earlier tap of the same form cast; Refused when the id is somebody else's or reused."""
    row = await fetch_one("SELECT motion_id, person_id, choice FROM ballot WHERE id = {}", ballot_id)
    if row is None:
        return None
    before = Said(Choice(row["choice"]), frozenset()) if row["choice"] else None
    if before is not None and motion.is_election:
        before = Said(before.choice, await election_queries.picks(motion.community_id, ballot_id))
    if (row["motion_id"], row["person_id"], before) != (motion.id, actor.person_id, said):
        raise Refused("ballot.form_used")
    cast = await queries.own_ballot(actor, motion.id, ballot_id)
    if cast.state is BallotState.REFUSED:
        raise Refused("ballot.already_cast")
    # A retry must write, or on a cut-off primary it would acknowledge what no replica holds.
    await execute("UPDATE motion SET last_cast_at = last_cast_at WHERE id = {}", motion.id)
    return cast


def next_instant(motion: Motion, now: datetime) -> datetime:
    """Strictly later than the ballot before it, however coarse or unsteady the clock is.

    The first count moves `last_cast_at` past the closing (`sealing.seal`): then no clock that runs slow, or was put
    back, lets a ballot in any more.
    """
    last = motion.last_cast_at
    return now if last is None or now > last else last + timedelta(microseconds=1)


def check_open(motion: Motion, cast_at: datetime) -> None:
    """Refused outside the window, for a motion called off, and where only paper is taken."""
    state = motion.state(cast_at)
    if state is MotionState.CANCELLED:
        raise Refused("ballot.cancelled")
    if state is MotionState.NOTICE:
        raise Refused("ballot.not_open_yet")
    if state is not MotionState.OPEN:
        raise Refused("ballot.closed")
    if Channel.ONLINE not in motion.channels:
        raise Refused("ballot.paper_only")


def may_vote(actor: Actor, motion: Motion, voters: list[VotingVoter]) -> Refused | None:
    """Why this account casts nothing in this motion, or None: what the ballot's page says before anybody chooses."""
    if not voters:
        return Refused(why_not_on_roll(actor, motion), forbidden=True)
    if all(voter.is_suspended for voter in voters):
        return Refused("ballot.suspended")
    return None if any(voter.may_cast for voter in voters) else not_representative(voters[0])


def why_not_on_roll(actor: Actor, motion: Motion) -> str:
    """Somebody whose ownership nobody has checked is told that; an owner of another place, that this is not theirs."""
    if motion.electorate is Electorate.RESIDENTS or actor.owner_ids:
        return "ballot.not_on_roll"
    return "ballot.not_verified"


def not_representative(voter: VotingVoter) -> Refused:
    """Another co-owner casts for this flat, named where the register names them."""
    if voter.representative_name is None:
        return Refused("ballot.no_representative", forbidden=True)
    return Refused("ballot.not_representative", forbidden=True, name=voter.representative_name)


def _voter(actor: Actor, motion: Motion, voters: list[VotingVoter], number: str | None) -> VotingVoter:
    if not voters:
        raise Refused(why_not_on_roll(actor, motion), forbidden=True)
    mine = [voter for voter in voters if number in {None, voter.number}]
    if not mine:
        raise NotFound
    if all(voter.is_suspended for voter in mine):
        raise Refused("ballot.suspended")
    casting = [voter for voter in mine if voter.may_cast and not voter.is_suspended]
    if not casting:
        raise not_representative(mine[0])
    if len(casting) > 1:
        raise Invalid({"voter": "ballot.which_voter"})
    return casting[0]


async def may_replace(motion: Motion, roll_voter_id: int) -> bool:
    """Whether the frozen rules let one more online ballot stand in the place of what this voter has in force.

    Asked of the rule itself, with a ballot that nobody casts; what is put in is asked again under the lock.
    """
    if motion.ruleset.change is Change.NONE and motion.ruleset.channel_conflict is not ChannelConflict.ONLINE_PREVAILS:
        return False
    kept = await ballot_box.earlier(motion, roll_voter_id, _VOTER, is_wish=motion.takes_wishes)
    last = max((each.cast_at for each in kept), default=motion.opens_at)
    asked = Ballot(_LAST, _VOTER, Choice.ABSTAIN, Channel.ONLINE, last)
    return settle(motion.ruleset, {_VOTER}, [*kept, asked], motion.window).in_force.get(_VOTER) == asked


_VOTER = "v"
_LAST = "~"
"""The id of a ballot that nobody casts: of two at one instant, the second."""
