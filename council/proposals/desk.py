"""The desk's acts on a proposal: accept, return, merge; findings and consents. Each is public."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.pathways.model import Kind
from council.pathways.presets import load, to_json
from council.proposals import permissions, queries
from council.proposals.model import EventKind, Proposal, ProposalState
from council.proposals.service import record_event
from council.proposals.tables import Consent, Finding
from council.registry import queries as registry
from council.storage.errors import unique_violation
from council.storage.sql import execute
from council.storage.transactions import lock_row, savepoint, transaction


async def _locked(actor: Actor, proposal_id: int, seen_version: int | None) -> Proposal:
    await lock_row("proposal", proposal_id)
    proposal = await queries.proposal(actor.community_id, proposal_id)
    require(permissions.may_decide(actor, proposal))
    if proposal.state is not ProposalState.FILED:
        raise Refused("proposal.decided_already")
    if seen_version is not None and proposal.version != seen_version:
        raise Refused("proposal.newer_version")
    return proposal


async def accept(*, actor: Actor, proposal_id: int, seen_version: int, now: datetime) -> None:
    """社区受理. The endorsement and feasibility gates are asked by the caller in `progress`."""
    async with transaction():
        await _locked(actor, proposal_id, seen_version)
        await execute(
            "UPDATE proposal SET state = 'accepted', accepted_at = {}, accepted_by_name = {} WHERE id = {}",
            now,
            actor.name,
            proposal_id,
        )
        await record_event(actor, proposal_id, EventKind.ACCEPTED, "", role="secretary", now=now)
        await audit.record(
            actor.community_id,
            "proposal.accepted",
            {"proposal": proposal_id, "version": seen_version, "by": actor.person_id},
            now=now,
        )


async def return_to_proposer(*, actor: Actor, proposal_id: int, seen_version: int, reason: str, now: datetime) -> None:
    """返回修改, with a reason that everybody can read."""
    if not reason:
        raise Invalid({"reason": "proposal.reason_needed"})
    async with transaction():
        await _locked(actor, proposal_id, seen_version)
        await execute("UPDATE proposal SET state = 'returned' WHERE id = {}", proposal_id)
        await record_event(actor, proposal_id, EventKind.RETURNED, reason, role="secretary", now=now)
        await audit.record(
            actor.community_id,
            "proposal.returned",
            {"proposal": proposal_id, "reason": reason, "by": actor.person_id},
            now=now,
        )


async def merge(*, actor: Actor, proposal_id: int, into_id: int, reason: str, now: datetime) -> None:
    """Merges a duplicate into another live matter of the same scope: its endorsements come along, a household once."""
    if proposal_id == into_id:
        raise Invalid({"into": "proposal.merge_itself"})
    async with transaction():
        await lock_row("proposal", min(proposal_id, into_id))
        await lock_row("proposal", max(proposal_id, into_id))
        proposal = await _locked(actor, proposal_id, None)
        into = await queries.proposal(actor.community_id, into_id)
        if into.state not in {ProposalState.FILED, ProposalState.ACCEPTED} or into.started_at is not None:
            raise Refused("proposal.merge_target")
        if into.scope != proposal.scope:
            raise Invalid({"into": "proposal.merge_scope"})
        await execute("UPDATE proposal SET state = 'merged', merged_into_id = {} WHERE id = {}", into_id, proposal_id)
        await execute(
            "INSERT INTO endorsement (community_id, proposal_id, unit_id, person_id, endorsed_at)"
            " SELECT community_id, {}, unit_id, person_id, endorsed_at FROM endorsement e WHERE e.community_id = {}"
            " AND e.proposal_id = {} AND e.withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM endorsement f"
            " WHERE f.proposal_id = {} AND f.unit_id = e.unit_id AND f.withdrawn_at IS NULL)",
            into_id,
            actor.community_id,
            proposal_id,
            into_id,
        )
        await record_event(actor, proposal_id, EventKind.MERGED, reason, role="secretary", now=now, other_id=into_id)
        await record_event(actor, into_id, EventKind.TOOK_IN, reason, role="secretary", now=now, other_id=proposal_id)
        await audit.record(
            actor.community_id,
            "proposal.merged",
            {"proposal": proposal_id, "into": into_id, "by": actor.person_id},
            now=now,
        )


async def correct_kind(*, actor: Actor, proposal_id: int, kind: Kind, reason: str, now: datetime) -> None:
    """The desk files a matter under the kind it really is; its pathway becomes that kind's."""
    if not reason:
        raise Invalid({"reason": "proposal.reason_needed"})
    async with transaction():
        proposal = await _locked(actor, proposal_id, None)
        preset = load(kind)
        if proposal.scope.kind not in preset.scopes:
            raise Invalid({"kind": "proposal.scope_of_kind"})
        await execute(
            "UPDATE proposal SET kind = {}, preset = {} WHERE id = {}", kind.value, to_json(preset), proposal_id
        )
        await record_event(actor, proposal_id, EventKind.KIND_CORRECTED, reason, role="secretary", now=now)
        await audit.record(
            actor.community_id,
            "proposal.kind_corrected",
            {"proposal": proposal_id, "kind": kind.value, "reason": reason, "by": actor.person_id},
            now=now,
        )


