"""Who stands behind a voter while a vote runs: suspended until its owners agree, a disputed area. The frozen roll
itself, its persons and areas, never changes. What suspends a voter or lets it go on is a `Halt` (`halt_effects`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.storage.once import insert_once
from council.storage.sql import execute
from council.storage.transactions import transaction
from council.voting import permissions, queries, standing_queries
from council.voting.motion import MotionState
from council.voting.standing_queries import RollLine
from council.voting.tables import AreaDispute, RollSuspension


@dataclass(frozen=True, slots=True)
class Said:
    """Who recorded that a voter is to be suspended, who confirmed it, why, and the dispute of a home it comes from."""

    person_id: int
    by_name: str
    confirmed_by_name: str | None
    reason: str
    dispute_id: int | None = None


async def line_now(actor: Actor, motion_id: int, number: str, now: datetime) -> RollLine:
    """The voter's line while notice or vote runs. Refused "roll.too_late" otherwise."""
    motion = await queries.motion(actor.community_id, motion_id)
    if motion.state(now) not in {MotionState.NOTICE, MotionState.OPEN}:
        raise Refused("roll.too_late")
    return await standing_queries.line(actor.community_id, motion_id, number)


async def record_area_dispute(
    *, actor: Actor, motion_id: int, number: str, unit_code: str, key: str, words: str, now: datetime
) -> None:
    """Somebody says that a home's area on the roll is wrong: kept for street office and court. The roll stays as it was
    frozen; the register may be corrected for the votes to come. The same form again is the same dispute."""
    require(permissions.may_keep_roll(actor))
    async with transaction():
        line = await standing_queries.line(actor.community_id, motion_id, number)
        if unit_code not in {unit.code for unit in line.units}:
            raise NotFound
        row = AreaDispute(
            community_id=actor.community_id,
            motion_id=motion_id,
            roll_voter_id=line.roll_voter_id,
            unit_code=unit_code,
            key=key,
            words=words,
            person_id=actor.person_id,
            by_name=actor.name,
            recorded_at=now,
        )
        if not (await insert_once(row, same=("motion_id", "unit_code", "words", "person_id")))[1]:
            return
        await audit.record(
            actor.community_id,
            "roll.area_disputed",
            {"motion": motion_id, "voter": number, "unit": unit_code, "by": actor.person_id},
            now=now,
            private={"words": words},
        )


async def insert_suspension(actor: Actor, motion_id: int, voter: tuple[int, str], said: Said, now: datetime) -> None:
    """In the caller's transaction; `voter` is (id, number)."""
    await RollSuspension.insert(
        RollSuspension(
            community_id=actor.community_id,
            motion_id=motion_id,
            roll_voter_id=voter[0],
            reason=said.reason,
            person_id=said.person_id,
            by_name=said.by_name,
            confirmed_by_name=said.confirmed_by_name,
            suspended_at=now,
            dispute_id=said.dispute_id,
        )
    )
    await record_of(actor, "roll.suspended", motion_id, voter[1], {"reason": said.reason}, now)


async def end_suspension(
    actor: Actor, motion_id: int, voter: tuple[int, str], by_name: str, reason: str, now: datetime
) -> None:
    """In the caller's transaction; `voter` is (id, number)."""
    await execute(
        "UPDATE roll_suspension SET lifted_at = {}, lifted_by_name = {}, lifted_reason = {}"
        " WHERE community_id = {} AND motion_id = {} AND roll_voter_id = {} AND lifted_at IS NULL",
        *(now, by_name, reason, actor.community_id, motion_id, voter[0]),
    )
    await record_of(actor, "roll.resumed", motion_id, voter[1], {"reason": reason}, now)


async def record_of(
    actor: Actor, kind: str, motion_id: int, number: str, told: dict[str, str | int], now: datetime
) -> None:
    """Anybody may read the log: whose home it is, and why, go in as a salted hash."""
    data = {"motion": motion_id, "by": actor.person_id}
    await audit.record(actor.community_id, kind, data, now=now, private={"voter": number, **told})
