"""A resident's acts on a filed matter: endorsing, revising, withdrawing."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Refused, require
from council.proposals import permissions, queries
from council.proposals.model import EventKind, Proposal, ProposalState
from council.proposals.tables import Endorsement, ProposalEvent, ProposalVersion
from council.registry import queries as registry
from council.storage.bounds import Bound
from council.storage.errors import unique_violation
from council.storage.sql import execute
from council.storage.transactions import lock_row, savepoint, transaction

ENDORSING = Bound(
    "bound.endorsement",
    200,
    "SELECT endorsed_at AS at FROM endorsement WHERE community_id = {} AND person_id = {} AND endorsed_at > {}"
    " ORDER BY endorsed_at DESC LIMIT 1 OFFSET {}",
)
"""More than others: somebody may own a hundred homes. Those taken back count too."""
REVISING = Bound(
    "bound.revision",
    20,
    "SELECT written_at AS at FROM proposal_version WHERE community_id = {} AND proposal_id = {} AND written_at > {}"
    " ORDER BY number DESC LIMIT 1 OFFSET {}",
)
"""Versions of one matter."""


async def record_event(
    actor: Actor,
    proposal_id: int,
    kind: EventKind,
    reason: str,
    *,
    role: str,
    now: datetime,
    other_id: int | None = None,
) -> None:
    """One line of the public history; called inside the act's own transaction."""
    await ProposalEvent.insert(
        ProposalEvent(
            community_id=actor.community_id,
            proposal_id=proposal_id,
            kind=kind.value,
            reason=reason,
            by_name=actor.name,
            by_role=role,
            other_id=other_id,
            happened_at=now,
        )
    )


async def endorse(*, actor: Actor, proposal_id: int, unit_id: int, now: datetime) -> None:
    """Adds one household's endorsement; the same household again, by whomever, changes nothing. TooMany."""
    async with transaction():
        # A merge moves endorsements along: one that comes in meanwhile waits, and is told that the matter moved on.
        await lock_row("proposal", proposal_id)
        proposal = await queries.proposal(actor.community_id, proposal_id)
        await _require_household(actor, proposal, unit_id)
        check_open(proposal)
        try:
            async with savepoint():
                await Endorsement.insert(
                    Endorsement(
                        community_id=actor.community_id,
                        proposal_id=proposal_id,
                        unit_id=unit_id,
                        person_id=actor.person_id,
                        endorsed_at=now,
                    )
                )
        except Exception as exc:
            if not unique_violation(exc):
                raise
            return
        await ENDORSING.keep(actor.community_id, actor.person_id, now=now)
        await audit.record(
            actor.community_id,
            "proposal.endorsed",
            {"proposal": proposal_id},
            now=now,
            private={"unit": unit_id, "person": actor.person_id},
        )


async def withdraw_endorsement(*, actor: Actor, proposal_id: int, unit_id: int, now: datetime) -> None:
    """Takes a household's endorsement back, while the desk has not accepted the matter yet; twice is once."""
    async with transaction():
        await lock_row("proposal", proposal_id)
        proposal = await queries.proposal(actor.community_id, proposal_id)
        await _require_household(actor, proposal, unit_id)
        if proposal.state is not ProposalState.FILED:
            raise Refused("proposal.moved_on")
        endorsing = await queries.endorsed_units(actor.community_id, [proposal_id])
        if unit_id not in {unit for unit, _ in endorsing.get(proposal_id, [])}:
            return
        await execute(
            "UPDATE endorsement SET withdrawn_at = {} WHERE community_id = {} AND proposal_id = {} AND unit_id = {}"
            " AND withdrawn_at IS NULL",
            now,
            actor.community_id,
            proposal_id,
            unit_id,
        )
        await audit.record(
            actor.community_id,
            "endorsement.withdrawn",
            {"proposal": proposal_id},
            now=now,
            private={"unit": unit_id, "person": actor.person_id},
        )


async def _require_household(actor: Actor, proposal: Proposal, unit_id: int) -> None:
    """NotFound for another community's unit; forbidden for a neighbour's, and for one's own out of scope."""
    unit = await registry.unit(actor.community_id, unit_id)
    in_scope = frozenset({unit_id}) if queries.covers(proposal.scope, unit) else frozenset()
    require(permissions.may_endorse(actor, unit_id, in_scope))


