"""Reads the desk's jobs: the list costs a constant number of queries, however many there are.

What one opened job needs is read by `desk_details`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime

from council.accounts import staff, tie_queries
from council.deliberation import queries as deliberation
from council.kernel.actor import Actor, Role
from council.ledger import queries as ledger
from council.ledger.model import Milestone, Project, current_milestone
from council.pathways.model import GateName, Note
from council.pathways.pathway import Ending, Pathway, walk
from council.progress import queries
from council.progress.courtyard import turnout_words
from council.progress.desk import Job, JobKind, Turn, parts_of, turn_of
from council.progress.facts import Gathered, gather
from council.proposals import queries as proposals
from council.proposals.model import Proposal, ProposalState
from council.registry import queries as registry
from council.voting.motion import Motion, MotionState


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, by whose turn it is; each the oldest deadline first."""

    mine: tuple[Job, ...]
    others: tuple[Job, ...]
    running: tuple[Job, ...]

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

    @property
    def all(self) -> tuple[Job, ...]:
        return (*self.mine, *self.others, *self.running)


async def queue(actor: Actor, now: datetime) -> Queue:
    """The jobs of this member of staff, divided by whose turn it is."""
    found: dict[Turn, list[Job]] = {turn: [] for turn in Turn}
    for job in await jobs(actor, now):
        found[turn_of(actor, job)].append(job)
    return Queue(tuple(found[Turn.MINE]), tuple(found[Turn.OTHERS]), tuple(found[Turn.ITSELF]))


async def jobs(actor: Actor, now: datetime) -> list[Job]:
    """What waits, sorted: late and urgent first, jobs without a deadline after them."""
    parts = parts_of(actor)
    found = [job async for job in _all(actor, parts, now)]
    order = list(JobKind)
    last = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(found, key=lambda job: (job.due or last, order.index(job.kind), job.id))


async def _all(actor: Actor, parts: frozenset[JobKind], now: datetime) -> AsyncIterator[Job]:
    community_id = actor.community_id
    for made in (_matters, _questions, _claims, _settings, _rows, _milestones):
        for job in await made(community_id, parts, now):
            if job.kind in parts:
                yield job


async def _matters(community_id: int, parts: frozenset[JobKind], now: datetime) -> list[Job]:
    everything = await proposals.proposals(community_id, ProposalState.FILED, ProposalState.ACCEPTED)
    open_ones = [proposal for proposal in everything if proposal.started_at is None]
    gathered = await gather(community_id, open_ones, now)
    return [job for proposal in open_ones for job in _of_matter(proposal, gathered, now)]


def _of_matter(proposal: Proposal, gathered: Gathered, now: datetime) -> Iterator[Job]:
    way = walk(proposal.preset, gathered.facts[proposal.id], now)
    motion = gathered.motions.get(proposal.id)
    if proposal.state is ProposalState.FILED:
        yield _answer(proposal, way)
        return
    if motion is None or motion.cancelled_at is not None:
        if _may_publish(way):
            yield Job(JobKind.PUBLISH, proposal.id, proposal.title, proposal=proposal, way=way, motion=motion)
        return
    for objection in gathered.objections.get(motion.id, ()):
        if objection.outcome is None:
            yield Job(
                JobKind.OBJECTION,
                objection.id,
                motion.title,
                Note("job.objection.by", {"name": objection.by_name}),
                objection.answer_due_at,
                objection=objection,
            )
    yield from _of_motion(proposal, motion, way, gathered, now)


def _answer(proposal: Proposal, way: Pathway) -> Job:
    """Until neighbours endorse it, a filed matter is not due; it can be sent back or merged at any time."""
    waits = way.current
    is_due = waits is not None and waits.gate is GateName.ACCEPTANCE
    small = None
    if waits is not None and not is_due:
        small = Note(f"job.answer.{waits.gate}.failed" if waits.is_failed else f"job.answer.{waits.gate}")
    due = waits.until if waits is not None and is_due else None
    return Job(JobKind.ANSWER, proposal.id, proposal.title, small, due, proposal=proposal, way=way)


def _may_publish(way: Pathway) -> bool:
    order = list(GateName)
    before = [report for report in way.reports if order.index(report.gate) < order.index(GateName.NOTICE)]
    return all(report.is_met for report in before)


