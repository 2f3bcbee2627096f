"""Objections during the result notice: filed by whoever the decision binds, each closed with words."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, Refusal, Refused, require
from council.pathways.periods import result_notice_end
from council.storage.bounds import Bound
from council.storage.once import insert_once
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction
from council.voting import objection_closings as closings
from council.voting import permissions, proxies, queries
from council.voting.motion import Motion
from council.voting.objection import ObjectionClosing, ObjectionOutcome, StepKind
from council.voting.tables import Objection, ObjectionStep

ANSWER_DAYS = 7
"""对书面异议，7日内书面答复并组织调解: our preset, printed on the result notice."""

PAPERS = frozenset({StepKind.SIGNED_PAPER, StepKind.RULING})
"""Steps that are a paper: nothing without its scan."""

OBJECTING = Bound(
    "bound.objection",
    20,
    "SELECT filed_at AS at FROM objection WHERE community_id = {} AND person_id = {} AND filed_at > {}"
    " ORDER BY filed_at DESC LIMIT 1 OFFSET {}",
)


def objections_until(motion: Motion) -> datetime | None:
    """The instant after which no objection is taken any more: the end of the result notice's last day."""
    if motion.result_notice_at is None:
        return None
    return result_notice_end(motion.preset, motion.result_notice_at)


async def file_objection(*, actor: Actor, motion_id: int, key: str, ground: str, place: str, now: datetime) -> int:
    """Files one; the same form again is the same objection, and with another ground in it, or from somebody else, it is
    refused (form.used_before). The same words sent anew, after going back, are the one that waits for its answer
    already. Only between result notice and its last day. TooMany."""
    async with transaction():
        motion = await queries.motion(actor.community_id, motion_id)
        on_roll = bool(proxies.on_roll(await queries.voters_for(actor, motion)))
        require(permissions.may_object(actor, on_roll))
        until = objections_until(motion)
        if until is None:
            raise Refused("objection.not_yet")
        if now >= until:
            raise Refused("objection.too_late")
        await lock_row("motion", motion_id)
        waiting = await fetch(
            "SELECT id FROM objection WHERE community_id = {} AND motion_id = {} AND person_id = {} AND ground = {}"
            " AND outcome IS NULL AND key <> {} ORDER BY id",
            *(actor.community_id, motion_id, actor.person_id, ground, key),
        )
        if waiting:
            return int(waiting[0]["id"])
        row = Objection(
            community_id=actor.community_id,
            motion_id=motion_id,
            key=key,
            person_id=actor.person_id,
            by_name=actor.name,
            by_place=place,
            ground=ground,
            filed_at=now,
            answer_due_at=end_of_days(now, ANSWER_DAYS),
        )
        objection_id, is_new = await insert_once(row, same=("motion_id", "person_id", "ground"))
        if not is_new:
            return objection_id
        await OBJECTING.keep(actor.community_id, actor.person_id, now=now)
        await audit.record(
            actor.community_id,
            "objection.filed",
            {"motion": motion_id, "objection": objection_id},
            now=now,
            private={"person": actor.person_id, "ground": ground},
        )
    return objection_id


async def record_step(
    *,
    actor: Actor,
    objection_id: int,
    key: str,
    kind: StepKind,
    happened_at: datetime,
    words: str,
    file_id: int | None,
    now: datetime,
) -> None:
    """What was done about an objection (a visit, a mediation, the signed paper), also after it was closed: for a
    street office and a court the order of steps counts. Nothing is taken back; the same form again is the same step.

    Invalid for a day that has not come, and for a paper (`PAPERS`) without the paper.
    """
    require(permissions.may_close_objection(actor))
    if happened_at > now:
        raise Invalid({"happened_at": "objection.step_ahead"})
    if kind in PAPERS and file_id is None:
        raise Invalid({"file": "objection.step_needs_paper"})
    async with transaction():
        objection = await queries.objection(actor.community_id, objection_id)
        row = ObjectionStep(
            community_id=actor.community_id,
            objection_id=objection_id,
            key=key,
            kind=kind.value,
            happened_at=happened_at,
            words=words,
            file_id=file_id,
            person_id=actor.person_id,
            by_name=actor.name,
            recorded_at=now,
        )
        same = ("objection_id", "kind", "happened_at", "words", "person_id")
        if not (await insert_once(row, same=same))[1]:
            return
        await audit.record(
            actor.community_id,
            "objection.step",
            {"motion": objection.motion_id, "objection": objection_id, "kind": kind.value, "by": actor.person_id},
            now=now,
            private={"words": words, "file": file_id},
        )


