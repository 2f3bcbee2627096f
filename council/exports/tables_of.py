"""Each export as typed columns (`columns`) and rows; those about votes are in `votes`.

No choice and no telephone is in any of
these but the roll, which is the secretary's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.audit import queries as audit
from council.documents.cells import Kind
from council.exports import candidates, votes
from council.exports.columns import COLUMNS
from council.exports.model import Entry, Said, What
from council.exports.votes import scope_said
from council.kernel.scope import Scope, ScopeKind
from council.ledger import queries as ledger
from council.proposals import queries as proposals
from council.registry import queries as registry
from council.registry.model import Owner
from council.voting import queries as voting
from council.voting.motion import Motion
from council.web.i18n import Words

OF_ONE = (What.PARTICIPATION, What.DELIVERIES)
"""What may be asked for of one vote alone."""


@dataclass(frozen=True, slots=True)
class Content:
    columns: tuple[tuple[str, Kind], ...]
    rows: Sequence[Sequence[Entry]]
    motion: Motion | None = None
    """The one vote that it is about, where it is about one."""


async def content(
    community_id: int, what: What, words: Words, *, now: datetime, motion_id: int | None = None
) -> Content:
    """One export's rows; `motion_id` narrows participation and deliveries to one decision. NotFound for another
    community's."""
    motion = None
    if motion_id is not None and what in OF_ONE:
        motion = await voting.motion(community_id, motion_id)
    match what:
        case What.PROPOSALS:
            rows = await _proposals(community_id, words)
        case What.MOTIONS:
            rows = await votes.motion_rows(community_id, words, now)
        case What.PARTICIPATION:
            rows = await votes.participation_rows(community_id, words, now, motion_id)
        case What.DELIVERIES:
            rows = await votes.delivery_rows(community_id, words, motion_id)
        case What.PAPERS:
            rows = await votes.paper_rows(community_id, words, now)
        case What.CANDIDATES:
            rows = await candidates.candidate_rows(community_id, words, now)
        case What.PROJECTS:
            rows = await _projects(community_id, words)
        case What.ROLL:
            rows = await _roll(community_id, words)
        case What.AUDIT_LOG:
            rows = await _audit_log(community_id, words)
    return Content(COLUMNS[what], rows, motion)


async def _proposals(community_id: int, words: Words) -> list[list[Entry]]:
    listed = await proposals.proposals(community_id)
    endorsed = await proposals.endorsed_units(community_id, [each.id for each in listed])
    revoked = await votes.revoked_of(community_id)
    return [
        [
            each.id,
            each.title,
            words.label("kind", each.kind),
            scope_said(words, each.scope.code),
            words.label("proposal_state", each.state),
            each.proposer_place,
            each.filed_at,
            each.accepted_at,
            len(endorsed.get(each.id, ())),
            each.cost_fen,
            each.started_at,
            revoked.get(each.id),
        ]
        for each in reversed(listed)
    ]


async def _projects(community_id: int, words: Words) -> list[list[Entry]]:
    listed = await ledger.projects(community_id)
    milestones = await ledger.milestones_of(community_id, [each.id for each in listed])
    return [
        [
            each.id,
            each.title,
            scope_said(words, each.scope_code),
            each.budget_fen,
            each.opened_at,
            each.motion_id,
            words.label("milestone", milestone.code),
            milestone.due_at,
            milestone.done_at,
            each.revoked_at,
        ]
        for each in listed
        for milestone in milestones.get(each.id, ())
    ]


async def _roll(community_id: int, words: Words) -> list[list[Entry]]:
    units = await registry.units_in(community_id, Scope(ScopeKind.COMMUNITY))
    holdings = await registry.holdings_in(community_id, Scope(ScopeKind.COMMUNITY))
    owners = {owner.id: owner for owner in await registry.owners(community_id)}
    rows: list[list[Entry]] = []
    for unit in units:
        held = [owners[holding.owner_id] for holding in holdings.get(unit.id, ())]
        rows.append(
            [
                unit.code,
                unit.building,
                unit.entrance,
                unit.room,
                unit.area_dm2,
                words.label("use", unit.use),
                words.label("status", unit.status),
                "、".join(owner.name for owner in held),
                _identity_numbers(held),
                "、".join(dict.fromkeys(phone for owner in held for phone in owner.phones)),
            ]
        )
    return rows


def _identity_numbers(held: Sequence[Owner]) -> str:
    """In the order of the owners' names, with nothing between for whom there is none."""
    numbers = [owner.identity_number or "" for owner in held]
    return "、".join(numbers) if any(numbers) else ""


async def _audit_log(community_id: int, words: Words) -> list[list[Entry]]:
    rows: list[list[Entry]] = []
    while batch := await audit.records(community_id, start=len(rows), limit=1000):
        rows += [[each.seq, each.at, _record(each.kind, words), each.body, each.leaf_hash.hex()] for each in batch]
    return rows


def _record(kind: str, words: Words) -> Said:
    known = f"record.{kind}"
    return Said(kind, words.label("record", kind) if words.catalogue.has(known) else kind)
