"""Stopping somebody's vote while it runs: recorded by one with the document, in force with another's yes.

Until then everything is as before: the owners vote, whoever acts for an owner acts, and what they cast stands.
"""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.registry import queries as registry
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.transactions import transaction
from council.voting import halt_queries, holding_papers, holding_queries, home_disputes, standing, standing_queries
from council.voting.halt import Halt, HaltAct, HaltDraft, may_confirm, may_record
from council.voting.halt_staff import require_free_for
from council.voting.holder_tables import Halt as Row
from council.voting.standing import Said

_SAME = ("act", "unit_id", "roll_voter_id", "paper_id", "words", "recorded_by")


async def record(*, actor: Actor, draft: HaltDraft, file_id: int, now: datetime) -> int:
    """Keeps it with the scan of its document; it waits for a second person. The id.

    Refused "halt.waiting" while the same waits already, and for what could not be done as it is now: a voter that is
    suspended or has cast, a home in dispute, a paper that is not in force.
    """
    require(may_record(actor, draft.act))
    async with transaction():
        voter_id = await _check(actor, draft, now)
        voter = None if voter_id is None or draft.voter is None else (draft.voter[0], voter_id)
        await require_free_for(actor, draft.act, now, unit_id=draft.unit_id, voter=voter, paper_id=draft.paper_id)
        scan = await files.stored_file(actor.community_id, file_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        row = Row(
            community_id=actor.community_id,
            key=draft.key,
            act=draft.act.value,
            unit_id=draft.unit_id,
            roll_voter_id=voter_id,
            paper_id=draft.paper_id,
            words=draft.words,
            file_id=scan.id,
            file_sha256=scan.sha256,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        try:
            halt_id, is_new = await insert_once(row, same=_SAME)
        except Exception as error:
            if unique_violation(error):
                raise Refused("halt.waiting") from error
            raise
        if is_new:
            data = {"halt": halt_id, "act": draft.act.value, "file_sha256": scan.sha256, "by": actor.person_id}
            private = {"unit": draft.unit_id, "voter": voter_id, "paper": draft.paper_id, "words": draft.words}
            await audit.record(actor.community_id, "halt.recorded", data, now=now, private=private)
    return halt_id


async def confirm(*, actor: Actor, halt_id: int, now: datetime) -> None:
    """The second person has compared it with the scan: it takes effect. Everything is asked again. Refused
    "halt.moved_on" for whoever comes second."""
    halt = await halt_queries.halt(actor.community_id, halt_id)
    require(may_confirm(actor, halt))
    async with transaction():
        await _require_free(actor, halt, now)
        if not await confirm_waiting("halt", halt_id, actor, now):
            raise Refused("halt.moved_on")
        match halt.act:
            case HaltAct.DISPUTE:
                await home_disputes.open_dispute(actor=actor, halt=halt, now=now)
            case HaltAct.SUSPEND:
                said = Said(halt.recorded_by, halt.recorded_by_name, actor.name, halt.words)
                await standing.suspend_voter(
                    actor=actor, motion_id=halt.motion_id or 0, number=halt.number or "", said=said, now=now
                )
            case HaltAct.END_PAPER:
                await holding_papers.end_in_force(actor=actor, paper_id=halt.paper_id or 0, reason=halt.words, now=now)
        data = {"halt": halt_id, "act": halt.act.value, "by": actor.person_id}
        await audit.record(actor.community_id, "halt.confirmed", data, now=now)


async def withdraw(*, actor: Actor, halt_id: int, now: datetime) -> None:
    """Recorded by mistake, or the document does not show it: any of the desk takes it back before it is confirmed."""
    halt = await halt_queries.halt(actor.community_id, halt_id)
    if halt.recorded_by != actor.person_id:
        require(may_confirm(actor, halt))
    async with transaction():
        await _require_free(actor, halt, now)
        if not await withdraw_waiting("halt", halt_id, actor, now):
            raise Refused("halt.moved_on")
        data = {"halt": halt_id, "act": halt.act.value, "by": actor.person_id}
        await audit.record(actor.community_id, "halt.withdrawn", data, now=now)


async def _require_free(actor: Actor, halt: Halt, now: datetime) -> None:
    voter = None if halt.motion_id is None or halt.roll_voter_id is None else (halt.motion_id, halt.roll_voter_id)
    await require_free_for(actor, halt.act, now, unit_id=halt.unit_id, voter=voter, paper_id=halt.paper_id)


async def _check(actor: Actor, draft: HaltDraft, now: datetime) -> int | None:
    """Refused for what could not be done; the voter's id where it is about one."""
    community_id = actor.community_id
    if draft.act is HaltAct.DISPUTE:
        unit = await registry.unit(community_id, draft.unit_id or 0)
        if unit.id in await holding_queries.open_disputes(community_id, [unit.id]):
            raise Refused("holder.disputed_already")
    elif draft.act is HaltAct.SUSPEND and draft.voter is not None:
        line = await standing.suspendable(actor, *draft.voter, now)
        if line.suspension is not None:
            raise Refused("roll.suspended_already")
        if await standing_queries.has_ballot(community_id, line.roll_voter_id):
            raise Refused("roll.cast_already")
        return line.roll_voter_id
    else:
        paper = await holding_queries.paper(community_id, draft.paper_id or 0)
        if paper.ended_at is not None or paper.is_waiting:
            raise Refused("holder.moved_on")
        if not paper.is_acting:
            raise Refused("holder.needs_another")
    return None
