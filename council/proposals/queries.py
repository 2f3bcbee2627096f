"""Reads of proposals, their versions, endorsements and public decisions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from council.kernel.actor import Actor
from council.kernel.errors import NotFound
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.pathways.presets import from_json as preset_from_json
from council.proposals.model import (
    Event,
    EventKind,
    Finding,
    Home,
    Proposal,
    ProposalState,
    Support,
    Version,
)
from council.registry import queries as registry
from council.registry.model import Unit
from council.storage.sql import fetch

_PROPOSAL = (
    "SELECT id, community_id, kind, preset, answers, title, scope_kind, building_id, entrance_id, scope_code, cost_fen,"
    " version, thread_id, proposer_id, proposer_name, proposer_place, proposer_unit_id, state, filed_at, answer_due_at,"
    " accepted_at, accepted_by_name, merged_into_id, started_at, started_by_name, recalls_id, recalls_name"
    " FROM proposal WHERE community_id = {}"
)
_NOT_COPIED = {"scope_kind", "building_id", "entrance_id", "scope_code"}


def _proposal(row: Mapping[str, Any]) -> Proposal:
    plain = {name: value for name, value in row.items() if name not in _NOT_COPIED}
    return Proposal(
        **{
            **plain,
            "kind": Kind(row["kind"]),
            "preset": preset_from_json(row["preset"]),
            "answers": json.loads(row["answers"]),
            "scope": Scope(ScopeKind(row["scope_kind"]), row["scope_code"], row["building_id"], row["entrance_id"]),
            "state": ProposalState(row["state"]),
        }
    )


async def recalling(community_id: int, member_ids: Iterable[int]) -> dict[int, Proposal]:
    """By id, the matters that name one of these members of a committee as to be recalled."""
    wanted = sorted(set(member_ids))
    rows = await fetch(_PROPOSAL + " AND recalls_id IN {} ORDER BY id", community_id, wanted) if wanted else []
    return {row["id"]: _proposal(row) for row in rows}


async def proposal(community_id: int, proposal_id: int) -> Proposal:
    """NotFound when there is none, or it is another community's."""
    rows = await fetch(_PROPOSAL + " AND id = {}", community_id, proposal_id)
    if not rows:
        raise NotFound
    return _proposal(rows[0])


async def proposal_by_key(community_id: int, key: str) -> Proposal | None:
    rows = await fetch(_PROPOSAL + " AND key = {}", community_id, key)
    return _proposal(rows[0]) if rows else None


async def proposal_of_thread(community_id: int, thread_id: int) -> Proposal:
    """The matter that a comment is about."""
    rows = await fetch(_PROPOSAL + " AND thread_id = {}", community_id, thread_id)
    if not rows:
        raise NotFound
    return _proposal(rows[0])


async def proposals(community_id: int, *states: ProposalState) -> list[Proposal]:
    """All, or those in some states; the newest first."""
    if states:
        rows = await fetch(
            _PROPOSAL + " AND state IN {} ORDER BY filed_at DESC, id DESC", community_id, [s.value for s in states]
        )
    else:
        rows = await fetch(_PROPOSAL + " ORDER BY filed_at DESC, id DESC", community_id)
    return [_proposal(row) for row in rows]


async def proposals_by_id(community_id: int, ids: Sequence[int]) -> list[Proposal]:
    """Those of a list that are this community's, in no order; one query."""
    if not ids:
        return []
    return [_proposal(row) for row in await fetch(_PROPOSAL + " AND id IN {}", community_id, list(ids))]


async def versions(community_id: int, proposal_id: int) -> list[Version]:
    """The newest first."""
    rows = await fetch(
        "SELECT number, title, body, cost_fen, written_by_name, written_at FROM proposal_version"
        " WHERE community_id = {} AND proposal_id = {} ORDER BY number DESC",
        community_id,
        proposal_id,
    )
    return [Version(**row) for row in rows]


