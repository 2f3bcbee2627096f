"""Slips: issuing, printing again, replacing, and finding what a typed code opens."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.accounts import issuing, permissions, queries, sessions, tie_queries
from council.accounts.model import PrintableSlip, SessionEnd, Slip, SlipTarget
from council.accounts.slipcodes import CodeKind, lookup, read_code
from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.kernel.scope import Scope
from council.registry import queries as registry
from council.registry.model import Unit
from council.registry.rollfile.model import OwnerKind
from council.storage.sql import execute, fetch, fetch_one
from council.storage.transactions import lock_row, transaction

RESET_TERM = timedelta(days=7)
"""How long a slip that sets a password may lie in a pocket."""

_TARGET_TABLE = {CodeKind.RESIDENT: "unit", CodeKind.OWNER: "owner", CodeKind.RESET: "person"}


async def codes_for_print(*, actor: Actor, scope: Scope, secret: bytes, now: datetime) -> list[PrintableSlip]:
    """Every slip of a scope, by place, those that were missing issued first; printing twice prints the same codes.

    A resident slip per dwelling; an owner slip per owner, in the pile of the owner's first unit. None for what the
    developer still holds.
    """
    require(permissions.may_print_slips(actor))
    community_id = actor.community_id
    units = {unit.id: unit for unit in await registry.units_in(community_id, scope) if not unit.is_developer_held}
    homes = [unit.id for unit in units.values() if unit.is_dwelling]
    async with transaction():
        owners = await _owners_of_pile(community_id, scope, units)
        made = await issuing.issue(actor, CodeKind.RESIDENT, homes, secret, now)
        made += await issuing.issue(actor, CodeKind.OWNER, owners, secret, now)
        if made:
            data = {"scope": scope.code, "issued": made, "by": actor.person_id}
            await audit.record(community_id, "slips.issued", data, now=now)
        resident = await tie_queries.slips_of(community_id, CodeKind.RESIDENT, homes)
        owner = await tie_queries.slips_of(community_id, CodeKind.OWNER, owners)
        await issuing.saw(actor, [slip.id for slip in (*resident.values(), *owner.values())], now)
    pile: list[tuple[Unit, PrintableSlip]] = []
    for unit_id, slip in resident.items():
        pile.append((units[unit_id], issuing.printable(community_id, slip, units[unit_id], None, 1, secret)))
    for owner_id, slip in owner.items():
        name, held = owners[owner_id]
        pile.append((held[0], issuing.printable(community_id, slip, held[0], name, len(held), secret)))
    return [slip for _, slip in sorted(pile, key=lambda each: (registry.by_place(each[0]), each[1].name or ""))]


async def _owners_of_pile(
    community_id: int, scope: Scope, units: dict[int, Unit]
) -> dict[int, tuple[str, tuple[Unit, ...]]]:
    """Owners whose first delivered unit lies in the scope, with name and delivered units."""
    names = {
        holding.owner_id: holding.name
        for unit_id, holdings in (await registry.holdings_in(community_id, scope)).items()
        for holding in holdings
        if unit_id in units and holding.kind is not OwnerKind.DEVELOPER
    }
    held = await queries.units_of_owners(community_id, names)
    delivered = {key: tuple(unit for unit in all_of if not unit.is_developer_held) for key, all_of in held.items()}
    return {key: (names[key], mine) for key, mine in delivered.items() if mine and mine[0].id in units}


async def reissue(
    *, actor: Actor, kind: CodeKind, target_id: int, reason: str, secret: bytes, now: datetime, key: str = ""
) -> Slip:
    """A new slip for a dwelling or an owner: the old code dies at once, and everybody whom it let in logs in anew.

    The same form (`key`; "" is none) again is the same slip: the one in somebody's hand stays good.
    """
    require(permissions.may_issue_slip(actor))
    await _require_target(actor.community_id, kind, target_id)
    async with transaction():
        if (before := await _made_before(actor, kind, target_id, key)) is not None:
            return before
        old = (await tie_queries.slips_of(actor.community_id, kind, [target_id])).get(target_id)
        if old is not None:
            await issuing.end(old.id, "replaced", now)
            await sessions.end_all(await tie_queries.people_tied_by(old.id), SessionEnd.SLIP, now)
        slip = await _issued(actor, kind, target_id, secret, now, key)
        data = {"kind": kind.value, issuing.COLUMN[kind]: target_id, "serial": slip.serial, "by": actor.person_id}
        await audit.record(actor.community_id, "slip.reissued", data, now=now, private={"reason": reason})
    return slip


async def issue_reset(
    *, actor: Actor, person_id: int, reason: str, secret: bytes, now: datetime, key: str = ""
) -> Slip:
    """A slip on which one named person sets a new password, once, within `RESET_TERM`. The same form again: that slip.

    A household's slip cannot do that: with it one flatmate could take another's account. Whoever reads the code could
    use it themselves: see `ties.look_anew`.
    """
    await queries.require_tied(actor.community_id, person_id, now)
    require(permissions.may_reset_password(actor, person_id, await queries.roles_of(person_id)))
    async with transaction():
        if (before := await _made_before(actor, CodeKind.RESET, person_id, key)) is not None:
            return before
        old = (await tie_queries.slips_of(actor.community_id, CodeKind.RESET, [person_id])).get(person_id)
        if old is not None:
            await issuing.end(old.id, "replaced", now)
        slip = await _issued(actor, CodeKind.RESET, person_id, secret, now, key)
        data = {"person_id": person_id, "slip_id": slip.id, "by": actor.person_id}
        await audit.record(actor.community_id, "account.reset_slip", data, now=now, private={"reason": reason})
    return slip


async def _made_before(actor: Actor, kind: CodeKind, target_id: int, key: str) -> Slip | None:
    """The slip that this form has made, in force or not. Two who replace one slip come one after the other.

    Refused "form.used_before" where it was for somebody else, or from somebody else.
    """
    await lock_row(_TARGET_TABLE[kind], target_id, is_referred_to=True)
    row = await fetch_one(
        "SELECT id, kind, COALESCE(unit_id, owner_id, person_id) AS target_id, serial, issued_at, issued_by_name"
        " FROM access_code WHERE community_id = {} AND key = {}",
        *(actor.community_id, key),
    )
    if row is None:
        return None
    if (row["kind"], row["target_id"], row["issued_by_name"]) != (kind.value, target_id, actor.name):
        raise Refused("form.used_before")
    return Slip(**{**row, "kind": kind})


async def _issued(actor: Actor, kind: CodeKind, target_id: int, secret: bytes, now: datetime, key: str) -> Slip:
    await issuing.issue(actor, kind, [target_id], secret, now)
    slip = (await tie_queries.slips_of(actor.community_id, kind, [target_id]))[target_id]
    await execute(
        "UPDATE access_code SET key = {} WHERE community_id = {} AND id = {}",
        *(key or None, actor.community_id, slip.id),
    )
    return slip


async def reveal(*, actor: Actor, slip_id: int, secret: bytes, now: datetime) -> PrintableSlip:
    """One slip in force with its code, to show or print at the desk; that the actor saw it is kept before they do.
    A reset slip: its own desk's head only."""
    require(permissions.may_print_slips(actor))
    slip = await tie_queries.slip(actor.community_id, slip_id)
    shown = await _shown(actor, slip, secret)
    async with transaction():
        await issuing.saw(actor, [slip.id], now)
    return shown


