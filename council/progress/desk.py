"""The desk: every job that waits for staff, the oldest deadline first.

The list itself costs a constant number of queries; what one opened job needs is read by `desk_details`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from council.accounts import tie_queries
from council.deliberation import queries as deliberation
from council.deliberation.model import Comment
from council.kernel.actor import Actor, Role
from council.kernel.clock import local_date
from council.kernel.errors import Detail
from council.ledger import queries as ledger
from council.ledger.model import Milestone, Project, current_milestone
from council.pathways.model import GateName, Note
from council.pathways.pathway import Ending, Pathway, walk
from council.progress import queries
from council.progress.courtyard import turnout_words
from council.progress.facts import Gathered, gather
from council.proposals import queries as proposals
from council.proposals.model import Proposal, ProposalState
from council.registry import queries as registry
from council.voting.motion import Motion, MotionState, Objection, Officer


class JobKind(StrEnum):
    """What there is to do. The order is how jobs without a deadline follow each other."""

    ANSWER = "answer"
    QUESTION = "question"
    PUBLISH = "publish"
    SIGN = "sign"
    OFFICIAL = "official"
    OBJECTION = "objection"
    START = "start"
    CLAIMS = "claims"
    ROWS = "rows"
    CORRECTIONS = "corrections"
    SETTINGS = "settings"
    MILESTONE = "milestone"
    NOTICE = "notice"
    VOTE = "vote"
    RESULT = "result"


RUNNING = frozenset({JobKind.NOTICE, JobKind.VOTE, JobKind.RESULT})
"""What goes on by itself: nobody has to act, but the desk keeps an eye on it."""

_PARTS = {
    Role.SECRETARY: frozenset(JobKind),
    Role.AUDITOR: frozenset(JobKind),
    Role.COMMITTEE: frozenset({JobKind.QUESTION, JobKind.SIGN, JobKind.SETTINGS, JobKind.MILESTONE, *RUNNING}),
    Role.GRID_WORKER: frozenset({JobKind.CLAIMS, JobKind.SIGN, *RUNNING}),
    Role.DEPARTMENT: frozenset({JobKind.QUESTION}),
    Role.OPERATOR: frozenset({JobKind.CLAIMS}),
}


@dataclass(frozen=True, slots=True)
class Job:
    """`key` names it in addresses ("answer-12"); `link` is where it is done when it is not done here."""

    kind: JobKind
    id: int
    title: str
    small: Note | None = None
    due: datetime | None = None
    link: str | None = None
    proposal: Proposal | None = None
    way: Pathway | None = None
    motion: Motion | None = None
    objection: Objection | None = None
    comment: Comment | None = None
    officers: tuple[Officer, ...] = ()
    details: Mapping[str, Detail] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.id}"

    def days_late(self, now: datetime) -> int:
        """Whole courtyard days since the deadline's last day; 0 while there is time."""
        if self.due is None or now < self.due:
            return 0
        return max(1, (local_date(now) - local_date(self.due - timedelta(microseconds=1))).days)


def parts_of(actor: Actor) -> frozenset[JobKind]:
    """The kinds of jobs that this member of staff sees."""
    return frozenset().union(*(_PARTS.get(role, frozenset()) for role in actor.roles))


def may_act(actor: Actor) -> bool:
    """The auditor reads: no form is shown to somebody who holds nothing else."""
    return bool(actor.roles - {Role.AUDITOR})


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
                f"/objections/{objection.id}",
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
            f"/proposals/{about[comment.thread_id][0]}/comments/{comment.id}",
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
            link="/desk/settings",
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
    steps = await ledger.milestones_of(community_id, [project.id for project in projects])
    return [
        _milestone(project, step)
        for project in projects
        if (step := current_milestone(steps.get(project.id, ()))) is not None
    ]


def _milestone(project: Project, step: Milestone) -> Job:
    small = Note(f"milestone.{step.code}")
    return Job(JobKind.MILESTONE, project.id, project.title, small, step.due_at, f"/projects/{project.id}")
