"""The list of a community's proposals; as many queries for one as for hundreds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from council.kernel.actor import Actor
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.proposals.model import Listed, ProposalState
from council.registry import queries as registry
from council.storage.sql import fetch

PAGE = 30

_LISTED = (
    "SELECT p.id, p.kind, p.title, p.scope_kind, p.scope_code, p.building_id, p.entrance_id, p.state, p.proposer_name,"
    " p.filed_at, p.answer_due_at, p.started_at, p.recalls_name,"
    " (SELECT COUNT(*) FROM endorsement e WHERE e.community_id = p.community_id AND e.proposal_id = p.id"
    " AND e.withdrawn_at IS NULL) AS households,"
    " (SELECT COUNT(*) FROM comment c WHERE c.community_id = p.community_id AND c.thread_id = p.thread_id"
    " AND c.hidden_at IS NULL) AS comments FROM proposal p WHERE p.community_id = {}"
)
_LIVE = " AND p.state IN ('filed', 'accepted') AND p.started_at IS NULL"
_NEWEST = " ORDER BY p.filed_at DESC, p.id DESC"


@dataclass(frozen=True, slots=True)
class Key:
    """A proposal as the filters see it: filed or endorsed by the reader's household, in a building of theirs."""

    id: int
    is_mine: bool
    is_in_my_building: bool


async def keys(actor: Actor) -> list[Key]:
    """Every proposal of the community, the newest first. What concerns everybody is in everybody's building."""
    homes = await registry.units_by_id(actor.community_id, actor.unit_ids)
    rows = await fetch(
        "SELECT p.id, (p.proposer_id = {} OR EXISTS (SELECT 1 FROM endorsement e WHERE e.community_id = p.community_id"
        " AND e.proposal_id = p.id AND e.withdrawn_at IS NULL AND (e.person_id = {} OR e.unit_id IN {}))) AS is_mine,"
        " (p.building_id IS NULL OR p.building_id IN {}) AS is_near FROM proposal p"
        " WHERE p.community_id = {}" + _NEWEST,
        actor.person_id,
        actor.person_id,
        sorted(homes),
        sorted({unit.building_id for unit in homes.values()}),
        actor.community_id,
    )
    return [Key(row["id"], bool(row["is_mine"]), bool(row["is_near"])) for row in rows]


async def lines(community_id: int, proposal_ids: Sequence[int]) -> list[Listed]:
    """These, the newest first; one query."""
    if not proposal_ids:
        return []
    rows = await fetch(_LISTED + " AND p.id IN {}" + _NEWEST, community_id, list(proposal_ids))
    return [_one(row) for row in rows]


async def live(community_id: int, *, limit: int = 200) -> list[Listed]:
    """The newest matters that can still be endorsed."""
    return [_one(row) for row in await fetch(_LISTED + _LIVE + _NEWEST + " LIMIT {}", community_id, limit)]


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
        recalls_name=row["recalls_name"],
    )
