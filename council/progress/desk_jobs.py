"""Reads the desk's jobs: the list costs a constant number of queries, however many there are.

What one opened job needs is read by `desk_details`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime

from council.elections import queries as election_queries
from council.kernel.actor import Actor
from council.pathways.model import ActorKind, GateName, Note
from council.pathways.pathway import Pathway, walk
from council.progress.courtyard import turnout_words
from council.progress.desk import Job, JobKind, Turn, parts_of, sees, turn_of
from council.progress.desk_elections import before_vote
from council.progress.desk_other_jobs import UnderWay, other_jobs
from council.progress.desk_second_jobs import second_jobs
from council.progress.facts import Gathered, gather
from council.proposals import queries as proposals
from council.proposals.model import Proposal, ProposalState
from council.voting import permissions as voting_permissions
from council.voting.motion import Motion, MotionState
from council.voting.objections import objections_until


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, by whose turn it is; each the oldest deadline first."""

    mine: tuple[Job, ...]
    others: tuple[Job, ...]
    running: tuple[Job, ...]
    known: tuple[Job, ...]

    def find(self, key: str) -> Job | None:
        return next((job for job in self.all if job.key == key), None)

    def opened(self, key: str) -> Job | None:
        """The job that an address asks for, if it is done here: the others have pages of their own."""
        job = self.find(key)
        return job if job is not None and job.is_done_here else None

    def after(self, key: str) -> str:
        """The job to go on with when this one is done: the next of mine, else the one before it; "" without one."""
        keys = [job.key for job in self.mine]
        if key not in keys:
            return keys[0] if keys else ""
        at = keys.index(key)
        rest = [*keys[at + 1 :], *reversed(keys[:at])]
        return rest[0] if rest else ""

    def notice_of(self, key: str) -> str | None:
        """Where the notice is that publishing a job ("publish-12") put out, while it runs."""
        running = [(job.motion, job.link) for job in self.running if job.kind is JobKind.NOTICE]
        found = {f"{JobKind.PUBLISH}-{motion.proposal_id}": link for motion, link in running if motion is not None}
        return found.get(key)

    @property
    def all(self) -> tuple[Job, ...]:
        return (*self.mine, *self.others, *self.running, *self.known)


async def queue(actor: Actor, now: datetime) -> Queue:
    """The jobs of this member of staff, divided by whose turn it is."""
    found: dict[Turn, list[Job]] = {turn: [] for turn in Turn}
    for job in await jobs(actor, now):
        found[turn_of(actor, job)].append(job)
    return Queue(*(tuple(found[turn]) for turn in (Turn.MINE, Turn.OTHERS, Turn.ITSELF, Turn.KNOWN)))


async def jobs(actor: Actor, now: datetime) -> list[Job]:
    """What waits, sorted: late and urgent first, jobs without a deadline after them."""
    parts = parts_of(actor)
    found = _once([job async for job in _all(actor, parts, now) if sees(actor, job)])
    order = list(JobKind)
    last = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(found, key=lambda job: (job.due or last, order.index(job.kind), job.id))


def _once(found: list[Job]) -> list[Job]:
    """While an objection waits, its result's days do not move the matter on: it stands here as the objection alone. An
    official result that waits for its second person is not to be recorded again."""
    objected = {(JobKind.RESULT, job.objection.motion_id) for job in found if job.objection is not None}
    recorded = {(JobKind.OFFICIAL, job.id) for job in found if job.kind is JobKind.OFFICIAL_CHECK}
    closing = {(JobKind.OBJECTION, job.id) for job in found if job.kind is JobKind.OBJECTION_CHECK}
    return [job for job in found if (job.kind, job.id) not in objected | recorded | closing]


async def _all(actor: Actor, parts: frozenset[JobKind], now: datetime) -> AsyncIterator[Job]:
    community_id = actor.community_id
    everything = await proposals.proposals(community_id, ProposalState.FILED, ProposalState.ACCEPTED)
    open_ones = [proposal for proposal in everything if proposal.started_at is None]
    gathered = await gather(community_id, open_ones, now)
    elections = [each.id for each in open_ones if each.preset.is_election and each.state is ProposalState.ACCEPTED]
    slates = await election_queries.standings(community_id, elections)
    ways = {each.id: walk(each.preset, gathered.facts[each.id], now) for each in open_ones}
    for proposal in open_ones:
        way = ways[proposal.id]
        if proposal.id in elections and _waits_for_vote(gathered.motions.get(proposal.id)) and way.ending is None:
            job = before_vote(proposal, slates.get(proposal.id), now)
            if job is not None:
                yield job
                continue
        for job in _of_matter(actor, proposal, way, gathered, now):
            yield job
    matters = {each.id: UnderWay(each, ways[each.id], gathered.motions.get(each.id)) for each in open_ones}
    async for job in other_jobs(actor, parts, matters, now):
        yield job
    for job in await second_jobs(actor, parts, open_ones, gathered, now):
        yield job


