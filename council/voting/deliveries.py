"""Recording deliveries, and the second person's look at them. Why they end with the closing stands in `delivery.py`.

Every verb takes the motion's lock: a closing that is being moved and a delivery come one after the other. The same
form again (its key) answers what it recorded; a tap that was sent twice, or days later, counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.storage.errors import unique_violation
from council.storage.sql import execute
from council.storage.transactions import lock_row, savepoint, transaction
from council.voting import delivery_queries, permissions, queries
from council.voting.delivery import (
    MOST_WAITED,
    Channel,
    Delivery,
    DeliveryDraft,
    How,
    Result,
    Standing,
    is_taken,
    proves_from,
    standing,
    wrong_in,
)
from council.voting.delivery_queries import Door, by_voter
from council.voting.motion import Motion, MotionState
from council.voting.tables import Delivery as DeliveryRow


async def record_delivery(
    *, actor: Actor, motion_id: int, unit: str, draft: DeliveryDraft, photo_id: int | None, waited: int, now: datetime
) -> Delivery:
    """What happened at one home (`unit`: its code). `waited`: seconds since the tap, where there was no network.

    Invalid for what the record lacks (`delivery.wrong_in`); NotFound for a unit that is not on this roll; Refused
    outside notice and vote, for one's own home, and for a used key with other words.
    """
    require(permissions.may_deliver(actor))
    if wrong := wrong_in(draft, has_photo=photo_id is not None):
        raise Invalid(wrong)
    async with transaction():
        motion = await _taken(actor, motion_id, now)
        door = (await delivery_queries.doors_of(actor.community_id, motion_id, [unit]))[0]
        await _not_own(actor, motion, [door.roll_voter_id])
        await _proof(actor, photo_id)
        at = max(motion.notice_at, now - timedelta(seconds=min(max(waited, 0), MOST_WAITED)))
        row = _row(actor, motion, door, draft, at=at, now=now)
        row.photo_id = photo_id
        for before in await delivery_queries.deliveries_by_form(actor.community_id, motion_id, draft.key):
            if not _is_same(before, row):
                raise Refused("form.used_before")
            return before
        return (await _insert(actor, motion, [row], now))[0]


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
        motion = await _taken(actor, motion_id, now)
        doors = await delivery_queries.doors_of(actor.community_id, motion_id, units)
        doors = list({door.roll_voter_id: door for door in reversed(doors)}.values())[::-1]
        await _proof(actor, photo_id)
        if before := await delivery_queries.deliveries_by_form(actor.community_id, motion_id, key):
            await _require_same(actor, motion, before, doors, (actor.person_id, photo_id, channel), now)
            return before
        await _not_own(actor, motion, [door.roll_voter_id for door in doors])
        doors = await _still_open(actor, motion, doors, channel, now)
        rows = []
        for door in doors:
            draft = DeliveryDraft(f"{key}.{door.number}", Result.DELIVERED, channel)
            row = _row(actor, motion, door, draft, at=now, now=now)
            row.receiver_kind, row.photo_id, row.sheet = None, photo_id, sheet
            rows.append(row)
        return await _insert(actor, motion, rows, now)


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


async def confirm_deliveries(*, actor: Actor, motion_id: int, ids: Iterable[int], now: datetime) -> int:
    """The second person's word on these records, all or none; how many waited. From the photo where there is one; one
    without a photo is confirmed by whoever has asked the household. Confirmed ones stay as they are.

    Refused for what one has recorded oneself, for one's own home, and for a record that was withdrawn meanwhile.
    """
    require(permissions.may_deliver(actor))
    async with transaction():
        motion = await _taken(actor, motion_id, now)
        found = await delivery_queries.deliveries_by_id(actor.community_id, motion_id, ids)
        if not found:
            raise Invalid({"ids": "delivery.none_ticked"})
        if any(not each.stands or each.result is not Result.DELIVERED for each in found):
            raise Refused("delivery.gone")
        waiting = [each for each in found if each.is_waiting]
        if any(each.by_person == actor.person_id for each in waiting):
            raise Refused("delivery.second_person", forbidden=True)
        await _not_own(actor, motion, [each.roll_voter_id for each in waiting])
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
        await _settle(actor, motion, {each.roll_voter_id for each in waiting})
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

    Whoever recorded one withdraws it; by anybody else it is sent back. Refused for one's own home.
    """
    require(permissions.may_deliver(actor))
    if not why:
        raise Invalid({"why": "delivery.why_missing"})
    async with transaction():
        motion = await _taken(actor, motion_id, now)
        found = await delivery_queries.deliveries_by_id(actor.community_id, motion_id, ids)
        if not found:
            raise Invalid({"ids": "delivery.none_ticked"})
        kept = [each for each in found if each.stands]
        await _not_own(actor, motion, [each.roll_voter_id for each in kept])
        if kept:
            await execute(
                "UPDATE delivery SET withdrawn_by = {}, withdrawn_by_name = {}, withdrawn_why = {}, withdrawn_at = {}"
                " WHERE community_id = {} AND id IN {}",
                *(actor.person_id, actor.name, why, now, actor.community_id, [each.id for each in kept]),
            )
            await _settle(actor, motion, {each.roll_voter_id for each in kept})
            await audit.record(
                actor.community_id,
                "delivery.withdrawn",
                {"motion": motion_id, "deliveries": [each.id for each in kept], "by": actor.person_id},
                now=now,
                private={"why": why},
            )
        return len(kept)


