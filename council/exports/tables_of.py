"""Each export as typed columns (`columns`) and rows; those about votes are in `votes`.

No choice and no telephone is in any of
these but the roll, which is the secretary's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.audit import queries as audit
from council.documents.cells import Cell, Kind
from council.exports import candidates, votes
from council.exports.columns import COLUMNS
from council.exports.model import Label, What
from council.kernel.scope import Scope, ScopeKind
from council.ledger import queries as ledger
from council.proposals import queries as proposals
from council.registry import queries as registry


@dataclass(frozen=True, slots=True)
class Content:
    columns: tuple[tuple[str, Kind], ...]
    rows: Sequence[Sequence[Cell]]


async def content(
    community_id: int, what: What, label: Label, *, now: datetime, motion_id: int | None = None
) -> Content:
    """One export's rows; `motion_id` narrows participation and deliveries to one decision. NotFound for another
    community's."""
    match what:
        case What.PROPOSALS:
            rows = await _proposals(community_id, label)
        case What.MOTIONS:
            rows = await votes.motion_rows(community_id, label, now)
        case What.PARTICIPATION:
            rows = await votes.participation_rows(community_id, label, now, motion_id)
        case What.DELIVERIES:
            rows = await votes.delivery_rows(community_id, label, motion_id)
        case What.PAPERS:
            rows = await votes.paper_rows(community_id, label, now)
        case What.CANDIDATES:
            rows = await candidates.candidate_rows(community_id, label, now)
        case What.PROJECTS:
            rows = await _projects(community_id, label)
        case What.ROLL:
            rows = await _roll(community_id, label)
        case What.AUDIT_LOG:
            rows = await _audit_log(community_id)
    return Content(COLUMNS[what], rows)


async def _proposals(community_id: int, label: Label) -> list[list[Cell]]:
    listed = await proposals.proposals(community_id)
    endorsed = await proposals.endorsed_units(community_id, [each.id for each in listed])
    return [
        [
            each.id,
            each.title,
            label("kind", each.kind),
            each.scope.code or label("place", "community"),
            label("proposal_state", each.state),
            each.proposer_place,
            each.filed_at,
            each.accepted_at,
            len(endorsed.get(each.id, ())),
            each.cost_fen,
            each.started_at,
        ]
        for each in reversed(listed)
    ]


async def _projects(community_id: int, label: Label) -> list[list[Cell]]:
    listed = await ledger.projects(community_id)
    milestones = await ledger.milestones_of(community_id, [each.id for each in listed])
    return [
        [
            each.id,
            each.title,
            each.scope_code or label("place", "community"),
            each.budget_fen,
            each.opened_at,
            each.motion_id,
            label("milestone", milestone.code),
            milestone.due_at,
            milestone.done_at,
        ]
        for each in listed
        for milestone in milestones.get(each.id, ())
    ]


async def _roll(community_id: int, label: Label) -> list[list[Cell]]:
    units = await registry.units_in(community_id, Scope(ScopeKind.COMMUNITY))
    holdings = await registry.holdings_in(community_id, Scope(ScopeKind.COMMUNITY))
    owners = {owner.id: owner for owner in await registry.owners(community_id)}
    rows: list[list[Cell]] = []
    for unit in units:
        held = [owners[holding.owner_id] for holding in holdings.get(unit.id, ())]
        rows.append(
            [
                unit.code,
                unit.building,
                unit.entrance,
                unit.room,
                unit.area_dm2,
                label("use", unit.use),
                label("status", unit.status),
                "、".join(owner.name for owner in held),
                "、".join(owner.identity_number or "" for owner in held),
                "、".join(dict.fromkeys(phone for owner in held for phone in owner.phones)),
            ]
        )
    return rows


async def _audit_log(community_id: int) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    while batch := await audit.records(community_id, start=len(rows), limit=1000):
        rows += [[each.seq, each.at, each.kind, each.body, each.leaf_hash.hex()] for each in batch]
    return rows
