"""Giving a written mandate in the app, taking one back, casting by it. Every act locks the motion, as casting does: of
a mandate that is revoked while its holder casts, exactly one of the two happens, and no cap is passed by two forms at
once. On paper: `proxy_papers`; what else ends one: `proxy_ends`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.accounts import queries as accounts
from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.storage.transactions import lock_row, transaction
from council.voting import proxy_ends, proxy_queries, queries
from council.voting.motion import Motion
from council.voting.proxy import Mandate, MandateChannel, MandateDraft, MandateEnd, may_hold, may_record
from council.voting.proxy import why_not_now as why_not_given
from council.voting.proxy_tables import Proxy
from council.voting.voter import VotingVoter


async def give(*, actor: Actor, motion_id: int, number: str | None, draft: MandateDraft, now: datetime) -> int:
    """The representative of a voter lets somebody else cast for it; the mandate's id. In force at once.

    `number` ("v3") is needed only by somebody who represents several voters. The same form again is the same mandate;
    with anything else in it, or from somebody else, it is refused (form.used_before).
    """
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        if (before := await proxy_queries.mandate_by_key(actor.community_id, draft.key)) is not None:
            voters = await queries.voters_for(actor, motion)
            theirs = next((each.roll_voter_id for each in voters if each.number == number), before.roll_voter_id)
            return same(before, actor, motion, draft, theirs)
        voter = own_voter(await queries.voters_for(actor, motion), number)
        require(voter.lacks_authority(now))
        acting = voter.acting
        by_paper = (None, None) if acting is None else (acting.paper_id, acting.valid_until)
        giver = Giver(voter.roll_voter_id, actor.name, actor.person_id, *by_paper)
        holder = await find_holder(actor, motion, giver, draft, now)
        return await insert(actor, motion, giver, holder, draft, None, now)


async def revoke(*, actor: Actor, proxy_id: int, now: datetime) -> None:
    """The giver takes it back, or the desk for a giver who is there in person. Refused "proxy.used" once the holder has
    cast, "proxy.moved_on" when it has ended already. NotFound to everybody else."""
    mandate = await proxy_queries.mandate(actor.community_id, proxy_id)
    async with transaction():
        await lock_row("motion", mandate.motion_id)
        motion = await queries.motion(actor.community_id, mandate.motion_id)
        voters = await queries.voters_for(actor, motion)
        is_giver = any(each.roll_voter_id == mandate.roll_voter_id for each in on_roll(own_voters(voters)))
        if not is_giver and mandate.holder_person_id == actor.person_id:
            raise Refused("proxy.not_yours", forbidden=True)
        if not is_giver:
            require(may_record(actor, await proxy_queries.owners_on_roll(actor.community_id, motion.id)))
        if await proxy_queries.has_ballot(actor.community_id, mandate.roll_voter_id):
            raise Refused("proxy.used" if mandate.has_cast else "proxy.already_cast")
        reason = MandateEnd.WITHDRAWN if mandate.is_waiting and not is_giver else MandateEnd.REVOKED
        if not await proxy_ends.end_row(actor.community_id, proxy_id, actor.name, reason, now):
            raise Refused("proxy.moved_on")
        await proxy_ends.log(actor, "proxy.ended", mandate.motion_id, proxy_id, now)


async def to_cast_by(motion: Motion, roll_voter_id: int, at: datetime) -> int:
    """The mandate by which a paper of this voter may be filled in at this instant; the same limits as for its holder's
    online ballot. Refused "paper.no_mandate" where none is in force. The caller holds the motion's lock."""
    mandate = (await proxy_queries.live_of_voters(motion.community_id, [roll_voter_id])).get(roll_voter_id)
    holder = None
    if mandate is not None and mandate.is_in_force and motion.procedure.proxies.value == "yes":
        holder = await accounts.actor(mandate.holder_person_id, motion.community_id, at)
    voters = [] if holder is None else await queries.voters_for(holder, motion)
    voter = next((each for each in voters if each.roll_voter_id == roll_voter_id), None)
    if holder is None or mandate is None or voter is None or voter.proxy_id != mandate.id:
        raise Refused("paper.no_mandate")
    require(voter.lacks_authority(at))
    await check_holder(holder, motion)
    return mandate.id


async def check_holder(actor: Actor, motion: Motion) -> None:
    """Asked again when the holder casts: whoever was marked as barred meanwhile casts for nobody."""
    require(
        may_hold(
            actor,
            motion.procedure.proxy_bans.value,
            await proxy_queries.owners_on_roll(motion.community_id, motion.id),
            is_property_staff=await proxy_queries.is_property_staff(motion.community_id, actor.person_id),
        )
    )


