"""Staff roles: held in one community, or at a node of the area tree for every community under it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from council.accounts import people, permissions, queries
from council.accounts.parties import Colleague
from council.accounts.passwords import passwords, weakness
from council.audit import service as audit
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.storage.errors import Busy
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction


@dataclass(frozen=True, slots=True)
class StaffMember:
    role_id: int
    person_id: int
    name: str
    role: Role
    is_of_area: bool
    granted_at: datetime
    granted_by_name: str


async def grant_role(*, actor: Actor, person_id: int, role: Role, now: datetime) -> None:
    """A role in the actor's community. Held already: nothing changes."""
    require(permissions.may_grant_role(actor, role))
    await queries.person(person_id)
    async with transaction():
        rows = await fetch(
            "INSERT INTO staff_role (person_id, role, community_id, granted_at, granted_by_name)"
            " VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id",
            *(person_id, role.value, actor.community_id, now, actor.name),
        )
        if rows:
            data = {"person_id": person_id, "role": role.value, "by": actor.person_id}
            await audit.record(actor.community_id, "role.granted", data, now=now)


async def grant_area_role(*, person_id: int, role: Role, area_path: str, by_name: str, now: datetime) -> None:
    """A role for every community under a node of the area tree: the command line only, in no community's log."""
    await execute(
        "INSERT INTO staff_role (person_id, role, area_path, granted_at, granted_by_name)"
        " VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
        *(person_id, role.value, area_path, now, by_name),
    )


async def end_role(*, actor: Actor, role_id: int, now: datetime) -> None:
    """A role of this community ends; NotFound for another's, an area's, or one that has ended."""
    rows = await fetch(
        "SELECT person_id, role FROM staff_role WHERE id = {} AND community_id = {} AND ended_at IS NULL",
        *(role_id, actor.community_id),
    )
    if not rows:
        raise NotFound
    role, person_id = Role(rows[0]["role"]), rows[0]["person_id"]
    require(permissions.may_grant_role(actor, role))
    async with transaction():
        ended = await fetch(
            "UPDATE staff_role SET ended_at = {}, ended_by_name = {} WHERE id = {} AND ended_at IS NULL RETURNING id",
            *(now, actor.name, role_id),
        )
        if ended:
            data = {"person_id": person_id, "role": role.value, "by": actor.person_id}
            await audit.record(actor.community_id, "role.ended", data, now=now)


async def staff_of(community_id: int) -> list[StaffMember]:
    """Everybody with a current role here, directly or through an area, in the order they were named."""
    rows = await fetch(
        "SELECT t.id AS role_id, t.person_id, p.name, t.role, t.community_id IS NULL AS is_of_area, t.granted_at,"
        " t.granted_by_name FROM staff_role t JOIN person p ON p.id = t.person_id JOIN community c ON c.id = {}"
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
