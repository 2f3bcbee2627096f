"""The verbs that ask the gates first: accepting, publishing a motion, starting; and changing a text not yet locked.

Each takes the proposal's lock before it reads anything, so that of two at once the second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from council.audit import service as audit
from council.bodies import recalling
from council.funds import queries as plans
from council.funds.model import NEEDS_PLAN
from council.kernel.actor import Actor
from council.kernel.errors import Refused, require
from council.ledger import queries as ledger_queries
from council.ledger import service as ledger
from council.ledger.model import milestones_of
from council.pathways.model import GateName, GateReport
from council.pathways.pathway import Ending, Pathway, walk
from council.progress import permissions
from council.progress.facts import facts_of
from council.proposals import desk
from council.proposals import permissions as proposal_permissions
from council.proposals import queries as proposals
from council.proposals import service as residents
from council.proposals.model import EventKind, Proposal, ProposalState
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction
from council.voting import freezing
from council.voting import permissions as voting_permissions
from council.voting import queries as voting
from council.voting.afterwards import lost_texts
from council.voting.motion import MotionDraft


async def pathway_of(proposal: Proposal, now: datetime) -> Pathway:
    """The whole way of one matter at `now`."""
    facts = await facts_of(proposal.community_id, [proposal], now)
    return walk(proposal.preset, facts[proposal.id], now)


async def accept_proposal(*, actor: Actor, proposal_id: int, seen_version: int, now: datetime) -> None:
    """社区受理, once enough households endorse and, where the kind asks for it, the matter was found feasible."""
    async with transaction():
        proposal = await _locked(actor, proposal_id)
        require(proposal_permissions.may_decide(actor, proposal))
        if proposal.state is ProposalState.FILED:
            way = await pathway_of(proposal, now)
            _require_met(
                report for report in way.reports if report.gate in {GateName.ENDORSEMENT, GateName.FEASIBILITY}
            )
        await desk.accept(actor=actor, proposal_id=proposal_id, seen_version=seen_version, now=now)


async def publish_motion(
    *, actor: Actor, proposal_id: int, seen_version: int, draft: MotionDraft, now: datetime
) -> int:
    """定稿锁定并发布公告: text, roll and rules are locked and the notice is out; returns the motion's id.

    Every gate before the notice must be met, and no other motion live. The same form again answers the same motion.
    """
    async with transaction():
        proposal = await _locked(actor, proposal_id)
        require(voting_permissions.may_open_motion(actor))
        earlier = await voting.motion_by_key(actor.community_id, draft.key)
        if earlier is not None and earlier.proposal_id == proposal_id and await freezing.is_same(earlier, draft):
            return earlier.id
        if proposal.state is not ProposalState.ACCEPTED or proposal.started_at is not None:
            raise Refused("proposal.moved_on")
        if proposal.version != seen_version:
            raise Refused("proposal.newer_version")
        await _require_no_live_motion(proposal)
        await recalling.require_no_other_vote(proposal, now)
        await _require_new_text(proposal, now)
        way = await pathway_of(proposal, now)
        _require_met(way.before_notice)
        if proposal.kind in NEEDS_PLAN and await plans.plan_of(actor.community_id, proposal_id) is None:
            raise Refused("fund.plan_missing")
        version = await proposals.version(actor.community_id, proposal_id, proposal.version)
        return await freezing.open_motion(actor=actor, proposal=proposal, version=version, draft=draft, now=now)


async def approve_start(*, actor: Actor, proposal_id: int, now: datetime) -> int | None:
    """The desk's one act at the end: every gate is asked again, the matter is approved to start, a project opens.

    Returns the project's id (None where the kind opens none: bylaws, an election). Done already, it answers the same
    again. Refused with the words of the first gate that is not met.
    """
    require(permissions.may_approve_start(actor))
    async with transaction():
        proposal = await _locked(actor, proposal_id)
        if proposal.started_at is not None:
            opened = await ledger_queries.projects_of(actor.community_id, [proposal_id])
            return opened[proposal_id].id if proposal_id in opened else None
        motion = (await voting.motions_of(actor.community_id, [proposal_id])).get(proposal_id)
        if motion is not None:
            await lock_row("motion", motion.id)
        way = await pathway_of(proposal, now)
        if way.ending is Ending.WITHDRAWN:
            raise Refused("proposal.moved_on")
        if way.start is None:
            raise Refused("start.poll")
        _require_met(way.reports)
        await execute(
            "UPDATE proposal SET started_at = {}, started_by_name = {} WHERE community_id = {} AND id = {}"
            " AND started_at IS NULL",
            now,
            actor.name,
            actor.community_id,
            proposal_id,
        )
        await residents.record_event(actor, proposal_id, EventKind.STARTED, "", role="secretary", now=now)
        project_id = None
        if proposal.preset.opens_project and motion is not None:
            project_id = await ledger.open_project(
                actor=actor,
                proposal_id=proposal_id,
                motion_id=motion.id,
                title=motion.title,
                scope_code=motion.scope_code,
                budget_fen=(await proposals.version(actor.community_id, proposal_id, motion.proposal_version)).cost_fen,
                milestones=milestones_of(proposal.kind),
                now=now,
            )
        gates = {report.gate.value: _instant(report.done_at) for report in way.reports}
        await audit.record(
            actor.community_id,
            "proposal.started",
            {"proposal": proposal_id, "project": project_id, "gates": gates, "by": actor.person_id},
            now=now,
        )
    return project_id


async def complete_milestone(*, actor: Actor, project_id: int, milestone_id: int, now: datetime) -> None:
    """A project's next milestone; 开工 only when the funding agreement and whatever else stands behind it is there."""
    async with transaction():
        project = await ledger_queries.project(actor.community_id, project_id)
        proposal = await _locked(actor, project.proposal_id)
        way = await pathway_of(proposal, now)
        await ledger.complete_milestone(
            actor=actor,
            project_id=project_id,
            milestone_id=milestone_id,
            may_begin_work=way.can_begin_work,
            now=now,
        )


