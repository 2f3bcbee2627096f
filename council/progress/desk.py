"""The desk: what there is to do, whose turn it is, and who sees which kinds. Pure; `desk_jobs` reads the jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from council.accounts import permissions as account_permissions
from council.bodies import permissions as body_permissions
from council.bylaws import permissions as bylaws_permissions
from council.bylaws.model import Version as Bylaws
from council.deliberation import permissions as thread_permissions
from council.deliberation.model import Comment
from council.elections import permissions as election_permissions
from council.kernel.actor import Actor, Role
from council.kernel.clock import local_date
from council.kernel.errors import Detail
from council.ledger import permissions as ledger_permissions
from council.pathways.model import ActorKind, GateName, Note
from council.pathways.pathway import Pathway
from council.proposals.consent import DESK as CONSENT_DESK
from council.proposals.consent import SECONDS
from council.proposals.model import Proposal
from council.voting import permissions as voting_permissions
from council.voting.duty import Officer
from council.voting.holding import may_record_holder
from council.voting.motion import Motion
from council.voting.objection import Objection


class JobKind(StrEnum):
    """What there is to do. The order is how jobs without a deadline follow each other."""

    ANSWER = "answer"
    QUESTION = "question"
    ELECTION = "election"
    BODY_PAPERS = "body_papers"
    CALL_OFF = "call_off"
    BODIES = "bodies"
    PUBLISH = "publish"
    DISPUTES = "disputes"
    PAPERS = "papers"
    SIGN = "sign"
    RECOUNT = "recount"
    OFFICIAL = "official"
    OFFICIAL_CHECK = "official_check"
    JUDGMENT = "judgment"
    VOTE_CHANGE = "vote_change"
    OBJECTION_CHECK = "objection_check"
    PLAN = "plan"
    CONSENTS = "consents"
    OBJECTION = "objection"
    DELIVERIES = "deliveries"
    MISSED = "missed"
    START = "start"
    CLAIMS = "claims"
    HOLDERS = "holders"
    ROLES = "roles"
    ROWS = "rows"
    CORRECTIONS = "corrections"
    BYLAWS = "bylaws"
    MILESTONE = "milestone"
    CANDIDATES = "candidates"
    NOTICE = "notice"
    REFUSED_PAPERS = "refused_papers"
    VOTE = "vote"
    RESULT = "result"


RUNNING = frozenset({JobKind.CANDIDATES, JobKind.NOTICE, JobKind.VOTE, JobKind.RESULT})
"""What goes on by itself: nobody has to act, but the desk keeps an eye on it."""

KNOWN = frozenset({JobKind.REFUSED_PAPERS})
"""What has happened and waits for nobody, and the office should know of."""

DONE_HERE = frozenset(
    {JobKind.ANSWER, JobKind.QUESTION, JobKind.PUBLISH, JobKind.OBJECTION, JobKind.START, JobKind.BYLAWS}
)
"""What is opened and done on the desk itself; the others are links to where it is done."""


class Turn(StrEnum):
    """Whose move it is: mine, somebody else's, or nobody's: time alone moves it, or it is only to be known."""

    MINE = "mine"
    OTHERS = "others"
    ITSELF = "itself"
    KNOWN = "known"


_OFFICE_WORDS = {
    Role.SECRETARY: ("书记", "社区", "居委会"),
    Role.COMMITTEE: ("业委会", "业主委员会", "物管会", "物业管理委员会"),
}
"""By which words a question that is put to an office is known to be put to the holder of this role."""

_BODIES = frozenset({JobKind.BODY_PAPERS, JobKind.CALL_OFF, JobKind.BODIES})
_COUNT = frozenset({JobKind.DISPUTES, JobKind.PAPERS, JobKind.SIGN, JobKind.RECOUNT, JobKind.ELECTION})
_COUNTS = frozenset({JobKind.DISPUTES, JobKind.PAPERS, JobKind.SIGN})
"""What counters and scrutineer do; whoever may be named as one finds it on the desk."""
_CONFIRMED = frozenset({JobKind.PLAN, JobKind.OFFICIAL_CHECK, JobKind.JUDGMENT, JobKind.VOTE_CHANGE})
_SECOND = _CONFIRMED | {JobKind.OBJECTION_CHECK, JobKind.CONSENTS}

_PARTS = {
    Role.SECRETARY: frozenset(JobKind),
    Role.AUDITOR: frozenset(JobKind),
    Role.COMMITTEE: frozenset(
        {JobKind.QUESTION, *_COUNT, *_SECOND, JobKind.BYLAWS, JobKind.ROLES, JobKind.MILESTONE}
        | {*_BODIES, *RUNNING, *KNOWN}
    ),
    Role.GRID_WORKER: frozenset(
        {JobKind.CLAIMS, JobKind.HOLDERS, JobKind.CONSENTS, JobKind.DELIVERIES, JobKind.MISSED}
        | _COUNT
        | RUNNING
        | KNOWN
    ),
    Role.DEPARTMENT: frozenset({JobKind.QUESTION, *_COUNTS}),
    Role.OPERATOR: frozenset({JobKind.CLAIMS, JobKind.ROLES, *_COUNTS}),
}

_LOOKS_ON = frozenset({Role.SECRETARY, Role.AUDITOR, Role.COMMITTEE, Role.GRID_WORKER})
"""Who sees every count on the desk, serving in it or not."""


@dataclass(frozen=True, slots=True)
class Job:
    """`key` names it in addresses ("answer-12"); `link` is where it is done when it is not done here.

    `who` is whose move it is, as everybody is told: an office or a name, else `role`; `since` is when it became theirs.
    `due` is that move's own deadline, by law or by the desk's word; None where there is none.
    """

    kind: JobKind
    id: int
    title: str
    small: Note | None = None
    due: datetime | None = None
    who: str = ""
    role: ActorKind = ActorKind.SECRETARY
    since: datetime | None = None
    link: str | None = None
    proposal: Proposal | None = None
    way: Pathway | None = None
    motion: Motion | None = None
    objection: Objection | None = None
    comment: Comment | None = None
    officers: tuple[Officer, ...] = ()
    bylaws: Bylaws | None = None
    has_committee: bool = False
    recorders: frozenset[int] = frozenset()
    """Who recorded what waits for a second person."""
    seconds: frozenset[int] = frozenset()
    """Who may be the second of a role that waits."""
    details: Mapping[str, Detail] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.id}"

    @property
    def is_done_here(self) -> bool:
        return self.kind in DONE_HERE

    def days_late(self, now: datetime) -> int:
        """Whole courtyard days since the deadline's last day, whoever missed it; 0 while there is time."""
        if self.due is None or now < self.due:
            return 0
        return max(1, (local_date(now) - local_date(self.due - timedelta(microseconds=1))).days)


