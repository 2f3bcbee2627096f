"""The list of a community's proposals; a page of it is one query, however long it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from council.kernel.actor import Actor
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.proposals.model import Choice, Listed, ProposalState
from council.registry import queries as registry
from council.storage.sql import fetch

PAGE = 30

_LISTED = (
    "SELECT p.id, p.kind, p.title, p.scope_kind, p.scope_code, p.building_id, p.entrance_id, p.state, p.proposer_name,"
    " p.filed_at, p.answer_due_at, p.started_at,"
    " (SELECT COUNT(*) FROM endorsement e WHERE e.community_id = p.community_id AND e.proposal_id = p.id"
    " AND e.withdrawn_at IS NULL) AS households,"
    " (SELECT COUNT(*) FROM comment c WHERE c.community_id = p.community_id AND c.thread_id = p.thread_id"
    " AND c.hidden_at IS NULL) AS comments FROM proposal p WHERE p.community_id = {}"
)
_OPEN = " AND p.state IN ('filed', 'returned', 'accepted') AND p.started_at IS NULL"
_DECIDED = " AND (p.state IN ('merged', 'withdrawn') OR p.started_at IS NOT NULL)"
_LIVE = " AND p.state IN ('filed', 'accepted') AND p.started_at IS NULL"
_NEWEST = " ORDER BY p.filed_at DESC, p.id DESC LIMIT {} OFFSET {}"


async def listed(actor: Actor, choice: Choice, page: int = 1) -> tuple[list[Listed], bool]:
    """A page, the newest first, and whether there are older ones. Two queries at most.

    ALL and BUILDING show what is still open (BUILDING: what lies in a building of the reader's, or everywhere),
    MINE everything the reader has filed, DECIDED what is over: started, merged or taken back.
    """
    where, values = await _chosen(actor, choice)
    rows = await fetch(
        _LISTED + where + _NEWEST, actor.community_id, *values, PAGE + 1, (min(max(1, page), 10_000) - 1) * PAGE
    )
    return [_one(row) for row in rows[:PAGE]], len(rows) > PAGE


async def _chosen(actor: Actor, choice: Choice) -> tuple[str, list[Any]]:
    if choice is Choice.MINE:
        return " AND p.proposer_id = {}", [actor.person_id]
    if choice is Choice.DECIDED:
        return _DECIDED, []
    if choice is Choice.BUILDING:
        homes = await registry.units_by_id(actor.community_id, actor.unit_ids)
        buildings = sorted({unit.building_id for unit in homes.values()}) or [0]
        return _OPEN + " AND (p.building_id IS NULL OR p.building_id IN {})", [buildings]
    return _OPEN, []


async def live(community_id: int, *, limit: int = 200) -> list[Listed]:
    """The newest matters that can still be endorsed."""
    return [_one(row) for row in await fetch(_LISTED + _LIVE + _NEWEST, community_id, limit, 0)]


def _one(row: Mapping[str, Any]) -> Listed:
    return Listed(
        id=row["id"],
        kind=Kind(row["kind"]),
        title=row["title"],
        scope=Scope(ScopeKind(row["scope_kind"]), row["scope_code"], row["building_id"], row["entrance_id"]),
        state=ProposalState(row["state"]),
        proposer_name=row["proposer_name"],
        filed_at=row["filed_at"],
        answer_due_at=row["answer_due_at"],
        started_at=row["started_at"],
        households=row["households"],
        comments=row["comments"],
    )
