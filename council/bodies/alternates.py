"""Who follows on a vacant seat: the next one in the order of the result, nobody chooses."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.bodies import permissions, queries
from council.bodies.locks import lock
from council.kernel.actor import Actor
from council.kernel.errors import Refused, require
from council.storage.sql import execute
from council.storage.transactions import transaction


async def step_up(*, actor: Actor, body_id: int, member_id: int, now: datetime) -> None:
    """An alternate takes a vacant seat. A second tap for the same one changes nothing. Refused "inner.open" while the
    members choose: a seat has one vote; "body.lot_first" while alternates are equal in persons and area."""
    require(permissions.may_record(actor))
    async with transaction():
        await lock(actor.community_id, body_id)
        body = await queries.body(actor.community_id, body_id)
        member = body.member(member_id)
        if member is not None and member.sits and member.stepped_up_at is not None:
            return
        if not body.is_standing:
            raise Refused("body.ended")
        if not body.alternates:
            raise Refused("body.no_alternate")
        if not body.vacancies:
            raise Refused("body.no_vacancy")
        if body.open_round is not None:
            raise Refused("inner.open")
        if body.equals:
            raise Refused("body.lot_first")
        follower = body.alternates[0]
        if follower.id != member_id:
            raise Refused("body.not_next", name=follower.name)
        if follower.owner_id not in await queries.owning(actor.community_id, [follower.owner_id]):
            raise Refused("body.follower_owns_nothing", name=follower.name)
        await execute(
            "UPDATE body_member SET is_alternate = FALSE, stepped_up_at = {} WHERE community_id = {} AND id = {}",
            *(now, actor.community_id, member_id),
        )
        data = {"body": body_id, "member": member_id, "by": actor.person_id}
        await audit.record(actor.community_id, "body.stepped_up", data, now=now)