def parts_of(actor: Actor) -> frozenset[JobKind]:
    """The kinds of jobs that this member of staff sees."""
    return frozenset().union(*(_PARTS.get(role, frozenset()) for role in actor.roles))


def sees(actor: Actor, job: Job) -> bool:
    """Of what neighbours ask, a department sees what the desk has put to an office; of counts, like the operator, those
    that it serves in."""
    is_put = job.comment is None or job.comment.needs_answer
    if (
        job.kind in _COUNTS
        and not actor.roles & _LOOKS_ON
        and all(o.person_id != actor.person_id for o in job.officers)
    ):
        return False
    return job.kind in parts_of(actor) and (is_put or actor.has(Role.SECRETARY, Role.COMMITTEE, Role.AUDITOR))


def may_act(actor: Actor) -> bool:
    """The auditor reads: no form is shown to somebody who holds nothing else."""
    return bool(actor.roles - {Role.AUDITOR})


def turn_of(actor: Actor, job: Job) -> Turn:
    """Whether `actor` can make the move that this job waits for; seeing it and helping along is not enough."""
    if job.kind in RUNNING:
        return Turn.ITSELF
    if job.kind in KNOWN:
        return Turn.KNOWN
    return Turn.MINE if may_act(actor) and _can_move(actor, job) else Turn.OTHERS


def _can_move(actor: Actor, job: Job) -> bool:
    ask = _MOVES.get(job.kind)
    return actor.has(Role.SECRETARY) if ask is None else ask(actor, job)


def _answers(actor: Actor, job: Job) -> bool:
    return actor.has(Role.SECRETARY) and not _is_own(actor, job.proposal) and not _waits_for_neighbours(job)


def _is_own(actor: Actor, proposal: Proposal | None) -> bool:
    """Nobody decides on a matter that they filed themselves."""
    return proposal is not None and proposal.proposer_id == actor.person_id