async def revise_proposal(
    *,
    actor: Actor,
    proposal_id: int,
    seen_version: int,
    title: str,
    body: str,
    cost_fen: int | None,
    now: datetime,
) -> int:
    """A new version by the proposer, while no motion has locked the text. Returns the version's number."""
    async with transaction():
        proposal = await _locked(actor, proposal_id)
        require(proposal_permissions.may_revise(actor, proposal))
        await _require_no_live_motion(proposal)
        return await residents.revise(
            actor=actor,
            proposal_id=proposal_id,
            seen_version=seen_version,
            title=title,
            body=body,
            cost_fen=cost_fen,
            now=now,
        )


async def withdraw_proposal(*, actor: Actor, proposal_id: int, reason: str, now: datetime) -> None:
    """The proposer takes the matter back, before a motion's notice is out; afterwards only the convener cancels."""
    async with transaction():
        proposal = await _locked(actor, proposal_id)
        require(proposal_permissions.may_revise(actor, proposal))
        await _require_no_live_motion(proposal)
        await residents.withdraw(actor=actor, proposal_id=proposal_id, reason=reason, now=now)


async def _locked(actor: Actor, proposal_id: int) -> Proposal:
    await lock_row("proposal", proposal_id)
    return await proposals.proposal(actor.community_id, proposal_id)


async def _require_no_live_motion(proposal: Proposal) -> None:
    motion = (await voting.motions_of(proposal.community_id, [proposal.id])).get(proposal.id)
    if motion is not None and motion.cancelled_at is None:
        raise Refused("proposal.text_locked")


async def _require_new_text(proposal: Proposal, now: datetime) -> None:
    """What the voters rejected comes before them again only with another text."""
    if await lost_texts(proposal.community_id, {proposal.id: proposal.version}, now):
        raise Refused("motion.same_text_again")


def _require_met(reports: Iterable[GateReport]) -> None:
    for report in reports:
        if not report.is_met:
            raise Refused(f"{'failed' if report.is_failed else 'unmet'}.{report.gate}")


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
