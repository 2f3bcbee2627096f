"""A role in a community is given, or ends: asked for by one of the office, in force with another's yes.

Until then everything is as before: a role to be given gives nothing, and one that is to end works. One's own is laid
down at once.
"""

from __future__ import annotations

from datetime import datetime

from council.accounts import permissions, queries, role_queries, roles, staff
from council.accounts.people import holders_of
from council.accounts.role_ask import HEADS, RoleAct, RoleAsk, may_confirm, may_withdraw, seconds_for, seconds_of
from council.accounts.tables import RoleAsk as Row
from council.audit import service as audit
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, NotFound, Refusal, Refused, require
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.sql import execute
from council.storage.transactions import transaction

_SAME = ("act", "person_id", "role", "reason", "recorded_by")


async def account_of(*, name: str, phone: str) -> int:
    """Whose account it is, by name and telephone; Invalid "role.no_account" on `phone` where there is none."""
    for holder in await holders_of(phone):
        if holder.name == name:
            return holder.person_id
    raise Invalid({"phone": "role.no_account"})


async def ask_grant(*, actor: Actor, person_id: int, role: Role, key: str, reason: str, now: datetime) -> int:
    """To give this account a role here, to be confirmed by somebody else; its id. The same form again is the same one.

    Refused "role.held", "role.waiting" while one waits, "role.nobody_else" where nobody here could confirm it.
    """
    require(permissions.may_grant_role(actor, role))
    name = (await queries.person(person_id)).name
    async with transaction():
        await roles.lock(actor.community_id)
        ask_id, is_new = await _insert(actor, RoleAct.GRANT, person_id, role, None, key=key, reason=reason, now=now)
        if is_new:
            if await roles.is_held(actor.community_id, person_id, role):
                raise Refused("role.held")
            await _require_second(actor, person_id, name, now)
            await _log(actor, "role.asked", await role_queries.ask(actor.community_id, ask_id), now)
    return ask_id


async def ask_end(*, actor: Actor, role_id: int, key: str, reason: str, now: datetime) -> int:
    """That a role of this community ends, as `ask_grant`. NotFound for another's, an area's, or one that has ended."""
    async with transaction():
        await roles.lock(actor.community_id)
        held = await roles.known(actor.community_id, role_id)
        require(permissions.may_grant_role(actor, held.role))
        ask_id, is_new = await _insert(
            actor, RoleAct.END, held.person_id, held.role, role_id, key=key, reason=reason, now=now
        )
        if is_new:
            if held.is_over:
                raise NotFound("role")
            await _require_second(actor, held.person_id, held.person_name, now)
            await _log(actor, "role.asked", await role_queries.ask(actor.community_id, ask_id), now)
    return ask_id


async def confirm(*, actor: Actor, ask_id: int, now: datetime) -> None:
    """The second person's yes: the role begins, or ends. Refused "role.moved_on" for whoever comes second, and
    "role.last_head" where nobody would be left who names anybody."""
    community_id = actor.community_id
    ask = await role_queries.ask(community_id, ask_id)
    require(may_confirm(actor, ask, seconds_of(ask, await staff.staff_of(community_id))))
    async with transaction():
        await roles.lock(community_id)
        # again behind the lock: meanwhile the actor's own role may have ended
        require(may_confirm(actor, ask, seconds_of(ask, await staff.staff_of(community_id))))
        if not await confirm_waiting("role_ask", ask_id, actor, now):
            raise Refused("role.moved_on")
        if ask.act is RoleAct.GRANT:
            await _begin(ask, now)
        else:
            await _end(ask, now)
        data = {"ask": ask_id, "person_id": ask.person_id, "role": ask.role.value, "asked_by": ask.recorded_by}
        kind = "role.granted" if ask.act is RoleAct.GRANT else "role.ended"
        await audit.record(community_id, kind, data | {"by": actor.person_id}, now=now)


async def withdraw(*, actor: Actor, ask_id: int, now: datetime) -> None:
    """Taken back by whoever asked, or by a secretary, while it waits. Refused "role.moved_on" afterwards."""
    ask = await role_queries.ask(actor.community_id, ask_id)
    require(may_withdraw(actor, ask))
    async with transaction():
        await roles.lock(actor.community_id)
        if not await withdraw_waiting("role_ask", ask_id, actor, now):
            raise Refused("role.moved_on")
        await _log(actor, "role.ask_withdrawn", ask, now)


async def lay_down(*, actor: Actor, role_id: int, now: datetime) -> None:
    """One's own role, at once and without a reason. Refused "role.not_your_own", and "role.last_head" for the last who
    names others. What waited about it has been overtaken."""
    async with transaction():
        await roles.lock(actor.community_id)
        held = await require_own(actor, role_id)
        await roles.end(held, by_name=actor.name, now=now)
        if held.role in HEADS:
            await roles.require_head(actor.community_id)
        await roles.settle(actor, held.person_id, held.role, now)
        data = {"person_id": held.person_id, "role": held.role.value, "by": actor.person_id}
        await audit.record(actor.community_id, "role.ended", data, now=now)


async def require_own(actor: Actor, role_id: int) -> roles.Held:
    held = await roles.held(actor.community_id, role_id)
    require(None if held.person_id == actor.person_id else Refusal("role.not_your_own"))
    return held


async def _insert(
    actor: Actor, act: RoleAct, person_id: int, role: Role, role_id: int | None, *, key: str, reason: str, now: datetime
) -> tuple[int, bool]:
    row = Row(
        community_id=actor.community_id,
        key=key,
        act=act.value,
        person_id=person_id,
        role=role.value,
        role_id=role_id,
        reason=reason,
        recorded_by=actor.person_id,
        recorded_by_name=actor.name,
        recorded_at=now,
    )
    try:
        return await insert_once(row, same=_SAME)
    except Exception as error:
        if unique_violation(error):
            raise Refused("role.waiting") from error
        raise


async def _require_second(actor: Actor, person_id: int, name: str, now: datetime) -> None:
    """An ask that nobody could ever confirm is not kept: whoever comes later is no second for it."""
    office = await staff.staff_of(actor.community_id)
    if not seconds_for(office, person_id, name, asker_id=actor.person_id, before=now):
        raise Refused("role.nobody_else")


async def _begin(ask: RoleAsk, now: datetime) -> None:
    role_id = await roles.begin(ask.community_id, ask.person_id, ask.role, by_name=ask.recorded_by_name, now=now)
    if role_id is None:
        raise Refused("role.moved_on")
    await execute(
        "UPDATE role_ask SET role_id = {} WHERE community_id = {} AND id = {}", role_id, ask.community_id, ask.id
    )


async def _end(ask: RoleAsk, now: datetime) -> None:
    if ask.role_id is None:
        raise Refused("role.moved_on")
    held = await roles.held(ask.community_id, ask.role_id)
    await roles.end(held, by_name=ask.recorded_by_name, now=now)
    if held.role in HEADS:
        await roles.require_head(ask.community_id)


async def _log(actor: Actor, kind: str, ask: RoleAsk, now: datetime) -> None:
    data = {"ask": ask.id, "act": ask.act.value, "person_id": ask.person_id, "role": ask.role.value}
    private = {"reason": ask.reason}
    await audit.record(actor.community_id, kind, data | {"by": actor.person_id}, now=now, private=private)
