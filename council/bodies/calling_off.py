"""A ballot of the members is called off: one asks for it with a reason, another one confirms.

Both are of those who record papers, the second nobody who is or waits to be in the committee. Until the second yes the
ballot goes on; afterwards it counts nothing and chooses nobody, its reason stands on the committee's page, and whatever
waited for it is free again.
"""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.bodies import parties, permissions, queries
from council.bodies.locks import lock
from council.bodies.model import Body, Round
from council.bodies.rounds import round_of
from council.bodies.tables import InnerCallOff
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refusal, Refused, require
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.sql import execute
from council.storage.transactions import transaction


def whether(current: Round, now: datetime) -> Refusal | None:
    """Why it cannot be called off now: it is over, or its time is, so that it is counted."""
    if not current.is_open:
        return Refusal("inner.closed")
    return Refusal("inner.to_be_counted") if now >= current.closes_at else None


async def ask(*, actor: Actor, round_id: int, key: str, reason: str, now: datetime) -> int:
    """To call this ballot off, to be confirmed by somebody else; its id. The same form again is the same one.

    Refused "inner.call_off_waits" while one waits, "inner.closed" and "inner.to_be_counted" where it is too late,
    "body.about_you" for members where the office has two others; Invalid "form.missing" on `reason`.
    """
    require(permissions.may_record(actor))
    if not reason:
        raise Invalid({"reason": "form.missing"})
    async with transaction():
        body, current = await _locked(actor, round_id)
        require(await parties.may_record_paper(actor, body, None))
        row = InnerCallOff(
            community_id=actor.community_id,
            round_id=round_id,
            key=key,
            reason=reason,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        try:
            call_off_id, is_new = await insert_once(row, same=("round_id", "recorded_by", "reason"))
        except Exception as exc:
            if unique_violation(exc):
                raise Refused("inner.call_off_waits" if current.is_open else "inner.closed") from None
            raise
        if not is_new:
            return call_off_id
        require(whether(current, now))
        await _log(actor, "inner.call_off_asked", body, round_id, now, reason=reason)
    return call_off_id


async def confirm(*, actor: Actor, call_off_id: int, now: datetime) -> int:
    """The second person's yes: the ballot is over and counts nothing. The body's id. Twice is refused "body.closed"."""
    found = await queries.call_off(actor.community_id, call_off_id)
    require(permissions.may_confirm(actor, found))
    async with transaction():
        body, current = await _locked(actor, found.round_id)
        require(await parties.may_second_paper(actor, body, None))
        await _waited(await confirm_waiting("inner_call_off", call_off_id, actor, now))
        require(whether(current, now))
        await execute(
            "UPDATE inner_round SET closed_at = {} WHERE community_id = {} AND id = {}",
            *(now, actor.community_id, current.id),
        )
        await _log(actor, "inner.called_off", body, current.id, now, reason=found.reason)
    return body.id


async def withdraw(*, actor: Actor, call_off_id: int, now: datetime) -> int:
    """Taken back by whoever asked, or by the secretary, before it is confirmed: the ballot goes on. The body's id."""
    found = await queries.call_off(actor.community_id, call_off_id)
    require(permissions.may_withdraw(actor, found))
    async with transaction():
        body, current = await _locked(actor, found.round_id)
        await _waited(await withdraw_waiting("inner_call_off", call_off_id, actor, now))
        await _log(actor, "inner.call_off_withdrawn", body, current.id, now)
    return body.id


async def _locked(actor: Actor, round_id: int) -> tuple[Body, Round]:
    body_id = await queries.round_body(actor.community_id, round_id)
    await lock(actor.community_id, body_id)
    body = await queries.body(actor.community_id, body_id)
    return body, round_of(body, round_id)


async def _waited(did: bool) -> None:
    if not did:
        raise Refused("body.closed")


async def _log(actor: Actor, kind: str, body: Body, round_id: int, now: datetime, **more: str) -> None:
    data = {"body": body.id, "round": round_id, "by": actor.person_id}
    await audit.record(actor.community_id, kind, data | more, now=now)
