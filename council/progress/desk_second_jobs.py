"""The desk's jobs that wait for another pair of eyes: questions about a count, plans, results and papers to confirm.

Each costs a constant number of queries; who does not see a kind of job does not pay for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from council.funds import queries as plans
from council.funds.model import PLANNED
from council.kernel.actor import Actor
from council.pathways.facts import Facts
from council.pathways.model import ActorKind, Note
from council.progress.desk import Job, JobKind
from council.progress.facts import Gathered
from council.proposals import consent_queries
from council.proposals.model import Proposal
from council.registry import transfer_queries
from council.registry.transfer import Transfer
from council.voting import (
    change_queries,
    court_queries,
    halt_queries,
    holding_queries,
    objection_closings,
    official_results,
)
from council.voting import queries as voting
from council.voting.halt import Halt
from council.voting.holding import HolderPaper
from council.voting.motion import Motion


async def second_jobs(
    actor: Actor, parts: frozenset[JobKind], open_ones: Iterable[Proposal], gathered: Gathered, now: datetime
) -> list[Job]:
    by_id = {each.id: each for each in gathered.motions.values()}
    found = await _recounts(actor, by_id) if JobKind.RECOUNT in parts else []
    if JobKind.PLAN in parts:
        found += await _plans(actor, [each for each in open_ones if each.kind in PLANNED])
    if JobKind.OFFICIAL_CHECK in parts:
        found += await _officials(actor, by_id)
    if JobKind.CONSENTS in parts:
        found += await _consents(actor, {each.id: each for each in open_ones}, gathered, now)
    if JobKind.HOLDERS in parts:
        found += await _holders(actor)
    if JobKind.JUDGMENT in parts:
        found += await _judgments(actor)
    if JobKind.VOTE_CHANGE in parts:
        found += await _changes(actor, now)
    if JobKind.OBJECTION_CHECK in parts:
        found += await _closings(actor)
    return found


async def _consents(actor: Actor, proposals: Mapping[int, Proposal], gathered: Gathered, now: datetime) -> list[Job]:
    """Homes that must agree by themselves: signed answers that wait for a second person, and, once the vote is over,
    whoever has not agreed."""
    motions = gathered.motions
    waiting = await consent_queries.waiting(actor.community_id, proposals)
    lacking = {
        each.proposal_id: _not_agreed(gathered.facts[each.proposal_id])
        for each in motions.values()
        if each.proposal_id in proposals and each.closes_at <= now and each.cancelled_at is None
    }
    found = []
    for proposal_id in sorted({*waiting, *(each for each, homes in lacking.items() if homes)} & proposals.keys()):
        waits = waiting.get(proposal_id, ())
        small = Note("job.consents.lacking", {"n": lacking.get(proposal_id, 0)})
        found.append(
            Job(
                JobKind.CONSENTS,
                proposal_id,
                proposals[proposal_id].title,
                Note("job.second.by", {"name": waits[0].name}) if waits else small,
                since=waits[0].at if waits else motions[proposal_id].closes_at,
                link=f"/desk/proposals/{proposal_id}/consents",
                recorders=frozenset(each.person_id for each in waits),
            )
        )
    return found


async def _holders(actor: Actor) -> list[Job]:
    """Papers about who owns or acts, what is to stop a home's votes, and homes that are to change hands while a vote
    runs, one row for all of them; the oldest says since when."""
    papers = [paper for paper, _ in await holding_queries.waiting(actor.community_id)]
    halts = await halt_queries.waiting(actor.community_id)
    waiting: list[HolderPaper | Halt | Transfer] = [
        *papers,
        *halts,
        *await transfer_queries.waiting(actor.community_id),
    ]
    waiting.sort(key=lambda each: each.recorded_at)
    if not waiting:
        return []
    return [
        Job(
            JobKind.HOLDERS,
            waiting[0].id,
            "",
            Note("job.second.by", {"name": waiting[0].recorded_by_name}),
            since=waiting[0].recorded_at,
            link="/desk/holders",
            details={"n": len(waiting)},
            recorders=frozenset(each.recorded_by for each in waiting),
        )
    ]


async def _closings(actor: Actor) -> list[Job]:
    """Agreed ones without a signed paper wait for their objector; all others are a second person's. The day by which
    the objection was to be answered stands meanwhile."""
    return [
        Job(
            JobKind.OBJECTION_CHECK,
            each.objection_id,
            each.title,
            Note("job.objector.by" if each.needs_objector else "job.second.by", {"name": each.recorded_by_name}),
            each.answer_due_at,
            who=each.by_name if each.needs_objector else "",
            since=each.recorded_at,
            link=f"/objections/{each.objection_id}",
            recorders=frozenset({each.recorded_by}),
        )
        for each in await objection_closings.waiting(actor.community_id)
    ]


async def _judgments(actor: Actor) -> list[Job]:
    """Of any decision: also of matters that have started."""
    return [
        Job(
            JobKind.JUDGMENT,
            each.id,
            title,
            Note("job.second.by", {"name": each.recorded_by_name}),
            since=each.recorded_at,
            link=f"/motions/{each.motion_id}/court",
            recorders=frozenset({each.recorded_by}),
        )
        for each, title in await court_queries.waiting(actor.community_id)
    ]


async def _changes(actor: Actor, now: datetime) -> list[Job]:
    """More time for votes, and calling them off: void when nobody has confirmed it by the closing."""
    return [
        Job(
            JobKind.VOTE_CHANGE,
            each.id,
            title,
            Note(f"job.vote_change.{each.kind}", {"name": each.recorded_by_name}),
            due=until,
            since=each.recorded_at,
            link=f"/motions/{each.motion_id}#change",
            recorders=frozenset({each.recorded_by}),
        )
        for each, title, until in await change_queries.waiting(actor.community_id, now)
    ]


def _not_agreed(facts: Facts) -> int:
    return 0 if facts.consent is None else facts.consent.needed - facts.consent.agreed


async def _recounts(actor: Actor, motions: Mapping[int, Motion]) -> list[Job]:
    """What people on the roll ask about a preliminary count, vote by vote: the officers answer, and sign after it."""
    asked = defaultdict(list)
    for each in await voting.open_recount_requests(actor.community_id):
        if each.motion_id in motions:
            asked[each.motion_id].append(each)
    officers = await voting.officers_of(actor.community_id, asked)
    return [
        Job(
            JobKind.RECOUNT,
            motion_id,
            motions[motion_id].title,
            Note("job.recount.many", {"n": len(requests)}),
            role=ActorKind.COUNTERS,
            since=requests[0].asked_at,
            link=f"/motions/{motion_id}/count#recounts",
            motion=motions[motion_id],
            officers=officers.get(motion_id, ()),
        )
        for motion_id, requests in asked.items()
    ]


async def _plans(actor: Actor, proposals: Iterable[Proposal]) -> list[Job]:
    titles = {each.id: each.title for each in proposals}
    return [
        Job(
            JobKind.PLAN,
            each.id,
            titles[each.proposal_id],
            Note("job.second.by", {"name": each.proposed_by_name}),
            since=each.proposed_at,
            link=f"/desk/proposals/{each.proposal_id}/plan",
            recorders=frozenset({each.proposed_by}),
        )
        for each in (await plans.plans_of(actor.community_id, titles)).values()
        if not each.is_confirmed
    ]


async def _officials(actor: Actor, motions: Mapping[int, Motion]) -> list[Job]:
    return [
        Job(
            JobKind.OFFICIAL_CHECK,
            each.motion_id,
            motions[each.motion_id].title,
            Note("job.second.by", {"name": each.recorded_by_name}),
            since=each.recorded_at,
            link=f"/motions/{each.motion_id}#official",
            recorders=frozenset({each.recorded_by}),
        )
        for each in await official_results.waiting(actor.community_id)
        if each.motion_id in motions
    ]
