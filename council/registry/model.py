"""What the register holds, as the rest of the house sees it. Areas are integers in dm²."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from council.registry.rollfile.model import Basis, OwnerKind, Status, Use


@dataclass(frozen=True, slots=True)
class Community:
    id: int
    slug: str
    name: str
    area_path: str | None
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One exclusive unit (专有部分).

    `code` is building-entrance-room, "2-1-502"; a blank entrance, as of shops, keeps its place: "2--S1"
    (`rollfile.cells.code`).
    """

    id: int
    building_id: int
    entrance_id: int
    code: str
    building: str
    entrance: str
    room: str
    floor: int | None
    area_dm2: int
    built_area_dm2: int | None
    use: Use
    status: Status

    @property
    def is_dwelling(self) -> bool:
        return self.use is Use.DWELLING

    @property
    def is_developer_held(self) -> bool:
        """Unsold, or sold but not handed over: counted with the developer's (司法解释 2009 第9条)."""
        return self.status in {Status.UNSOLD, Status.UNDELIVERED}


PARKING = frozenset({Use.PARKING, Use.STORAGE})


def counted_units(units: Iterable[Unit], *, is_parking_counted: bool) -> list[Unit]:
    """Those that count where the bylaws leave parking and storage out, or take them in."""
    return [unit for unit in units if is_parking_counted or unit.use not in PARKING]


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or company on the register. `identity_number` and `phones` never leave the desk."""

    id: int
    name: str
    kind: OwnerKind
    identity_number: str | None
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """An owner's current tie to a unit; one of a unit's co-owners is its representative."""

    unit_id: int
    owner_id: int
    name: str
    kind: OwnerKind
    is_representative: bool
    basis: Basis = Basis.REGISTERED


@dataclass(frozen=True, slots=True)
class EntranceNode:
    id: int
    number: str
    units: int
    dwellings: int


@dataclass(frozen=True, slots=True)
class BuildingNode:
    id: int
    number: str
    entrances: tuple[EntranceNode, ...]

    @property
    def units(self) -> int:
        return sum(entrance.units for entrance in self.entrances)
