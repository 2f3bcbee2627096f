"""Reads the homes that must agree by themselves, with their owners of today and what each has said."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.proposals.consent import Consent, ConsentPaper, CoOwner, Drop, Ground, Naming
from council.registry import queries as registry
from council.registry.rollfile.model import OwnerKind
from council.storage.sql import fetch, fetch_one

_CONSENT = (
    "SELECT c.id, c.proposal_id, c.unit_id, u.code AS unit_code, c.ground, c.why, c.named_by_name, c.named_at,"
    " c.settled_at, c.drop_reason, c.drop_asked_by, c.drop_asked_by_name, c.drop_asked_at"
    " FROM consent c JOIN unit u ON u.id = c.unit_id WHERE c.community_id = {} AND c.dropped_at IS NULL"
)
_SAID = (
    "SELECT c.id AS consent_id, s.owner_id, o.name, o.kind, a.is_agreed, a.answered_at, a.paper_id"
    " FROM consent c JOIN ownership s ON s.community_id = c.community_id AND s.unit_id = c.unit_id"
    " AND s.ended_at IS NULL JOIN owner o ON o.id = s.owner_id"
    " LEFT JOIN consent_answer a ON a.id = (SELECT MAX(b.id) FROM consent_answer b WHERE b.consent_id = c.id"
    " AND b.owner_id = s.owner_id AND b.answered_at >= c.named_at)"
    " WHERE c.community_id = {} AND c.id IN {} ORDER BY s.id"
)
_NAMING = (
    "SELECT n.id, n.proposal_id, n.unit_id, u.code AS unit_code, n.why, n.file_id, n.recorded_by, n.recorded_by_name,"
    " n.recorded_at, n.confirmed_at, n.withdrawn_at FROM consent_naming n JOIN unit u ON u.id = n.unit_id"
    " WHERE n.community_id = {} AND n.proposal_id = {}"
)
_PAPER = (
    "SELECT p.id, p.consent_id, p.owners, p.is_agreed, p.file_id, p.recorded_by, p.recorded_by_name, p.recorded_at,"
    " p.confirmed_by_name, p.confirmed_at, p.withdrawn_at FROM consent_paper p"
)


async def consents_of(community_id: int, proposal_ids: Iterable[int]) -> dict[int, list[Consent]]:
    """The homes that must agree by themselves, by proposal, in the order in which they were named. Two queries."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(_CONSENT + " AND c.proposal_id IN {} ORDER BY c.id", community_id, wanted)
    found: dict[int, list[Consent]] = defaultdict(list)
    for each in await _with_owners(community_id, rows):
        found[each.proposal_id].append(each)
    return found


async def consent(community_id: int, proposal_id: int, consent_id: int) -> Consent:
    """NotFound unless the home is asked for this matter of the community."""
    rows = await fetch(_CONSENT + " AND c.proposal_id = {} AND c.id = {}", community_id, proposal_id, consent_id)
    found = await _with_owners(community_id, rows)
    if not found:
        raise NotFound
    return found[0]


async def _with_owners(community_id: int, rows: list[dict[str, Any]]) -> list[Consent]:
    if not rows:
        return []
    owners: dict[int, list[CoOwner]] = defaultdict(list)
    for row in await fetch(_SAID, community_id, [row["id"] for row in rows]):
        owners[row["consent_id"]].append(
            CoOwner(
                owner_id=row["owner_id"],
                name=row["name"],
                kind=OwnerKind(row["kind"]),
                is_agreed=None if row["is_agreed"] is None else bool(row["is_agreed"]),
                answered_at=row["answered_at"],
                is_on_paper=row["paper_id"] is not None,
            )
        )
    return [_consent(row, tuple(owners[row["id"]])) for row in rows]


def _consent(row: Mapping[str, Any], owners: tuple[CoOwner, ...]) -> Consent:
    names = ("id", "proposal_id", "unit_id", "unit_code", "why", "named_by_name", "named_at", "settled_at")
    drop = None
    if row["drop_asked_at"] is not None:
        drop = Drop(row["drop_reason"], row["drop_asked_by"], row["drop_asked_by_name"], row["drop_asked_at"])
    return Consent(**{name: row[name] for name in names}, ground=Ground(row["ground"]), owners=owners, drop=drop)


