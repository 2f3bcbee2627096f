"""Taking a proven delivery back: what two people vouch for takes two, and what a voter said themselves the voter alone.

Until the second person has agreed the record stands and proves what it proved: whoever asks in the last minute changes
nothing. A voter's own word is not the staff's to take back, at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction
from council.voting import delivery_queries, permissions, queries
from council.voting.delivery import Channel, Delivery, Standing, standing
from council.voting.delivery_queries import by_voter
from council.voting.delivery_records import require_not_own, require_taken, settle
from council.voting.model import Sums, Unreturned
from council.voting.motion import Motion


async def ask_back(*, actor: Actor, motion_id: int, delivery_id: int, why: str, now: datetime) -> Delivery:
    """Says that a confirmed record is wrong, and why; a second person decides. The record as it stands now.

    Asked again by the same person, the reason is the new one. Refused for one's own home, for a record that waits for
    its second person still or was taken back, for the voter's own word, and where somebody else has asked already.
    """
    require(permissions.may_deliver(actor))
    if not why:
        raise Invalid({"why": "delivery.why_missing"})
    async with transaction():
        motion = await require_taken(actor, motion_id, now)
        found = await _one(actor, motion, delivery_id)
        if found.channel is Channel.ONLINE:
            raise Refused("delivery.owners_word", forbidden=True)
        if not found.is_confirmed:
            raise Refused("delivery.not_checked")
        if found.is_asked_back and found.asked_by != actor.person_id:
            raise Refused("delivery.asked_already", name=found.asked_by_name or "")
        if (found.asked_by, found.asked_why) != (actor.person_id, why):
            await execute(
                "UPDATE delivery SET asked_by = {}, asked_by_name = {}, asked_why = {}, asked_at = {}"
                " WHERE community_id = {} AND id = {}",
                *(actor.person_id, actor.name, why, now, actor.community_id, delivery_id),
            )
            await _log(actor, motion, "delivery.asked_back", found, now, private={"why": why})
        return await _one(actor, motion, delivery_id)


async def answer_asked(
    *, actor: Actor, motion_id: int, delivery_id: int, agrees: bool, seen: str, now: datetime
) -> None:
    """The second person's word: taken back with the first one's reason, or it stays and nothing is asked any more.

    To agree takes somebody else than who asked; who asked may let it stay. `seen`: the reason that they read, which
    may have been changed since. Refused for one's own home, and where nothing is asked (any more).
    """
    require(permissions.may_deliver(actor))
    async with transaction():
        motion = await require_taken(actor, motion_id, now)
        found = await _one(actor, motion, delivery_id)
        if not found.is_asked_back:
            raise Refused("delivery.asked_no_more")
        if agrees and found.asked_by == actor.person_id:
            raise Refused("delivery.ask_second_person", forbidden=True)
        if agrees and found.asked_why != seen:
            raise Refused("delivery.asked_anew", reason=found.asked_why or "")
        if not agrees:
            await execute(
                "UPDATE delivery SET asked_by = NULL, asked_by_name = NULL, asked_why = NULL, asked_at = NULL"
                " WHERE community_id = {} AND id = {}",
                *(actor.community_id, delivery_id),
            )
            await _log(actor, motion, "delivery.kept", found, now, asked_by=found.asked_by)
            return
        await execute(
            "UPDATE delivery SET withdrawn_by = {}, withdrawn_by_name = {}, withdrawn_why = asked_why,"
            " withdrawn_at = {} WHERE community_id = {} AND id = {}",
            *(actor.person_id, actor.name, now, actor.community_id, delivery_id),
        )
        await settle(actor, motion, {found.roll_voter_id})
        await _log(
            actor,
            motion,
            "delivery.withdrawn",
            found,
            now,
            asked_by=found.asked_by,
            private={"why": found.asked_why or ""},
        )


async def take_back_receipt(*, actor: Actor, motion_id: int, voter: str, now: datetime) -> None:
    """Whoever may say for this voter ("v3") that the papers have come says that they have not; once or twice.

    Refused outside notice and vote, and to anybody else: no staff undoes an owner's own word.
    """
    async with transaction():
        motion = await require_taken(actor, motion_id, now)
        own = [each for each in await queries.voters_for(actor, motion) if each.number == voter and each.receives]
        if not own:
            raise Refused("delivery.not_receiver", forbidden=True)
        require(own[0].lacks_authority(now))
        records = await delivery_queries.deliveries_of_voters(actor.community_id, motion_id, [own[0].roll_voter_id])
        for each in records:
            if each.stands and each.channel is Channel.ONLINE:
                await execute(
                    "UPDATE delivery SET withdrawn_by = {}, withdrawn_by_name = {}, withdrawn_why = '',"
                    " withdrawn_at = {} WHERE community_id = {} AND id = {}",
                    *(actor.person_id, actor.name, now, actor.community_id, each.id),
                )
                await settle(actor, motion, {each.roll_voter_id})
                await _log(actor, motion, "delivery.withdrawn", each, now)


async def hanging_on(motion: Motion, records: Sequence[Delivery], ids: Iterable[int]) -> Sums:
    """Voters who have not voted and are counted by the rule on silence because of these of the records alone: what the
    count loses when they are taken back. Nobody where silence says nothing. `records`: all of the voters concerned."""
    if motion.ruleset.unreturned is Unreturned.NOT_PARTICIPATING:
        return Sums()
    gone = set(ids)
    held = [voter for voter, of_it in by_voter(records).items() if _rests_on(motion, of_it, gone)]
    if not held:
        return Sums()
    silent = await fetch(
        "SELECT v.area_dm2 FROM roll_voter v WHERE v.community_id = {} AND v.motion_id = {} AND v.id IN {}"
        " AND NOT EXISTS (SELECT 1 FROM ballot b WHERE b.community_id = v.community_id AND b.motion_id = v.motion_id"
        " AND b.roll_voter_id = v.id AND b.state = 'in_force' AND b.is_wish = FALSE)",
        *(motion.community_id, motion.id, held),
    )
    return Sums(len(silent), sum(row["area_dm2"] for row in silent))


def rests_on(motion: Motion, records: Sequence[Delivery], delivery_id: int) -> bool:
    """Whether silence of the voter of these `records` would be counted because of this one alone."""
    return motion.ruleset.unreturned is not Unreturned.NOT_PARTICIPATING and _rests_on(motion, records, {delivery_id})


def _rests_on(motion: Motion, records: Sequence[Delivery], gone: set[int]) -> bool:
    left = [each for each in records if each.id not in gone]
    at = motion.closes_at
    return standing(records, at) is Standing.DELIVERED and standing(left, at) is not Standing.DELIVERED


async def _one(actor: Actor, motion: Motion, delivery_id: int) -> Delivery:
    (found,) = await delivery_queries.deliveries_by_id(actor.community_id, motion.id, [delivery_id])
    await require_not_own(actor, motion, [found.roll_voter_id])
    return found


async def _log(
    actor: Actor,
    motion: Motion,
    kind: str,
    found: Delivery,
    now: datetime,
    *,
    asked_by: int | None = None,
    private: dict[str, str] | None = None,
) -> None:
    said = {"motion": motion.id, "deliveries": [found.id], "by": actor.person_id}
    if asked_by is not None:
        said["asked_by"] = asked_by
    await audit.record(actor.community_id, kind, said, now=now, private=private or {})
