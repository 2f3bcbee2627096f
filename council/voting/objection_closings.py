"""Closing an objection where one person's word is not enough: upheld, it fails the matter, so a second person of the
office says so too; ruled on by the authority, with its paper before them; not settled by the mediation that was held;
agreed, the objector says so, or a second person who has their signed paper before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.audit import service as audit
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, Refusal, Refused, require
from council.kernel.ids import new_id
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.sql import fetch
from council.storage.transactions import lock_row, transaction
from council.voting import impartial, queries
from council.voting.court_tables import ObjectionClosing as Row
from council.voting.objection import Objection, ObjectionClosing, ObjectionOutcome, StepKind

SHOWN_BY = {ObjectionOutcome.MEDIATION_FAILED: StepKind.MEDIATION, ObjectionOutcome.RULED: StepKind.RULING}
"""Outcomes that a step about the objection has to bear out."""
SECONDS = (Role.SECRETARY, Role.COMMITTEE)


@dataclass(frozen=True, slots=True)
class Closing:
    """`has_paper`: a paper that both signed is among the steps about the objection."""

    id: int
    objection_id: int
    outcome: ObjectionOutcome
    reply: str
    remedy: str
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    title: str
    by_name: str
    answer_due_at: datetime
    has_paper: bool

    @property
    def needs_objector(self) -> bool:
        """Said to be agreed, with nothing signed here: its author alone can say so."""
        return self.outcome is ObjectionOutcome.AGREED and not self.has_paper


_CLOSING = (
    "SELECT c.id, c.objection_id, c.outcome, c.reply, c.remedy, c.recorded_by, c.recorded_by_name, c.recorded_at,"
    " m.title, o.by_name, o.answer_due_at, CASE WHEN EXISTS ("
    "SELECT 1 FROM objection_step s WHERE s.community_id = c.community_id"
    " AND s.objection_id = c.objection_id AND s.kind = 'signed_paper') THEN 1 ELSE 0 END AS has_paper"
    " FROM objection_closing c JOIN objection o ON o.community_id = c.community_id AND o.id = c.objection_id"
    " JOIN motion m ON m.community_id = o.community_id AND m.id = o.motion_id"
    " WHERE c.community_id = {} AND c.confirmed_at IS NULL AND c.withdrawn_at IS NULL AND o.outcome IS NULL"
)


def _closing(row: Mapping[str, Any]) -> Closing:
    return Closing(**{**row, "outcome": ObjectionOutcome(row["outcome"]), "has_paper": bool(row["has_paper"])})


async def waiting(community_id: int) -> list[Closing]:
    return [_closing(row) for row in await fetch(_CLOSING + " ORDER BY c.id", community_id)]


async def waiting_of(community_id: int, objection_id: int) -> Closing | None:
    rows = await fetch(_CLOSING + " AND c.objection_id = {}", community_id, objection_id)
    return _closing(rows[0]) if rows else None


def may_answer(actor: Actor, objection: Objection) -> Refusal | None:
    """Saying yes or no to a closing at all: its objector, and the office."""
    is_one = actor.person_id == objection.person_id or actor.has(*SECONDS)
    return None if is_one else Refusal("objection.not_yours")


async def may_confirm(actor: Actor, closing: Closing, objection: Objection) -> Refusal | None:
    """Refusal "objection.needs_objector" for an agreement of which no signed paper is here, "objection.second_person"
    for whoever recorded it, "office.recused" for whoever has something of their own in the matter."""
    if actor.person_id == objection.person_id:
        return None if closing.outcome is ObjectionOutcome.AGREED else Refusal("office.recused")
    if (refusal := may_answer(actor, objection)) is not None:
        return refusal
    if closing.needs_objector:
        return Refusal("objection.needs_objector")
    if actor.person_id == closing.recorded_by:
        return Refusal("objection.second_person")
    motion = await queries.motion(actor.community_id, objection.motion_id)
    return await impartial.may_decide(actor, motion, SECONDS, {closing.recorded_by})


async def may_withdraw(actor: Actor, closing: Closing, objection: Objection) -> Refusal | None:
    """Whoever recorded it, or whoever could confirm it and does not."""
    if actor.person_id == closing.recorded_by:
        return None
    return await may_confirm(actor, closing, objection)


async def propose(actor: Actor, objection: Objection, closing: ObjectionClosing, now: datetime) -> None:
    """In the caller's transaction, which holds the objection; the same again changes nothing. Refused
    "objection.closing_waits" while another closing waits."""
    before = await waiting_of(actor.community_id, objection.id)
    if before is not None:
        said = (before.outcome, before.reply, before.remedy, before.recorded_by)
        if said == (closing.outcome, closing.reply, closing.remedy, actor.person_id):
            return
        raise Refused("objection.closing_waits")
    row = Row(
        community_id=actor.community_id,
        objection_id=objection.id,
        key=new_id(),
        outcome=closing.outcome.value,
        reply=closing.reply,
        remedy=closing.remedy,
        recorded_by=actor.person_id,
        recorded_by_name=actor.name,
        recorded_at=now,
    )
    await Row.insert(row)
    await _log(actor, "objection.closing_recorded", objection, closing.outcome, now)


async def confirmed(actor: Actor, objection_id: int, now: datetime) -> Closing:
    """In the caller's transaction: the second yes. Refused "objection.closed" where nothing waits any more."""
    await lock_row("objection", objection_id)
    objection = await queries.objection(actor.community_id, objection_id)
    closing = await waiting_of(actor.community_id, objection_id)
    if closing is None:
        raise Refused("objection.closed")
    require(await may_confirm(actor, closing, objection))
    if not await confirm_waiting("objection_closing", closing.id, actor, now):
        raise Refused("objection.closed")
    return closing


async def withdraw(*, actor: Actor, objection_id: int, now: datetime) -> None:
    """It does not come out like this: the objection waits for its answer again."""
    async with transaction():
        await lock_row("objection", objection_id)
        objection = await queries.objection(actor.community_id, objection_id)
        closing = await waiting_of(actor.community_id, objection_id)
        if closing is None:
            raise Refused("objection.closed")
        require(await may_withdraw(actor, closing, objection))
        await withdraw_waiting("objection_closing", closing.id, actor, now)
        await _log(actor, "objection.closing_withdrawn", objection, closing.outcome, now)


async def lacks_step(community_id: int, objection_id: int, outcome: ObjectionOutcome) -> Invalid | None:
    """Refusal of an outcome whose step is not on record: a mediation that was held, the authority's paper."""
    kind = SHOWN_BY.get(outcome)
    if kind is None:
        return None
    steps = (await queries.steps_of(community_id, [objection_id])).get(objection_id, [])
    return None if any(each.kind is kind for each in steps) else Invalid({"outcome": f"objection.{kind.value}_first"})


async def _log(actor: Actor, kind: str, objection: Objection, outcome: ObjectionOutcome, now: datetime) -> None:
    data = {"motion": objection.motion_id, "objection": objection.id, "outcome": outcome.value, "by": actor.person_id}
    await audit.record(actor.community_id, kind, data, now=now)