async def papers_of(community_id: int, proposal_id: int) -> list[ConsentPaper]:
    """Every signed answer that the desk has recorded for this matter, the oldest first."""
    rows = await fetch(
        _PAPER + " JOIN consent c ON c.id = p.consent_id WHERE p.community_id = {} AND c.proposal_id = {}"
        " ORDER BY p.id",
        *(community_id, proposal_id),
    )
    return [_paper(row) for row in rows]


async def paper(community_id: int, proposal_id: int, paper_id: int) -> ConsentPaper:
    """NotFound unless it belongs to this matter of the community."""
    row = await fetch_one(
        _PAPER + " JOIN consent c ON c.id = p.consent_id WHERE p.community_id = {} AND c.proposal_id = {}"
        " AND p.id = {}",
        *(community_id, proposal_id, paper_id),
    )
    if row is None:
        raise NotFound
    return _paper(row)


async def is_called(community_id: int, proposal_id: int) -> bool:
    """Whether the notice of a vote about it is out, and the vote was not called off."""
    row = await fetch_one(
        "SELECT 1 AS called FROM motion WHERE community_id = {} AND proposal_id = {} AND cancelled_at IS NULL LIMIT 1",
        *(community_id, proposal_id),
    )
    return row is not None


async def namings(community_id: int, proposal_id: int) -> list[Naming]:
    """The homes that wait for a second person before they are asked, the oldest first."""
    waits = " AND n.confirmed_at IS NULL AND n.withdrawn_at IS NULL ORDER BY n.id"
    return await _namings(community_id, await fetch(_NAMING + waits, community_id, proposal_id))


async def naming(community_id: int, proposal_id: int, naming_id: int) -> Naming:
    """NotFound unless it belongs to this matter of the community."""
    found = await _namings(
        community_id, await fetch(_NAMING + " AND n.id = {}", *(community_id, proposal_id, naming_id))
    )
    if not found:
        raise NotFound
    return found[0]


async def _namings(community_id: int, rows: list[dict[str, Any]]) -> list[Naming]:
    held = await registry.holdings_of(community_id, [row["unit_id"] for row in rows])
    return [Naming(**row, owner_ids=frozenset(each.owner_id for each in held.get(row["unit_id"], ()))) for row in rows]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who began what waits for a second person, and when."""

    name: str
    person_id: int
    at: datetime


async def waiting(community_id: int, proposal_ids: Iterable[int]) -> dict[int, list[Waiting]]:
    """What waits for a second person, by proposal, the oldest first: signed answers, homes to ask, and those
    to ask no more."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT c.proposal_id, p.recorded_by_name AS name, p.recorded_by AS person_id, p.recorded_at AS at"
        " FROM consent_paper p JOIN consent c ON c.id = p.consent_id WHERE p.community_id = {}"
        " AND c.proposal_id IN {} AND p.confirmed_at IS NULL AND p.withdrawn_at IS NULL AND c.dropped_at IS NULL"
        " UNION ALL SELECT proposal_id, drop_asked_by_name, drop_asked_by, drop_asked_at FROM consent"
        " WHERE community_id = {} AND proposal_id IN {} AND drop_asked_at IS NOT NULL AND dropped_at IS NULL"
        " UNION ALL SELECT proposal_id, recorded_by_name, recorded_by, recorded_at FROM consent_naming"
        " WHERE community_id = {} AND proposal_id IN {} AND confirmed_at IS NULL AND withdrawn_at IS NULL"
        " ORDER BY 4",
        *(community_id, wanted) * 3,
    )
    found: dict[int, list[Waiting]] = defaultdict(list)
    for row in rows:
        found[row["proposal_id"]].append(Waiting(row["name"], row["person_id"], row["at"]))
    return found


def _paper(row: Mapping[str, Any]) -> ConsentPaper:
    fields = {name: value for name, value in row.items() if name != "owners"}
    return ConsentPaper(**{**fields, "is_agreed": bool(row["is_agreed"])}, owner_ids=tuple(json.loads(row["owners"])))
