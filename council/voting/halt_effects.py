"""What a halt does once a second person has confirmed it. Nothing here asks who may: `halting.confirm` has, in whose
transaction, with `halt_checks.lock` held and everything checked again, this happens. ValueError for one that waits.
"""

from __future__ import annotations

from datetime import datetime

from council.accounts import tie_queries
from council.kernel.actor import Actor
from council.storage.sql import execute
from council.voting import holding_queries, home_disputes, proxy_ends, queries, standing, standing_queries
from council.voting.acting_ends import end_claim, end_paper_row
from council.voting.halt import Halt, HaltAct
from council.voting.proxy import MandateEnd


async def take_effect(actor: Actor, halt: Halt, now: datetime) -> None:
    halt.confirmed_name()
    match halt.act:
        case HaltAct.DISPUTE:
            await home_disputes.open_dispute(actor, halt, now)
        case HaltAct.AGREE:
            await home_disputes.close_dispute(actor, halt, now)
        case HaltAct.SUSPEND:
            said = standing.Said(halt.recorded_by, halt.recorded_by_name, halt.confirmed_name(), halt.words)
            await standing.insert_suspension(actor, *_voter(halt), said, now)
        case HaltAct.LIFT:
            await standing.end_suspension(actor, *_voter(halt), halt.recorded_by_name, halt.words, now)
        case HaltAct.NAME:
            await _name(actor, halt, now)
        case HaltAct.END_PAPER:
            await _end_paper(actor, halt, now)
        case HaltAct.END_CLAIM:
            claim = await tie_queries.claim(actor.community_id, halt.subject.claim_id or 0)
            await end_claim(actor=actor, claim=claim, reason=halt.words, now=now)


def _voter(halt: Halt) -> tuple[int, tuple[int, str]]:
    """(vote, (voter's id, number))"""
    return halt.subject.motion_id or 0, (halt.roll_voter_id or 0, halt.subject.number or "")


async def _name(actor: Actor, halt: Halt, now: datetime) -> None:
    """Another co-owner casts for this voter; whomever the one before had let cast in their place casts no more."""
    motion_id, (voter_id, number) = _voter(halt)
    motion = await queries.motion(actor.community_id, motion_id)
    line = await standing_queries.line(actor.community_id, motion_id, number)
    before = next((holder.owner_id for holder in line.holders if holder.is_representative), 0)
    await execute(
        "UPDATE roll_holder SET is_representative = (owner_id = {}) WHERE community_id = {} AND roll_voter_id = {}",
        *(halt.subject.owner_id, actor.community_id, voter_id),
    )
    await proxy_ends.ended_by_own_ballot(actor, motion, voter_id, now, reason=MandateEnd.REVOKED)
    told: dict[str, str | int] = {"owner": halt.subject.owner_id or 0, "before": before, "reason": halt.words}
    await standing.record_of(actor, "roll.representative", motion_id, number, told, now)


async def _end_paper(actor: Actor, halt: Halt, now: datetime) -> None:
    """A guardian's or agent's paper ends, and with it what their account may do for this owner."""
    paper = await holding_queries.paper(actor.community_id, halt.subject.paper_id or 0)
    for claim in await tie_queries.claims_of_owners(actor.community_id, [paper.owner_id]):
        if claim.person_id == paper.person_id and claim.was_verified:  # votes before the log: this locks them
            await end_claim(actor=actor, claim=claim, reason=halt.words, now=now)
            return
    await end_paper_row(actor, paper, halt.words, now)
