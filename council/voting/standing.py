"""Who stands behind a voter while a vote runs: suspended until its owners agree, another representative, a disputed
area. The frozen roll itself, its persons and areas, never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.storage.once import insert_once
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction
from council.voting import halt_queries, permissions, queries, standing_queries
from council.voting.halt_staff import require_free
from council.voting.motion import Motion, MotionState
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


async def suspend_voter(*, actor: Actor, motion_id: int, number: str, said: Said, now: datetime) -> None:
    """Co-owners or heirs are in dispute: nobody casts for this voter until they have signed together. Twice is once.

    It stays in N and A, and silence is not read as anything. Refused after the closing, and once a ballot is in force:
    what was cast by whoever was the representative then stands, and can be objected to. Called by `halting.confirm`,
    which has asked who may, in its transaction.
    """
    motion, line = await _running(actor, motion_id, number, now)
    if line.suspension is not None:
        return
    await _require_no_ballot(motion, line)
    await insert_suspension(actor, motion_id, (line.roll_voter_id, number), said, now)


async def suspendable(actor: Actor, motion_id: int, number: str, now: datetime) -> RollLine:
    """The voter's line while notice or vote runs, with the vote locked. Refused "roll.too_late"."""
    return (await _running(actor, motion_id, number, now))[1]


async def lift_suspension(*, actor: Actor, motion_id: int, number: str, reason: str, now: datetime) -> None:
    """They have agreed, with what shows it; before the closing, so that they can still vote."""
    require(permissions.may_keep_roll(actor))
    async with transaction():
        _, line = await _running(actor, motion_id, number, now)
        if line.suspension is None:
            raise Refused("roll.not_suspended")
        homes, owners = await halt_queries.home_of_voter(actor.community_id, line.roll_voter_id)
        await require_free(actor, homes, owners, now, motion_id=motion_id)
        await execute(
            "UPDATE roll_suspension SET lifted_at = {}, lifted_by_name = {}, lifted_reason = {}"
            " WHERE community_id = {} AND motion_id = {} AND roll_voter_id = {} AND lifted_at IS NULL",
            *(now, actor.name, reason, actor.community_id, motion_id, line.roll_voter_id),
        )
        await _record(actor, "roll.resumed", motion_id, number, {"reason": reason}, now)


async def name_representative(
    *, actor: Actor, motion_id: int, number: str, owner_id: int, reason: str, now: datetime
) -> None:
    """The co-owners have named another one of them to cast in this vote (a paper that all signed). The same one again
    changes nothing; refused once a ballot is in force. NotFound for somebody who does not stand behind this voter."""
    require(permissions.may_keep_roll(actor))
    async with transaction():
        motion, line = await _running(actor, motion_id, number, now)
        named = next((holder for holder in line.holders if holder.owner_id == owner_id), None)
        if named is None:
            raise NotFound
        if named.is_representative:
            return
        await _require_no_ballot(motion, line)
        await execute(
            "UPDATE roll_holder SET is_representative = (owner_id = {}) WHERE community_id = {} AND roll_voter_id = {}",
            *(owner_id, actor.community_id, line.roll_voter_id),
        )
        await _record(actor, "roll.representative", motion_id, number, {"owner": owner_id, "reason": reason}, now)


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
    await _record(actor, "roll.suspended", motion_id, voter[1], {"reason": said.reason}, now)


async def _running(actor: Actor, motion_id: int, number: str, now: datetime) -> tuple[Motion, RollLine]:
    """The motion, locked, while its notice or its vote runs, and the voter's line."""
    await lock_row("motion", motion_id)
    motion = await queries.motion(actor.community_id, motion_id)
    if motion.state(now) not in {MotionState.NOTICE, MotionState.OPEN}:
        raise Refused("roll.too_late")
    return motion, await standing_queries.line(actor.community_id, motion_id, number)


async def _require_no_ballot(motion: Motion, line: RollLine) -> None:
    if await standing_queries.has_ballot(motion.community_id, line.roll_voter_id):
        raise Refused("roll.cast_already")


async def _record(
    actor: Actor, kind: str, motion_id: int, number: str, told: dict[str, str | int], now: datetime
) -> None:
    """Anybody may read the log: whose home it is, and why, go in as a salted hash."""
    data = {"motion": motion_id, "by": actor.person_id}
    await audit.record(actor.community_id, kind, data, now=now, private={"voter": number, **told})
