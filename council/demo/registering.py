"""An estate into the register, in a few bulk inserts: thousands of rows in a second."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from piccolo.table import Table

from council.demo.houses import Estate, House
from council.kernel.errors import CouncilError
from council.kernel.scope import Scope, ScopeKind
from council.registry.queries import community_by_slug
from council.registry.rollfile.model import Status
from council.registry.tables import Building, Community, Entrance, Owner, Ownership, Unit

_AT_ONCE = 400
"""Rows per statement: below SQLite's 32,766 values for the widest table."""

_T = TypeVar("_T", bound=Table)


class Taken(CouncilError):
    """A community with this slug is there already."""


@dataclass(slots=True)
class Register:
    """Database ids by the names that the estate uses: unit codes, owner keys, "2-1" for an entrance."""

    community_id: int
    buildings: dict[str, int] = field(default_factory=dict)
    entrances: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)

    def scope(self, code: str) -> Scope:
        """ "" the community, "2" a building, "2-1" an entrance; KeyError for one that is not there."""
        building, _, entrance = code.partition("-")
        if not building:
            return Scope(ScopeKind.COMMUNITY)
        if not entrance:
            return Scope(ScopeKind.BUILDING, code, self.buildings[building])
        return Scope(ScopeKind.ENTRANCE, code, self.buildings[building], self.entrances[code])


async def found_community(
    slug: str, name: str, *, area_path: str | None, phone: str, address: str, now: datetime
) -> int:
    """A new community; its id. Taken when the slug is in use."""
    if await community_by_slug(slug) is not None:
        raise Taken(f"there is a community {slug!r} already")
    community = Community(slug=slug, name=name, area_path=area_path, phone=phone, address=address, created_at=now)
    return (await insert([community]))[0]


async def register(community_id: int, estate: Estate, now: datetime) -> Register:
    """Buildings, entrances, units, owners and who owns what, all since `now`; in the caller's transaction."""
    made = Register(community_id)
    numbers = list(dict.fromkeys(house.building for house in estate.houses))
    rows = [Building(community_id=community_id, number=number) for number in numbers]
    made.buildings = dict(zip(numbers, await insert(rows), strict=True))
    places = list(dict.fromkeys((house.building, house.entrance) for house in estate.houses))
    doors = [
        Entrance(community_id=community_id, building_id=made.buildings[building], number=entrance)
        for building, entrance in places
    ]
    codes = [f"{building}-{entrance}" for building, entrance in places]
    made.entrances = dict(zip(codes, await insert(doors), strict=True))
    units = [_unit(made, house, now) for house in estate.houses]
    made.units = dict(zip([house.code for house in estate.houses], await insert(units), strict=True))
    owners = [
        Owner(
            community_id=community_id,
            name=owner.name,
            kind=owner.kind.value,
            identity_number=None,
            phones=json.dumps([owner.phone] if owner.phone else []),
            added_at=now,
        )
        for owner in estate.owners.values()
    ]
    made.owners = dict(zip(estate.owners, await insert(owners), strict=True))
    await insert([_ownership(made, house, place, now) for house in estate.houses for place in range(len(house.owners))])
    return made


async def insert(rows: Sequence[_T]) -> list[int]:
    """Inserts rows of one table, some hundred a statement; their ids in the same order."""
    ids: list[int] = []
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        answered: list[dict[str, Any]] = await type(some[0]).insert(*some)
        ids += [int(row["id"]) for row in answered]
    return ids


def _unit(made: Register, house: House, now: datetime) -> Unit:
    return Unit(
        community_id=made.community_id,
        building_id=made.buildings[house.building],
        entrance_id=made.entrances[f"{house.building}-{house.entrance}"],
        code=house.code,
        room=house.room,
        floor=house.floor,
        area_dm2=house.area_dm2,
        built_area_dm2=house.area_dm2 * 121 // 100,
        use=house.use.value,
        status=(house.status or Status.UNKNOWN).value,
        note="",
        added_at=now,
        changed_at=now,
    )


def _ownership(made: Register, house: House, position: int, now: datetime) -> Ownership:
    return Ownership(
        community_id=made.community_id,
        unit_id=made.units[house.code],
        owner_id=made.owners[house.owners[position]],
        position=position,
        is_representative=position == 0,
        began_at=now,
    )
