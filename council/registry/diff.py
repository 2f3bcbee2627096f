"""What a roll would do to the register, before anything takes effect.

What a row does not say does not change: a blank built area, status or note, a missing identity number or telephone
leave the register as it is. Nothing is ever deleted by being absent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from council.registry.rollfile.model import Basis, OwnerKind, RollRow, Status, Use


@dataclass(frozen=True, slots=True)
class RegisterOwner:
    name: str
    identity: str | None
    phones: tuple[str, ...] = ()
    kind: OwnerKind = OwnerKind.NATURAL


@dataclass(frozen=True, slots=True)
class RegisterUnit:
    """A unit as the register has it; areas in dm², owners in their order on the deed."""

    code: str
    area_dm2: int
    owners: tuple[RegisterOwner, ...]
    floor: int | None = None
    built_area_dm2: int | None = None
    use: Use = Use.DWELLING
    status: Status = Status.UNKNOWN
    note: str = ""
    bases: tuple[Basis, ...] = ()
    """By what right each of the owners holds it."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`name`: area_dm2, built_area_dm2, floor, use, status, note, owners, identities, phones, basis.

    Areas and floors are integers, the rest is text; identity numbers are shown by their last four signs.
    """

    name: str
    before: str | int | None
    after: str | int | None


@dataclass(frozen=True, slots=True)
class Change:
    row: RollRow
    before: RegisterUnit
    fields: tuple[FieldChange, ...]

    @property
    def is_of_owners(self) -> bool:
        return any(field.name == "owners" for field in self.fields)


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows in the file's order, absent units in the register's."""

    added: tuple[RollRow, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[RollRow, ...]
    absent: tuple[RegisterUnit, ...]

    @property
    def other_owners(self) -> int:
        """Units that would go to other people: many of them at once is the sign of the wrong list."""
        return sum(change.is_of_owners for change in self.changed)


def plan(existing: Sequence[RegisterUnit], rows: Sequence[RollRow]) -> Plan:
    """Compares by unit code; ValueError when a code is there twice on either side (a checked roll has none)."""
    register = {unit.code: unit for unit in existing}
    named = {row.code for row in rows}
    if len(register) != len(existing) or len(named) != len(rows):
        raise ValueError("a unit twice")
    added, changed, unchanged = [], [], []
    for row in rows:
        unit = register.get(row.code)
        fields = _changes(unit, row) if unit else ()
        if unit is None:
            added.append(row)
        elif fields:
            changed.append(Change(row, unit, fields))
        else:
            unchanged.append(row)
    return Plan(
        added=tuple(added),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        absent=tuple(unit for unit in existing if unit.code not in named),
    )


def _changes(unit: RegisterUnit, row: RollRow) -> tuple[FieldChange, ...]:
    found = [FieldChange("area_dm2", unit.area_dm2, row.area_dm2)]
    if row.built_area_dm2 is not None:
        found.append(FieldChange("built_area_dm2", unit.built_area_dm2, row.built_area_dm2))
    if row.floor is not None and ("floor" in row.said or unit.floor is None):
        found.append(FieldChange("floor", unit.floor, row.floor))
    if "use" in row.said:
        found.append(FieldChange("use", unit.use.value, row.use.value))
    if row.status is not Status.UNKNOWN:
        found.append(FieldChange("status", unit.status.value, row.status.value))
    if row.note:
        found.append(FieldChange("note", unit.note, row.note))
    found.extend(_owner_changes(unit, row))
    if row.basis is not None and set(unit.bases) != {row.basis}:
        found.append(FieldChange("basis", " ".join(sorted({*unit.bases})), row.basis.value))
    return tuple(field for field in found if field.before != field.after)


def _owner_changes(unit: RegisterUnit, row: RollRow) -> list[FieldChange]:
    before = unit.owners
    after = tuple(RegisterOwner(owner.name, owner.identity, owner.phones, owner.kind) for owner in row.owners)
    if sorted(owner.name for owner in before) != sorted(owner.name for owner in after):
        return [FieldChange("owners", _listed(before, _name), _listed(after, _name))]
    changes = []
    if _differ(before, after, lambda owner: owner.identity or ""):
        changes.append(FieldChange("identities", _listed(before, _masked), _listed(after, _masked)))
        if changes[0].before == changes[0].after:  # the same last four signs: say at least that it is another number
            changes = [FieldChange("identities", changes[0].before, f"{changes[0].after} *")]
    if _differ(before, after, _numbers):
        changes.append(FieldChange("phones", _listed(before, _numbers), _listed(after, _numbers)))
    return changes


def _differ(
    before: Sequence[RegisterOwner], after: Sequence[RegisterOwner], value: Callable[[RegisterOwner], str]
) -> bool:
    """Does somebody of the same name have another value now? Blank says nothing."""
    known: dict[str, list[str]] = {}
    for owner in before:
        known.setdefault(owner.name, []).append(value(owner))
    for owner in after:
        now = value(owner)
        if now and now not in known[owner.name]:
            return True
    return False


def _listed(owners: Sequence[RegisterOwner], shown: Callable[[RegisterOwner], str]) -> str:
    return "、".join(shown(owner) for owner in owners)


def _name(owner: RegisterOwner) -> str:
    return owner.name


def _masked(owner: RegisterOwner) -> str:
    return f"{owner.name} …{owner.identity[-4:]}" if owner.identity else f"{owner.name} —"


def _numbers(owner: RegisterOwner) -> str:
    return " ".join(sorted(owner.phones))