async def _taken(actor: Actor, motion_id: int, now: datetime) -> Motion:
    await lock_row("motion", motion_id)
    motion = await queries.motion(actor.community_id, motion_id)
    if motion.state(now) is MotionState.CANCELLED:
        raise Refused("delivery.cancelled")
    if not is_taken(motion, now):
        raise Refused("delivery.closed")
    return motion


async def _not_own(actor: Actor, motion: Motion, voter_ids: Sequence[int]) -> None:
    """Nobody vouches for papers that were handed to themselves: at a home of theirs, or as an owner on the frozen roll,
    whom they are or say they are, also where the home was sold since."""
    owners = actor.owner_ids | actor.claimed_owner_ids
    if not voter_ids or not (actor.unit_ids or owners):
        return
    units = await delivery_queries.units_of_voters(actor.community_id, motion.id, voter_ids)
    if actor.unit_ids & units or owners & await delivery_queries.owners_of_voters(
        actor.community_id, motion.id, voter_ids
    ):
        raise Refused("delivery.own_home", forbidden=True)


async def _proof(actor: Actor, photo_id: int | None) -> None:
    """NotFound for a file that is no proof photo of this community."""
    if photo_id is None:
        return
    photo = await files.stored_file(actor.community_id, photo_id)
    if photo.purpose is not Purpose.SCAN or photo.width is None:
        raise NotFound


def _row(actor: Actor, motion: Motion, door: Door, draft: DeliveryDraft, *, at: datetime, now: datetime) -> DeliveryRow:
    is_delivered = draft.result is Result.DELIVERED
    return DeliveryRow(
        community_id=actor.community_id,
        motion_id=motion.id,
        roll_voter_id=door.roll_voter_id,
        unit_id=door.unit_id,
        key=draft.key,
        result=draft.result.value,
        channel=draft.channel.value,
        receiver_kind=draft.receiver_kind.value if is_delivered else None,
        receiver=draft.receiver if is_delivered else "",
        witness=draft.witness if draft.result is Result.REFUSED else "",
        note=draft.note,
        at=at,
        recorded_at=now,
        by_person=actor.person_id,
        by_name=actor.name,
        proves_from=proves_from(motion, draft.result, draft.channel, at),
    )


async def _insert(actor: Actor, motion: Motion, rows: Sequence[DeliveryRow], now: datetime) -> list[Delivery]:
    try:
        async with savepoint():
            await DeliveryRow.insert(*rows)
    except Exception as exc:
        if unique_violation(exc):
            raise Refused("form.used_before") from None  # by a form of another vote
        raise
    made = await delivery_queries.deliveries_by_form(actor.community_id, motion.id, rows[0].key.partition(".")[0])
    await audit.record(
        actor.community_id,
        "delivery.recorded",
        {
            "motion": motion.id,
            "deliveries": [each.id for each in made],
            "result": made[0].result.value,
            "channel": made[0].channel.value,
            "by": actor.person_id,
        },
        now=now,
        private={
            "units": [each.unit_code for each in made],
            "receiver": made[0].receiver,
            "witness": made[0].witness,
            "note": made[0].note,
            "photo": await _digest(actor, made[0].photo_id),
        },
    )
    return made


async def _digest(actor: Actor, photo_id: int | None) -> str:
    """Of the photo, so that the log holds that this picture was the proof on that day."""
    return "" if photo_id is None else (await files.stored_file(actor.community_id, photo_id)).sha256


def _is_same(before: Delivery, row: DeliveryRow) -> bool:
    """Whether this form said the same before. Not compared: the instant, which another sending dates anew."""
    kind = None if before.receiver_kind is None else before.receiver_kind.value
    facts = (before.unit_id, before.result.value, before.channel.value, before.by_person, before.photo_id)
    words = (kind, before.receiver, before.witness, before.note)
    sent = (row.unit_id, row.result, row.channel, row.by_person, row.photo_id)
    return (*facts, *words) == (*sent, row.receiver_kind, row.receiver, row.witness, row.note)


async def _settle(actor: Actor, motion: Motion, voter_ids: set[int]) -> None:
    """`roll_voter.delivered_at`, anew from the records: the first instant at which a confirmed one proves delivery (in
    the future while a posting's days run), or none."""
    if voter_ids:
        await execute(
            "UPDATE roll_voter SET delivered_at = (SELECT MIN(d.proves_from) FROM delivery d"
            " WHERE d.community_id = roll_voter.community_id AND d.roll_voter_id = roll_voter.id"
            " AND d.confirmed_at IS NOT NULL AND d.withdrawn_at IS NULL)"
            " WHERE community_id = {} AND motion_id = {} AND id IN {}",
            *(actor.community_id, motion.id, voter_ids),
        )
