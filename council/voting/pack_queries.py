"""Reads of signature packs. Who signed is for the desk, the readers and the owner; nothing here touches a ballot."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch, fetch_one


@dataclass(frozen=True, slots=True)
class Reader:
    person_id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Pack:
    """`words`: what is signed; `office`: for whom outside it is meant; `readers`: who takes it from here."""

    id: int
    community_id: int
    motion_id: int
    key: str
    words: str
    office: str
    made_by: int
    made_by_name: str
    made_at: datetime
    readers: tuple[Reader, ...]


@dataclass(frozen=True, slots=True)
class SignedLine:
    """One voter of the roll and their sheet in force; `taken_at` None: none."""

    roll_voter_id: int
    number: str
    unit_codes: tuple[str, ...]
    taken_at: datetime | None
    taken_by_name: str | None
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class SignedSheet:
    number: str
    unit_codes: tuple[str, ...]
    file_id: int
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Taking:
    name: str
    sheets: int
    taken_at: datetime


async def pack_of(community_id: int, motion_id: int) -> Pack | None:
    """The pack of a vote with its readers; two queries, one where there is none."""
    row = await fetch_one(
        "SELECT id, community_id, motion_id, key, words, office, made_by, made_by_name, made_at FROM signature_pack"
        " WHERE community_id = {} AND motion_id = {}",
        *(community_id, motion_id),
    )
    if row is None:
        return None
    readers = await fetch(
        "SELECT person_id, name, role FROM pack_reader WHERE community_id = {} AND pack_id = {} ORDER BY id",
        *(community_id, row["id"]),
    )
    return Pack(**row, readers=tuple(Reader(**each) for each in readers))


async def pack(community_id: int, motion_id: int) -> Pack:
    found = await pack_of(community_id, motion_id)
    if found is None:
        raise NotFound("pack")
    return found


async def lines(community_id: int, of: Pack) -> list[SignedLine]:
    """Every voter of the roll in its order: signed, missing, taken back. Two queries."""
    units = await _units(community_id, of.motion_id)
    sheets: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in await fetch(
        "SELECT roll_voter_id, taken_at, taken_by_name, withdrawn_at FROM pack_sheet WHERE community_id = {}"
        " AND pack_id = {} ORDER BY id",
        *(community_id, of.id),
    ):
        sheets[row["roll_voter_id"]].append(row)
    found = []
    for (voter_id, number), codes in units.items():
        own = sheets.get(voter_id, [])
        live = next((row for row in own if row["withdrawn_at"] is None), None)
        found.append(
            SignedLine(
                voter_id,
                number,
                tuple(codes),
                None if live is None else live["taken_at"],
                None if live is None else live["taken_by_name"],
                withdrawn=live is None and bool(own),
            )
        )
    return found


async def line(community_id: int, of: Pack, number: str) -> SignedLine:
    """NotFound for a number that is not on the roll."""
    found = next((each for each in await lines(community_id, of) if each.number == number), None)
    if found is None:
        raise NotFound
    return found


async def _units(community_id: int, motion_id: int) -> dict[tuple[int, str], list[str]]:
    rows = await fetch(
        "SELECT v.id, v.number, u.code FROM roll_voter v JOIN roll_unit u ON u.roll_voter_id = v.id"
        " WHERE v.community_id = {} AND v.motion_id = {} ORDER BY v.id, u.id",
        *(community_id, motion_id),
    )
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in rows:
        found[row["id"], row["number"]].append(row["code"])
    return found


async def sheets(community_id: int, of: Pack) -> list[SignedSheet]:
    """What a reader is handed: the sheets whose consent is in force."""
    units = await _units(community_id, of.motion_id)
    by_id = {voter_id: (number, tuple(codes)) for (voter_id, number), codes in units.items()}
    return [
        SignedSheet(*by_id[row["roll_voter_id"]], row["file_id"], row["taken_at"])
        for row in await fetch(
            "SELECT roll_voter_id, file_id, taken_at FROM pack_sheet WHERE community_id = {} AND pack_id = {}"
            " AND withdrawn_at IS NULL ORDER BY roll_voter_id",
            *(community_id, of.id),
        )
    ]


async def is_used(of: Pack, roll_voter_id: int, sha256: str) -> bool:
    """Whether this very original was taken back, or is another voter's."""
    row = await fetch_one(
        "SELECT 1 AS used FROM pack_sheet WHERE community_id = {} AND pack_id = {} AND file_sha256 = {}"
        " AND (withdrawn_at IS NOT NULL OR roll_voter_id <> {}) LIMIT 1",
        *(of.community_id, of.id, sha256, roll_voter_id),
    )
    return row is not None


async def takings(community_id: int, of: Pack) -> list[Taking]:
    """Who took the sheets, and when; the newest first."""
    rows = await fetch(
        "SELECT name, sheets, taken_at FROM pack_taking WHERE community_id = {} AND pack_id = {} ORDER BY id DESC",
        *(community_id, of.id),
    )
    return [Taking(**row) for row in rows]
