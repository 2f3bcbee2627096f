"""The places a matter can concern: one's own first, the others folded by building."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from council.kernel.scope import ScopeKind
from council.registry.model import BuildingNode, Unit

Whose = Literal["entrance", "building", "community", ""]


@dataclass(frozen=True, slots=True)
class Place:
    """`value` is what the form sends ("e12", "b3", "c"); `whose` marks one's own entrance, one's own building."""

    value: str
    code: str
    dwellings: int
    whose: Whose = ""


@dataclass(frozen=True, slots=True)
class Places:
    """What can be chosen at once, and what unfolds under each building (its code, its places)."""

    near: tuple[Place, ...]
    folded: tuple[tuple[str, tuple[Place, ...]], ...]

    @property
    def only(self) -> Place | None:
        """The one place there is, when nothing has to be chosen."""
        return self.near[0] if len(self.near) == 1 and not self.folded else None


def places(tree: Sequence[BuildingNode], homes: Iterable[Unit], scopes: Iterable[ScopeKind]) -> Places:
    """The choices of a form for a kind with these scopes. Units without an entrance (shops) make no entrance."""
    kinds = set(scopes)
    mine = list(homes)
    my_entrances, my_buildings = {unit.entrance_id for unit in mine}, {unit.building_id for unit in mine}
    entrances: list[Place] = []
    buildings: list[Place] = []
    folded: list[tuple[str, tuple[Place, ...]]] = []
    for building in tree:
        others: list[Place] = []
        if ScopeKind.BUILDING in kinds:
            dwellings = sum(entrance.dwellings for entrance in building.entrances)
            is_mine = building.id in my_buildings
            place = Place(f"b{building.id}", building.number, dwellings, "building" if is_mine else "")
            (buildings if is_mine else others).append(place)
        for entrance in building.entrances if ScopeKind.ENTRANCE in kinds else ():
            if entrance.number and entrance.units:
                is_mine = entrance.id in my_entrances
                code = f"{building.number}-{entrance.number}"
                place = Place(f"e{entrance.id}", code, entrance.dwellings, "entrance" if is_mine else "")
                (entrances if is_mine else others).append(place)
        if others:
            folded.append((building.number, tuple(others)))
    whole = sum(entrance.dwellings for building in tree for entrance in building.entrances)
    near = [*entrances, *buildings]
    if ScopeKind.COMMUNITY in kinds:
        near.append(Place("c", "", whole, "community"))
    return Places(tuple(near), tuple(folded))


def parse(value: str) -> tuple[ScopeKind, int | None] | None:
    """The kind and the building's or entrance's id of a value; None when it is not one."""
    if value == "c":
        return ScopeKind.COMMUNITY, None
    number = value[1:]
    if value[:1] not in {"b", "e"} or not (number.isascii() and number.isdigit() and len(number) <= 15):
        return None
    return (ScopeKind.BUILDING if value[0] == "b" else ScopeKind.ENTRANCE), int(number)
