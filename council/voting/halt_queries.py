"""Reads of what stops somebody's vote and waits for a second person, and of what stops it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch
from council.voting.halt import Halt, HaltAct

_HALT = (
    "SELECT t.id, t.community_id, t.act, t.unit_id, t.roll_voter_id, v.motion_id, v.number, t.paper_id, t.words,"
    " t.file_id, t.recorded_by, t.recorded_by_name, t.recorded_at, t.confirmed_by_name, t.confirmed_at, t.withdrawn_at"
    " FROM halt t LEFT JOIN roll_voter v ON v.community_id = t.community_id AND v.id = t.roll_voter_id"
    " WHERE t.community_id = {}"
)
_WAITS = " AND t.confirmed_at IS NULL AND t.withdrawn_at IS NULL"


def _halt(row: Mapping[str, Any]) -> Halt:
    return Halt(**{**row, "act": HaltAct(row["act"])})


async def halt(community_id: int, halt_id: int) -> Halt:
    rows = await fetch(_HALT + " AND t.id = {}", community_id, halt_id)
    if not rows:
        raise NotFound("halt")
    return _halt(rows[0])


async def waiting(community_id: int, *, most: int = 50) -> list[Halt]:
    """The oldest first."""
    return [_halt(row) for row in await fetch(_HALT + _WAITS + " ORDER BY t.id LIMIT {}", community_id, most)]


async def waiting_of_unit(community_id: int, unit_id: int) -> Halt | None:
    rows = await fetch(_HALT + _WAITS + " AND t.unit_id = {}", community_id, unit_id)
    return _halt(rows[0]) if rows else None


async def waiting_of_voter(community_id: int, roll_voter_id: int) -> Halt | None:
    rows = await fetch(_HALT + _WAITS + " AND t.roll_voter_id = {}", community_id, roll_voter_id)
    return _halt(rows[0]) if rows else None


async def waiting_of_papers(community_id: int, paper_ids: Iterable[int]) -> dict[int, Halt]:
    """By the paper that is to end."""
    wanted = sorted(set(paper_ids)) or [0]
    rows = await fetch(_HALT + _WAITS + " AND t.paper_id IN {}", community_id, wanted)
    return {row["paper_id"]: _halt(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Stopped:
    """Who has stopped a voter's vote, for its own people: never the words, which are the family's."""

    by_name: str
    confirmed_by_name: str | None
    suspended_at: datetime


async def stopped(community_id: int, roll_voter_ids: Iterable[int]) -> dict[int, Stopped]:
    """The suspension that is in force of each of these voters."""
    wanted = sorted(set(roll_voter_ids)) or [0]
    rows = await fetch(
        "SELECT roll_voter_id, by_name, confirmed_by_name, suspended_at FROM roll_suspension WHERE community_id = {}"
        " AND roll_voter_id IN {} AND lifted_at IS NULL",
        *(community_id, wanted),
    )
    return {
        row["roll_voter_id"]: Stopped(row["by_name"], row["confirmed_by_name"], row["suspended_at"]) for row in rows
    }


async def homes_of(community_id: int, paper_id: int) -> tuple[int, frozenset[int]]:
    """(owner, homes) that a holder's paper is about."""
    rows = await fetch(
        "SELECT p.owner_id, s.unit_id FROM holder_paper p LEFT JOIN ownership s ON s.community_id = p.community_id"
        " AND s.owner_id = p.owner_id AND s.ended_at IS NULL WHERE p.community_id = {} AND p.id = {}",
        *(community_id, paper_id),
    )
    if not rows:
        raise NotFound("holder_paper")
    return rows[0]["owner_id"], frozenset(row["unit_id"] for row in rows if row["unit_id"] is not None)


async def home_of_voter(community_id: int, roll_voter_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """(homes, owners) of a frozen roll's voter."""
    rows = await fetch(
        "SELECT u.unit_id, h.owner_id FROM roll_unit u LEFT JOIN roll_holder h ON h.community_id = u.community_id"
        " AND h.roll_voter_id = u.roll_voter_id WHERE u.community_id = {} AND u.roll_voter_id = {}",
        *(community_id, roll_voter_id),
    )
    homes = frozenset(row["unit_id"] for row in rows)
    return homes, frozenset(row["owner_id"] for row in rows if row["owner_id"] is not None)


async def running_with(community_id: int, unit_ids: Iterable[int], now: datetime) -> list[int]:
    """The votes that are announced or run and have one of these homes on their roll."""
    wanted = sorted(set(unit_ids)) or [0]
    rows = await fetch(
        "SELECT DISTINCT m.id FROM roll_unit u JOIN motion m ON m.community_id = u.community_id AND m.id = u.motion_id"
        " WHERE u.community_id = {} AND u.unit_id IN {} AND m.cancelled_at IS NULL AND m.certified_at IS NULL"
        " AND m.closes_at >= {} ORDER BY m.id",
        *(community_id, wanted, now),
    )
    return [row["id"] for row in rows]
