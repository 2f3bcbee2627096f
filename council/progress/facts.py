"""Fills `pathways.facts.Facts` from the rooms to the left, for one proposal or for all of a community's.

The number of queries does not depend on how many proposals there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from council.deliberation import queries as deliberation
from council.deliberation.model import Questions
from council.kernel.actor import Role
from council.pathways.facts import (
    Answered,
    Certification,
    Consent,
    Decision,
    Deliberation,
    Facts,
    Feasibility,
    Leg,
    Motion,
    Objections,
    Official,
    Result,
    leg_of,
)
from council.pathways.model import Caller
from council.progress import queries
from council.proposals import consent_queries
from council.proposals import queries as proposals
from council.proposals.consent import Consent as AskedConsent
from council.proposals.model import Event, EventKind, Finding, Proposal, ProposalState
from council.voting import queries as voting
from council.voting.afterwards import lost_texts
from council.voting.duty import Officer, is_witnessed
from council.voting.gap import quorum_gap
from council.voting.model import Outcome, Sums
from council.voting.motion import Motion as VotingMotion
from council.voting.motion import Turnout
from council.voting.objection import Objection, ObjectionOutcome
from council.voting.verdicts import Decided, decided

Endorsements = Sequence[tuple[int, datetime]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of some proposals, and the motions behind them, for whoever shows more than the gates."""

    facts: Mapping[int, Facts]
    motions: Mapping[int, VotingMotion]
    turnouts: Mapping[int, Turnout]
    """By motion id."""
    objections: Mapping[int, Sequence[Objection]]
    """By motion id."""
    officers: Mapping[int, Sequence[Officer]]
    """By motion id."""


async def facts_of(community_id: int, matters: Sequence[Proposal], now: datetime) -> dict[int, Facts]:
    """What the gates read, by proposal id."""
    return dict((await gather(community_id, matters, now)).facts)


async def gather(community_id: int, matters: Sequence[Proposal], now: datetime) -> Gathered:
    """As `facts_of`, with the motions."""
    ids = [matter.id for matter in matters]
    dwellings = await queries.households(community_id)
    endorsed = await proposals.endorsed_units(community_id, ids)
    events = await proposals.events_of(community_id, ids)
    findings = await proposals.findings_of(community_id, ids)
    consents = await consent_queries.consents_of(community_id, ids)
    questions = await deliberation.questions_of(community_id, [matter.thread_id for matter in matters])
    asked = Counter(await queries.threads_asked(community_id))
    callers = await _callers(community_id, matters)
    motions = await voting.motions_of(community_id, ids)
    votes = await _votes(community_id, motions.values(), now)
    lost = await lost_texts(community_id, {matter.id: matter.version for matter in matters}, now)
    facts = {}
    for matter in matters:
        history = events.get(matter.id, [])
        households = dwellings.within(matter.scope)
        motion = motions.get(matter.id)
        is_live = motion is not None and motion.cancelled_at is None
        facts[matter.id] = Facts(
            filed_at=_last_filed(matter, history),
            filed_by=matter.proposer_name,
            scope_households=households,
            endorsed=len(endorsed.get(matter.id, ())),
            endorsed_at=_endorsed_at(matter, endorsed.get(matter.id, ()), households),
            called_by=callers.get(matter.id),
            withdrawn_at=_withdrawn_at(matter, history),
            feasibility=_feasibility(findings.get(matter.id)),
            answered=_answered(matter, history),
            deliberation=_deliberation(matter, questions.get(matter.thread_id, Questions()), asked[matter.thread_id]),
            is_text_lost=matter.id in lost,
            notice_published_at=motion.notice_at if motion is not None and is_live else None,
            motion=None if motion is None else votes.motion(motion),
            consent=_consent(consents.get(matter.id, [])),
            result_published_at=_result_published_at(motion) if is_live else None,
            objections=_objections(votes.objections.get(motion.id, [])) if motion is not None else Objections(),
            started_at=matter.started_at,
            started_by=matter.started_by_name,
        )
    return Gathered(facts, motions, votes.turnouts, votes.objections, votes.officers)


@dataclass(frozen=True, slots=True)
class _Votes:
    officers: Mapping[int, Sequence[Officer]]
    turnouts: Mapping[int, Turnout]
    verdicts: Mapping[int, Decided]
    objections: Mapping[int, Sequence[Objection]]

    def motion(self, motion: VotingMotion) -> Motion:
        turnout = self.turnouts[motion.id]
        roll = Sums(turnout.roll_persons, turnout.roll_area_dm2)
        gap = quorum_gap(motion.ruleset, roll, Sums(turnout.persons, turnout.area_dm2))
        verdict = self.verdicts.get(motion.id)
        return Motion(
            opens_at=motion.opens_at,
            closes_at=motion.closes_at,
            is_advisory=motion.is_advisory,
            cancelled_at=motion.cancelled_at,
            turnout=None if gap.persons_needed is None else (turnout.persons, gap.persons_needed),
            missing_area_dm2=gap.area_missing_dm2 or 0,
            result=None if verdict is None else Result(verdict.outcome.value),
            failed_legs=() if verdict is None else _legs(verdict),
            certification=_certification(motion, self.officers.get(motion.id, ())),
            official=_official(motion),
            revoked_at=motion.revoked_at,
        )


