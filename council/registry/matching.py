"""Who on a roll is who in the register, decided before anything is written. Pure.

The rules of `rollfile.people` hold across the roll and the register together. Beyond them, an owner of a unit who is
on its row again under the same name, without another identity number, is still the same owner: accounts hang on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from council.kernel.text import canonical_json
from council.registry.diff import Plan, plan
from council.registry.known import Register
from council.registry.model import Owner
from council.registry.rollfile.model import OwnerKind, RollOwner, RollRow, Status, Use
from council.registry.rollfile.people import Holding, grouped, stand_ins

OWNER_FIELDS = frozenset({"owners", "identities", "phones"})
"""Changes of a unit that touch who owns it."""

_KINDS = list(OwnerKind)
_STANDING = RollRow(0, {}, "", "", "", "", None, 0, None, Use.OTHER, Status.UNKNOWN, (), "")


@dataclass(frozen=True, slots=True)
class Settled:
    """One person of the roll as the register will have them; `owner_id` None: not there yet."""

    owner_id: int | None
    name: str
    identity: str | None
    phones: tuple[str, ...]
    kind: OwnerKind

    @property
    def as_owner(self) -> RollOwner:
        return RollOwner(self.name, self.identity, self.phones, self.kind)

    def differs(self, owner: Owner) -> bool:
        now = (self.name, self.identity, self.phones, self.kind)
        return now != (owner.name, owner.identity_number, owner.phones, owner.kind)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a roll would do: the plan, the people, and by unit code which of them own it, in the row's order."""

    plan: Plan
    people: tuple[Settled, ...]
    owners: Mapping[str, tuple[int, ...]]

    @property
    def digest(self) -> str:
        """The same for the same effect: a confirmation names what it has seen."""
        said = {
            "added": [_told(row) for row in self.plan.added],
            "changed": [
                [change.row.code, *([field.name, field.before, field.after] for field in change.fields)]
                for change in self.plan.changed
            ],
            "absent": [unit.code for unit in self.plan.absent],
        }
        return sha256(canonical_json(said).encode()).hexdigest()


def _told(row: RollRow) -> list[str | int]:
    return [row.code, row.area_dm2, *(f"{owner.name} {owner.identity} {owner.phones}" for owner in row.owners)]


def foresee(register: Register, rows: Sequence[RollRow]) -> Foreseen:
    """Compares a roll without errors with the register; ValueError when a unit is there twice."""
    people, owners = _settle(register, rows)
    settled = [replace(row, owners=tuple(people[index].as_owner for index in owners[row.code])) for row in rows]
    return Foreseen(plan(register.current(), settled), people, owners)


def _settle(register: Register, rows: Sequence[RollRow]) -> tuple[tuple[Settled, ...], dict[str, tuple[int, ...]]]:
    written: list[Holding] = [(row, owner) for row in rows for owner in row.owners]
    standing = {
        owner.id: (_STANDING, RollOwner(owner.name, owner.identity_number, owner.phones, owner.kind))
        for owner in register.owners.values()
    }
    known = {id(holding): owner_id for owner_id, holding in standing.items()}
    unreal = stand_ins(owner for _, owner in (*written, *standing.values()))
    groups = []
    for group in grouped([*written, *standing.values()]):
        mine = [holding for holding in group if id(holding) not in known]
        if mine:
            there = [register.owners[known[id(holding)]] for holding in group if id(holding) in known]
            groups.append((mine, _best(register, mine, there)))
    taken = {owner.id for _, owner in groups if owner is not None}
    people: list[Settled] = []
    owners: dict[str, list[int]] = {row.code: [] for row in rows}
    place = {id(holding): index for index, (mine, _) in enumerate(groups) for holding in mine}
    for mine, found in groups:
        owner = found or _still_there(register, mine, taken, unreal)
        if owner is not None:
            taken.add(owner.id)
        people.append(_person(mine, owner, unreal))
    for holding in written:
        index = place[id(holding)]
        if index not in owners[holding[0].code]:
            owners[holding[0].code].append(index)
    return tuple(people), {code: tuple(indexes) for code, indexes in owners.items()}


def _best(register: Register, mine: Sequence[Holding], there: Sequence[Owner]) -> Owner | None:
    """Of several entries that are the same person: the one with a number, then one that holds such a unit."""
    units = [register.units[row.code] for row, _ in mine if row.code in register.units]
    holders = {held.owner_id for unit in units for held in unit.held}
    order = sorted(there, key=lambda owner: (owner.identity_number is None, owner.id not in holders, owner.id))
    return order[0] if order else None


def _still_there(register: Register, mine: Sequence[Holding], taken: set[int], unreal: frozenset[str]) -> Owner | None:
    """The owner of one of these units under the same name, when neither number speaks against it."""
    number = _identity(mine, unreal)
    for row, said in mine:
        unit = register.units.get(row.code)
        for held in unit.held if unit is not None else ():
            owner = register.owners[held.owner_id]
            agrees = number is None or owner.identity_number in {None, number}
            if owner.id not in taken and owner.name == said.name and agrees:
                return owner
    return None


def _identity(mine: Sequence[Holding], unreal: frozenset[str]) -> str | None:
    return next((owner.identity for _, owner in mine if owner.identity and owner.identity not in unreal), None)


def _person(mine: Sequence[Holding], known: Owner | None, unreal: frozenset[str]) -> Settled:
    """What the roll leaves blank stays as it is; a developer stays one whatever a single row looks like."""
    owners = [owner for _, owner in mine]
    phones = tuple(dict.fromkeys(phone for owner in owners for phone in owner.phones))
    kinds = [owner.kind for owner in owners] + ([known.kind] if known else [])
    return Settled(
        known.id if known else None,
        owners[0].name,
        _identity(mine, unreal) or (known.identity_number if known else None),
        phones or (known.phones if known else ()),
        max(kinds, key=_KINDS.index),
    )
