"""What happens at doors, told in one line each."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.files import service as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.ids import new_id
from council.storage.sql import fetch_one
from council.voting import delivering, delivery_asking, delivery_checks, delivery_queries
from council.voting.delivery import Channel, Delivery, DeliveryDraft, Receiver, Result, Standing, standing
from council.voting.motion import Motion
from tests.files.pictures import picture
from tests.voting.motions import DURING

MINUTE = timedelta(minutes=1)


async def photo(actor: Actor, *, now: datetime = DURING, width: int = 80) -> int:
    """A proof; another width is another picture."""
    saved = await files.save_document(
        actor=actor, data=picture(size=(width, 40)), name="proof.jpg", now=now, purpose=Purpose.SCAN, field="photo"
    )
    return saved.id


async def record(
    actor: Actor,
    motion: Motion,
    room: str = "102",
    result: str = "delivered",
    *,
    to: str = "owner",
    receiver: str = "",
    channel: str = "door",
    witness: str = "",
    photo_id: int | None = None,
    key: str | None = None,
    waited: int = 0,
    now: datetime = DURING,
) -> Delivery:
    """Of the home 1-1-<room>."""
    draft = DeliveryDraft(
        key or new_id(), Result(result), Channel(channel), Receiver(to), receiver, witness, "按了两次门铃"
    )
    return await delivering.record_delivery(
        actor=actor,
        motion_id=motion.id,
        unit=f"1-1-{room}",
        draft=draft,
        photo_id=photo_id,
        waited=waited,
        now=now,
    )


async def confirm(actor: Actor, motion: Motion, *records: Delivery, now: datetime = DURING + MINUTE) -> int:
    return await delivery_checks.confirm_deliveries(
        actor=actor, motion_id=motion.id, ids=[each.id for each in records], now=now
    )


async def taken_back(
    first: Actor,
    second: Actor,
    motion: Motion,
    made: Delivery,
    *,
    why: str = "记错了门",
    now: datetime = DURING + MINUTE,
) -> None:
    """A confirmed one, by two people."""
    said = {"motion_id": motion.id, "delivery_id": made.id, "now": now}
    await delivery_asking.ask_back(actor=first, why=why, **said)
    await delivery_asking.answer_asked(actor=second, agrees=True, seen=why, **said)


async def stands(motion: Motion, now: datetime) -> dict[str, Standing]:
    """By voter's number."""
    records = delivery_queries.by_voter(await delivery_queries.deliveries(motion.community_id, motion.id))
    listed = await delivery_queries.doors(motion.community_id, motion.id)
    return {door.number: standing(records.get(door.roll_voter_id, ()), now) for door in listed}


async def delivered_at(motion: Motion, number: str) -> datetime | None:
    row = await fetch_one("SELECT delivered_at FROM roll_voter WHERE motion_id = {} AND number = {}", motion.id, number)
    assert row is not None
    found: datetime | None = row["delivered_at"]
    return found
