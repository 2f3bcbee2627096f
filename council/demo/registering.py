"""An estate into the register, the way a roll gets there: checked rows, one import."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from council.demo.houses import Estate, House
from council.kernel.actor import Actor
from council.kernel.scope import Scope, ScopeKind
from council.registry.importing import apply_roll
from council.registry.rollfile.model import RollOwner, RollRow
from council.storage.sql import fetch


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


async def register(actor: Actor, estate: Estate, now: datetime) -> Register:
    """Buildings, entrances, units, owners and who owns what, as one roll read at `now`."""
    rows = roll(estate)
    digest = sha256(repr(rows).encode()).hexdigest()
    await apply_roll(actor=actor, rows=rows, digest=digest, now=now)
    return await _made(actor.community_id, estate)


def roll(estate: Estate) -> list[RollRow]:
    """The estate as the rows of a roll; owners are told apart by name and telephone, as on most real ones."""
    return [_row(number, house, estate) for number, house in enumerate(estate.houses, start=2)]


def _row(number: int, house: House, estate: Estate) -> RollRow:
    return RollRow(
        number=number,
        cells={},
        building=house.building,
        entrance=house.entrance,
        room=house.room,
        code=house.code,
        floor=house.floor,
        area_dm2=house.area_dm2,
        built_area_dm2=house.area_dm2 * 121 // 100,
        use=house.use,
        status=house.status,
        owners=tuple(_owner(estate, key) for key in house.owners),
        note="",
        said=frozenset({"floor", "use", "status"}),
    )


def _owner(estate: Estate, key: str) -> RollOwner:
    owner = estate.owners[key]
    return RollOwner(owner.name, None, (owner.phone,), owner.kind)


async def _made(community_id: int, estate: Estate) -> Register:
    made = Register(community_id)
    for row in await fetch("SELECT id, number FROM building WHERE community_id = {}", community_id):
        made.buildings[row["number"]] = row["id"]
    for row in await fetch(
        "SELECT e.id, e.number, b.number AS building FROM entrance e JOIN building b ON b.id = e.building_id"
        " WHERE e.community_id = {}",
        community_id,
    ):
        made.entrances[f"{row['building']}-{row['number']}"] = row["id"]
    for row in await fetch("SELECT id, code FROM unit WHERE community_id = {}", community_id):
        made.units[row["code"]] = row["id"]
    ids = {
        (row["name"], *json.loads(row["phones"])): row["id"]
        for row in await fetch("SELECT id, name, phones FROM owner WHERE community_id = {}", community_id)
    }
    made.owners = {key: ids[owner.name, owner.phone] for key, owner in estate.owners.items()}
    return made
