"""More time for a vote that runs: before it closes, in public, and within what the bylaws allow."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.storage.sql import execute, fetch_one
from council.storage.transactions import lock_row, transaction
from council.voting import permissions, queries
from council.voting.motion import Extension, Motion, MotionState
from council.voting.tables import MotionExtension


async def extend_motion(
    *, actor: Actor, motion_id: int, key: str, closes_at: datetime, reason: str, now: datetime
) -> None:
    """Moves the closing to a later instant, with a public reason; ballots that were cast stay as they are.

    Refused once the closing has passed, where the motion's own frozen bylaws allow no extension (they did when its
    notice was posted: nobody finds out later), and beyond their days in all. The same form again changes nothing.
    """
    require(permissions.may_open_motion(actor))
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        if await _extended_before(actor, motion_id, key, closes_at, reason):
            return
        if motion.state(now) not in {MotionState.NOTICE, MotionState.OPEN}:
            raise Refused("motion.too_late_to_extend")
        latest = latest_closing(motion, await queries.extensions(actor.community_id, motion_id))
        if latest is None:
            raise Refused("motion.extension_not_allowed")
        if closes_at <= motion.closes_at:
            raise Invalid({"closes_at": "motion.extension_not_later"})
        if closes_at > latest:
            raise Invalid({"closes_at": "motion.extension_too_long"}, days=motion.procedure.extension_days.value)
        await MotionExtension.insert(
            MotionExtension(
                community_id=actor.community_id,
                motion_id=motion_id,
                key=key,
                from_at=motion.closes_at,
                to_at=closes_at,
                reason=reason,
                person_id=actor.person_id,
                by_name=actor.name,
                extended_at=now,
            )
        )
        await execute(
            "UPDATE motion SET closes_at = {} WHERE community_id = {} AND id = {}",
            *(closes_at, actor.community_id, motion_id),
        )
        data = {"motion": motion_id, "from": motion.closes_at.isoformat(), "to": closes_at.isoformat()}
        await audit.record(
            actor.community_id, "motion.extended", {**data, "reason": reason, "by": actor.person_id}, now=now
        )


def latest_closing(motion: Motion, extensions: list[Extension]) -> datetime | None:
    """How far the closing may move: so many days from the one that was announced first; None where not at all."""
    days = motion.procedure.extension_days.value
    announced = extensions[0].from_at if extensions else motion.closes_at
    return announced + timedelta(days=days) if days else None


async def _extended_before(actor: Actor, motion_id: int, key: str, closes_at: datetime, reason: str) -> bool:
    row = await fetch_one(
        "SELECT motion_id, to_at, reason, person_id FROM motion_extension WHERE community_id = {} AND key = {}",
        *(actor.community_id, key),
    )
    if row is None:
        return False
    if (row["motion_id"], row["to_at"], row["reason"], row["person_id"]) != (
        motion_id,
        closes_at,
        reason,
        actor.person_id,
    ):
        raise Refused("form.used_before")
    return True
