"""The lot where candidates are equal: drawn before witnesses, recorded by one person and confirmed by another.

Until a second person has confirmed it there is no result that anybody could sign. A record that is wrong is taken back
before that, by somebody else than who made it, with a reason; it stays to be seen wherever the lot is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, NotFound, Refusal, Refused, require
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction
from council.voting import impartial, permissions, queries
from council.voting.counting import count
from council.voting.electing import number_of
from council.voting.election import Filled
from council.voting.election_tables import Lot as Row
from council.voting.lot_queries import BETWEEN, Lot, lot_of
from council.voting.motion import Motion

WITNESSES_LEAST = 2


@dataclass(frozen=True, slots=True)
class LotDraft:
    """`order`: the numbers of the equal ones as they were drawn; `witnesses` are names."""

    key: str
    order: tuple[int, ...]
    witnesses: tuple[str, ...]
    drawn_at: datetime
    photo_id: int


async def tied(motion: Motion, now: datetime) -> tuple[int, ...]:
    """The numbers of those among whom a lot has to decide, in their order; nobody in most elections, and before the
    count."""
    if not motion.is_election or motion.is_advisory or not motion.is_countable(now):
        return ()
    counted = await count(motion, now)
    if counted.election is None or counted.election.result.filled is not Filled.LOT:
        return ()
    return tuple(sorted(map(number_of, counted.election.result.tied)))


async def may_record(actor: Actor, motion: Motion) -> Refusal | None:
    """The desk and the motion's officers; never somebody who stands there, nor the auditor."""
    if actor.has(Role.AUDITOR):
        return Refusal("motion.auditor_signs_nothing")
    standing = await queries.candidates(motion.community_id, motion.id)
    owned = actor.tied_owner_ids
    if any(each.person_id == actor.person_id or each.owner_id in owned for each in standing):
        return Refusal("lot.candidate")
    officers = await queries.officers(motion.community_id, motion.id)
    is_officer = permissions.may_certify(actor, officers) is None
    if actor.has(Role.SECRETARY):
        return None
    return await impartial.may_count(actor, motion) if is_officer else Refusal("motion.not_an_officer")


async def record_lot(*, actor: Actor, motion_id: int, draft: LotDraft, now: datetime) -> int:
    """What was drawn, with its witnesses and photo; the same form again is the same record.

    Refused where nobody is equal (lot.not_needed) or one is recorded already; Invalid by field.
    """
    async with transaction():
        motion = await _locked(actor, motion_id)
        photo = await files.stored_file(actor.community_id, draft.photo_id)
        if photo.purpose is not Purpose.SCAN or photo.width is None:
            raise NotFound
        row = Row(
            community_id=actor.community_id,
            motion_id=motion_id,
            key=draft.key,
            tied=" ".join(map(str, sorted(draft.order))),
            drawn=" ".join(map(str, draft.order)),
            witnesses=BETWEEN.join(draft.witnesses) or " ",
            drawn_at=draft.drawn_at,
            photo_id=draft.photo_id,
            person_id=actor.person_id,
            by_name=actor.name,
            recorded_at=now,
        )
        try:
            lot_id, is_new = await insert_once(row, same=("motion_id", "person_id", "drawn"))
        except Exception as exc:
            if unique_violation(exc):
                raise Refused("lot.recorded_already") from None
            raise
        if not is_new:
            return lot_id
        _check(motion, draft, await _required(motion, now), now)
        await audit.record(
            actor.community_id,
            "lot.recorded",
            {"motion": motion_id, "lot": lot_id, "drawn": list(draft.order), "photo": photo.sha256},
            now=now,
            private={"witnesses": list(draft.witnesses), "by": actor.person_id},
        )
    return lot_id


async def confirm_lot(*, actor: Actor, motion_id: int, lot_id: int, now: datetime) -> None:
    """The second person's word: from now on the order counts. Twice is once."""
    async with transaction():
        motion = await _locked(actor, motion_id)
        lot = await _live(actor, motion_id, lot_id)
        if lot.confirmed_at is not None:
            return
        if lot.person_id == actor.person_id:
            raise Refused("lot.second_person", forbidden=True)
        if set(lot.order) != await _required(motion, now):
            raise Refused("lot.not_needed")
        await execute(
            "UPDATE lot SET confirmed_by = {}, confirmed_by_name = {}, confirmed_at = {} WHERE community_id = {}"
            " AND id = {}",
            *(actor.person_id, actor.name, now, actor.community_id, lot_id),
        )
        cases = " ".join(["WHEN {} THEN CAST({} AS INTEGER)"] * len(lot.order))
        await execute(
            f"UPDATE motion_candidate SET drawn = CASE number {cases} END"
            " WHERE community_id = {} AND motion_id = {} AND number IN {}",
            *(value for place, number in enumerate(lot.order, start=1) for value in (number, place)),
            *(actor.community_id, motion_id, list(lot.order)),
        )
        await _log(actor, "lot.confirmed", motion_id, lot_id, now)


async def withdraw_lot(*, actor: Actor, motion_id: int, lot_id: int, reason: str, now: datetime) -> None:
    """Recorded wrongly: taken back by another of those who may record, with a reason that everybody reads, before it is
    confirmed. Only then is another drawing recorded, and both are shown."""
    if not reason:
        raise Invalid({"why_not": "lot.reason_needed"})
    async with transaction():
        await _locked(actor, motion_id)
        lot = await _live(actor, motion_id, lot_id)
        if lot.confirmed_at is not None:
            raise Refused("lot.confirmed_already")
        if lot.person_id == actor.person_id:
            raise Refused("lot.own_record", forbidden=True)
        await execute(
            "UPDATE lot SET withdrawn_by = {}, withdrawn_by_name = {}, withdrawn_at = {}, withdrawn_reason = {}"
            " WHERE community_id = {} AND id = {}",
            *(actor.person_id, actor.name, now, reason, actor.community_id, lot_id),
        )
        await _log(actor, "lot.withdrawn", motion_id, lot_id, now, {"reason": reason})


async def _locked(actor: Actor, motion_id: int) -> Motion:
    await lock_row("motion", motion_id)
    motion = await queries.motion(actor.community_id, motion_id)
    require(await may_record(actor, motion))
    return motion


async def _live(actor: Actor, motion_id: int, lot_id: int) -> Lot:
    lot = await lot_of(actor.community_id, motion_id)
    if lot is None or lot.id != lot_id:
        raise NotFound
    return lot


async def _required(motion: Motion, now: datetime) -> set[int]:
    if found := await tied(motion, now):
        return set(found)
    raise Refused("lot.not_needed")


def _check(motion: Motion, draft: LotDraft, equal: set[int], now: datetime) -> None:
    errors: dict[str, str] = {}
    if len(draft.order) != len(equal) or set(draft.order) != equal:
        errors["drawn"] = "lot.whole_order"
    if len(set(draft.witnesses)) < WITNESSES_LEAST:
        errors["witness_b"] = "lot.two_witnesses"
    if not motion.closes_at < draft.drawn_at <= now:
        errors["drawn_at"] = "lot.time"
    if errors:
        raise Invalid(errors)


async def _log(
    actor: Actor, kind: str, motion_id: int, lot_id: int, now: datetime, private: dict[str, str] | None = None
) -> None:
    data = {"motion": motion_id, "lot": lot_id}
    by = {"by": actor.person_id}
    await audit.record(actor.community_id, kind, data, now=now, private={**(private or {}), **by})
