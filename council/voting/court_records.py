"""A court's judgment about a decision: recorded by one with its scan, standing with another's yes.

Until then everything is as before. Once it stands, `motion.revoked_at` is what every gate, committee and project reads;
a later judgment that sets it aside clears that, by the same two hands, and the decision stands again everywhere.
"""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction
from council.voting import court_queries, impartial, queries
from council.voting.court import (
    SECONDS,
    CourtAct,
    Judgment,
    JudgmentDraft,
    may_confirm,
    may_record,
    may_withdraw,
)
from council.voting.court_tables import Judgment as Row
from council.voting.motion import Motion

_SAME = ("motion_id", "act", "document", "number", "dated_on", "words", "file_sha256", "recorded_by")


async def record(*, actor: Actor, motion_id: int, draft: JudgmentDraft, file_id: int, now: datetime) -> int:
    """Keeps it with the scan; it waits for a second person. Its id; the same form again is the same record.

    Refused where nothing was decided yet, where a court's word of that kind stands already ("motion.revoked_already",
    "motion.not_revoked"), "court.waiting" while another waits, "court.voted_again" for a decision in whose place
    another vote is out. Invalid on "dated_on" for a day to come, before the vote's notice, or before the judgment that
    is set aside.
    """
    require(may_record(actor))
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        scan = await files.stored_file(actor.community_id, file_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        row = Row(
            community_id=actor.community_id,
            motion_id=motion_id,
            key=draft.key,
            act=draft.act.value,
            document=draft.document,
            number=draft.number,
            dated_on=draft.dated_on,
            words=draft.words,
            file_id=scan.id,
            file_sha256=scan.sha256,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        try:
            judgment_id, is_new = await insert_once(row, same=_SAME)
        except Exception as error:
            if unique_violation(error):
                raise Refused("court.waiting") from error
            raise
        if is_new:
            await _require_possible(motion, draft.act)
            await _require_day(motion, draft, now)
            require(await impartial.may_decide(actor, motion, SECONDS))
            await _log(actor, "judgment.recorded", await court_queries.judgment(actor.community_id, judgment_id), now)
    return judgment_id


async def confirm(*, actor: Actor, judgment_id: int, now: datetime) -> None:
    """The second person has compared it with the scan: the decision is revoked, or stands again. Refused
    "court.moved_on" for whoever comes second, "office.recused" for whoever has something of their own in it."""
    judgment = await court_queries.judgment(actor.community_id, judgment_id)
    require(may_confirm(actor, judgment))
    async with transaction():
        await lock_row("motion", judgment.motion_id)
        motion = await queries.motion(actor.community_id, judgment.motion_id)
        require(await impartial.may_decide(actor, motion, SECONDS, {judgment.recorded_by}))
        if not await confirm_waiting("judgment", judgment_id, actor, now):
            raise Refused("court.moved_on")
        await _require_possible(motion, judgment.act)
        if judgment.act is CourtAct.REVOKE:
            await _revoke(motion, judgment, now)
        else:
            await _restore(motion)
        await _log(actor, "motion.revoked" if judgment.act is CourtAct.REVOKE else "motion.restored", judgment, now)


async def withdraw(*, actor: Actor, judgment_id: int, now: datetime) -> None:
    """Recorded by mistake, or the document does not say so. Refused "court.moved_on" once it stands."""
    judgment = await court_queries.judgment(actor.community_id, judgment_id)
    require(may_withdraw(actor, judgment))
    async with transaction():
        await lock_row("motion", judgment.motion_id)
        motion = await queries.motion(actor.community_id, judgment.motion_id)
        if judgment.recorded_by != actor.person_id:
            require(await impartial.may_decide(actor, motion, SECONDS, {judgment.recorded_by}))
        if not await withdraw_waiting("judgment", judgment_id, actor, now):
            raise Refused("court.moved_on")
        await _log(actor, "judgment.withdrawn", judgment, now)


async def possible(motion: Motion) -> CourtAct | None:
    """What a court can do to this decision as it stands now; None where nothing was decided."""
    if motion.revoked_at is not None:
        return CourtAct.RESTORE if not await _is_voted_again(motion) else None
    return CourtAct.REVOKE if motion.certified_at is not None or motion.official_at is not None else None


async def _require_possible(motion: Motion, act: CourtAct) -> None:
    if motion.certified_at is None and motion.official_at is None:
        raise Refused("motion.nothing_to_revoke")
    if act is CourtAct.REVOKE and motion.revoked_at is not None:
        raise Refused("motion.revoked_already")
    if act is CourtAct.RESTORE:
        if motion.revoked_at is None:
            raise Refused("motion.not_revoked")
        if await _is_voted_again(motion):
            raise Refused("court.voted_again")


def _was_called_again_for_it(motion: Motion) -> bool:
    """Whether another vote was called because a court had taken this one away."""
    called, revoked = motion.superseded_at, motion.revoked_at
    return called is not None and revoked is not None and called >= revoked


async def _is_voted_again(motion: Motion) -> bool:
    """Whether another vote on the same matter is out, because a court had taken this one away."""
    if not _was_called_again_for_it(motion):
        return False
    other = (await queries.motions_of(motion.community_id, [motion.proposal_id])).get(motion.proposal_id)
    return other is not None and other.cancelled_at is None


async def _require_day(motion: Motion, draft: JudgmentDraft, now: datetime) -> None:
    if draft.dated_on > now:
        raise Invalid({"dated_on": "court.day_ahead"})
    earliest = local_midnight(local_date(motion.notice_at))
    before = await court_queries.day_of_revoking(motion.community_id, motion.id)
    if before is not None and draft.act is CourtAct.RESTORE:
        earliest = max(earliest, before)
    if draft.dated_on < earliest:
        raise Invalid({"dated_on": "court.day_before"}, day=local_date(earliest).isoformat())


async def _revoke(motion: Motion, judgment: Judgment, now: datetime) -> None:
    await execute(
        "UPDATE motion SET revoked_at = {}, revoked_by_name = {}, revoked_document = {}, revoked_reason = {}"
        " WHERE community_id = {} AND id = {}",
        *(now, judgment.recorded_by_name, judgment.name, judgment.words, motion.community_id, motion.id),
    )


async def _restore(motion: Motion) -> None:
    """Also where another vote was called because of the revocation, and none is out."""
    await execute(
        "UPDATE motion SET revoked_at = NULL, revoked_by_name = NULL, revoked_document = NULL, revoked_reason = NULL"
        " WHERE community_id = {} AND id = {}",
        *(motion.community_id, motion.id),
    )
    if _was_called_again_for_it(motion):
        await execute(
            "UPDATE motion SET superseded_at = NULL, superseded_by_name = NULL, superseded_reason = NULL"
            " WHERE community_id = {} AND id = {}",
            *(motion.community_id, motion.id),
        )


async def _log(actor: Actor, kind: str, judgment: Judgment, now: datetime) -> None:
    data = {
        "motion": judgment.motion_id,
        "judgment": judgment.id,
        "act": judgment.act.value,
        "number": judgment.number,
        "file_sha256": judgment.file_sha256,
        "by": actor.person_id,
    }
    private = {"document": judgment.document, "words": judgment.words}
    await audit.record(actor.community_id, kind, data, now=now, private=private)
