"""Recording deliveries: at one door, by a signed sheet, by posting, by the voter's own word.

The same form again (its key) answers what it recorded; a tap that was sent twice, or days later, counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.storage.once import insert_once
from council.storage.transactions import transaction
from council.voting import delivery_queries, permissions, queries
from council.voting.delivery import (
    AT_THE_DOOR,
    MOST_WAITED,
    Channel,
    Delivery,
    DeliveryDraft,
    Receiver,
    Result,
    Standing,
    is_told_online,
    standing,
    wrong_in,
)
from council.voting.delivery_queries import Door, by_voter
from council.voting.delivery_records import (
    delivery_row,
    insert_deliveries,
    log_deliveries,
    require_not_own,
    require_proof,
    require_taken,
    settle,
)
from council.voting.motion import Motion
from council.voting.tables import Delivery as DeliveryRow

_SAID = (
    *("motion_id", "unit_id", "result", "channel", "by_person", "photo_id"),
    *("receiver_kind", "receiver", "witness", "note"),
)
"""What the same form says again."""


async def record_delivery(
    *, actor: Actor, motion_id: int, unit: str, draft: DeliveryDraft, photo_id: int | None, waited: int, now: datetime
) -> Delivery:
    """What happened at one home (`unit`: its code). `waited`: seconds since the tap, where there was no network.

    Invalid for what the record lacks (`delivery.wrong_in`); NotFound for a unit that is not on this roll; Refused
    outside notice and vote, for one's own home, and for a used key with other words.
    """
    require(permissions.may_deliver(actor))
    if draft.channel not in AT_THE_DOOR:
        raise ValueError(f"{draft.channel} is no way to one home's door")
    if wrong := wrong_in(draft, has_photo=photo_id is not None):
        raise Invalid(wrong)
    async with transaction():
        motion = await require_taken(actor, motion_id, now)
        door = (await delivery_queries.doors_of(actor.community_id, motion_id, [unit]))[0]
        await require_not_own(actor, motion, [door.roll_voter_id])
        await require_proof(actor, photo_id)
        at = max(motion.notice_at, now - timedelta(seconds=min(max(waited, 0), MOST_WAITED)))
        row = delivery_row(actor, motion, door, draft, at=at, now=now)
        row.photo_id = photo_id
        return await _once(actor, motion, row, now)


async def confirm_receipt(*, actor: Actor, motion_id: int, voter: str, key: str, now: datetime) -> Delivery:
    """The word of whoever casts for this voter ("v3") that the papers have come: it proves delivery from now on.

    Refused where the frozen bylaws do not take it, to anybody else (a proxy holds a vote and receives nothing), and
    outside notice and vote. A second word changes nothing and answers the first.
    """
    async with transaction():
        motion = await require_taken(actor, motion_id, now)
        if not is_told_online(motion):
            raise Refused("delivery.not_online")
        own = [each for each in await queries.voters_for(actor, motion) if each.number == voter and each.receives]
        if not own:
            raise Refused("delivery.not_receiver", forbidden=True)
        require(own[0].lacks_authority(now))
        records = await delivery_queries.deliveries_of_voters(actor.community_id, motion_id, [own[0].roll_voter_id])
        for each in records:
            if each.stands and each.channel is Channel.ONLINE:
                return each
        door = (await delivery_queries.doors_of(actor.community_id, motion_id, own[0].unit_codes[:1]))[0]
        kind = Receiver.OWNER if own[0].acting is None else Receiver.OTHER
        draft = DeliveryDraft(key, Result.DELIVERED, Channel.ONLINE, kind, "" if kind is Receiver.OWNER else actor.name)
        made = await _once(actor, motion, delivery_row(actor, motion, door, draft, at=now, now=now), now)
        if not made.stands:
            raise Refused("form.used_before")  # the page from before it was taken back
        await settle(actor, motion, {door.roll_voter_id})
        return made


async def _once(actor: Actor, motion: Motion, row: DeliveryRow, now: datetime) -> Delivery:
    """The record, made by this form now or before. The instant is not compared: another sending dates it anew."""
    delivery_id, is_new = await insert_once(row, same=_SAID)
    made = await delivery_queries.deliveries_by_id(actor.community_id, motion.id, [delivery_id])
    if is_new:
        await log_deliveries(actor, motion, made, now)
    return made[0]


async def record_sheet(
    *, actor: Actor, motion_id: int, sheet: int, units: Sequence[str], key: str, photo_id: int, now: datetime
) -> list[Delivery]:
    """What one photograph of a signed sheet 送达签收表 shows: a delivery for each ticked row, all of them waiting for
    a second person. Homes whose delivery is proven already are passed over. The caller has checked that these `units`
    stand on this sheet."""
    require(permissions.may_deliver(actor))
    return await _several(actor, motion_id, units, Channel.SHEET, key, photo_id, now, sheet=sheet)


async def record_posting(
    *, actor: Actor, motion_id: int, units: Sequence[str], key: str, photo_id: int, now: datetime
) -> list[Delivery]:
    """公告送达: the papers were posted on the board for homes that were tried in vain; Refused for any other.

    The days run from now, by themselves (`delivery.proves_from`).
    """
    require(permissions.may_deliver(actor))
    return await _several(actor, motion_id, units, Channel.POSTING, key, photo_id, now)


async def _several(
    actor: Actor,
    motion_id: int,
    units: Sequence[str],
    channel: Channel,
    key: str,
    photo_id: int,
    now: datetime,
    *,
    sheet: int | None = None,
) -> list[Delivery]:
    if not units:
        raise Invalid({"units": "delivery.none_ticked"})
    async with transaction():
        motion = await require_taken(actor, motion_id, now)
        doors = await delivery_queries.doors_of(actor.community_id, motion_id, units)
        doors = list({door.roll_voter_id: door for door in reversed(doors)}.values())[::-1]
        await require_proof(actor, photo_id)
        if before := await delivery_queries.deliveries_by_form(actor.community_id, motion_id, key):
            await _require_same(actor, motion, before, doors, (actor.person_id, photo_id, channel), now)
            return before
        await require_not_own(actor, motion, [door.roll_voter_id for door in doors])
        doors = await _still_open(actor, motion, doors, channel, now)
        rows = []
        for door in doors:
            draft = DeliveryDraft(f"{key}.{door.number}", Result.DELIVERED, channel)
            row = delivery_row(actor, motion, door, draft, at=now, now=now)
            row.receiver_kind, row.photo_id, row.sheet = None, photo_id, sheet
            rows.append(row)
        return await insert_deliveries(actor, motion, rows, now)


async def _require_same(
    actor: Actor,
    motion: Motion,
    before: list[Delivery],
    doors: list[Door],
    said: tuple[int, int, Channel],
    now: datetime,
) -> None:
    """Refused when this form was sent with another photo, or with other ticks: each of them was recorded then, or
    passed over because it was proven."""
    ticked, recorded = {door.roll_voter_id for door in doors}, {each.roll_voter_id for each in before}
    records = by_voter(await delivery_queries.deliveries_of_voters(actor.community_id, motion.id, ticked - recorded))
    new = {each for each in ticked - recorded if standing(records.get(each, ()), now) is not Standing.DELIVERED}
    if new or not recorded <= ticked or {(each.by_person, each.photo_id, each.channel) for each in before} != {said}:
        raise Refused("form.used_before")


async def _still_open(actor: Actor, motion: Motion, doors: list[Door], channel: Channel, now: datetime) -> list[Door]:
    """The doors of voters to whom it is still to be recorded; a posting is for those alone who were tried in vain."""
    ids = [door.roll_voter_id for door in doors]
    records = by_voter(await delivery_queries.deliveries_of_voters(actor.community_id, motion.id, ids))
    where = {each: standing(records.get(each, ()), now) for each in ids}
    if channel is Channel.POSTING and not set(where.values()) <= {Standing.REFUSED, Standing.NOT_REACHED}:
        raise Refused("delivery.not_tried")
    left = [door for door in doors if where[door.roll_voter_id] is not Standing.DELIVERED]
    if not left:
        raise Refused("delivery.all_done")
    return left