async def _shown(actor: Actor, slip: Slip, secret: bytes) -> PrintableSlip:
    if slip.kind is CodeKind.RESIDENT:
        unit = await registry.unit(actor.community_id, slip.target_id)
        return issuing.printable(actor.community_id, slip, unit, None, 1, secret)
    if slip.kind is CodeKind.OWNER:
        owner = await registry.owner(actor.community_id, slip.target_id)
        held = (await queries.units_of_owners(actor.community_id, [owner.id]))[owner.id]
        if not held:
            raise NotFound
        return issuing.printable(actor.community_id, slip, held[0], owner.name, len(held), secret)
    require(permissions.may_reset_password(actor, slip.target_id, await queries.roles_of(slip.target_id)))
    person = await queries.person(slip.target_id)
    return issuing.printable(actor.community_id, slip, None, person.name, 0, secret)


async def find(typed: str, *, secret: bytes, now: datetime) -> SlipTarget | None:
    """What a code opens; None when it cannot be one, is unknown, replaced, used, too old, or its unit is sold, and for
    a desk's reset slip of somebody who works here since.

    All of these are the same answer. Count the attempt before asking (`limits.CODE_BY_ADDRESS`).
    """
    code = read_code(typed)
    if code is None:
        return None
    row = await fetch_one(
        "SELECT a.id AS access_code_id, a.community_id, c.slug AS community_slug, c.name AS community_name, a.kind,"
        " a.unit_id, a.owner_id, a.person_id, a.issued_at FROM access_code a JOIN community c ON c.id = a.community_id"
        " WHERE a.lookup = {} AND a.ended_at IS NULL AND (a.issued_by = 0 OR NOT EXISTS"
        " (SELECT 1 FROM staff_role t WHERE t.person_id = a.person_id AND t.ended_at IS NULL))",
        lookup(secret, code),
    )
    if row is None:
        return None
    kind, issued_at = CodeKind(row.pop("kind")), row.pop("issued_at")
    places: tuple[Unit, ...] = ()
    if kind is CodeKind.RESET:
        return SlipTarget(**row, kind=kind, places=()) if now < issued_at + RESET_TERM else None
    if kind is CodeKind.RESIDENT:
        places = tuple((await registry.units_by_id(row["community_id"], [row["unit_id"]])).values())
    else:
        places = (await queries.units_of_owners(row["community_id"], [row["owner_id"]]))[row["owner_id"]]
    return SlipTarget(**row, kind=kind, places=places) if places else None


async def use_up(slip_id: int, now: datetime) -> bool:
    """End a reset slip by using it; False when somebody was faster. In the caller's transaction."""
    return bool(
        await fetch(
            "UPDATE access_code SET ended_at = {}, end_reason = 'used' WHERE id = {} AND ended_at IS NULL RETURNING id",
            now,
            slip_id,
        )
    )


async def _require_target(community_id: int, kind: CodeKind, target_id: int) -> None:
    """NotFound for another community's; refused for what the developer holds."""
    if kind is CodeKind.RESIDENT:
        unit = await registry.unit(community_id, target_id)
        units: tuple[Unit, ...] = (unit,) if unit.is_dwelling else ()
    else:
        await registry.owner(community_id, target_id)
        units = (await queries.units_of_owners(community_id, [target_id]))[target_id]
    if all(unit.is_developer_held for unit in units):
        raise Refused("slip.nothing_to_open")
