"""Writing a checked roll into the register: everything or nothing, once, and the same roll again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import require
from council.registry import bulk, permissions, snapshot
from council.registry.diff import Change, RegisterUnit
from council.registry.known import Register
from council.registry.matching import OWNER_FIELDS, Foreseen, foresee
from council.registry.rollfile.model import Basis, RollRow, Status
from council.storage.transactions import lock_row, transaction

ABSENT = "ended.absent"
REPLACED = "ended.replaced"
"""Why an ownership ended, as codes with words; a sale carries what the secretary wrote."""


@dataclass(frozen=True, slots=True)
class Applied:
    """Unit codes, in the roll's order (absent ones in the register's); `removed` says whether those were retired."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    absent: tuple[str, ...]
    removed: bool


async def apply_roll(
    *, actor: Actor, rows: Sequence[RollRow], digest: str, now: datetime, remove_absent: bool = False
) -> Applied:
    """Buildings, entrances, units, owners and who owns what, as the rows say.

    An owner who changed stays in the history: the ownership ends with a reason. Units that the rows do not name are
    listed; only with `remove_absent` do they leave the register, and their codes are kept for them. `digest` is the
    SHA-256 of the file. The first owner of a row represents its co-owners.
    """
    require(permissions.may_keep_register(actor))
    async with transaction():
        register = await hold(actor.community_id)
        foreseen = foresee(register, rows)
        return await write(actor, register, foreseen, digest, now, remove_absent=remove_absent)


async def hold(community_id: int) -> Register:
    """The register, with nobody else writing into it until the transaction ends."""
    await lock_row("community", community_id)
    return await snapshot.take(community_id)


async def write(
    actor: Actor, register: Register, foreseen: Foreseen, digest: str, now: datetime, *, remove_absent: bool = False
) -> Applied:
    """The foreseen effect, in the caller's transaction, which holds the register."""
    plan = foreseen.plan
    written = [*plan.added, *(change.row for change in plan.changed)]
    entrance_ids = await _places(register, written)
    unit_ids = await _units(register, foreseen, entrance_ids, now)
    owner_ids = await owners_for(register, foreseen, written, now)
    await _ownerships(register, foreseen, unit_ids, owner_ids, now)
    removed = remove_absent and bool(plan.absent)
    if removed:
        await _retire(register, plan.absent, now)
    applied = Applied(
        tuple(row.code for row in plan.added),
        tuple(change.row.code for change in plan.changed),
        tuple(row.code for row in plan.unchanged),
        tuple(unit.code for unit in plan.absent),
        removed,
    )
    if written or removed:
        await _record(actor, applied, plan.changed, digest, now)
    return applied


async def _places(register: Register, rows: Sequence[RollRow]) -> dict[tuple[str, str], tuple[int, int]]:
    """(building id, entrance id) by their numbers, new ones made."""
    community_id = register.community_id
    buildings = dict(register.buildings)
    fresh = [number for number in dict.fromkeys(row.building for row in rows) if number not in buildings]
    made = await bulk.insert("building", ("community_id", "number"), [(community_id, number) for number in fresh])
    buildings |= dict(zip(fresh, made, strict=True))
    entrances = dict(register.entrances)
    wanted = dict.fromkeys((buildings[row.building], row.entrance) for row in rows)
    missing = [place for place in wanted if place not in entrances]
    made = await bulk.insert(
        "entrance", ("community_id", "building_id", "number"), [(community_id, *place) for place in missing]
    )
    entrances |= dict(zip(missing, made, strict=True))
    return {
        (row.building, row.entrance): (buildings[row.building], entrances[buildings[row.building], row.entrance])
        for row in rows
    }


async def _units(
    register: Register, foreseen: Foreseen, places: dict[tuple[str, str], tuple[int, int]], now: datetime
) -> dict[str, int]:
    """Unit ids by code. A unit that had left the register comes back as what it was, under its code."""
    community_id = register.community_id
    known = {code: unit.id for code, unit in register.units.items()}
    fresh = [row for row in foreseen.plan.added if row.code not in known]
    made = await bulk.insert(
        "unit",
        (
            "community_id", "building_id", "entrance_id", "code", "room", "floor", "area_dm2", "built_area_dm2",
            "use", "status", "note", "added_at", "changed_at",
        ),
        [
            (
                community_id, *places[row.building, row.entrance], row.code, row.room, row.floor, row.area_dm2,
                row.built_area_dm2, row.use.value, row.status.value, row.note, now, now,
            )
            for row in fresh
        ],
    )  # fmt: skip
    returning = [row for row in foreseen.plan.added if row.code in known]
    await bulk.update(
        "unit",
        community_id,
        {
            "floor": "INTEGER", "area_dm2": "BIGINT", "built_area_dm2": "BIGINT", "use": "TEXT", "status": "TEXT",
            "note": "TEXT",
        },
        [_unit_values(register, row) for row in (*returning, *(change.row for change in foreseen.plan.changed))],
        "retired_at = NULL, changed_at = {}",
        now,
    )  # fmt: skip
    return known | {row.code: unit_id for row, unit_id in zip(fresh, made, strict=True)}