async def close_objection(*, actor: Actor, objection_id: int, closing: ObjectionClosing, now: datetime) -> None:
    """The desk records how one came out, with a reasoned reply; a failed mediation also names the court remedy, and was
    tried; of what the authority ruled its paper is among the steps.

    It stays open until another says yes (`confirm_closing`): the objector to what was agreed, a second person to
    anything else. Withdrawing is the objector's own act; nobody answers an objection of their own.
    """
    if closing.outcome is ObjectionOutcome.WITHDRAWN:
        raise Refused("objection.not_yours", forbidden=True)
    require(permissions.may_close_objection(actor))
    if not closing.reply:
        raise Invalid({"reply": "objection.reply_needed"})
    if closing.outcome is ObjectionOutcome.MEDIATION_FAILED and not closing.remedy:
        raise Invalid({"remedy": "objection.remedy_needed"})
    async with transaction():
        await lock_row("objection", objection_id)
        objection = await queries.objection(actor.community_id, objection_id)
        if objection.person_id == actor.person_id:
            require(Refusal("office.recused"))
        if objection.outcome is not None:
            raise Refused("objection.closed")
        if (missing := await closings.lacks_step(actor.community_id, objection_id, closing.outcome)) is not None:
            raise missing
        await closings.propose(actor, objection, closing, now)


async def confirm_closing(*, actor: Actor, objection_id: int, now: datetime) -> None:
    """The objector's yes to what the desk says was agreed, or a second person's; now it is closed."""
    async with transaction():
        said = await closings.confirmed(actor, objection_id, now)
        names = f"{said.recorded_by_name}、{actor.name}"
        await _close(actor, objection_id, ObjectionClosing(said.outcome, said.reply, said.remedy), now, names)


async def mark_seen(*, actor: Actor, objection_id: int, now: datetime) -> None:
    """Its author has read the answer; twice is once."""
    objection = await queries.objection(actor.community_id, objection_id)
    require(permissions.may_withdraw_objection(actor, objection))
    await execute(
        "UPDATE objection SET seen_at = {} WHERE community_id = {} AND id = {} AND closed_at IS NOT NULL"
        " AND seen_at IS NULL",
        *(now, actor.community_id, objection_id),
    )


async def withdraw_objection(*, actor: Actor, objection_id: int, now: datetime) -> None:
    """Its author takes it back; that stays visible."""
    objection = await queries.objection(actor.community_id, objection_id)
    require(permissions.may_withdraw_objection(actor, objection))
    await _close(actor, objection_id, ObjectionClosing(ObjectionOutcome.WITHDRAWN, "", ""), now)


async def _close(
    actor: Actor, objection_id: int, closing: ObjectionClosing, now: datetime, names: str | None = None
) -> None:
    """`names`: of both, where two said so. A closing that still waited for a yes waits no more."""
    async with transaction():
        await lock_row("objection", objection_id)
        objection = await queries.objection(actor.community_id, objection_id)
        if objection.outcome is not None:
            raise Refused("objection.closed")
        await execute(
            "UPDATE objection SET outcome = {}, reply = {}, remedy = {}, closed_by_name = {}, closed_at = {}"
            " WHERE community_id = {} AND id = {} AND outcome IS NULL",
            closing.outcome.value,
            closing.reply,
            closing.remedy,
            names or actor.name,
            now,
            actor.community_id,
            objection_id,
        )
        await execute(
            "UPDATE objection_closing SET withdrawn_at = {}, withdrawn_by_name = {} WHERE community_id = {}"
            " AND objection_id = {} AND confirmed_at IS NULL AND withdrawn_at IS NULL",
            *(now, actor.name, actor.community_id, objection_id),
        )
        await audit.record(
            actor.community_id,
            "objection.closed",
            {
                "motion": objection.motion_id,
                "objection": objection_id,
                "outcome": closing.outcome.value,
                "by": actor.person_id,
            },
            now=now,
            private={"reply": closing.reply, "remedy": closing.remedy},
        )
