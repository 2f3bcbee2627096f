"""What the register holds, in the form in which a roll is compared with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from council.registry.diff import RegisterOwner, RegisterUnit
from council.registry.model import Owner
from council.registry.rollfile.model import Basis, Status, Use


@dataclass(frozen=True, slots=True)
class Held:
    """A current ownership: its own id, and whose it is."""

    id: int
    owner_id: int
    is_representative: bool
    basis: Basis = Basis.REGISTERED


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit that has ever been on the register; `is_retired` ones hold nothing and keep their code."""

    id: int
    entrance_id: int
    code: str
    floor: int | None
    area_dm2: int
    built_area_dm2: int | None
    use: Use
    status: Status
    note: str
    is_retired: bool
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """Buildings by number, entrances by (building id, number), units by code, owners by id."""

    community_id: int
    buildings: Mapping[str, int]
    entrances: Mapping[tuple[int, str], int]
    units: Mapping[str, KnownUnit]
    owners: Mapping[int, Owner]

    def shown(self, unit: KnownUnit) -> RegisterUnit:
        """As `diff.plan` compares it."""
        owners = (self.owners[held.owner_id] for held in unit.held)
        return RegisterUnit(
            code=unit.code,
            area_dm2=unit.area_dm2,
            owners=tuple(RegisterOwner(o.name, o.identity_number, o.phones, o.kind) for o in owners),
            floor=unit.floor,
            built_area_dm2=unit.built_area_dm2,
            use=unit.use,
            status=unit.status,
            note=unit.note,
            bases=tuple(held.basis for held in unit.held),
        )

    def current(self) -> list[RegisterUnit]:
        return [self.shown(unit) for unit in self.units.values() if not unit.is_retired]
