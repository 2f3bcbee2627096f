"""Matters of the garden, filed through the verbs; and a count of what a page asks the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from council.audit.tables import LogRecord
from council.deliberation import service as talk
from council.deliberation.model import Comment, Remark, Stance
from council.kernel import ids
from council.kernel.actor import Actor
from council.kernel.scope import Scope
from council.pathways.model import Kind
from council.proposals import filing, queries
from council.proposals.model import Proposal, ProposalDraft
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.people import NOW, Garden


def draft(scope: Scope, **changes: Any) -> ProposalDraft:
    given: dict[str, Any] = {
        "key": ids.new_id(),
        "kind": Kind.FUND_USE,
        "answers": {},
        "title": "一单元门灯换成感应灯",
        "body": "门灯坏了三个月，晚上看不清台阶。",
        "scope": scope,
        "cost_fen": 120_000,
        "unit_id": None,
    }
    return ProposalDraft(**(given | changes))


async def filed(people: Garden, actor: Actor | None = None, *, now: datetime = NOW, **changes: Any) -> Proposal:
    """Filed by Alice for her home unless told otherwise; its scope is 1号楼1单元."""
    by = actor or people.alice
    if by is people.alice:
        changes.setdefault("unit_id", people.units["1-1-101"])
    changes = {"scope": people.entrance_scope} | changes
    proposal_id = await filing.file_proposal(actor=by, draft=draft(**changes), now=now)
    return await queries.proposal(by.community_id, proposal_id)


async def said(
    actor: Actor,
    proposal: Proposal,
    body: str = "什么时候修？",
    stance: Stance = Stance.QUESTION,
    *,
    now: datetime = NOW,
    place: str = "",
    **more: Any,
) -> Comment:
    remark = Remark(more.pop("key", ids.new_id()), stance, body, place, **more)
    return await talk.say(actor=actor, thread_id=proposal.thread_id, remark=remark, now=now)


async def endorsing(proposal: Proposal) -> list[int]:
    """The units that endorse, as the table has them."""
    rows = await fetch("SELECT unit_id FROM endorsement WHERE proposal_id = {} AND withdrawn_at IS NULL", proposal.id)
    return sorted(row["unit_id"] for row in rows)


async def recorded(kind: str) -> int:
    """How many entries of this kind the audit log has."""
    rows = await LogRecord.select(LogRecord.id).where(LogRecord.kind == kind)
    return len(rows)


@contextmanager
def counted(db: AnyEngine) -> Iterator[list[str]]:
    """The statements that the engine runs meanwhile, outside transactions."""
    seen: list[str] = []
    run = db.run

    async def noting(sql: str, values: Any = ()) -> Any:
        seen.append(sql)
        return await run(sql, values)

    db.run = noting
    try:
        yield seen
    finally:
        del db.run