def _of_motion(proposal: Proposal, motion: Motion, way: Pathway, gathered: Gathered, now: datetime) -> Iterator[Job]:
    page = f"/motions/{motion.id}"
    state = motion.state(now)
    if state is MotionState.NOTICE:
        yield Job(JobKind.NOTICE, motion.id, motion.title, None, motion.opens_at, page + "/notice", motion=motion)
    elif state is MotionState.OPEN:
        small = turnout_words(motion, gathered.turnouts[motion.id])
        yield Job(JobKind.VOTE, motion.id, motion.title, small, motion.closes_at, page, motion=motion)
    elif state is MotionState.COUNTING and way.ending is not Ending.POLL_OVER and not _is_official(motion):
        officers = tuple(gathered.officers.get(motion.id, ()))
        yield Job(JobKind.SIGN, motion.id, motion.title, None, None, page + "/count", motion=motion, officers=officers)
    if motion.is_advisory and not _is_official(motion) and motion.is_closed(now) and way.start is not None:
        yield Job(JobKind.OFFICIAL, motion.id, motion.title, link=page + "/count#official")
    if way.can_start:
        yield Job(JobKind.START, proposal.id, proposal.title, proposal=proposal, way=way, motion=motion)
    elif way.current is not None and way.current.gate is GateName.RESULT_NOTICE and not way.is_failed:
        yield Job(JobKind.RESULT, motion.id, motion.title, None, way.current.until, page, motion=motion)


def _is_official(motion: Motion) -> bool:
    return motion.official_at is not None


async def _questions(community_id: int, parts: frozenset[JobKind], now: datetime) -> list[Job]:
    if JobKind.QUESTION not in parts:
        return []
    waiting = await deliberation.waiting_questions(community_id)
    about = await queries.threads_of(community_id, [comment.thread_id for comment in waiting])
    return [
        Job(
            JobKind.QUESTION,
            comment.id,
            about[comment.thread_id][1],
            Note("job.question.from", {"name": comment.answer_from or "—"}),
            comment.answer_due_at,
            f"/proposals/{about[comment.thread_id][0]}",
            comment=comment,
        )
        for comment in waiting
        if comment.thread_id in about
    ]


async def _claims(community_id: int, parts: frozenset[JobKind], now: datetime) -> list[Job]:
    if JobKind.CLAIMS not in parts:
        return []
    waiting = await tie_queries.claims_waiting(community_id)
    if not waiting:
        return []
    return [Job(JobKind.CLAIMS, 0, "", details={"claims": len(waiting)}, link="/desk/people")]


async def _settings(community_id: int, parts: frozenset[JobKind], now: datetime) -> list[Job]:
    if JobKind.SETTINGS not in parts:
        return []
    return [
        Job(
            JobKind.SETTINGS,
            setting.id,
            setting.name,
            Note("job.settings.by", {"name": setting.proposed_by_name}),
            setting=setting,
        )
        for setting in await registry.settings_history(community_id)
        if setting.confirmed_at is None
    ]


async def _rows(community_id: int, parts: frozenset[JobKind], now: datetime) -> list[Job]:
    if not {JobKind.ROWS, JobKind.CORRECTIONS} & parts:
        return []
    rows, corrections = await queries.register_waiting(community_id)
    found = []
    if rows:
        found.append(Job(JobKind.ROWS, 0, "", details={"rows": rows}, link="/desk/roll"))
    if corrections:
        found.append(Job(JobKind.CORRECTIONS, 0, "", details={"rows": corrections}, link="/desk/corrections"))
    return found


async def _milestones(community_id: int, parts: frozenset[JobKind], now: datetime) -> list[Job]:
    if JobKind.MILESTONE not in parts:
        return []
    projects = await ledger.projects(community_id)
    if not projects:
        return []
    has_committee = Role.COMMITTEE in {post.role for post in await staff.staff_of(community_id)}
    steps = await ledger.milestones_of(community_id, [project.id for project in projects])
    return [
        _milestone(project, step, has_committee)
        for project in projects
        if (step := current_milestone(steps.get(project.id, ()))) is not None
    ]


def _milestone(project: Project, step: Milestone, has_committee: bool) -> Job:
    return Job(
        JobKind.MILESTONE,
        project.id,
        project.title,
        Note(f"milestone.{step.code}"),
        step.due_at,
        f"/projects/{project.id}",
        has_committee=has_committee,
    )