def _waits_for_neighbours(job: Job) -> bool:
    waits = job.way.current if job.way is not None else None
    return waits is not None and waits.gate is GateName.ENDORSEMENT


def _is_asked(actor: Actor, job: Job, comment: Comment) -> bool:
    """A question is put to somebody by name or office, in the desk's own words; to nobody, it is the secretary's, and
    also the proposer's until a notice has fixed the text (as on their own courtyard)."""
    if thread_permissions.may_answer_officially(actor) is not None:
        return False
    asked = comment.answer_from
    if not asked:
        is_fixed = job.motion is not None and job.motion.cancelled_at is None
        is_to_proposer = not comment.needs_answer and not is_fixed and comment.person_id != actor.person_id
        return actor.has(Role.SECRETARY) or (is_to_proposer and _is_own(actor, job.proposal))
    words = (actor.name, *(word for role in actor.roles for word in _OFFICE_WORDS.get(role, ())))
    return any(word in asked for word in words)


def _keeps_project(actor: Actor, job: Job) -> bool:
    """The committee's; the secretary stands in where there is none yet."""
    is_anothers = job.has_committee and not actor.has(Role.COMMITTEE)
    return not is_anothers and ledger_permissions.may_keep_project(actor) is None


def _reviews(actor: Actor, job: Job) -> bool:
    """The secretary, or a second person where somebody else's finding waits."""
    waits = bool(job.recorders - {actor.person_id})
    return actor.has(Role.SECRETARY) or (waits and election_permissions.may_work(actor) is None)


def _confirms(actor: Actor, job: Job) -> bool:
    """Somebody of the office other than whoever recorded it: a plan, or an official result."""
    return actor.has(Role.SECRETARY, Role.COMMITTEE) and actor.person_id not in job.recorders


def _gathers(actor: Actor, job: Job) -> bool:
    """Whoever brings signed answers in; of one that waits for a second person, somebody else."""
    if job.recorders:
        return actor.has(*SECONDS) and bool(job.recorders - {actor.person_id})
    return actor.has(*CONSENT_DESK)


def _checks(actor: Actor, job: Job) -> bool:
    """A second person: there is something that somebody else recorded."""
    return voting_permissions.may_deliver(actor) is None and bool(job.recorders - {actor.person_id})


def _seconds_for_body(actor: Actor, job: Job) -> bool:
    return body_permissions.may_record(actor) is None and bool(job.recorders - {actor.person_id})


_MOVES: Mapping[JobKind, Callable[[Actor, Job], bool]] = {
    JobKind.ANSWER: _answers,
    JobKind.QUESTION: lambda actor, job: job.comment is not None and _is_asked(actor, job, job.comment),
    JobKind.PAPERS: lambda actor, job: voting_permissions.may_key(actor, job.officers) is None,
    JobKind.DISPUTES: lambda actor, job: voting_permissions.may_decide_paper(actor, job.officers) is None,
    JobKind.SIGN: lambda actor, job: any(
        each.person_id == actor.person_id and each.signed_at is None for each in job.officers
    ),
    JobKind.HOLDERS: lambda actor, job: (
        may_record_holder(actor, 0, None) is None and bool(job.recorders - {actor.person_id})
    ),
    JobKind.ROLES: lambda actor, job: actor.person_id in job.seconds,
    JobKind.CLAIMS: lambda actor, _: account_permissions.may_see_people(actor) is None,
    JobKind.BYLAWS: lambda actor, job: (
        job.bylaws is not None and bylaws_permissions.may_confirm(actor, job.bylaws) is None
    ),
    JobKind.ELECTION: _reviews,
    JobKind.BODY_PAPERS: _seconds_for_body,
    JobKind.CALL_OFF: _seconds_for_body,
    JobKind.BODIES: lambda actor, _: body_permissions.may_record(actor) is None,
    JobKind.RECOUNT: lambda actor, job: voting_permissions.may_certify(actor, job.officers) is None,
    **dict.fromkeys(_CONFIRMED, _confirms),
    JobKind.OBJECTION_CHECK: lambda actor, job: not job.who and _confirms(actor, job),
    JobKind.CONSENTS: _gathers,
    JobKind.MILESTONE: _keeps_project,
    JobKind.DELIVERIES: _checks,
    JobKind.MISSED: lambda actor, _: voting_permissions.may_deliver(actor) is None,
}
"""Who can move a job on; every other kind is the secretary's."""
