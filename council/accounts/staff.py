"""Staff roles: held in one community, or at a node of the area tree for every community under it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from council.accounts import people, permissions, queries, roles
from council.accounts.model import StaffMember
from council.accounts.parties import Colleague
from council.accounts.passwords import passwords, weakness
from council.audit import service as audit
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, Refused, require
from council.storage.errors import Busy
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction


async def grant_role(*, actor: Actor, person_id: int, role: Role, now: datetime) -> None:
    """A role in the actor's community at once, by the server's operator: for a community's first two people, and where
    its office has one left. Held already: nothing changes. Two people of the office do it by `role_asks`.
    """
    require(permissions.may_grant_alone(actor))
    await queries.person(person_id)
    async with transaction():
        await roles.lock(actor.community_id)
        if await roles.begin(actor.community_id, person_id, role, by_name=actor.name, now=now) is not None:
            await roles.settle(actor, person_id, role, now)
            data = {"person_id": person_id, "role": role.value, "by": actor.person_id}
            await audit.record(actor.community_id, "role.granted", data, now=now, private={"by_name": actor.name})


async def grant_area_role(*, person_id: int, role: Role, area_path: str, by_name: str, now: datetime) -> None:
    """A role for every community under a node of the area tree: the command line only, in no community's log."""
    await execute(
        "INSERT INTO staff_role (person_id, role, area_path, granted_at, granted_by_name)"
        " VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
        *(person_id, role.value, area_path, now, by_name),
    )


async def end_role(*, actor: Actor, role_id: int, now: datetime) -> None:
    """As `grant_role`, at once. NotFound for a role of another community, of an area, or one that has ended."""
    require(permissions.may_grant_alone(actor))
    async with transaction():
        await roles.lock(actor.community_id)
        held = await roles.held(actor.community_id, role_id)
        await roles.end(held, by_name=actor.name, now=now)
        await roles.settle(actor, held.person_id, held.role, now)
        data = {"person_id": held.person_id, "role": held.role.value, "by": actor.person_id}
        await audit.record(actor.community_id, "role.ended", data, now=now, private={"by_name": actor.name})


async def staff_of(community_id: int) -> list[StaffMember]:
    """Everybody with a current role here, directly or through an area, in the order they were named."""
    rows = await fetch(
        "SELECT t.id AS role_id, t.person_id, p.name, t.role, t.community_id IS NULL AS is_of_area, t.granted_at,"
        " t.granted_by_name, a.confirmed_by_name AS granted_with FROM staff_role t JOIN person p ON p.id = t.person_id"
        " JOIN community c ON c.id = {} LEFT JOIN role_ask a ON a.role_id = t.id AND a.act = 'grant'"
        f" WHERE t.ended_at IS NULL AND (t.community_id = c.id OR {queries.UNDER}) ORDER BY t.id",
        community_id,
    )
    return [StaffMember(**{**row, "role": Role(row["role"]), "is_of_area": bool(row["is_of_area"])}) for row in rows]


async def colleagues(community_id: int, roles: Collection[Role]) -> tuple[Colleague, ...]:
    """Everybody with one of these roles here, in the order they were named. Two reads."""
    held: dict[int, set[Role]] = defaultdict(set)
    names: dict[int, str] = {}
    for each in await staff_of(community_id):
        if each.role in roles:
            held[each.person_id].add(each.role)
            names[each.person_id] = each.name
    if not held:
        return ()
    here = (community_id, sorted(held))
    tied: dict[tuple[str, int], set[int]] = defaultdict(set)
    for row in await fetch(
        "SELECT 'owner' AS tie, o.person_id, o.owner_id AS id FROM owner_claim o"
        f" WHERE o.community_id = {{}} AND o.person_id IN {{}} AND o.ended_at IS NULL AND {queries.OWNS}"
        " UNION ALL SELECT 'home', r.person_id, r.unit_id FROM residency r"
        " WHERE r.community_id = {} AND r.person_id IN {} AND r.ended_at IS NULL",
        *(*here, *here),
    ):
        tied[row["tie"], row["person_id"]].add(row["id"])
    return tuple(
        Colleague(
            each, names[each], frozenset(held[each]), frozenset(tied["owner", each]), frozenset(tied["home", each])
        )
        for each in held
    )


async def named_account(*, name: str, phone: str, password: str | None, now: datetime) -> int:
    """The account of a person by name and telephone; a new one with this password when there is none.

    `password` None only looks. Refused "staff.name_differs" when two others have the telephone, "staff.no_password"
    when a new account would need one. An existing account's password is never changed here.
    """
    for _ in range(3):
        holders = await people.holders_of(phone)
        for holder in holders:
            if holder.name == name:
                return holder.person_id
        if len(holders) >= 2:
            raise Refused("staff.name_differs")
        if password is None:
            raise Refused("staff.no_password")
        weak = weakness(password, phones=(phone,), name=name)
        held = await passwords().verify(tuple(holder.password_hash for holder in holders), password)
        if weak is None and any(held):
            weak = "password.too_common"
        if weak is not None:
            raise Invalid({"password": weak})
        made = await people.create(name=name, phone=phone, password=password, known=holders, target=None, now=now)
        if made is not None:
            return made
    raise Busy("others are joining with this telephone")