def _unit_values(register: Register, row: RollRow) -> tuple[int | str | None, ...]:
    """What the row does not say stays as it is."""
    unit = register.units[row.code]
    says_floor = row.floor is not None and ("floor" in row.said or unit.floor is None)
    return (
        unit.id,
        row.floor if says_floor else unit.floor,
        row.area_dm2,
        unit.built_area_dm2 if row.built_area_dm2 is None else row.built_area_dm2,
        (row.use if "use" in row.said else unit.use).value,
        (unit.status if row.status is Status.UNKNOWN else row.status).value,
        row.note or unit.note,
    )


async def owners_for(
    register: Register, foreseen: Foreseen, written: Sequence[RollRow], now: datetime
) -> dict[int, int]:
    """Owner ids of the people of these rows, by their index in `foreseen.people`."""
    indexes = list(dict.fromkeys(index for row in written for index in foreseen.owners[row.code]))
    ids = {index: owner_id for index in indexes if (owner_id := foreseen.people[index].owner_id) is not None}
    fresh = [index for index in indexes if index not in ids]
    values = {
        index: (person.name, person.kind.value, person.identity, json.dumps(person.phones))
        for index in indexes
        for person in [foreseen.people[index]]
    }
    made = await bulk.insert(
        "owner",
        ("community_id", "name", "kind", "identity_number", "phones", "added_at"),
        [(register.community_id, *values[index], now) for index in fresh],
    )
    await bulk.update(
        "owner",
        register.community_id,
        {"name": "TEXT", "kind": "TEXT", "identity_number": "TEXT", "phones": "TEXT"},
        [
            (owner_id, *values[index])
            for index, owner_id in ids.items()
            if foreseen.people[index].differs(register.owners[owner_id])
        ],
    )
    return ids | dict(zip(fresh, made, strict=True))


async def _ownerships(
    register: Register, foreseen: Foreseen, unit_ids: dict[str, int], owner_ids: dict[int, int], now: datetime
) -> None:
    """Only where the plan says that owners changed: an untouched unit keeps its very rows."""
    changed = [c.row for c in foreseen.plan.changed if OWNER_FIELDS & {field.name for field in c.fields}]
    ended: list[int] = []
    raised: list[tuple[int]] = []
    fresh: list[tuple[int, int, int, int, bool, str, datetime]] = []
    for row in (*foreseen.plan.added, *changed):
        unit = register.units.get(row.code)
        held = {one.owner_id: one for one in unit.held} if unit is not None else {}
        owners = list(dict.fromkeys(owner_ids[index] for index in foreseen.owners[row.code]))
        ended += [one.id for owner_id, one in held.items() if owner_id not in owners]
        kept = {owner_id: one for owner_id, one in held.items() if owner_id in owners}
        speaker = next((owner_id for owner_id, one in kept.items() if one.is_representative), owners[0])
        if speaker in kept and not kept[speaker].is_representative:
            raised.append((kept[speaker].id,))
        basis = (row.basis or Basis.REGISTERED).value
        fresh += [
            (register.community_id, unit_ids[row.code], owner_id, position, owner_id == speaker, basis, now)
            for position, owner_id in enumerate(owners)
            if owner_id not in kept
        ]
    await end_ownerships(register.community_id, ended, REPLACED, now)
    await bulk.update("ownership", register.community_id, {}, raised, "is_representative = TRUE")
    await bulk.insert(
        "ownership",
        ("community_id", "unit_id", "owner_id", "position", "is_representative", "basis", "began_at"),
        fresh,
    )
    said = [change.row for change in foreseen.plan.changed if change.row.basis is not None]
    await bulk.update(
        "ownership",
        register.community_id,
        {"basis": "TEXT"},
        [
            (one.id, row.basis.value)
            for row in said
            if row.basis
            for one in register.units[row.code].held
            if one.id not in ended
        ],
    )


async def end_ownerships(community_id: int, ownership_ids: Sequence[int], reason: str, now: datetime) -> None:
    await bulk.update(
        "ownership",
        community_id,
        {},
        [(ownership_id,) for ownership_id in ownership_ids],
        "ended_at = {}, end_reason = {}",
        now,
        reason,
    )


async def _retire(register: Register, absent: Sequence[RegisterUnit], now: datetime) -> None:
    units = [register.units[unit.code] for unit in absent]
    await end_ownerships(register.community_id, [one.id for unit in units for one in unit.held], ABSENT, now)
    await bulk.update("unit", register.community_id, {}, [(unit.id,) for unit in units], "retired_at = {}", now)


async def _record(actor: Actor, applied: Applied, changes: Sequence[Change], digest: str, now: datetime) -> None:
    data = {
        "sha256": digest,
        "added": len(applied.added),
        "changed": len(applied.changed),
        "unchanged": len(applied.unchanged),
        "absent": len(applied.absent),
        "removed": len(applied.absent) if applied.removed else 0,
        "by": actor.person_id,
    }
    private = {
        "added": list(applied.added),
        "changed": {
            change.row.code: [[field.name, field.before, field.after] for field in change.fields] for change in changes
        },
        "removed": list(applied.absent) if applied.removed else [],
    }
    await audit.record(actor.community_id, "roll.applied", data, now=now, private=private)