async def record_finding(
    *,
    actor: Actor,
    proposal_id: int,
    key: str,
    is_feasible: bool,
    office: str,
    note: str,
    file_id: int | None,
    now: datetime,
) -> None:
    """The technical answer: which office says whether it can be done, with its document."""
    require(permissions.may_record(actor))
    if not office:
        raise Invalid({"office": "form.required"})
    async with transaction():
        proposal = await queries.proposal(actor.community_id, proposal_id)
        if proposal.state not in {ProposalState.FILED, ProposalState.ACCEPTED}:
            raise Refused("proposal.moved_on")
        try:
            async with savepoint():
                await Finding.insert(
                    Finding(
                        community_id=actor.community_id,
                        proposal_id=proposal_id,
                        key=key,
                        is_feasible=is_feasible,
                        office=office,
                        note=note,
                        file_id=file_id,
                        recorded_by_name=actor.name,
                        recorded_at=now,
                    )
                )
        except Exception as exc:
            if not unique_violation(exc):
                raise
            return
        kind = EventKind.FOUND_FEASIBLE if is_feasible else EventKind.FOUND_NOT_FEASIBLE
        await record_event(actor, proposal_id, kind, note, role="secretary", now=now)
        await audit.record(
            actor.community_id,
            "proposal.finding",
            {"proposal": proposal_id, "feasible": is_feasible, "office": office, "by": actor.person_id},
            now=now,
        )


async def name_consent(*, actor: Actor, proposal_id: int, unit_id: int, why: str, now: datetime) -> None:
    """Names a unit whose exclusive part is occupied: its owners must agree by themselves. Twice is once."""
    require(permissions.may_record(actor))
    if not why:
        raise Invalid({"why": "form.required"})
    async with transaction():
        proposal = await queries.proposal(actor.community_id, proposal_id)
        if unit_id not in {unit.id for unit in await registry.units_in(actor.community_id, proposal.scope)}:
            raise Invalid({"unit": "proposal.out_of_scope"})
        try:
            async with savepoint():
                await Consent.insert(
                    Consent(
                        community_id=actor.community_id,
                        proposal_id=proposal_id,
                        unit_id=unit_id,
                        why=why,
                        named_at=now,
                    )
                )
        except Exception as exc:
            if not unique_violation(exc):
                raise
            return
        await audit.record(
            actor.community_id, "consent.named", {"proposal": proposal_id, "by": actor.person_id}, now=now
        )


async def answer_consent(*, actor: Actor, proposal_id: int, unit_id: int, is_agreed: bool, now: datetime) -> None:
    """The unit's own verified owner answers, once; every co-owner must agree, so one refusal stands."""
    async with transaction():
        holdings = (await registry.holdings_of(actor.community_id, [unit_id])).get(unit_id, ())
        if actor.owner_ids.isdisjoint({held.owner_id for held in holdings}):
            raise Refused("consent.owners_only", forbidden=True)
        consents = (await queries.consents_of(actor.community_id, [proposal_id])).get(proposal_id, [])
        mine = next((consent for consent in consents if consent.unit_id == unit_id), None)
        if mine is None:
            raise Refused("consent.not_asked")
        if mine.answer is not None:
            raise Refused("consent.answered", name=mine.answered_by_name or "—")
        await execute(
            "UPDATE consent SET answer = {}, answered_at = {}, answered_by_name = {} WHERE community_id = {}"
            " AND proposal_id = {} AND unit_id = {} AND answer IS NULL",
            "agree" if is_agreed else "refuse",
            now,
            actor.name,
            actor.community_id,
            proposal_id,
            unit_id,
        )
        await audit.record(
            actor.community_id,
            "consent.answered",
            {"proposal": proposal_id, "agreed": is_agreed},
            now=now,
            private={"unit": unit_id, "person": actor.person_id},
        )
