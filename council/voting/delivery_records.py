"""What every verb on deliveries does inside its transaction. Why they end with the closing stands in `delivery.py`.

Each takes the motion's lock: a closing that is being moved and a delivery come one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused
from council.storage.errors import unique_violation
from council.storage.sql import execute
from council.storage.transactions import lock_row, savepoint
from council.voting import delivery_queries, queries
from council.voting.delivery import Delivery, DeliveryDraft, Result, is_taken, proves_from
from council.voting.delivery_queries import Door
from council.voting.motion import Motion, MotionState
from council.voting.tables import Delivery as DeliveryRow


async def require_taken(actor: Actor, motion_id: int, now: datetime) -> Motion:
    await lock_row("motion", motion_id)
    motion = await queries.motion(actor.community_id, motion_id)
    if motion.state(now) is MotionState.CANCELLED:
        raise Refused("delivery.cancelled")
    if not is_taken(motion, now):
        raise Refused("delivery.closed")
    return motion


async def require_not_own(actor: Actor, motion: Motion, voter_ids: Sequence[int]) -> None:
    """Nobody vouches for papers that were handed to themselves: at a home of theirs, or as an owner on the frozen roll,
    whom they are or say they are, also where the home was sold since."""
    owners = actor.tied_owner_ids
    if not voter_ids or not (actor.unit_ids or owners):
        return
    units = await delivery_queries.units_of_voters(actor.community_id, motion.id, voter_ids)
    if actor.unit_ids & units or owners & await delivery_queries.owners_of_voters(
        actor.community_id, motion.id, voter_ids
    ):
        raise Refused("delivery.own_home", forbidden=True)


async def require_proof(actor: Actor, photo_id: int | None) -> None:
    """NotFound for a file that is no proof photo of this community."""
    if photo_id is None:
        return
    photo = await files.stored_file(actor.community_id, photo_id)
    if photo.purpose is not Purpose.SCAN or photo.width is None:
        raise NotFound


def delivery_row(
    actor: Actor, motion: Motion, door: Door, draft: DeliveryDraft, *, at: datetime, now: datetime
) -> DeliveryRow:
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


async def insert_deliveries(actor: Actor, motion: Motion, rows: Sequence[DeliveryRow], now: datetime) -> list[Delivery]:
    try:
        async with savepoint():
            await DeliveryRow.insert(*rows)
    except Exception as exc:
        if unique_violation(exc):
            raise Refused("form.used_before") from None  # by a form of another vote
        raise
    made = await delivery_queries.deliveries_by_form(actor.community_id, motion.id, rows[0].key.partition(".")[0])
    await log_deliveries(actor, motion, made, now)
    return made


async def log_deliveries(actor: Actor, motion: Motion, made: Sequence[Delivery], now: datetime) -> None:
    """What one form recorded, with the text that was delivered: `motion.text_sha256` is what the papers quote."""
    await audit.record(
        actor.community_id,
        "delivery.recorded",
        {
            "motion": motion.id,
            "deliveries": [each.id for each in made],
            "result": made[0].result.value,
            "channel": made[0].channel.value,
            "text_sha256": motion.text_sha256,
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


async def _digest(actor: Actor, photo_id: int | None) -> str:
    """Of the photo, so that the log holds that this picture was the proof on that day."""
    return "" if photo_id is None else (await files.stored_file(actor.community_id, photo_id)).sha256


async def settle(actor: Actor, motion: Motion, voter_ids: set[int]) -> None:
    """`roll_voter.delivered_at`, anew from the records: the first instant at which one that is checked proves delivery
    (in the future while a posting's days run), or none."""
    if voter_ids:
        await execute(
            "UPDATE roll_voter SET delivered_at = (SELECT MIN(d.proves_from) FROM delivery d"
            " WHERE d.community_id = roll_voter.community_id AND d.roll_voter_id = roll_voter.id"
            " AND (d.confirmed_at IS NOT NULL OR d.channel = 'online') AND d.withdrawn_at IS NULL)"
            " WHERE community_id = {} AND motion_id = {} AND id IN {}",
            *(actor.community_id, motion.id, voter_ids),
        )