async def version(community_id: int, proposal_id: int, number: int) -> Version:
    rows = await fetch(
        "SELECT number, title, body, cost_fen, written_by_name, written_at FROM proposal_version"
        " WHERE community_id = {} AND proposal_id = {} AND number = {}",
        community_id,
        proposal_id,
        number,
    )
    if not rows:
        raise NotFound
    return Version(**rows[0])


async def endorsed_units(community_id: int, proposal_ids: Iterable[int]) -> dict[int, list[tuple[int, datetime]]]:
    """(unit id, when) of each household that endorses, in time order, by proposal; one query."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT proposal_id, unit_id, endorsed_at FROM endorsement"
        " WHERE community_id = {} AND proposal_id IN {} AND withdrawn_at IS NULL ORDER BY endorsed_at, id",
        community_id,
        wanted,
    )
    found: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for row in rows:
        found[row["proposal_id"]].append((row["unit_id"], row["endorsed_at"]))
    return found


async def support(actor: Actor, proposal: Proposal) -> Support:
    """The endorsements of a proposal and what the reader's own households may do. Three queries."""
    rows = await fetch(
        "SELECT unit_id FROM endorsement WHERE community_id = {} AND proposal_id = {} AND withdrawn_at IS NULL",
        actor.community_id,
        proposal.id,
    )
    endorsing = {row["unit_id"] for row in rows}
    homes = await registry.units_by_id(actor.community_id, actor.unit_ids)
    mine = sorted((unit for unit in homes.values() if covers(proposal.scope, unit)), key=registry.by_place)
    return Support(
        households=len(endorsing),
        mine=tuple(Home(unit.id, unit.code, unit.id in endorsing) for unit in mine),
        may_endorse=proposal.is_open,
        may_withdraw=proposal.state is ProposalState.FILED,
    )


def covers(scope: Scope, unit: Unit) -> bool:
    """Whether a unit of this community lies in the scope."""
    if scope.kind is ScopeKind.ENTRANCE:
        return unit.entrance_id == scope.entrance_id
    return scope.kind is ScopeKind.COMMUNITY or unit.building_id == scope.building_id


async def events(community_id: int, proposal_id: int) -> list[Event]:
    return (await events_of(community_id, [proposal_id])).get(proposal_id, [])


async def events_of(community_id: int, proposal_ids: Iterable[int]) -> dict[int, list[Event]]:
    """Public decisions in the order they happened, by proposal."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT proposal_id, kind, reason, by_name, by_role, other_id, happened_at FROM proposal_event"
        " WHERE community_id = {} AND proposal_id IN {} ORDER BY happened_at, id",
        community_id,
        wanted,
    )
    found: dict[int, list[Event]] = defaultdict(list)
    for row in rows:
        found[row["proposal_id"]].append(
            Event(
                EventKind(row["kind"]),
                row["reason"],
                row["by_name"],
                row["by_role"],
                row["other_id"],
                row["happened_at"],
            )
        )
    return found


async def findings_of(community_id: int, proposal_ids: Iterable[int]) -> dict[int, Finding]:
    """The newest technical answer of each proposal that has one."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT proposal_id, is_feasible, office, note, file_id, recorded_by_name, recorded_at FROM finding"
        " WHERE community_id = {} AND proposal_id IN {} ORDER BY recorded_at, id",
        community_id,
        wanted,
    )
    return {
        row["proposal_id"]: Finding(
            bool(row["is_feasible"]),
            row["office"],
            row["note"],
            row["file_id"],
            row["recorded_by_name"],
            row["recorded_at"],
        )
        for row in rows
    }


async def photos(community_id: int, proposal_id: int) -> list[int]:
    """File ids, in order."""
    rows = await fetch(
        "SELECT file_id FROM proposal_photo WHERE community_id = {} AND proposal_id = {} ORDER BY position",
        community_id,
        proposal_id,
    )
    return [row["file_id"] for row in rows]
