"""The second person's look at deliveries, and taking records back for which nobody else vouches yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.storage.sql import execute
from council.storage.transactions import transaction
from council.voting import delivery_queries, permissions
from council.voting.delivery import Channel, How, Result
from council.voting.delivery_records import require_not_own, require_taken, settle


async def confirm_deliveries(*, actor: Actor, motion_id: int, ids: Iterable[int], now: datetime) -> int:
    """The second person's word on these records, all or none; how many waited. From the photo where there is one; one
    without a photo is confirmed by whoever has asked the household. Confirmed ones stay as they are.

    Refused for what one has recorded oneself, for one's own home, and for a record that was withdrawn meanwhile.
    """
    require(permissions.may_deliver(actor))
    async with transaction():
        motion = await require_taken(actor, motion_id, now)
        found = await delivery_queries.deliveries_by_id(actor.community_id, motion_id, ids)
        if not found:
            raise Invalid({"ids": "delivery.none_ticked"})
        if any(not each.stands or each.result is not Result.DELIVERED for each in found):
            raise Refused("delivery.gone")
        waiting = [each for each in found if each.is_waiting]
        if any(each.by_person == actor.person_id for each in waiting):
            raise Refused("delivery.second_person", forbidden=True)
        await require_not_own(actor, motion, [each.roll_voter_id for each in waiting])
        for how, some in (
            (How.PROOF, [each.id for each in waiting if each.photo_id is not None]),
            (How.ASKED, [each.id for each in waiting if each.photo_id is None]),
        ):
            if some:
                await execute(
                    "UPDATE delivery SET confirmed_by = {}, confirmed_by_name = {}, confirmed_how = {},"
                    " confirmed_at = {} WHERE community_id = {} AND id IN {}",
                    *(actor.person_id, actor.name, how.value, now, actor.community_id, some),
                )
        await settle(actor, motion, {each.roll_voter_id for each in waiting})
        if waiting:
            await audit.record(
                actor.community_id,
                "delivery.confirmed",
                {"motion": motion_id, "deliveries": [each.id for each in waiting], "by": actor.person_id},
                now=now,
            )
        return len(waiting)


async def withdraw_deliveries(*, actor: Actor, motion_id: int, ids: Iterable[int], why: str, now: datetime) -> int:
    """Takes wrong records back, with the reason: they are kept, and prove nothing. How many there were.

    Whoever recorded one withdraws it; by anybody else it is sent back. Refused for one's own home, for the voter's own
    word, and for what a second person has confirmed: taking that back takes two (`delivery_asking`).
    """
    require(permissions.may_deliver(actor))
    if not why:
        raise Invalid({"why": "delivery.why_missing"})
    async with transaction():
        motion = await require_taken(actor, motion_id, now)
        found = await delivery_queries.deliveries_by_id(actor.community_id, motion_id, ids)
        if not found:
            raise Invalid({"ids": "delivery.none_ticked"})
        kept = [each for each in found if each.stands]
        if any(each.channel is Channel.ONLINE for each in found):
            raise Refused("delivery.owners_word", forbidden=True)
        if any(each.is_confirmed for each in kept):
            raise Refused("delivery.takes_two")
        await require_not_own(actor, motion, [each.roll_voter_id for each in kept])
        if kept:
            await execute(
                "UPDATE delivery SET withdrawn_by = {}, withdrawn_by_name = {}, withdrawn_why = {}, withdrawn_at = {}"
                " WHERE community_id = {} AND id IN {}",
                *(actor.person_id, actor.name, why, now, actor.community_id, [each.id for each in kept]),
            )
            await settle(actor, motion, {each.roll_voter_id for each in kept})
            await audit.record(
                actor.community_id,
                "delivery.withdrawn",
                {"motion": motion_id, "deliveries": [each.id for each in kept], "by": actor.person_id},
                now=now,
                private={"why": why},
            )
        return len(kept)
