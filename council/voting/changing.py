"""Giving a vote that runs more time, or calling it off: one of the desk asks with a public reason, somebody else of the
office who has nothing of their own in the vote confirms what they read.

Until the second yes the vote goes on as announced; what nobody has confirmed when it closes is void. The reason is
public with the second yes: until then it is one person's word.
"""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Refused, require
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction
from council.voting import change_queries, impartial, queries
from council.voting.change import (
    SECONDS,
    Asked,
    Change,
    ChangeDraft,
    may_ask,
    may_confirm,
    may_read,
    may_withdraw,
    require_within,
    whether,
)
from council.voting.motion import Motion, MotionState
from council.voting.tables import MotionChange, MotionExtension

_SAME = ("motion_id", "kind", "closes_at", "reason", "recorded_by")
_SHOWN = {MotionState.NOTICE, MotionState.OPEN, MotionState.COUNTING}


async def ask(*, actor: Actor, motion_id: int, draft: ChangeDraft, now: datetime) -> int:
    """For more time, or for calling the vote off, to be confirmed by somebody else; its id. The same form again is the
    same one, whatever has become of it.

    Refused once the closing has passed, "change.waits" while one waits about this vote; more time as `require_within`.
    """
    require(may_ask(actor))
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        row = MotionChange(
            community_id=actor.community_id,
            motion_id=motion_id,
            key=draft.key,
            kind=draft.kind.value,
            closes_at=draft.closes_at,
            reason=draft.reason,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        try:
            change_id, is_new = await insert_once(row, same=_SAME)
        except Exception as error:
            if not unique_violation(error):
                raise
            _require_in_time(motion, draft, now)
            raise Refused("change.waits") from None
        if is_new:
            await _require_possible(motion, draft, now)
            data = {"motion": motion_id, "change": change_id, "by": actor.person_id}
            kind = f"motion.{draft.kind}_asked"
            await audit.record(actor.community_id, kind, data, now=now, private={"reason": draft.reason})
    return change_id


async def confirm(*, actor: Actor, change_id: int, now: datetime) -> Change:
    """The second person's yes: the closing moves, and ballots that were cast stay as they are; or the vote is called
    off, and its ballots stay where they are and never count.

    Refused "change.moved_on" for whoever comes second, "office.recused" for whoever has something of their own in the
    vote, and once it is too late, as `ask`.
    """
    change = await change_queries.change(actor.community_id, change_id)
    require(may_confirm(actor, change))
    async with transaction():
        await lock_row("motion", change.motion_id)
        motion = await queries.motion(actor.community_id, change.motion_id)
        require(await impartial.may_decide(actor, motion, SECONDS, {change.recorded_by}))
        if not await confirm_waiting("motion_change", change_id, actor, now):
            raise Refused("change.moved_on")
        await _require_possible(motion, change, now)
        data = {"motion": motion.id, "reason": change.reason, "by": change.recorded_by, "confirmed_by": actor.person_id}
        if change.closes_at is None:
            await _call_off(motion, change, now)
            await audit.record(actor.community_id, "motion.cancelled", data, now=now)
        else:
            await _extend(motion, change, change.closes_at, now)
            data |= {"from": motion.closes_at.isoformat(), "to": change.closes_at.isoformat()}
            await audit.record(actor.community_id, "motion.extended", data, now=now)
    return change


async def withdraw(*, actor: Actor, change_id: int, now: datetime) -> Change:
    """Taken back by whoever asked, or by the secretary, before it is confirmed: the vote goes on as announced. Once it
    has closed there is nothing to take back: that it was asked for stays to be seen."""
    change = await change_queries.change(actor.community_id, change_id)
    require(may_withdraw(actor, change))
    async with transaction():
        await lock_row("motion", change.motion_id)
        motion = await queries.motion(actor.community_id, change.motion_id)
        if not await withdraw_waiting("motion_change", change_id, actor, now):
            raise Refused("change.moved_on")
        _require_in_time(motion, change, now)
        data = {"motion": motion.id, "change": change_id, "by": actor.person_id}
        await audit.record(actor.community_id, f"motion.{change.kind}_withdrawn", data, now=now)
    return change


async def asked(actor: Actor | None, motion: Motion, change: Change | None, now: datetime) -> Asked | None:
    """What a page says of the `change` that waits about this vote, and offers whom; also that it came to nothing, until
    the count is signed."""
    if change is None or not change.is_waiting or motion.state(now) not in _SHOWN:
        return None
    is_too_late = whether(motion, change.kind, now) is not None
    sees_reason = may_read(actor) is None
    if actor is None or not sees_reason:
        return Asked(change, is_too_late, sees_reason, unable=None, may_confirm=False, may_withdraw=False)
    unable = may_confirm(actor, change)
    unable = unable or await impartial.may_decide(actor, motion, SECONDS, {change.recorded_by})
    return Asked(
        change,
        is_too_late,
        sees_reason,
        unable,
        may_confirm=unable is None and not is_too_late,
        may_withdraw=may_withdraw(actor, change) is None and not is_too_late,
    )


def _require_in_time(motion: Motion, what: ChangeDraft | Change, now: datetime) -> None:
    if (refusal := whether(motion, what.kind, now)) is not None:
        raise Refused(refusal.code)


async def _require_possible(motion: Motion, what: ChangeDraft | Change, now: datetime) -> None:
    _require_in_time(motion, what, now)
    if what.closes_at is not None:
        require_within(motion, await queries.extensions(motion.community_id, motion.id), what.closes_at)


async def _extend(motion: Motion, change: Change, closes_at: datetime, now: datetime) -> None:
    """Its row has the key of what was asked for: that says who confirmed it."""
    await MotionExtension.insert(
        MotionExtension(
            community_id=motion.community_id,
            motion_id=motion.id,
            key=change.key,
            from_at=motion.closes_at,
            to_at=closes_at,
            reason=change.reason,
            person_id=change.recorded_by,
            by_name=change.recorded_by_name,
            extended_at=now,
        )
    )
    await execute(
        "UPDATE motion SET closes_at = {} WHERE community_id = {} AND id = {}",
        *(closes_at, motion.community_id, motion.id),
    )


async def _call_off(motion: Motion, change: Change, now: datetime) -> None:
    await execute(
        "UPDATE motion SET cancelled_at = {}, cancelled_by_name = {}, cancel_reason = {}"
        " WHERE community_id = {} AND id = {}",
        *(now, change.recorded_by_name, change.reason, motion.community_id, motion.id),
    )