def own_voters(voters: list[VotingVoter]) -> list[VotingVoter]:
    """Those that an account may cast for in its own right: a mandate is not handed on."""
    return [voter for voter in voters if voter.may_appoint]


def on_roll(voters: list[VotingVoter]) -> list[VotingVoter]:
    """Those that an account belongs to itself: a mandate to vote opens the ballot and nothing else, and a paper that
    has run out opens nothing."""
    return [voter for voter in voters if voter.proxy_id is None and not voter.is_lapsed]


def own_voter(voters: list[VotingVoter], number: str | None) -> VotingVoter:
    """The one voter that a mandate is about. Refused to whoever represents none, Invalid where there are several."""
    mine = [voter for voter in own_voters(voters) if number in {None, voter.number}]
    if not mine:
        raise Refused("proxy.not_yours_to_give", forbidden=True)
    if len(mine) > 1:
        raise Invalid({"voter": "ballot.which_voter"})
    return mine[0]


@dataclass(frozen=True, slots=True)
class Giver:
    """Whose vote it is, and who lets somebody cast it; `person_id` in the app alone."""

    roll_voter_id: int
    name: str
    person_id: int | None
    paper_id: int | None = None
    """The paper by which a guardian gives, and until when it holds: the mandate lives no longer than it."""
    until: datetime | None = None


async def find_holder(actor: Actor, motion: Motion, giver: Giver, draft: MandateDraft, now: datetime) -> Actor:
    """The account that is to hold it, when everything allows that."""
    if (why := why_not_given(motion, now)) is not None:
        raise Refused(why)
    if await proxy_queries.has_ballot(motion.community_id, giver.roll_voter_id):
        raise Refused("proxy.already_cast")
    await proxy_ends.end_overtaken(actor=actor, roll_voter_ids=[giver.roll_voter_id], now=now)
    if await proxy_queries.live_of_voters(motion.community_id, [giver.roll_voter_id]):
        raise Refused("proxy.given_already")
    person_id = await proxy_queries.person_called(draft.holder_name, draft.holder_phone)
    holder = None if person_id is None else await accounts.actor(person_id, motion.community_id, now)
    if holder is None or not holder.is_member:
        raise Invalid({"holder_phone": "proxy.no_such_member"})
    theirs = own_voters(await queries.voters_for(holder, motion))
    if holder.person_id == giver.person_id or any(each.roll_voter_id == giver.roll_voter_id for each in theirs):
        raise Invalid({"holder_phone": "proxy.oneself"})
    await check_holder(holder, motion)
    most = motion.procedure.proxy_cap.value
    if await proxy_queries.held_in(motion.community_id, motion.id, holder.person_id) >= most:
        raise Refused("proxy.cap", most=most)
    return holder


async def insert(
    actor: Actor,
    motion: Motion,
    giver: Giver,
    holder: Actor,
    draft: MandateDraft,
    scan: tuple[int, str] | None,
    now: datetime,
) -> int:
    """`scan`: (file, sha256) of one on paper, which waits for a second person. The caller holds the motion's lock."""
    row = Proxy(
        community_id=motion.community_id,
        motion_id=motion.id,
        roll_voter_id=giver.roll_voter_id,
        key=draft.key,
        channel=(MandateChannel.APP if scan is None else MandateChannel.PAPER).value,
        giver_name=giver.name,
        giver_person_id=giver.person_id,
        giver_paper_id=giver.paper_id,
        giver_until=giver.until,
        holder_person_id=holder.person_id,
        holder_name=holder.name,
        words=draft.words,
        scan_id=None if scan is None else scan[0],
        scan_sha256=None if scan is None else scan[1],
        given_at=now,
        given_by=actor.person_id,
        given_by_name=actor.name,
        confirmed_at=now if scan is None else None,
    )
    proxy_id = int((await Proxy.insert(row))[0]["id"])
    await audit.record(
        motion.community_id,
        "proxy.given",
        {"motion": motion.id, "proxy": proxy_id, "channel": row.channel, "scan_sha256": row.scan_sha256},
        now=now,
        private={
            "voter": giver.roll_voter_id,
            "holder": holder.person_id,
            "by": actor.person_id,
            "words": draft.words,
            "giver_paper": row.giver_paper_id,
        },
    )
    return proxy_id


def same(before: Mandate, actor: Actor, motion: Motion, draft: MandateDraft, roll_voter_id: int | None) -> int:
    """The mandate that this very form made. Refused "form.used_before" for another one."""
    sent = (actor.person_id, motion.id, roll_voter_id, draft.holder_name, draft.words)
    if (before.given_by, before.motion_id, before.roll_voter_id, before.holder_name, before.words) != sent:
        raise Refused("form.used_before")
    return before.id
