"""Reads of the register. Every one names the community."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from council.kernel.errors import NotFound
from council.kernel.scope import Scope, ScopeKind
from council.registry.model import BuildingNode, Community, EntranceNode, Holding, Owner, Unit
from council.registry.rollfile.model import Basis, OwnerKind, Status, Use
from council.storage.sql import fetch

_COMMUNITY = "SELECT id, slug, name, area_path, phone, address FROM community"
_UNIT = (
    "SELECT u.id, u.building_id, u.entrance_id, u.code, b.number AS building, e.number AS entrance, u.room, u.floor,"
    " u.area_dm2, u.built_area_dm2, u.use, u.status"
    " FROM unit u JOIN building b ON b.id = u.building_id JOIN entrance e ON e.id = u.entrance_id"
    " WHERE u.community_id = {} AND u.retired_at IS NULL"
)


async def community_by_slug(slug: str) -> Community | None:
    rows = await fetch(_COMMUNITY + " WHERE slug = {}", slug)
    return Community(**rows[0]) if rows else None


async def community(community_id: int) -> Community:
    rows = await fetch(_COMMUNITY + " WHERE id = {}", community_id)
    if not rows:
        raise NotFound
    return Community(**rows[0])


async def communities() -> list[Community]:
    return [Community(**row) for row in await fetch(_COMMUNITY + " ORDER BY id")]


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(**{**row, "use": Use(row["use"]), "status": Status(row["status"])})


def by_place(unit: Unit) -> tuple[tuple[int, str], ...]:
    """Sort key: building 2 before building 10, rooms upwards."""
    return tuple((int(part) if part.isdigit() else 10**9, part) for part in (unit.building, unit.entrance, unit.room))


async def units_in(community_id: int, scope: Scope) -> list[Unit]:
    """The units of a scope, by building, entrance and room."""
    if scope.kind is ScopeKind.ENTRANCE:
        rows = await fetch(_UNIT + " AND u.entrance_id = {}", community_id, scope.entrance_id)
    elif scope.kind is ScopeKind.BUILDING:
        rows = await fetch(_UNIT + " AND u.building_id = {}", community_id, scope.building_id)
    else:
        rows = await fetch(_UNIT, community_id)
    return sorted(map(_unit, rows), key=by_place)


async def units_by_id(community_id: int, unit_ids: Iterable[int]) -> dict[int, Unit]:
    wanted = sorted(set(unit_ids))
    if not wanted:
        return {}
    rows = await fetch(_UNIT + " AND u.id IN {}", community_id, wanted)
    return {row["id"]: _unit(row) for row in rows}


async def unit(community_id: int, unit_id: int) -> Unit:
    found = await units_by_id(community_id, [unit_id])
    if unit_id not in found:
        raise NotFound
    return found[unit_id]


async def unit_by_code(community_id: int, code: str) -> Unit | None:
    rows = await fetch(_UNIT + " AND u.code = {}", community_id, code)
    return _unit(rows[0]) if rows else None


async def units_by_code(community_id: int, codes: Iterable[str]) -> dict[str, Unit]:
    """Those of the codes that are here; one query."""
    wanted = sorted(set(codes))
    rows = await fetch(_UNIT + " AND u.code IN {}", community_id, wanted) if wanted else []
    return {row["code"]: _unit(row) for row in rows}


async def holdings_in(community_id: int, scope: Scope) -> dict[int, tuple[Holding, ...]]:
    """Current owners by unit id, in the order of the register; one query for the whole scope."""
    place, value = {
        ScopeKind.ENTRANCE: (" AND u.entrance_id = {}", scope.entrance_id),
        ScopeKind.BUILDING: (" AND u.building_id = {}", scope.building_id),
        ScopeKind.COMMUNITY: ("", None),
    }[scope.kind]
    return await _holdings(place, community_id, *([] if value is None else [value]))


async def holdings_of(community_id: int, unit_ids: Iterable[int]) -> dict[int, tuple[Holding, ...]]:
    wanted = sorted(set(unit_ids))
    if not wanted:
        return {}
    return await _holdings(" AND u.id IN {}", community_id, wanted)


async def _holdings(where: str, *values: Any) -> dict[int, tuple[Holding, ...]]:
    rows = await fetch(
        "SELECT s.unit_id, s.owner_id, o.name, o.kind, s.is_representative, s.basis FROM ownership s"
        " JOIN owner o ON o.id = s.owner_id JOIN unit u ON u.id = s.unit_id"
        " WHERE s.community_id = {} AND s.ended_at IS NULL AND u.retired_at IS NULL"
        + where
        + " ORDER BY s.unit_id, s.position, s.id",
        *values,
    )
    found: dict[int, list[Holding]] = defaultdict(list)
    for row in rows:
        found[row["unit_id"]].append(
            Holding(
                row["unit_id"],
                row["owner_id"],
                row["name"],
                OwnerKind(row["kind"]),
                bool(row["is_representative"]),
                Basis(row["basis"]),
            )
        )
    return {unit_id: tuple(held) for unit_id, held in found.items()}


async def owner(community_id: int, owner_id: int) -> Owner:
    rows = await fetch(
        "SELECT id, name, kind, identity_number, phones FROM owner WHERE community_id = {} AND id = {}",
        community_id,
        owner_id,
    )
    if not rows:
        raise NotFound
    return _owner(rows[0])


def _owner(row: Mapping[str, Any]) -> Owner:
    return Owner(
        row["id"], row["name"], OwnerKind(row["kind"]), row["identity_number"], tuple(json.loads(row["phones"]))
    )


async def owners(community_id: int) -> list[Owner]:
    rows = await fetch(
        "SELECT id, name, kind, identity_number, phones FROM owner WHERE community_id = {} ORDER BY id", community_id
    )
    return [_owner(row) for row in rows]


async def units_of_owner(community_id: int, owner_id: int) -> list[Unit]:
    rows = await fetch(
        _UNIT
        + " AND u.id IN (SELECT unit_id FROM ownership WHERE community_id = {} AND owner_id = {} AND ended_at IS NULL)",
        community_id,
        community_id,
        owner_id,
    )
    return sorted(map(_unit, rows), key=by_place)


async def tree(community_id: int) -> tuple[BuildingNode, ...]:
    """Buildings and entrances with their numbers of units, for choosing a scope."""
    rows = await fetch(
        "SELECT b.id AS building_id, b.number AS building, e.id AS entrance_id, e.number AS entrance,"
        " COUNT(u.id) AS units, COALESCE(SUM(CASE WHEN u.use = 'dwelling' THEN 1 ELSE 0 END), 0) AS dwellings"
        " FROM building b JOIN entrance e ON e.building_id = b.id"
        " LEFT JOIN unit u ON u.entrance_id = e.id AND u.retired_at IS NULL"
        " WHERE b.community_id = {} GROUP BY b.id, b.number, e.id, e.number",
        community_id,
    )
    rows.sort(key=lambda row: (*_natural(row["building"]), row["building_id"], *_natural(row["entrance"])))
    return tuple(
        BuildingNode(
            building_id,
            number,
            tuple(EntranceNode(row["entrance_id"], row["entrance"], row["units"], row["dwellings"]) for row in of_it),
        )
        for (building_id, number), of_it in groupby(rows, key=lambda row: (row["building_id"], row["building"]))
    )


def _natural(number: str) -> tuple[int, str]:
    return (int(number) if number.isdigit() else 10**9, number)


async def scope_of(
    community_id: int, kind: ScopeKind, *, building_id: int | None = None, entrance_id: int | None = None
) -> Scope:
    """A scope of this community with its code; NotFound when the building or entrance is not here."""
    if kind is ScopeKind.COMMUNITY:
        return Scope(kind)
    for building in await tree(community_id):
        if kind is ScopeKind.BUILDING and building.id == building_id:
            return Scope(kind, building.number, building.id)
        for entrance in building.entrances:
            if kind is ScopeKind.ENTRANCE and entrance.id == entrance_id:
                return Scope(kind, f"{building.number}-{entrance.number}", building.id, entrance.id)
    raise NotFound


async def unresolved_rows(community_id: int, scope: Scope) -> int:
    """Rows of confirmed uploads that nobody has mended or dropped yet and that may lie in this scope.

    A row whose building (or entrance) could not be read may lie anywhere, so it holds every scope.
    """
    rows = await fetch(
        "SELECT building, entrance FROM roll_upload_row WHERE community_id = {} AND state = 'faulty'"
        " AND upload_id IN (SELECT id FROM roll_upload WHERE community_id = {} AND state = 'applied')",
        community_id,
        community_id,
    )
    building, _, entrance = scope.code.partition("-")
    return sum(
        scope.kind is ScopeKind.COMMUNITY
        or (
            row["building"] in {"", building}
            and (scope.kind is ScopeKind.BUILDING or row["entrance"] in {"", entrance})
        )
        for row in rows
    )
