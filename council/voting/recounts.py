"""The preliminary result and the days in which whoever is on the roll may have it looked at again (查询期).

Only where the bylaws frozen with the motion give such days; elsewhere the signatures publish the result at once.
"""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, Refused, require
from council.kernel.text import canonical_json
from council.storage.bounds import Bound
from council.storage.once import insert_once
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction
from council.voting import impartial, permissions, proxies, queries
from council.voting.counting import count, require_determined
from council.voting.motion import Motion
from council.voting.tables import RecountRequest

ASKING = Bound(
    "bound.recount",
    10,
    "SELECT asked_at AS at FROM recount_request WHERE community_id = {} AND person_id = {} AND asked_at > {}"
    " ORDER BY asked_at DESC LIMIT 1 OFFSET {}",
)


def asked_until(motion: Motion) -> datetime | None:
    """After which instant no question is taken any more; None without a preliminary result, or without such days."""
    days = motion.procedure.query_days.value
    if motion.preliminary_at is None or not days:
        return None
    return end_of_days(motion.preliminary_at, days)


async def publish_preliminary(*, actor: Actor, motion_id: int, now: datetime) -> None:
    """One of the officers makes the count public as it stands, to be looked at: now the days run. Twice is once.

    What the count was at that moment is in the log: a correction afterwards shows.
    """
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        require(permissions.may_certify(actor, await queries.officers(actor.community_id, motion_id)))
        require(await impartial.may_count(actor, motion))
        if not motion.procedure.query_days.value:
            raise Refused("count.no_query_days")
        counted = await count(motion, now)
        require_determined(motion, counted)
        if motion.preliminary_at is not None:
            return
        await execute(
            "UPDATE motion SET preliminary_at = {} WHERE community_id = {} AND id = {}",
            *(now, actor.community_id, motion_id),
        )
        result = canonical_json(counted.as_json())
        await audit.record(
            actor.community_id,
            "motion.preliminary",
            {"motion": motion_id, "by": actor.person_id, "result": result},
            now=now,
        )


async def ask_recount(*, actor: Actor, motion_id: int, key: str, words: str, now: datetime) -> int:
    """Somebody on the roll asks about the count, in those days; the same form again is the same question. TooMany."""
    async with transaction():
        motion = await queries.motion(actor.community_id, motion_id)
        require(permissions.may_ask_recount(bool(proxies.on_roll(await queries.voters_for(actor, motion)))))
        until = asked_until(motion)
        if until is None:
            raise Refused("count.query_not_yet")
        if now >= until:
            raise Refused("count.query_over")
        row = RecountRequest(
            community_id=actor.community_id,
            motion_id=motion_id,
            key=key,
            person_id=actor.person_id,
            by_name=actor.name,
            words=words,
            asked_at=now,
        )
        request_id, is_new = await insert_once(row, same=("motion_id", "person_id", "words"))
        if not is_new:
            return request_id
        await ASKING.keep(actor.community_id, actor.person_id, now=now)
        await audit.record(
            actor.community_id,
            "recount.asked",
            {"motion": motion_id, "request": request_id},
            now=now,
            private={"person": actor.person_id, "words": words},
        )
    return request_id


async def answer_recount(*, actor: Actor, request_id: int, answer: str, now: datetime) -> None:
    """One of the officers says what they found; once. Until all are answered nobody certifies."""
    if not answer:
        raise Invalid({"answer": "form.missing"})
    async with transaction():
        await lock_row("recount_request", request_id)
        request = await queries.recount_request(actor.community_id, request_id)
        require(permissions.may_certify(actor, await queries.officers(actor.community_id, request.motion_id)))
        require(await impartial.may_count(actor, await queries.motion(actor.community_id, request.motion_id)))
        if request.answered_at is not None:
            raise Refused("count.query_answered")
        await execute(
            "UPDATE recount_request SET answer = {}, answered_by = {}, answered_by_name = {}, answered_at = {}"
            " WHERE community_id = {} AND id = {}",
            *(answer, actor.person_id, actor.name, now, actor.community_id, request_id),
        )
        await audit.record(
            actor.community_id,
            "recount.answered",
            {"motion": request.motion_id, "request": request_id, "by": actor.person_id},
            now=now,
            private={"answer": answer},
        )
