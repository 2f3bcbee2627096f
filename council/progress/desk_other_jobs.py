"""The desk's jobs that no gate of a matter makes: questions, claims, rules, the register, projects' steps.

Each costs a constant number of queries; who does not see a kind of job does not pay for it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from council.accounts import role_queries, staff, tie_queries
from council.accounts.role_ask import seconds_of
from council.bylaws import queries as bylaws
from council.deliberation import queries as deliberation
from council.deliberation.model import Comment
from council.kernel.actor import Actor, Role
from council.ledger import queries as ledger
from council.ledger.model import Milestone, Project, current_milestone
from council.pathways.model import ActorKind, Note
from council.pathways.pathway import Pathway
from council.progress import queries
from council.progress.desk import Job, JobKind
from council.progress.desk_bodies import body_jobs
from council.proposals.model import Proposal
from council.voting import delivery_queries as voting_deliveries
from council.voting import permissions as voting_permissions
from council.voting import queries as voting
from council.voting.delivery import is_taken, posting_until
from council.voting.duty import Officer
from council.voting.model import Channel
from council.voting.motion import Motion
from council.voting.paper import Progress

_LAST_DAYS = timedelta(days=3)
"""Before the closing: from when on the desk is told whom nothing has reached, tried or not."""
_REMEMBERED = timedelta(days=15)
"""After the closing: how long papers that were not taken are told of where nobody certifies (a poll, a wish)."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A matter that has neither started nor been closed, how far it is, and the vote on it if there is one."""

    proposal: Proposal
    way: Pathway
    motion: Motion | None


async def other_jobs(
    actor: Actor, parts: frozenset[JobKind], matters: Mapping[int, UnderWay], now: datetime
) -> AsyncIterator[Job]:
    """`matters` by proposal id."""
    community_id = actor.community_id
    for job in await _questions(community_id, parts, matters):
        yield job
    for job in await _deliveries(community_id, parts, matters, now):
        yield job
    for job in await _papers(actor, parts, matters, now):
        yield job
    for job in await body_jobs(community_id, parts, now):
        yield job
    for job in await _claims(actor, parts):
        yield job
    for made in (_roles, _bylaws, _rows, _milestones):
        for job in await made(community_id, parts):
            yield job


async def _questions(community_id: int, parts: frozenset[JobKind], matters: Mapping[int, UnderWay]) -> list[Job]:
    """What the desk has put to an office; and, while its matter is on its way, whatever a neighbour just asks."""
    if JobKind.QUESTION not in parts:
        return []
    put = await deliberation.waiting_questions(community_id)
    asked = await deliberation.comments(community_id, await queries.asked_questions(community_id))
    about = await queries.threads_of(community_id, [comment.thread_id for comment in (*put, *asked)])
    ended = {proposal_id for proposal_id, matter in matters.items() if matter.way.ending is not None}
    of_matters = [(comment, *about[comment.thread_id]) for comment in (*put, *asked) if comment.thread_id in about]
    return [
        _question(comment, proposal_id, title, matters.get(proposal_id))
        for comment, proposal_id, title in of_matters
        if comment.needs_answer or proposal_id not in ended
    ]


def _question(comment: Comment, proposal_id: int, title: str, matter: UnderWay | None) -> Job:
    put_to = Note("job.question.from", {"name": comment.answer_from or "—"})
    return Job(
        JobKind.QUESTION,
        comment.id,
        title,
        put_to if comment.needs_answer else Note("job.question.asked", {"name": comment.author_name}),
        comment.answer_due_at,
        who=comment.answer_from or "",
        since=comment.said_at,
        link=f"/proposals/{proposal_id}",
        proposal=None if matter is None else matter.proposal,
        motion=None if matter is None else matter.motion,
        comment=comment,
    )


async def _deliveries(
    community_id: int, parts: frozenset[JobKind], matters: Mapping[int, UnderWay], now: datetime
) -> list[Job]:
    """Of each vote whose papers go round: what waits for a second person, and whom nobody could reach."""
    motions = {each.motion.id: each.motion for each in matters.values() if each.motion and is_taken(each.motion, now)}
    if not motions or not {JobKind.DELIVERIES, JobKind.MISSED} & parts:
        return []
    found = []
    for motion_id, work in (await voting_deliveries.open_work(community_id, list(motions), now)).items():
        motion = motions[motion_id]
        if work.waiting or work.asked:
            found.append(
                Job(
                    JobKind.DELIVERIES,
                    motion_id,
                    motion.title,
                    _waiting_note(work.waiting, work.asked),
                    motion.closes_at,
                    link=f"/motions/{motion_id}/deliveries",
                    recorders=work.recorders,
                )
            )
        if work.missed:
            until = posting_until(motion)
            is_posted = until is not None and now < until
            code = "job.missed.posting" if is_posted else "job.missed.homes"
            link = f"/motions/{motion_id}/deliveries/posting" if is_posted else f"/board?motion={motion_id}"
            due = until if is_posted else motion.closes_at
            found.append(Job(JobKind.MISSED, motion_id, motion.title, Note(code, {"n": work.missed}), due, link=link))
        elif work.silent and timedelta() < motion.closes_at - now <= _LAST_DAYS:
            note = Note("job.missed.silent", {"n": work.silent, "roll": work.roll})
            link = f"/board?motion={motion_id}"
            found.append(Job(JobKind.MISSED, motion_id, motion.title, note, motion.closes_at, link=link))
    return found


def _waiting_note(waiting: int, asked: int) -> Note:
    if not asked:
        return Note("job.deliveries.waiting", {"n": waiting})
    if not waiting:
        return Note("job.deliveries.asked", {"n": asked})
    return Note("job.deliveries.both", {"n": waiting, "asked": asked})


