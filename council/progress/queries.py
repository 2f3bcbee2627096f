"""Reads that no single room can answer. Every one names the community and asks once, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.accounts.queries import UNDER
from council.kernel.actor import Actor, Role
from council.kernel.scope import Scope, ScopeKind
from council.storage.sql import fetch

_LIVED_IN = "u.use = 'dwelling' AND u.status NOT IN ('unsold', 'undelivered')"


@dataclass(frozen=True, slots=True)
class Households:
    """Dwellings that somebody can live in, by (building id, entrance id)."""

    by_entrance: Mapping[tuple[int, int], int]

    def within(self, scope: Scope) -> int:
        return sum(
            dwellings
            for (building_id, entrance_id), dwellings in self.by_entrance.items()
            if scope.kind is ScopeKind.COMMUNITY
            or (scope.kind is ScopeKind.BUILDING and building_id == scope.building_id)
            or entrance_id == scope.entrance_id
        )


async def households(community_id: int) -> Households:
    rows = await fetch(
        "SELECT u.building_id, u.entrance_id, COUNT(*) AS dwellings FROM unit u WHERE u.community_id = {}"
        f" AND u.retired_at IS NULL AND {_LIVED_IN} GROUP BY u.building_id, u.entrance_id",
        community_id,
    )
    return Households({(row["building_id"], row["entrance_id"]): row["dwellings"] for row in rows})


async def roles_at_filing(community_id: int, proposal_ids: Iterable[int]) -> dict[int, frozenset[Role]]:
    """The staff roles that each proposer held when they filed, by proposal."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT p.id, t.role FROM proposal p JOIN community c ON c.id = p.community_id"
        f" JOIN staff_role t ON t.person_id = p.proposer_id AND (t.community_id = c.id OR {UNDER})"
        " WHERE p.community_id = {} AND p.id IN {} AND t.granted_at <= p.filed_at"
        " AND (t.ended_at IS NULL OR t.ended_at > p.filed_at)",
        community_id,
        wanted,
    )
    found: dict[int, set[Role]] = defaultdict(set)
    for row in rows:
        found[row["id"]].add(Role(row["role"]))
    return {proposal_id: frozenset(roles) for proposal_id, roles in found.items()}


@dataclass(frozen=True, slots=True)
class AskedConsent:
    """A unit of mine that must agree by itself to a matter, and has not answered."""

    proposal_id: int
    title: str
    unit_id: int
    unit_code: str
    why: str
    ground: str
    named_at: datetime


async def consents_asked(actor: Actor) -> list[AskedConsent]:
    """What waits for this verified owner, the oldest first."""
    if not actor.owner_ids:
        return []
    rows = await fetch(
        "SELECT DISTINCT c.proposal_id, p.title, c.unit_id, u.code AS unit_code, c.why, c.ground, c.named_at, c.id"
        " FROM consent c"
        " JOIN proposal p ON p.id = c.proposal_id JOIN unit u ON u.id = c.unit_id"
        " JOIN ownership s ON s.community_id = c.community_id AND s.unit_id = c.unit_id AND s.ended_at IS NULL"
        " JOIN owner o ON o.id = s.owner_id WHERE c.community_id = {} AND c.settled_at IS NULL AND c.dropped_at IS NULL"
        " AND p.state IN ('filed', 'accepted') AND p.started_at IS NULL AND s.owner_id IN {} AND o.kind = 'natural'"
        " AND NOT EXISTS (SELECT 1 FROM consent_answer a WHERE a.community_id = c.community_id AND a.consent_id = c.id"
        " AND a.owner_id = s.owner_id AND a.answered_at >= c.named_at) ORDER BY c.named_at, c.id",
        *(actor.community_id, sorted(actor.owner_ids)),
    )
    return [AskedConsent(**{name: row[name] for name in row if name != "id"}) for row in rows]


@dataclass(frozen=True, slots=True)
class OwnMatter:
    """A proposal of mine that is still on its way; `due_at` and `asked` (comment ids) when answers of mine are waited
    for."""

    id: int
    title: str
    state: str
    asked: tuple[int, ...]
    due_at: datetime | None

    @property
    def questions(self) -> int:
        return len(self.asked)