async def _votes(community_id: int, motions: Iterable[VotingMotion], now: datetime) -> _Votes:
    of_all = list(motions)
    motion_ids = [motion.id for motion in of_all]
    return _Votes(
        await voting.officers_of(community_id, motion_ids),
        await voting.turnouts(community_id, of_all, now),
        await decided(community_id, of_all, now),
        await voting.objections_of(community_id, motion_ids),
    )


async def _callers(community_id: int, matters: Sequence[Proposal]) -> dict[int, Caller]:
    """Whom a matter was brought by in office: no household stands behind it, and the preset lets that office call."""
    wanted = {m.id for m in matters if m.preset.endorsement.callers and m.proposer_unit_id is None}
    allowed = {matter.id: matter.preset.endorsement.callers for matter in matters}
    found = {}
    for proposal_id, roles in (await queries.roles_at_filing(community_id, wanted)).items():
        # The neighbourhood committee convenes where no owners' committee does, so its secretary may call too.
        office = [caller for caller in _OFFICES if caller in allowed[proposal_id] and roles & _OFFICES[caller]]
        if office:
            found[proposal_id] = office[0]
    return found


_OFFICES = {Caller.PARTY: {Role.SECRETARY}, Caller.CONVENER: {Role.COMMITTEE, Role.SECRETARY}}


def _last(history: Iterable[Event], *kinds: EventKind) -> Event | None:
    return next((event for event in reversed(list(history)) if event.kind in kinds), None)


def _last_filed(matter: Proposal, history: Sequence[Event]) -> datetime:
    """A returned matter is filed again by its revision, and the community's days run anew."""
    returned = _last(history, EventKind.RETURNED)
    if returned is None or matter.state is ProposalState.RETURNED:
        return matter.filed_at
    later = history[history.index(returned) :]
    return next((event.happened_at for event in later if event.kind is EventKind.REVISED), matter.filed_at)


def _endorsed_at(matter: Proposal, endorsed: Endorsements, households: int) -> datetime | None:
    need = matter.preset.endorsement.needed(households)
    return endorsed[need - 1][1] if len(endorsed) >= need else None


def _withdrawn_at(matter: Proposal, history: Sequence[Event]) -> datetime | None:
    if matter.state is not ProposalState.WITHDRAWN:
        return None
    event = _last(history, EventKind.WITHDRAWN)
    return matter.filed_at if event is None else event.happened_at


def _feasibility(finding: Finding | None) -> Feasibility | None:
    """The recorded answer is itself the document: who says so, and where it can be read."""
    if finding is None:
        return None
    return Feasibility(finding.is_feasible, finding.recorded_at, finding.office, finding.note or finding.office)


def _answered(matter: Proposal, history: Sequence[Event]) -> Answered | None:
    if matter.accepted_at is not None:
        reason = _last(history, EventKind.ACCEPTED)
        by = matter.accepted_by_name or ""
        return Answered(Decision.ACCEPTED, matter.accepted_at, by, reason.reason if reason else None)
    decision = {ProposalState.RETURNED: Decision.RETURNED, ProposalState.MERGED: Decision.MERGED}.get(matter.state)
    if decision is None:
        return None
    event = _last(history, EventKind(decision.value))
    if event is None:
        return Answered(decision, matter.filed_at, "")
    return Answered(decision, event.happened_at, event.by_name, event.reason)


def _deliberation(matter: Proposal, questions: Questions, put_to_nobody: int) -> Deliberation | None:
    """The thread is open from the filing; its days run from the acceptance, for only now are wishes solicited."""
    if matter.accepted_at is None:
        return None
    return Deliberation(
        matter.accepted_at, questions.asked, questions.waiting, questions.due_at, questions.due_from, put_to_nobody
    )


def _consent(asked: Sequence[AskedConsent]) -> Consent:
    """No unit named is an answer: the filing form and the desk both ask for them."""
    answers = [consent.answer for consent in asked]
    dates = [consent.answered_at for consent in asked if consent.answered_at is not None]
    return Consent(len(asked), answers.count("agree"), answers.count("refuse"), max(dates, default=None))


def _legs(verdict: Decided) -> tuple[Leg, ...]:
    if verdict.outcome is not Outcome.REJECTED:
        return ()
    return tuple(dict.fromkeys(leg_of(counts, of, basis) for counts, of, basis in verdict.failed))


def _certification(motion: VotingMotion, officers: Sequence[Officer]) -> Certification:
    signed = tuple(officer.name for officer in officers if officer.signed_at is not None)
    return Certification(len(signed), motion.signatures_needed, motion.certified_at, signed, is_witnessed(officers))


def _official(motion: VotingMotion) -> Official | None:
    if motion.official_outcome is None or motion.official_at is None:
        return None
    return Official(motion.official_outcome is Outcome.PASSED, motion.official_at, motion.convener_name)


def _result_published_at(motion: VotingMotion | None) -> datetime | None:
    """Of an advisory vote only the recorded official result is published as a result."""
    if motion is None or (motion.is_advisory and motion.official_at is None):
        return None
    return motion.result_notice_at or motion.official_at


def _objections(heard: Sequence[Objection]) -> Objections:
    waiting = [each for each in heard if each.outcome is None]
    closed = [each.closed_at for each in heard if each.closed_at is not None]
    return Objections(
        total=len(heard),
        waiting=len(waiting),
        upheld=sum(each.outcome is ObjectionOutcome.UPHELD for each in heard),
        due_at=min((each.answer_due_at for each in waiting), default=None),
        closed_at=max(closed, default=None),
    )
