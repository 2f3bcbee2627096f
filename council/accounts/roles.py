"""Rows of roles beginning and ending, inside the caller's transaction; who may is asked by the caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.accounts.queries import UNDER
from council.accounts.role_ask import HEADS
from council.audit import service as audit
from council.kernel.actor import Actor, Role
from council.kernel.errors import NotFound, Refused
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Held:
    role_id: int
    community_id: int
    person_id: int
    person_name: str
    role: Role
    is_over: bool


async def lock(community_id: int) -> None:
    """One change of a community's roles at a time: two who lay theirs down each see the other gone."""
    await lock_row("community", community_id, is_referred_to=True)


async def known(community_id: int, role_id: int) -> Held:
    """A role of this community, over or not; NotFound for another's, or an area's."""
    rows = await fetch(
        "SELECT t.id AS role_id, t.community_id, t.person_id, p.name AS person_name, t.role,"
        " t.ended_at IS NOT NULL AS is_over FROM staff_role t JOIN person p ON p.id = t.person_id"
        " WHERE t.id = {} AND t.community_id = {}",
        *(min(role_id, _LARGEST_ID), community_id),
    )
    if not rows:
        raise NotFound("role")
    return Held(**{**rows[0], "role": Role(rows[0]["role"]), "is_over": bool(rows[0]["is_over"])})


async def held(community_id: int, role_id: int) -> Held:
    """A current role of this community; NotFound for another's, an area's, or one that has ended."""
    one = await known(community_id, role_id)
    if one.is_over:
        raise NotFound("role")
    return one


async def is_held(community_id: int, person_id: int, role: Role) -> bool:
    return bool(
        await fetch(
            "SELECT id FROM staff_role WHERE community_id = {} AND person_id = {} AND role = {} AND ended_at IS NULL",
            *(community_id, person_id, role.value),
        )
    )


async def begin(community_id: int, person_id: int, role: Role, *, by_name: str, now: datetime) -> int | None:
    """The new role's id; None where it is held already."""
    rows = await fetch(
        "INSERT INTO staff_role (person_id, role, community_id, granted_at, granted_by_name)"
        " VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id",
        *(person_id, role.value, community_id, now, by_name),
    )
    return int(rows[0]["id"]) if rows else None


async def end(one: Held, *, by_name: str, now: datetime) -> None:
    await execute(
        "UPDATE staff_role SET ended_at = {}, ended_by_name = {} WHERE community_id = {} AND id = {}",
        *(now, by_name, one.community_id, one.role_id),
    )


async def require_head(community_id: int) -> None:
    """Refused "role.last_head" where nobody is left who names anybody here, directly or through an area."""
    left = await fetch(
        "SELECT t.id FROM staff_role t JOIN person p ON p.id = t.person_id JOIN community c ON c.id = {}"
        f" WHERE t.role IN {{}} AND t.ended_at IS NULL AND p.closed_at IS NULL AND (t.community_id = c.id OR {UNDER})"
        " LIMIT 1",
        *(community_id, [role.value for role in HEADS]),
    )
    if not left:
        raise Refused("role.last_head")


async def settle(actor: Actor, person_id: int, role: Role, now: datetime) -> None:
    """What waits about this role has been overtaken: it is taken back, by whoever did it at once."""
    rows = await fetch(
        "UPDATE role_ask SET withdrawn_at = {}, withdrawn_by_name = {} WHERE community_id = {} AND person_id = {}"
        " AND role = {} AND confirmed_at IS NULL AND withdrawn_at IS NULL RETURNING id, act",
        *(now, actor.name, actor.community_id, person_id, role.value),
    )
    if rows:  # one at most: the schema keeps a second from waiting
        data = {"ask": rows[0]["id"], "act": rows[0]["act"], "person_id": person_id, "role": role.value}
        await audit.record(actor.community_id, "role.ask_withdrawn", data | {"by": actor.person_id}, now=now)
