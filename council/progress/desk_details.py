"""What one opened job shows and asks: the words, the choices of its forms, and what a vote would look like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from council.bylaws import queries as bylaws
from council.funds import queries as plans
from council.funds.model import PLANNED, Plan
from council.kernel.actor import Actor
from council.kernel.clock import CHINA
from council.kernel.errors import Refused
from council.pathways.model import GateName, Kind, Note
from council.pathways.presets import all_presets
from council.progress.desk import Job, JobKind
from council.proposals import consent_queries
from council.proposals import queries as proposals
from council.proposals.consent import Consent
from council.proposals.model import Finding, Proposal, ProposalState, Version
from council.registry import queries as registry
from council.voting import electorate, risk
from council.voting import queries as voting
from council.voting.duty import Candidate
from council.voting.frozen_rules import counted_of, matter_of
from council.voting.model import Channel
from council.voting.motion import LeakRisk
from council.voting.opening import earliest_closing, suggested_times

_EVENING = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class WouldBeRoll:
    """The roll as it would be locked now; `problem` says why it cannot be."""

    persons: int = 0
    area_dm2: int = 0
    risk: LeakRisk = LeakRisk.LOW
    problem: Note | None = None
    is_advisory: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """Only what the kind of job needs is filled."""

    version: Version | None = None
    photos: tuple[int, ...] = ()
    finding: Finding | None = None
    asks_finding: bool = False
    consents: tuple[Consent, ...] = ()
    similar: tuple[Proposal, ...] = ()
    kinds: tuple[Kind, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    roll: WouldBeRoll | None = None
    opens_at: str = ""
    closes_at: str = ""
    plan: Plan | None = None


async def details_of(actor: Actor, job: Job, now: datetime) -> Details:
    """A constant number of queries for each kind of job."""
    if job.proposal is None:
        return Details()
    if job.kind is JobKind.ANSWER:
        return await _answering(actor, job.proposal)
    if job.kind is JobKind.PUBLISH:
        return await _publishing(actor, job.proposal, now)
    if job.kind is JobKind.START:
        return Details(version=await proposals.version(actor.community_id, job.proposal.id, job.proposal.version))
    return Details()


async def _answering(actor: Actor, proposal: Proposal) -> Details:
    community_id = actor.community_id
    others = await proposals.proposals(community_id, ProposalState.FILED, ProposalState.ACCEPTED)
    gates = set(proposal.preset.gates)
    return Details(
        version=await proposals.version(community_id, proposal.id, proposal.version),
        photos=tuple(await proposals.photos(community_id, proposal.id)),
        finding=(await proposals.findings_of(community_id, [proposal.id])).get(proposal.id),
        asks_finding=GateName.FEASIBILITY in gates,
        consents=await _consents(community_id, proposal),
        similar=tuple(
            other
            for other in others
            if other.id != proposal.id
            and other.is_open
            and (other.scope, other.recalls_id) == (proposal.scope, proposal.recalls_id)
        ),
        kinds=()
        if proposal.recalls_id is not None
        else tuple(p.kind for p in all_presets() if proposal.scope.kind in p.scopes and p.kind is not proposal.kind),
    )


async def _consents(community_id: int, proposal: Proposal) -> tuple[Consent, ...]:
    if GateName.CONSENT not in proposal.preset.gates:
        return ()
    return tuple((await consent_queries.consents_of(community_id, [proposal.id])).get(proposal.id, ()))


async def _publishing(actor: Actor, proposal: Proposal, now: datetime) -> Details:
    community_id = actor.community_id
    times = suggested_times(proposal.preset, now)
    closes_at = times.closes_at - _EVENING
    if closes_at < earliest_closing(proposal.preset, times.opens_at):
        closes_at = times.closes_at
    version = await proposals.version(community_id, proposal.id, proposal.version)
    return Details(
        version=version,
        consents=await _consents(community_id, proposal),
        plan=await plans.plan_of(community_id, proposal.id) if proposal.kind in PLANNED else None,
        candidates=tuple(await voting.officer_candidates(proposal, now)),
        roll=await would_be_roll(community_id, proposal, now),
        opens_at=_typed(times.opens_at),
        closes_at=_typed(closes_at),
    )


def _typed(instant: datetime) -> str:
    """As a `datetime-local` field takes it, in the courtyard's zone, up to the next full minute."""
    whole = instant if not (instant.second or instant.microsecond) else instant + timedelta(minutes=1)
    return f"{whole.astimezone(CHINA):%Y-%m-%dT%H:%M}"


async def would_be_roll(community_id: int, proposal: Proposal, now: datetime) -> WouldBeRoll:
    """Who would vote if the roll were locked now, and what its exact totals could give away."""
    procedure = await bylaws.procedure(community_id, now, matter_of(proposal.preset))
    is_advisory = not counted_of(proposal.preset, procedure, [Channel.ONLINE])
    if unresolved := await registry.unresolved_rows(community_id, proposal.scope):
        return WouldBeRoll(problem=Note("motion.roll_unresolved", {"rows": unresolved}), is_advisory=is_advisory)
    units = await registry.units_in(community_id, proposal.scope)
    holdings = await registry.holdings_in(community_id, proposal.scope)
    try:
        groups = electorate.voters(proposal, units, holdings, electorate.roll_policy(procedure))
    except Refused as refused:
        return WouldBeRoll(problem=Note(refused.code, refused.details), is_advisory=is_advisory)
    areas = [group.area_dm2 for group in groups]
    return WouldBeRoll(len(groups), sum(areas), risk.leak_risk(areas).level, None, is_advisory)