def _waits_for_vote(motion: Motion | None) -> bool:
    return motion is None or motion.cancelled_at is not None


def _of_matter(actor: Actor, proposal: Proposal, way: Pathway, gathered: Gathered, now: datetime) -> Iterator[Job]:
    motion = gathered.motions.get(proposal.id)
    if proposal.state is ProposalState.FILED:
        yield _answer(proposal, way, gathered)
        return
    if motion is None or _waits_for_vote(motion):
        facts = gathered.facts[proposal.id]
        if way.is_ready_for_notice and not facts.is_text_lost:
            since = _since(way, facts.filed_at)
            yield Job(
                JobKind.PUBLISH, proposal.id, proposal.title, since=since, proposal=proposal, way=way, motion=motion
            )
        return
    for objection in gathered.objections.get(motion.id, ()):
        if objection.outcome is None:
            yield Job(
                JobKind.OBJECTION,
                objection.id,
                motion.title,
                Note("job.objection.by", {"name": objection.by_name}),
                objection.answer_due_at,
                since=objection.filed_at,
                objection=objection,
            )
    yield from _of_motion(actor, proposal, motion, way, gathered, now)


def _since(way: Pathway, filed_at: datetime) -> datetime:
    """When the last thing before what is waited for now was done."""
    done = [report.done_at for report in way.reports if report.is_met and report.done_at is not None]
    return max(done, default=filed_at)


def _answer(proposal: Proposal, way: Pathway, gathered: Gathered) -> Job:
    """Until neighbours endorse it, a filed matter is not due; it can be sent back or merged at any time."""
    waits = way.current
    is_due = waits is not None and waits.gate is GateName.ACCEPTANCE
    small = None
    if waits is not None and not is_due:
        small = Note(f"job.answer.{waits.gate}.failed" if waits.is_failed else f"job.answer.{waits.gate}")
    others = None if waits is None or is_due or waits.is_failed else waits
    return Job(
        JobKind.ANSWER,
        proposal.id,
        proposal.title,
        small,
        waits.until if waits is not None and is_due else None,
        who="" if others is None else others.who_name or "",
        role=ActorKind.SECRETARY if others is None else others.who,
        since=_since(way, gathered.facts[proposal.id].filed_at),
        proposal=proposal,
        way=way,
    )


def _of_motion(
    actor: Actor, proposal: Proposal, motion: Motion, way: Pathway, gathered: Gathered, now: datetime
) -> Iterator[Job]:
    page = f"/motions/{motion.id}"
    state = motion.state(now)
    if state is MotionState.NOTICE:
        yield Job(JobKind.NOTICE, motion.id, motion.title, due=motion.opens_at, link=page + "/notice", motion=motion)
    elif state is MotionState.OPEN:
        small = turnout_words(motion, gathered.turnouts[motion.id])
        yield Job(JobKind.VOTE, motion.id, motion.title, small, motion.closes_at, link=page, motion=motion)
    elif motion.waits_for_signatures(now):
        officers = tuple(gathered.officers.get(motion.id, ()))
        may_look = voting_permissions.may_read_count(actor, officers) is None
        yield Job(
            JobKind.SIGN,
            motion.id,
            motion.title,
            role=ActorKind.COUNTERS,
            since=motion.closes_at,
            link=page + "/count" if may_look else page,
            motion=motion,
            officers=officers,
        )
    if motion.is_advisory and not _is_official(motion) and motion.is_closed(now) and way.start is not None:
        yield Job(JobKind.OFFICIAL, motion.id, motion.title, since=motion.closes_at, link=page + "/count#official")
    if way.can_start:
        since = _since(way, motion.closes_at)
        yield Job(JobKind.START, proposal.id, proposal.title, since=since, proposal=proposal, way=way, motion=motion)
    elif way.current is not None and way.current.gate is GateName.RESULT_NOTICE and not way.is_failed:
        yield Job(JobKind.RESULT, motion.id, motion.title, due=way.current.until, link=page, motion=motion)
    elif (until := _hangs_until(motion, way, now)) is not None:
        yield Job(JobKind.RESULT, motion.id, motion.title, due=until, link=page, motion=motion)


def _hangs_until(motion: Motion, way: Pathway, now: datetime) -> datetime | None:
    """A result that did not pass is posted for as many days as any other."""
    is_lost = way.is_failed and way.current is not None and way.current.gate is GateName.VOTE
    until = objections_until(motion)
    if not is_lost or until is None or motion.revoked_at is not None or now >= until:
        return None
    return until


def _is_official(motion: Motion) -> bool:
    return motion.official_at is not None
