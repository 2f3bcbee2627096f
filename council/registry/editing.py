"""One unit or owner put right at the desk, each time with a reason; and a sale."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.kernel.text import canonical_json
from council.registry import bulk, importing, permissions, queries
from council.registry.known import Register
from council.registry.matching import foresee
from council.registry.model import Owner, Unit
from council.registry.rollfile.model import Basis, RollOwner, RollRow, Status, Use
from council.storage.errors import unique_violation
from council.storage.sql import execute
from council.storage.transactions import transaction


@dataclass(frozen=True, slots=True)
class UnitEdit:
    """Area in dm²; `seen` is the `fingerprint` of what the form showed."""

    area_dm2: int
    use: Use
    status: Status
    reason: str
    seen: str


@dataclass(frozen=True, slots=True)
class OwnerEdit:
    name: str
    identity: str | None
    phones: tuple[str, ...]
    reason: str
    seen: str


def fingerprint(*things: Unit | Owner) -> str:
    """The same while nobody has changed what a form shows."""
    return sha256(repr(things).encode()).hexdigest()[:24]


async def edit_unit(*, actor: Actor, unit_id: int, edit: UnitEdit, now: datetime) -> bool:
    """Area, use and status of one unit. False when that is what they are; Refused "register.moved_on" when stale.

    Rolls that are frozen already keep the area they were frozen with.
    """
    require(permissions.may_keep_register(actor))
    async with transaction():
        await importing.hold(actor.community_id)
        unit = await queries.unit(actor.community_id, unit_id)
        if fingerprint(unit) != edit.seen:
            raise Refused("register.moved_on")
        after = {"area_dm2": edit.area_dm2, "use": edit.use.value, "status": edit.status.value}
        before = {"area_dm2": unit.area_dm2, "use": unit.use.value, "status": unit.status.value}
        if after == before:
            return False
        await execute(
            "UPDATE unit SET area_dm2 = {}, use = {}, status = {}, changed_at = {} WHERE community_id = {} AND id = {}",
            *(*after.values(), now, actor.community_id, unit_id),
        )
        data = {"unit_id": unit_id, "fields": _changed(before, after), "by": actor.person_id}
        await _record(actor, "unit.corrected", data, edit.reason, before, after, now)
    return True


async def edit_owner(*, actor: Actor, unit_id: int, owner_id: int, edit: OwnerEdit, now: datetime) -> bool:
    """Name, identity number and telephones of an owner of this unit, wherever else they own. The same: False.

    Invalid "owner.identity_taken" when another owner here has that number.
    """
    require(permissions.may_keep_register(actor))
    try:
        async with transaction():
            await importing.hold(actor.community_id)
            owner = await _owner_of(actor.community_id, unit_id, owner_id)
            if fingerprint(owner) != edit.seen:
                raise Refused("register.moved_on")
            after = {"name": edit.name, "identity": edit.identity, "phones": list(edit.phones)}
            before = {"name": owner.name, "identity": owner.identity_number, "phones": list(owner.phones)}
            if after == before:
                return False
            await execute(
                "UPDATE owner SET name = {}, identity_number = {}, phones = {} WHERE community_id = {} AND id = {}",
                *(edit.name, edit.identity, json.dumps(edit.phones), actor.community_id, owner_id),
            )
            data = {"owner_id": owner_id, "fields": _changed(before, after), "by": actor.person_id}
            await _record(actor, "owner.corrected", data, edit.reason, before, after, now)
    except Exception as error:
        if unique_violation(error):
            raise Invalid({"identity": "owner.identity_taken"}) from error
        raise
    return True


async def choose_representative(*, actor: Actor, unit_id: int, owner_id: int, reason: str, now: datetime) -> bool:
    """Which co-owner casts for the unit. False when it is that one already."""
    require(permissions.may_keep_register(actor))
    async with transaction():
        register = await importing.hold(actor.community_id)
        unit = await queries.unit(actor.community_id, unit_id)
        held = register.units[unit.code].held
        chosen = next((one for one in held if one.owner_id == owner_id), None)
        if chosen is None:
            raise NotFound
        if chosen.is_representative:
            return False
        before = [(one.id,) for one in held if one.is_representative]
        await bulk.update("ownership", actor.community_id, {}, before, "is_representative = FALSE")
        await bulk.update("ownership", actor.community_id, {}, [(chosen.id,)], "is_representative = TRUE")
        data = {"unit_id": unit_id, "owner_id": owner_id, "by": actor.person_id}
        await _record(actor, "unit.representative", data, reason, {}, {}, now)
    return True


async def set_basis(*, actor: Actor, unit_id: int, owner_id: int, basis: Basis, now: datetime) -> None:
    """By what right an owner holds a home, once a paper shows it and a second person has looked (the caller's part).

    Whoever has taken possession of a home that was bought has been handed it over, so it leaves the developer's.
    NotFound when this owner does not hold that home now.
    """
    async with transaction():
        register = await importing.hold(actor.community_id)
        unit = await queries.unit(actor.community_id, unit_id)
        held = next((one for one in register.units[unit.code].held if one.owner_id == owner_id), None)
        if held is None:
            raise NotFound
        await bulk.update("ownership", actor.community_id, {"basis": "TEXT"}, [(held.id, basis.value)])
        is_handed_over = basis is Basis.POSSESSION and unit.is_developer_held
        if is_handed_over:
            await bulk.update(
                "unit",
                actor.community_id,
                {"status": "TEXT"},
                [(unit_id, Status.OCCUPIED.value)],
                "changed_at = {}",
                now,
            )
        data = {"unit_id": unit_id, "owner_id": owner_id, "basis": basis.value, "handed_over": is_handed_over}
        await audit.record(actor.community_id, "owner.basis", {**data, "by": actor.person_id}, now=now)


async def sell(
    *, actor: Actor, unit_id: int, buyers: Sequence[RollOwner], reason: str, seen: str, now: datetime
) -> tuple[int, ...]:
    """The unit changes hands: every ownership ends with the reason, the buyers' begin, the first represents them.

    A buyer whom the register knows is the same owner. Ballots and frozen rolls stand. Returns the owner ids that no
    longer hold any unit: their codes and claims open nothing from now on. Refused "register.same_owners".
    """
    require(permissions.may_keep_register(actor))
    async with transaction():
        register = await importing.hold(actor.community_id)
        unit = await queries.unit(actor.community_id, unit_id)
        before = register.units[unit.code].held
        if fingerprint(unit, *(register.owners[one.owner_id] for one in before)) != seen:
            raise Refused("register.moved_on")
        owner_ids = await _buyers(register, unit, buyers, now)
        if set(owner_ids) == {one.owner_id for one in before}:
            raise Refused("register.same_owners")
        await importing.end_ownerships(actor.community_id, [one.id for one in before], reason, now)
        await bulk.insert(
            "ownership",
            ("community_id", "unit_id", "owner_id", "position", "is_representative", "began_at"),
            [(actor.community_id, unit_id, owner, place, place == 0, now) for place, owner in enumerate(owner_ids)],
        )
        data = {"unit_id": unit_id, "from": [one.owner_id for one in before], "to": owner_ids, "by": actor.person_id}
        await _record(actor, "unit.sold", data, reason, {}, {}, now)
        left = [one.owner_id for one in before if one.owner_id not in owner_ids]
        still = {one.owner_id for other in register.units.values() if other.code != unit.code for one in other.held}
    return tuple(owner_id for owner_id in left if owner_id not in still)


async def _buyers(register: Register, unit: Unit, buyers: Sequence[RollOwner], now: datetime) -> list[int]:
    """Their owner ids, by the rules of a roll of one row. A namesake of the seller is not the seller."""
    row = RollRow(
        1, {}, unit.building, unit.entrance, unit.room, unit.code, unit.floor, unit.area_dm2, None, unit.use,
        Status.UNKNOWN, tuple(buyers), "",
    )  # fmt: skip
    empty = replace(register.units[unit.code], held=())
    elsewhere = replace(register, units={**register.units, unit.code: empty})
    foreseen = foresee(elsewhere, [row])
    ids = await importing.owners_for(register, foreseen, [row], now)
    return list(dict.fromkeys(ids[index] for index in foreseen.owners[unit.code]))


async def _owner_of(community_id: int, unit_id: int, owner_id: int) -> Owner:
    holdings = (await queries.holdings_of(community_id, [unit_id])).get(unit_id, ())
    if owner_id not in {holding.owner_id for holding in holdings}:
        raise NotFound
    return await queries.owner(community_id, owner_id)


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return sorted(name for name in after if canonical_json(before[name]) != canonical_json(after[name]))


async def _record(
    actor: Actor,
    kind: str,
    data: dict[str, Any],
    reason: str,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
) -> None:
    """Names, numbers and reasons stay private; the log shows which fields of which unit."""
    private = {"reason": reason, "before": before, "after": after}
    await audit.record(actor.community_id, kind, data, now=now, private=private)
