"""Reads of claims, homes and slips: what the desk looks at."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence

from council.accounts.model import Claim, Home, HowVerified, Slip
from council.accounts.queries import OWNS
from council.accounts.slipcodes import CodeKind
from council.kernel.errors import NotFound
from council.kernel.scope import Scope, ScopeKind
from council.registry import queries as registry
from council.registry.model import Unit
from council.storage.sql import fetch, fetch_one

_CLAIM = (
    "SELECT o.id, o.person_id, p.name AS person_name, o.owner_id, w.name AS owner_name, o.claimed_at, o.verified_at,"
    " o.verified_by_name, o.verified_how, o.acts_until, o.anew_since, k.issued_by_name AS reset_by_name"
    " FROM owner_claim o JOIN person p ON p.id = o.person_id JOIN owner w ON w.id = o.owner_id"
    " LEFT JOIN access_code k ON k.id = o.reset_code_id WHERE o.community_id = {} AND o.ended_at IS NULL"
)


def _claim(row: dict[str, object]) -> Claim:
    how = row["verified_how"]
    return Claim(**{**row, "verified_how": HowVerified(str(how)) if how else None})  # type: ignore[arg-type]


async def claim(community_id: int, claim_id: int) -> Claim:
    row = await fetch_one(_CLAIM + " AND o.id = {}", community_id, claim_id)
    if row is None:
        raise NotFound
    return _claim(row)


async def claims_of_owners(community_id: int, owner_ids: Iterable[int]) -> list[Claim]:
    rows = await fetch(_CLAIM + " AND o.owner_id IN {} ORDER BY o.id", community_id, sorted(set(owner_ids)))
    return [_claim(row) for row in rows]


async def claims_waiting(community_id: int, *, most: int = 50) -> list[Claim]:
    """Claims that nobody has verified, the oldest first; owners who have sold everything are left out."""
    rows = await fetch(
        _CLAIM + f" AND o.verified_at IS NULL AND {OWNS} ORDER BY o.claimed_at, o.id LIMIT {{}}", community_id, most
    )
    return [_claim(row) for row in rows]


async def slip_seen_by(community_id: int, claim_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Who has had the code before their eyes by which each of these claims came in, or by which its account got a new
    password since it was checked; one query."""
    wanted = sorted(set(claim_ids))
    rows = await fetch(
        "SELECT o.id, s.person_id FROM owner_claim o JOIN access_code_seen s"
        " ON s.access_code_id IN (o.access_code_id, o.reset_code_id) WHERE o.community_id = {} AND o.id IN {}",
        *(community_id, wanted or [0]),
    )
    found: dict[int, set[int]] = {each: set() for each in wanted}
    for row in rows:
        found[row["id"]].add(row["person_id"])
    return {each: frozenset(people) for each, people in found.items()}


_HOME = (
    "SELECT r.id, r.person_id, p.name AS person_name, r.unit_id, r.began_at FROM residency r"
    " JOIN person p ON p.id = r.person_id WHERE r.community_id = {} AND r.ended_at IS NULL"
)


async def home(community_id: int, residency_id: int) -> Home:
    rows = await fetch(_HOME + " AND r.id = {}", community_id, residency_id)
    if not rows:
        raise NotFound
    return Home(**rows[0])


async def register_phones(community_id: int, owner_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The register's own telephones of owners, for the desk to ring (`HowVerified.TELEPHONE`)."""
    rows = await fetch(
        "SELECT id, phones FROM owner WHERE community_id = {} AND id IN {}", community_id, sorted(set(owner_ids))
    )
    return {row["id"]: tuple(json.loads(row["phones"])) for row in rows}


async def units_matching(community_id: int, typed: str, *, most: int = 60) -> list[Unit]:
    """Units by what somebody types: "502", "2-502", "2-1-502", "2号楼1单元502室"."""
    return (await units_matching_each(community_id, [typed]))[0][:most]


async def units_matching_each(community_id: int, typed: Sequence[str]) -> list[list[Unit]]:
    """The same of several, in their order; one query."""
    wanted = [[part.upper() for part in _PARTS.findall(unicodedata.normalize("NFKC", each))] for each in typed]
    if not any(wanted):
        return [[] for _ in typed]
    units = await registry.units_in(community_id, Scope(ScopeKind.COMMUNITY))
    return [[unit for unit in units if _fits(unit, parts)] for parts in wanted]


_PARTS = re.compile(r"[0-9A-Za-z]+")


def _fits(unit: Unit, wanted: list[str]) -> bool:
    whole = [unit.building.upper(), unit.entrance.upper(), unit.room.upper()]
    return wanted in ([whole[2]], [whole[0], whole[2]], whole)


async def homes_of_units(community_id: int, unit_ids: Iterable[int]) -> list[Home]:
    rows = await fetch(_HOME + " AND r.unit_id IN {} ORDER BY r.id", community_id, sorted(set(unit_ids)))
    return [Home(**row) for row in rows]


async def slips_of(community_id: int, kind: CodeKind, target_ids: Iterable[int]) -> dict[int, Slip]:
    """The slip in force of each target; a reset slip older than its term is none."""
    rows = await fetch(
        f"SELECT id, kind, {_TARGET[kind]} AS target_id, serial, issued_at, issued_by_name FROM access_code"
        f" WHERE community_id = {{}} AND kind = {{}} AND {_TARGET[kind]} IN {{}} AND ended_at IS NULL",
        community_id,
        kind.value,
        sorted(set(target_ids)),
    )
    return {row["target_id"]: Slip(**{**row, "kind": kind}) for row in rows}


async def slip(community_id: int, slip_id: int) -> Slip:
    """A slip in force by its id."""
    row = await fetch_one(
        "SELECT id, kind, COALESCE(unit_id, owner_id, person_id) AS target_id, serial, issued_at, issued_by_name"
        " FROM access_code WHERE community_id = {} AND id = {} AND ended_at IS NULL",
        community_id,
        slip_id,
    )
    if row is None:
        raise NotFound
    return Slip(**{**row, "kind": CodeKind(row["kind"])})


async def last_serials(community_id: int, kind: CodeKind, target_ids: Iterable[int]) -> dict[int, int]:
    """The newest serial ever given out for each target that has had one."""
    rows = await fetch(
        f"SELECT {_TARGET[kind]} AS target_id, MAX(serial) AS serial FROM access_code"
        f" WHERE community_id = {{}} AND kind = {{}} AND {_TARGET[kind]} IN {{}} GROUP BY {_TARGET[kind]}",
        community_id,
        kind.value,
        sorted(set(target_ids)),
    )
    return {row["target_id"]: row["serial"] for row in rows}


async def people_tied_by(slip_id: int) -> list[int]:
    """Accounts with a current tie that this slip opened."""
    rows = await fetch(
        "SELECT person_id FROM residency WHERE access_code_id = {} AND ended_at IS NULL"
        " UNION SELECT person_id FROM owner_claim WHERE access_code_id = {} AND ended_at IS NULL",
        slip_id,
        slip_id,
    )
    return sorted(row["person_id"] for row in rows)


_TARGET = {CodeKind.RESIDENT: "unit_id", CodeKind.OWNER: "owner_id", CodeKind.RESET: "person_id"}
