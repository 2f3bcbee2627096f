"""Accepting a ballot: locked motion, the writer's own clock, commitment, log record and ballot in one commit."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.audit import commitment, receipts
from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.clock import Clock
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import is_id
from council.pathways.model import Electorate
from council.registry import queries as registry
from council.storage.bounds import Bound
from council.storage.group_commit import submit
from council.storage.sql import execute, fetch, fetch_one
from council.storage.transactions import lock_row
from council.voting import queries
from council.voting.model import Change, Channel, Choice, RefusedReason
from council.voting.motion import BallotState, CastBallot, Motion, MotionState, VotingVoter
from council.voting.ruleset_json import ruleset_to_json

AGAIN = Bound(
    "bound.ballot",
    10,
    "SELECT cast_at AS at FROM ballot WHERE community_id = {} AND roll_voter_id = {} AND state <> 'in_force'"
    " AND cast_at > {} ORDER BY cast_at DESC LIMIT 1 OFFSET {}",
)
"""Of ballots beside one that is in force, so many are kept a voter and hour. It is never asked for a voter's first."""


async def cast_ballot(
    *, actor: Actor, motion_id: int, ballot_id: str, choice: Choice, voter: str | None = None, clock: Clock
) -> CastBallot:
    """Casts online for the voter whom this account represents; answers once the ballot is on the disk.

    The form's `ballot_id` makes a second tap harmless: the same id by the same person answers the same ballot.
    `voter` ("v3") is needed only by somebody who represents several voters of one motion. A second ballot that the
    rules do not allow is kept as refused and then refused in words, so many times (`AGAIN`, TooMany). The clock is read
    here, after the lock.
    """
    if not is_id(ballot_id):
        raise Invalid({"ballot": "ballot.bad_id"})
    cast, already = await submit(lambda: _accept(actor, motion_id, ballot_id, choice, voter, clock))
    if already is not None:
        raise Refused("ballot.already_cast")
    return cast


async def _accept(
    actor: Actor, motion_id: int, ballot_id: str, choice: Choice, number: str | None, clock: Clock
) -> tuple[CastBallot, CastBallot | None]:
    """The ballot as it stands now, and the one in force if that kept this one out."""
    await lock_row("motion", motion_id)
    motion = await queries.motion(actor.community_id, motion_id)
    if (same := await _same(actor, motion, ballot_id, choice)) is not None:
        return same, None
    cast_at = _cast_at(motion, clock.now())
    check_open(motion, cast_at)
    voter = _voter(actor, motion, await queries.voters_for(actor, motion), number)
    earlier = (await queries.ballots_in_force(actor.community_id, [voter.roll_voter_id])).get(voter.roll_voter_id)
    replaced: str | None = None
    if earlier is not None:
        await AGAIN.check(actor.community_id, voter.roll_voter_id, now=cast_at, is_written=False)
    if earlier is not None and await may_replace(motion, voter.roll_voter_id):
        await execute("UPDATE ballot SET state = 'replaced' WHERE id = {}", earlier.ballot_id)
        replaced, earlier = earlier.ballot_id, None
    state = BallotState.IN_FORCE if earlier is None else BallotState.REFUSED
    await _insert(actor, motion, voter, ballot_id, choice, cast_at, state, replaced)
    await execute("UPDATE motion SET last_cast_at = {} WHERE id = {}", cast_at, motion.id)
    return await queries.own_ballot(actor, motion.id, ballot_id), earlier


async def _same(actor: Actor, motion: Motion, ballot_id: str, choice: Choice) -> CastBallot | None:
    """The ballot that an earlier tap of the same form cast; Refused when the id is somebody else's or reused."""
    row = await fetch_one("SELECT motion_id, person_id, choice FROM ballot WHERE id = {}", ballot_id)
    if row is None:
        return None
    if (row["motion_id"], row["person_id"], row["choice"]) != (motion.id, actor.person_id, choice.value):
        raise Refused("ballot.form_used")
    cast = await queries.own_ballot(actor, motion.id, ballot_id)
    if cast.state is BallotState.REFUSED:
        raise Refused("ballot.already_cast")
    # A retry must write, or on a cut-off primary it would acknowledge what no replica holds.
    await execute("UPDATE motion SET last_cast_at = last_cast_at WHERE id = {}", motion.id)
    return cast


def _cast_at(motion: Motion, now: datetime) -> datetime:
    """Strictly later than the ballot before it, however coarse or unsteady the clock is.

    Signing the count moves `last_cast_at` past the closing: then no clock that runs slow lets a ballot in any more.
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
    casting = [voter for voter in mine if voter.may_cast]
    if not casting:
        raise not_representative(mine[0])
    if len(casting) > 1:
        raise Invalid({"voter": "ballot.which_voter"})
    return casting[0]


async def may_replace(motion: Motion, roll_voter_id: int) -> bool:
    """Whether the frozen rules let an online ballot replace the voter's own online ballot."""
    if motion.ruleset.change is Change.NONE:
        return False
    if motion.ruleset.change is Change.UNTIL_CLOSE:
        return True
    replaced = await fetch(
        "SELECT id FROM ballot"
        " WHERE community_id = {} AND motion_id = {} AND roll_voter_id = {} AND state = 'replaced'",
        *(motion.community_id, motion.id, roll_voter_id),
    )
    return not replaced


async def _insert(
    actor: Actor,
    motion: Motion,
    voter: VotingVoter,
    ballot_id: str,
    choice: Choice,
    cast_at: datetime,
    state: BallotState,
    replaced: str | None,
) -> None:
    community = await registry.community(actor.community_id)
    sealed = commitment.commit(choice.value, await blinding(motion, ballot_id))
    data = receipts.ballot_data(community=community.slug, motion=motion.id, ballot=ballot_id, commitment=sealed)
    recorded = await audit.record(
        actor.community_id,
        "ballot.accepted" if state is BallotState.IN_FORCE else "ballot.refused",
        data if replaced is None else data | {"replaces": replaced},
        now=cast_at,
        private={"voter": voter.number, "person": actor.person_id},
    )
    await execute(
        "INSERT INTO ballot (id, community_id, motion_id, roll_voter_id, person_id, choice, channel, cast_at, state,"
        " reason, commitment, log_seq, code) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        ballot_id,
        actor.community_id,
        motion.id,
        voter.roll_voter_id,
        actor.person_id,
        choice.value,
        Channel.ONLINE.value,
        cast_at,
        state.value,
        RefusedReason.REPEAT.value if state is BallotState.REFUSED else None,
        sealed.hex(),
        recorded.seq,
        receipts.short_code(recorded.leaf_hash),
    )


async def blinding(motion: Motion, ballot_id: str) -> int:
    """The scalar that hides one ballot's choice; never logged, never exported, given only to the ballot's voter."""
    row = await fetch_one("SELECT blinding FROM motion_secret WHERE motion_id = {}", motion.id)
    if row is None:
        raise NotFound
    context = commitment.context(
        motion=str(motion.id),
        text_digest=motion.text_sha256,
        ruleset=ruleset_to_json(motion.ruleset),
        roll_digest=motion.roll_sha256,
    )
    return commitment.blinding(bytes.fromhex(row["blinding"]), context, ballot_id)
