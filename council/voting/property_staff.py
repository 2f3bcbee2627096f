"""Who works for the property manager: the desk marks their accounts, and they hold no proxy."""

from __future__ import annotations

from datetime import datetime

from council.accounts import queries as accounts
from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, require
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction
from council.voting import proxy_queries
from council.voting.proxy import may_mark_property_staff


async def mark(*, actor: Actor, name: str, phone: str, now: datetime) -> int:
    """By name and telephone; whoever is marked already stays so. Invalid "proxy.no_such_member". The person's id."""
    require(may_mark_property_staff(actor))
    person_id = await proxy_queries.person_called(name, phone)
    found = None if person_id is None else await accounts.actor(person_id, actor.community_id, now)
    if found is None or not found.is_member:
        raise Invalid({"phone": "proxy.no_such_member"})
    async with transaction():
        await lock_row("community", actor.community_id)
        if not await proxy_queries.is_property_staff(actor.community_id, found.person_id):
            await execute(
                "INSERT INTO property_staff (community_id, person_id, marked_at, marked_by, marked_by_name)"
                " VALUES ({}, {}, {}, {}, {})",
                *(actor.community_id, found.person_id, now, actor.person_id, actor.name),
            )
            await _log(actor, "property_staff.marked", found.person_id, now)
    return found.person_id


async def unmark(*, actor: Actor, person_id: int, now: datetime) -> None:
    """Works there no more. NotFound for somebody who is not marked."""
    require(may_mark_property_staff(actor))
    async with transaction():
        rows = await fetch(
            "UPDATE property_staff SET ended_at = {}, ended_by_name = {} WHERE community_id = {} AND person_id = {}"
            " AND ended_at IS NULL RETURNING id",
            *(now, actor.name, actor.community_id, person_id),
        )
        if not rows:
            raise NotFound
        await _log(actor, "property_staff.unmarked", person_id, now)


async def _log(actor: Actor, kind: str, person_id: int, now: datetime) -> None:
    await audit.record(actor.community_id, kind, {}, now=now, private={"person": person_id, "by": actor.person_id})
