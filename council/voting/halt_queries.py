"""Reads of what is to stop somebody's vote or let it go on and waits for a second person, and of what stops it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch
from council.voting.halt import Halt, HaltAct, Subject

_HALT = (
    "SELECT t.id, t.community_id, t.act, t.unit_id, t.roll_voter_id, v.motion_id, v.number, t.owner_id, t.paper_id,"
    " t.claim_id, t.words, t.file_id, t.recorded_by, t.recorded_by_name, t.recorded_at, t.confirmed_by_name,"
    " t.confirmed_at, t.withdrawn_at"
    " FROM halt t LEFT JOIN roll_voter v ON v.community_id = t.community_id AND v.id = t.roll_voter_id"
    " WHERE t.community_id = {}"
)
_WAITS = " AND t.confirmed_at IS NULL AND t.withdrawn_at IS NULL"
_SUBJECT = ("unit_id", "motion_id", "number", "owner_id", "paper_id", "claim_id")


def _halt(row: Mapping[str, Any]) -> Halt:
    rest = {name: value for name, value in row.items() if name not in {"act", *_SUBJECT}}
    subject = Subject(HaltAct(row["act"]), **{name: row[name] for name in _SUBJECT})
    return Halt(subject=subject, **rest)


async def halt(community_id: int, halt_id: int) -> Halt:
    rows = await fetch(_HALT + " AND t.id = {}", community_id, halt_id)
    if not rows:
        raise NotFound("halt")
    return _halt(rows[0])


async def waiting(community_id: int, *, most: int = 50) -> list[Halt]:
    """The oldest first."""
    return [_halt(row) for row in await fetch(_HALT + _WAITS + " ORDER BY t.id LIMIT {}", community_id, most)]


async def waiting_of_unit(community_id: int, unit_id: int) -> list[Halt]:
    """What is to happen to a home: one of a kind at most."""
    return [
        _halt(row) for row in await fetch(_HALT + _WAITS + " AND t.unit_id = {} ORDER BY t.id", community_id, unit_id)
    ]


async def waiting_of_voter(community_id: int, roll_voter_id: int) -> list[Halt]:
    """What is to happen to a voter of one vote: one of a kind at most."""
    rows = await fetch(_HALT + _WAITS + " AND t.roll_voter_id = {} ORDER BY t.id", community_id, roll_voter_id)
    return [_halt(row) for row in rows]


async def waiting_of_claim(community_id: int, claim_id: int) -> Halt | None:
    rows = await fetch(_HALT + _WAITS + " AND t.claim_id = {}", community_id, claim_id)
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


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim, also one that has ended."""

    owner_id: int
    owner_name: str
    person_name: str


async def claim(community_id: int, claim_id: int) -> Claimed:
    rows = await fetch(
        "SELECT c.owner_id, o.name AS owner_name, p.name AS person_name FROM owner_claim c"
        " JOIN owner o ON o.id = c.owner_id JOIN person p ON p.id = c.person_id"
        " WHERE c.community_id = {} AND c.id = {}",
        *(community_id, claim_id),
    )
    if not rows:
        raise NotFound("owner_claim")
    return Claimed(**rows[0])


async def owner_of_paper(community_id: int, paper_id: int) -> int:
    rows = await fetch(
        "SELECT owner_id FROM holder_paper WHERE community_id = {} AND id = {}", *(community_id, paper_id)
    )
    if not rows:
        raise NotFound("holder_paper")
    return int(rows[0]["owner_id"])


async def voter_id(community_id: int, motion_id: int, number: str) -> int:
    """The id of a frozen roll's voter by its number ("v3")."""
    rows = await fetch(
        "SELECT id FROM roll_voter WHERE community_id = {} AND motion_id = {} AND number = {}",
        *(community_id, motion_id, number),
    )
    if not rows:
        raise NotFound("roll_voter")
    return int(rows[0]["id"])


async def home_of_voter(community_id: int, motion_id: int, number: str) -> tuple[frozenset[int], frozenset[int]]:
    """(homes, owners) of a frozen roll's voter. NotFound for a number that is not on it."""
    rows = await fetch(
        "SELECT u.unit_id, h.owner_id FROM roll_voter v JOIN roll_unit u ON u.community_id = v.community_id"
        " AND u.roll_voter_id = v.id LEFT JOIN roll_holder h ON h.community_id = v.community_id"
        " AND h.roll_voter_id = v.id WHERE v.community_id = {} AND v.motion_id = {} AND v.number = {}",
        *(community_id, motion_id, number),
    )
    if not rows:
        raise NotFound("roll_voter")
    homes = frozenset(row["unit_id"] for row in rows)
    return homes, frozenset(row["owner_id"] for row in rows if row["owner_id"] is not None)


_RUNS = "m.cancelled_at IS NULL AND m.certified_at IS NULL AND m.closes_at >= {}"


async def stands_for_somebody(community_id: int, owner_id: int, person_id: int, now: datetime) -> bool:
    """Whether this owner is in a vote that is announced or runs, by the frozen roll or by a home on it that is theirs
    now, or this account acts for them by a paper in force."""
    rows = await fetch(
        "SELECT 1 AS found FROM roll_holder h JOIN motion m ON m.community_id = h.community_id AND m.id = h.motion_id"
        f" WHERE h.community_id = {{}} AND h.owner_id = {{}} AND {_RUNS}"
        " UNION ALL SELECT 1 FROM ownership s JOIN roll_unit u ON u.community_id = s.community_id"
        " AND u.unit_id = s.unit_id JOIN motion m ON m.community_id = u.community_id AND m.id = u.motion_id"
        f" WHERE s.community_id = {{}} AND s.owner_id = {{}} AND s.ended_at IS NULL AND {_RUNS}"
        " UNION ALL SELECT 1 FROM holder_paper p WHERE p.community_id = {} AND p.owner_id = {} AND p.person_id = {}"
        " AND p.confirmed_at IS NOT NULL AND p.ended_at IS NULL AND (p.valid_until IS NULL OR p.valid_until > {})"
        " LIMIT 1",
        *(community_id, owner_id, now) * 2,
        *(community_id, owner_id, person_id, now),
    )
    return bool(rows)


async def running_with(community_id: int, unit_ids: Iterable[int], now: datetime) -> list[int]:
    """The votes that are announced or run and have one of these homes on their roll."""
    wanted = sorted(set(unit_ids)) or [0]
    rows = await fetch(
        "SELECT DISTINCT m.id FROM roll_unit u JOIN motion m ON m.community_id = u.community_id AND m.id = u.motion_id"
        f" WHERE u.community_id = {{}} AND u.unit_id IN {{}} AND {_RUNS} ORDER BY m.id",
        *(community_id, wanted, now),
    )
    return [row["id"] for row in rows]
