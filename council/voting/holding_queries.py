"""Reads of papers about right-holders and of homes in dispute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.registry.rollfile.model import Basis
from council.storage.sql import fetch
from council.voting.holding import Capacity, HolderPaper

_PAPER = (
    "SELECT p.id, p.community_id, p.owner_id, o.name AS owner_name, p.unit_id, p.person_id, p.says, p.acting_name,"
    " p.words, p.file_id, p.valid_until, p.recorded_by, p.recorded_by_name, p.recorded_at, p.confirmed_by_name,"
    " p.confirmed_at, p.ended_at, p.ended_by_name, p.end_reason FROM holder_paper p JOIN owner o ON o.id = p.owner_id"
    " WHERE p.community_id = {}"
)


def _paper(row: Mapping[str, Any]) -> HolderPaper:
    says = Basis(row["says"]) if row["person_id"] is None else Capacity(row["says"])
    return HolderPaper(**{**row, "says": says})


async def paper(community_id: int, paper_id: int) -> HolderPaper:
    rows = await fetch(_PAPER + " AND p.id = {}", community_id, paper_id)
    if not rows:
        raise NotFound("holder_paper")
    return _paper(rows[0])


async def papers_of(community_id: int, unit_id: int, owner_ids: Iterable[int]) -> list[HolderPaper]:
    """Those of one home, and of whoever acts for its owners; the newest first."""
    wanted = sorted(set(owner_ids)) or [0]
    rows = await fetch(
        _PAPER + " AND (p.unit_id = {} OR (p.person_id IS NOT NULL AND p.owner_id IN {})) ORDER BY p.id DESC",
        *(community_id, unit_id, wanted),
    )
    return [_paper(row) for row in rows]


async def acting_for(community_id: int, owner_ids: Iterable[int]) -> dict[int, HolderPaper]:
    """Who acts for each of these owners by a confirmed paper that was not ended (it may have run out)."""
    wanted = sorted(set(owner_ids))
    if not wanted:
        return {}
    rows = await fetch(
        _PAPER + " AND p.owner_id IN {} AND p.person_id IS NOT NULL AND p.confirmed_at IS NOT NULL"
        " AND p.ended_at IS NULL",
        *(community_id, wanted),
    )
    return {row["owner_id"]: _paper(row) for row in rows}


async def waiting(community_id: int, *, most: int = 50) -> list[tuple[HolderPaper, int]]:
    """Papers that wait for a second person, the oldest first, each with a home to look at it from."""
    rows = await fetch(
        _PAPER + " AND p.confirmed_at IS NULL AND p.ended_at IS NULL ORDER BY p.id LIMIT {}", community_id, most
    )
    found = [_paper(row) for row in rows]
    homes = await fetch(
        "SELECT owner_id, MIN(unit_id) AS unit_id FROM ownership WHERE community_id = {} AND owner_id IN {}"
        " AND ended_at IS NULL GROUP BY owner_id",
        *(community_id, sorted({each.owner_id for each in found}) or [0]),
    )
    first = {row["owner_id"]: row["unit_id"] for row in homes}
    return [(each, each.unit_id or first[each.owner_id]) for each in found if each.unit_id or each.owner_id in first]


@dataclass(frozen=True, slots=True)
class HomeDispute:
    id: int
    unit_id: int
    words: str
    opened_by: int
    opened_by_name: str
    opened_at: datetime
    confirmed_by_name: str | None


async def open_disputes(community_id: int, unit_ids: Iterable[int]) -> dict[int, HomeDispute]:
    """The dispute among the owners of each of these homes that nobody has settled."""
    wanted = sorted(set(unit_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT id, unit_id, words, opened_by, opened_by_name, opened_at, confirmed_by_name FROM home_dispute"
        " WHERE community_id = {} AND unit_id IN {} AND closed_at IS NULL",
        *(community_id, wanted),
    )
    return {row["unit_id"]: HomeDispute(**row) for row in rows}
