"""The desk's acts on a proposal: accept, return, merge; findings and consents. Each is public."""

from __future__ import annotations

import json
from datetime import datetime

from council.audit import service as audit
from council.bylaws import queries as bylaws
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.pathways.bylaws_days import with_bylaws_days
from council.pathways.model import Kind
from council.pathways.presets import to_json
from council.proposals import permissions, queries
from council.proposals.answers import settled
from council.proposals.model import EventKind, Proposal, ProposalState
from council.proposals.service import record_event
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction


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
            "UPDATE proposal SET state = 'accepted', accepted_at = {}, accepted_by_name = {} WHERE"
            " community_id = {} AND id = {}",
            now,
            actor.name,
            actor.community_id,
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
        await execute(
            "UPDATE proposal SET state = 'returned' WHERE community_id = {} AND id = {}",
            actor.community_id,
            proposal_id,
        )
        await record_event(actor, proposal_id, EventKind.RETURNED, reason, role="secretary", now=now)
        await audit.record(
            actor.community_id,
            "proposal.returned",
            {"proposal": proposal_id, "by": actor.person_id},
            now=now,
            private={"reason": reason},
        )


async def merge(*, actor: Actor, proposal_id: int, into_id: int, reason: str, now: datetime) -> None:
    """Merges a duplicate into another live matter of the same scope: its endorsements come along, a household once.
    The recall of a member only into a recall of the same one, and nothing else into it: who signed against one did not
    sign against another."""
    if proposal_id == into_id:
        raise Invalid({"into": "proposal.merge_itself"})
    async with transaction():
        await lock_row("proposal", min(proposal_id, into_id))
        await lock_row("proposal", max(proposal_id, into_id))
        proposal = await _locked(actor, proposal_id, None)
        into = await queries.proposal(actor.community_id, into_id)
        if not into.is_open:
            raise Refused("proposal.merge_target")
        if into.scope != proposal.scope:
            raise Invalid({"into": "proposal.merge_scope"})
        if into.recalls_id != proposal.recalls_id:
            raise Invalid({"into": "recall.merge_other"})
        await execute(
            "UPDATE proposal SET state = 'merged', merged_into_id = {} WHERE community_id = {} AND id = {}",
            into_id,
            actor.community_id,
            proposal_id,
        )
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
    """The desk files a matter under the kind it really is; its pathway becomes that kind's. Refused "recall.kind_kept"
    of one that recalls a member: only as what it is does its vote recall anybody."""
    if not reason:
        raise Invalid({"reason": "proposal.reason_needed"})
    async with transaction():
        proposal = await _locked(actor, proposal_id, None)
        if proposal.recalls_id is not None:
            raise Refused("recall.kind_kept")
        if proposal.kind is kind:
            raise Invalid({"kind": "proposal.same_kind"})
        preset = with_bylaws_days(settled(kind, proposal.answers), await bylaws.procedure(actor.community_id, now))
        if proposal.scope.kind not in preset.scopes:
            raise Invalid({"kind": "proposal.scope_of_kind"})
        await execute(
            "UPDATE proposal SET kind = {}, preset = {} WHERE community_id = {} AND id = {}",
            kind.value,
            to_json(preset),
            actor.community_id,
            proposal_id,
        )
        await record_event(actor, proposal_id, EventKind.KIND_CORRECTED, reason, role="secretary", now=now)
        await audit.record(
            actor.community_id,
            "proposal.kind_corrected",
            {"proposal": proposal_id, "kind": kind.value, "by": actor.person_id},
            now=now,
            private={"reason": reason},
        )


async def say_what_it_elects(*, actor: Actor, proposal: Proposal, fills: bool, reason: str, now: datetime) -> None:
    """Whether an election fills seats of the committee that stands, or is of a whole new one, as the desk corrects what
    was answered at filing; public, with its reason. Called inside the act's own transaction, by `elections.correcting`,
    which asks whether it may still be corrected."""
    answers = {**proposal.answers, "elects": True, "fills": fills}
    await execute(
        "UPDATE proposal SET answers = {} WHERE community_id = {} AND id = {}",
        *(json.dumps(answers, sort_keys=True), actor.community_id, proposal.id),
    )
    await record_event(actor, proposal.id, EventKind.ELECTION_CORRECTED, reason, role="secretary", now=now)
    await audit.record(
        actor.community_id,
        "proposal.election_corrected",
        {"proposal": proposal.id, "fills": fills, "by": actor.person_id},
        now=now,
        private={"reason": reason},
    )
