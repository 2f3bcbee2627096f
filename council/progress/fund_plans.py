"""The plan of a fund vote, as long as no vote runs on it: afterwards it is part of the text that people vote on."""

from __future__ import annotations

from datetime import datetime

from council.funds import queries as plans
from council.funds import service as funds
from council.funds.model import PlanDraft
from council.kernel.actor import Actor
from council.kernel.errors import Refused
from council.proposals import queries as proposals
from council.proposals.model import Proposal
from council.storage.transactions import lock_row, transaction
from council.voting import queries as voting


async def draft(*, actor: Actor, proposal_id: int, draft: PlanDraft, now: datetime) -> int:
    """`funds.draft_plan`, under the proposal's lock. Refused once the notice is out ("fund.plan_locked"), and for a
    matter that was returned, merged or is over ("proposal.moved_on")."""
    async with transaction():
        proposal = await _changeable(actor, proposal_id)
        version = await proposals.version(actor.community_id, proposal_id, proposal.version)
        return await funds.draft_plan(actor=actor, proposal=proposal, cost_fen=version.cost_fen, draft=draft, now=now)


async def confirm(*, actor: Actor, plan_id: int, now: datetime) -> None:
    plan = await plans.plan(actor.community_id, plan_id)
    async with transaction():
        proposal = await _changeable(actor, plan.proposal_id)
        version = await proposals.version(actor.community_id, proposal.id, proposal.version)
        await funds.confirm_plan(actor=actor, plan_id=plan_id, proposal=proposal, cost_fen=version.cost_fen, now=now)


async def withdraw(*, actor: Actor, plan_id: int, now: datetime) -> None:
    plan = await plans.plan(actor.community_id, plan_id)
    async with transaction():
        await _changeable(actor, plan.proposal_id)
        await funds.withdraw_plan(actor=actor, plan_id=plan_id, now=now)


async def is_locked(proposal: Proposal) -> bool:
    """Whether a notice is out, and was not called off or superseded."""
    motion = (await voting.motions_of(proposal.community_id, [proposal.id])).get(proposal.id)
    return motion is not None and motion.cancelled_at is None


async def _changeable(actor: Actor, proposal_id: int) -> Proposal:
    await lock_row("proposal", proposal_id)
    proposal = await proposals.proposal(actor.community_id, proposal_id)
    if await is_locked(proposal):
        raise Refused("fund.plan_locked")
    if not proposal.is_open:
        raise Refused("proposal.moved_on")
    return proposal
