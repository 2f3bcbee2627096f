"""What has to be so for a halt to be recorded and, asked again, confirmed; and what is locked before either."""

from __future__ import annotations

from datetime import datetime

from council.accounts import tie_queries
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refusal, Refused
from council.registry import queries as registry
from council.storage.transactions import lock_row
from council.voting import halt_queries, holding_queries, standing, standing_queries
from council.voting.halt import HaltAct, Subject


async def lock(subject: Subject) -> None:
    """The vote or the paper that it is about, before the halt's own row: two of the desk, one who records and one who
    confirms, would otherwise each wait for what the other holds. A ballot by that paper refers to it while it holds the
    log, and does not wait."""
    if subject.motion_id is not None:
        await lock_row("motion", subject.motion_id)
    if subject.paper_id is not None:
        await lock_row("holder_paper", subject.paper_id, is_referred_to=True)


async def voter_id(community_id: int, subject: Subject) -> int | None:
    if subject.motion_id is None or subject.number is None:
        return None
    return await halt_queries.voter_id(community_id, subject.motion_id, subject.number)


async def check(actor: Actor, subject: Subject, now: datetime) -> None:
    """Refused for what could not be done as things are now: a voter that is suspended or has cast, a home in dispute
    or in none, a paper or a claim that is not in force. NotFound for somebody who does not stand behind the voter."""
    match subject.act:
        case HaltAct.DISPUTE | HaltAct.AGREE:
            await _check_home(actor, subject)
        case HaltAct.SUSPEND | HaltAct.LIFT | HaltAct.NAME:
            await _check_voter(actor, subject, now)
        case HaltAct.END_PAPER:
            await _check_paper(actor, subject.paper_id or 0)
        case HaltAct.END_CLAIM:
            try:
                await tie_queries.claim(actor.community_id, subject.claim_id or 0)
            except NotFound:
                raise Refused("claim.ended") from None


async def why_not(actor: Actor, subject: Subject, now: datetime) -> Refusal | None:
    """The same for a page: why it can be confirmed no more, or None."""
    try:
        await check(actor, subject, now)
    except Refused as refused:
        return Refusal(refused.code, refused.details)
    return None


async def _check_home(actor: Actor, subject: Subject) -> None:
    unit = await registry.unit(actor.community_id, subject.unit_id or 0)
    is_open = unit.id in await holding_queries.open_disputes(actor.community_id, [unit.id])
    if is_open and subject.act is HaltAct.DISPUTE:
        raise Refused("holder.disputed_already")
    if not is_open and subject.act is HaltAct.AGREE:
        raise Refused("holder.not_disputed")


async def _check_voter(actor: Actor, subject: Subject, now: datetime) -> None:
    line = await standing.line_now(actor, subject.motion_id or 0, subject.number or "", now)
    if subject.act is HaltAct.LIFT:
        if line.suspension is None:
            raise Refused("roll.not_suspended")
        return
    if subject.act is HaltAct.SUSPEND and line.suspension is not None:
        raise Refused("roll.suspended_already")
    if subject.act is HaltAct.NAME:
        named = next((holder for holder in line.holders if holder.owner_id == subject.owner_id), None)
        if named is None:
            raise NotFound("roll_holder")
        if named.is_representative:
            raise Refused("roll.represents_already")
    if await standing_queries.has_ballot(actor.community_id, line.roll_voter_id):
        raise Refused("roll.cast_already")


async def _check_paper(actor: Actor, paper_id: int) -> None:
    paper = await holding_queries.paper(actor.community_id, paper_id)
    if paper.ended_at is not None or paper.is_waiting:
        raise Refused("holder.moved_on")
    if not paper.is_acting:
        raise Refused("holder.needs_another")