def check_open(proposal: Proposal) -> None:
    """Refused once the matter is returned, merged, withdrawn or already started."""
    if not proposal.is_open:
        raise Refused("proposal.moved_on")


async def revise(
    *,
    actor: Actor,
    proposal_id: int,
    seen_version: int,
    title: str,
    body: str,
    cost_fen: int | None,
    now: datetime,
) -> int:
    """A new version by the proposer; files a returned matter again. Returns the version's number.

    `seen_version` is what the form was opened on: a newer one refuses it, but the version that this very form made
    before is its answer again. Refused once a motion has locked the text
    (the caller in `progress` asks that). TooMany.

    Of a matter that recalls a member the title stays (Refused "recall.title_kept"), and so does the sentence that is
    voted on: it is put back at the end where it is missing, so that nobody signs for one thing and votes on another.
    """
    async with transaction():
        await lock_row("proposal", proposal_id)
        proposal = await queries.proposal(actor.community_id, proposal_id)
        require(permissions.may_revise(actor, proposal))
        if proposal.recalls_id is not None:
            if title != proposal.title:
                raise Refused("recall.title_kept")
            body = _with_sentence(body, (await queries.version(actor.community_id, proposal_id, 1)).body)
        if proposal.version != seen_version:
            newest = await queries.version(actor.community_id, proposal_id, proposal.version)
            is_same = (newest.title, newest.body, newest.cost_fen) == (title, body, cost_fen)
            if proposal.version == seen_version + 1 and is_same:
                return proposal.version
            raise Refused("proposal.newer_version")
        await REVISING.check(actor.community_id, proposal_id, now=now, is_written=False)
        if proposal.state is not ProposalState.RETURNED:
            check_open(proposal)
        number = proposal.version + 1
        await ProposalVersion.insert(
            ProposalVersion(
                community_id=actor.community_id,
                proposal_id=proposal_id,
                number=number,
                title=title,
                body=body,
                cost_fen=cost_fen,
                written_by_name=actor.name,
                written_at=now,
            )
        )
        again = proposal.state is ProposalState.RETURNED
        await execute(
            "UPDATE proposal SET version = {}, title = {}, cost_fen = {}, state = {}, answer_due_at = {}"
            " WHERE community_id = {} AND id = {}",
            number,
            title,
            cost_fen,
            (ProposalState.FILED if again else proposal.state).value,
            end_of_days(now, proposal.preset.days.acceptance) if again else proposal.answer_due_at,
            actor.community_id,
            proposal_id,
        )
        await record_event(actor, proposal_id, EventKind.REVISED, "", role="proposer", now=now)
        await audit.record(
            actor.community_id,
            "proposal.revised",
            {"proposal": proposal_id, "version": number},
            now=now,
            private={"title": title, "body": body},
        )
    return number


def _with_sentence(body: str, first: str) -> str:
    """A recall's text, with the sentence to be voted on that stands at the end of its `first` version."""
    sentence = "\n".join(first.split("\n")[-2:])
    return body if body.endswith(sentence) else f"{body}\n\n{sentence}"


async def withdraw(*, actor: Actor, proposal_id: int, reason: str, now: datetime) -> None:
    """The proposer takes the matter back, before a motion's notice is out (asked by the caller in `progress`)."""
    async with transaction():
        await lock_row("proposal", proposal_id)
        proposal = await queries.proposal(actor.community_id, proposal_id)
        require(permissions.may_revise(actor, proposal))
        if proposal.state not in {ProposalState.FILED, ProposalState.RETURNED, ProposalState.ACCEPTED}:
            raise Refused("proposal.moved_on")
        await execute(
            "UPDATE proposal SET state = 'withdrawn' WHERE community_id = {} AND id = {}",
            actor.community_id,
            proposal_id,
        )
        await record_event(actor, proposal_id, EventKind.WITHDRAWN, reason, role="proposer", now=now)
        await audit.record(
            actor.community_id,
            "proposal.withdrawn",
            {"proposal": proposal_id},
            now=now,
            private={"reason": reason},
        )