_ASKED = (
    "c.parent_id IS NULL AND c.stance = 'question' AND NOT c.needs_answer AND c.hidden_at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM comment r WHERE r.community_id = c.community_id AND r.thread_id = c.thread_id"
    " AND r.parent_id = c.id AND r.hidden_at IS NULL AND (r.office IS NOT NULL OR r.person_id = p.proposer_id))"
)
"""A neighbour's question that nobody has put to an office yet, and that neither an office nor the proposer answered."""


async def own_matters(actor: Actor) -> list[OwnMatter]:
    """Mine that were sent back or have questions waiting; the most urgent first.

    What neighbours ask waits for the proposer from the moment it is asked, until a notice has fixed the text; once the
    desk has put it to somebody it is theirs, and the proposer's no more unless it was put to them by name.
    """
    rows = await fetch(
        "SELECT p.id, p.title, p.state, c.answer_due_at, c.id AS comment FROM proposal p"
        " LEFT JOIN comment c ON c.community_id = p.community_id AND c.thread_id = p.thread_id"
        " AND ((c.needs_answer AND c.answered_at IS NULL AND c.answer_from LIKE '%' || p.proposer_name || '%')"
        f" OR (c.person_id <> p.proposer_id AND {_ASKED}"
        " AND NOT EXISTS (SELECT 1 FROM motion m WHERE m.community_id = p.community_id AND m.proposal_id = p.id"
        " AND m.cancelled_at IS NULL))) WHERE p.community_id = {} AND p.proposer_id = {} AND p.started_at IS NULL"
        " AND (p.state = 'returned' OR (p.state IN ('filed', 'accepted') AND c.id IS NOT NULL))"
        " ORDER BY CASE WHEN c.answer_due_at IS NULL THEN 1 ELSE 0 END, c.answer_due_at, p.id",
        actor.community_id,
        actor.person_id,
    )
    grouped: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["id"]].append(row)
    return [
        OwnMatter(
            proposal_id,
            of_it[0]["title"],
            of_it[0]["state"],
            tuple(row["comment"] for row in of_it if row["comment"] is not None),
            of_it[0]["answer_due_at"],
        )
        for proposal_id, of_it in grouped.items()
    ]


async def threads_of(community_id: int, thread_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """(proposal id, its title) by thread."""
    wanted = sorted(set(thread_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT thread_id, id, title FROM proposal WHERE community_id = {} AND thread_id IN {}", community_id, wanted
    )
    return {row["thread_id"]: (row["id"], row["title"]) for row in rows}


async def asked_questions(community_id: int) -> list[int]:
    """The ids of what neighbours ask in threads of matters under way and nobody answered, the oldest first."""
    return [row["id"] for row in await _asked(community_id)]


async def threads_asked(community_id: int) -> list[int]:
    """The thread of each of `asked_questions`."""
    return [row["thread_id"] for row in await _asked(community_id)]


async def _asked(community_id: int) -> list[Mapping[str, Any]]:
    rows = await fetch(
        "SELECT c.id, c.thread_id FROM proposal p"
        " JOIN comment c ON c.community_id = p.community_id AND c.thread_id = p.thread_id"
        " WHERE p.community_id = {} AND p.state IN ('filed', 'accepted') AND p.started_at IS NULL"
        f" AND {_ASKED} ORDER BY c.said_at, c.id",
        community_id,
    )
    return list(rows)


async def register_waiting(community_id: int) -> tuple[int, int]:
    """Rows of confirmed uploads that nobody mended yet, and "my row is wrong" that nobody answered."""
    rows = await fetch(
        "SELECT (SELECT COUNT(*) FROM roll_upload_row r JOIN roll_upload u ON u.id = r.upload_id"
        " WHERE r.community_id = {} AND r.state = 'faulty' AND u.state = 'applied') AS faulty,"
        " (SELECT COUNT(*) FROM row_correction WHERE community_id = {} AND outcome IS NULL) AS corrections",
        community_id,
        community_id,
    )
    return rows[0]["faulty"], rows[0]["corrections"]