async def _papers(actor: Actor, parts: frozenset[JobKind], matters: Mapping[int, UnderWay], now: datetime) -> list[Job]:
    """Papers to read, papers read differently, and while the vote runs those that were not taken."""
    if not {JobKind.PAPERS, JobKind.DISPUTES, JobKind.REFUSED_PAPERS} & parts:
        return []
    of_all = [matter.motion for matter in matters.values() if matter.motion is not None]
    motions = [each for each in of_all if Channel.PAPER in each.channels and each.cancelled_at is None]
    if not motions:
        return []
    progress = await voting.progress_of(actor.community_id, [each.id for each in motions])
    officers = await voting.officers_of(actor.community_id, [each.id for each in motions])
    return [
        job for each in motions for job in _of_papers(actor, each, progress[each.id], officers.get(each.id, ()), now)
    ]


def _of_papers(
    actor: Actor, motion: Motion, papers: Progress, officers: tuple[Officer, ...], now: datetime
) -> list[Job]:
    """Whoever sees a job but not its page is led to the vote's own."""
    page = f"/motions/{motion.id}"
    sees = voting_permissions.may_see_papers(actor, officers) is None
    reads = voting_permissions.may_key(actor, officers) is None
    looks_on = voting_permissions.may_read_count(actor, officers) is None
    found = []
    to_read = papers.waiting - papers.disputed
    if to_read and motion.closes_at < now:
        found.append((JobKind.PAPERS, to_read, "/paper/keying" if reads else "/paper" if sees else ""))
    if papers.disputed:
        found.append((JobKind.DISPUTES, papers.disputed, "/paper/disputes" if looks_on else ""))
    if papers.refused and motion.certified_at is None and now < motion.closes_at + _REMEMBERED:
        found.append((JobKind.REFUSED_PAPERS, papers.refused, "/paper/returns" if sees else ""))
    return [
        Job(
            kind,
            motion.id,
            motion.title,
            Note(f"job.{kind}.many", {"n": count}),
            role=ActorKind.COUNTERS,
            since=motion.closes_at,
            link=page + end,
            motion=motion,
            officers=officers,
        )
        for kind, count, end in found
    ]


async def _claims(actor: Actor, parts: frozenset[JobKind]) -> list[Job]:
    """Without those that wait for a colleague, since the actor has seen their slips."""
    if JobKind.CLAIMS not in parts:
        return []
    waiting = [claim.id for claim in await tie_queries.claims_waiting(actor.community_id)]
    seen_by = await tie_queries.slip_seen_by(actor.community_id, waiting)
    mine = [each for each in waiting if actor.person_id not in seen_by[each]]
    if not mine:
        return []
    return [Job(JobKind.CLAIMS, 0, "", details={"claims": len(mine)}, link="/desk/people")]


async def _roles(community_id: int, parts: frozenset[JobKind]) -> list[Job]:
    """Roles that are to be given or ended, for whoever may be the second person."""
    asks = await role_queries.waiting(community_id) if JobKind.ROLES in parts else []
    if not asks:
        return []
    everybody = await staff.staff_of(community_id)
    return [
        Job(
            JobKind.ROLES,
            each.id,
            "",
            Note("job.role.by", {"name": each.recorded_by_name}),
            since=each.recorded_at,
            link=f"/desk/staff#ask-{each.id}",
            details={"name": each.person_name},
            recorders=frozenset({each.recorded_by}),
            seconds=frozenset(one.person_id for one in seconds_of(each, everybody)),
        )
        for each in asks
    ]


async def _bylaws(community_id: int, parts: frozenset[JobKind]) -> list[Job]:
    version = await bylaws.waiting(community_id) if JobKind.BYLAWS in parts else None
    if version is None:
        return []
    small = Note("job.bylaws.by", {"name": version.proposed_by_name})
    return [Job(JobKind.BYLAWS, version.id, version.title, small, since=version.proposed_at, bylaws=version)]


async def _rows(community_id: int, parts: frozenset[JobKind]) -> list[Job]:
    if not {JobKind.ROWS, JobKind.CORRECTIONS} & parts:
        return []
    rows, corrections = await queries.register_waiting(community_id)
    found = []
    if rows:
        found.append(Job(JobKind.ROWS, 0, "", details={"rows": rows}, link="/desk/roll"))
    if corrections:
        found.append(Job(JobKind.CORRECTIONS, 0, "", details={"rows": corrections}, link="/desk/corrections"))
    return found


async def _milestones(community_id: int, parts: frozenset[JobKind]) -> list[Job]:
    if JobKind.MILESTONE not in parts:
        return []
    projects = await ledger.projects(community_id)
    if not projects:
        return []
    has_committee = Role.COMMITTEE in {post.role for post in await staff.staff_of(community_id)}
    steps = await ledger.milestones_of(community_id, [project.id for project in projects])
    return [
        _milestone(project, steps[project.id], step, has_committee)
        for project in projects
        if project.revoked_at is None and (step := current_milestone(steps.get(project.id, ()))) is not None
    ]


def _milestone(project: Project, steps: Sequence[Milestone], step: Milestone, has_committee: bool) -> Job:
    since = max((each.done_at for each in steps if each.done_at is not None), default=project.opened_at)
    return Job(
        JobKind.MILESTONE,
        project.id,
        project.title,
        Note(f"milestone.{step.code}"),
        step.due_at,
        role=ActorKind.COMMITTEE if has_committee else ActorKind.SECRETARY,
        since=since,
        link=f"/projects/{project.id}",
        has_committee=has_committee,
    )
