"""Opening the nominations of an accepted election, and opening them again where too few came forward."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.elections import permissions, queries, rules
from council.elections.model import (
    JOINT_LEAST,
    JOINT_MOST,
    NOMINATION_LEAST,
    NOMINATION_MOST,
    NOTICE_LEAST,
    NOTICE_MOST,
    SEATS_MOST,
    Election,
    ElectionDraft,
    Stage,
    Standing,
)
from council.elections.tables import Election as ElectionRow
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, Refused, require
from council.pathways.model import Kind
from council.proposals import queries as proposals
from council.proposals.model import Proposal, ProposalState
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction


def seats_of(proposal: Proposal) -> int | None:
    """How many seats the matter's kind fixes; None: the desk says it."""
    return 1 if proposal.kind is Kind.ONE_PERSON_CHAIR else None


async def open_election(*, actor: Actor, proposal_id: int, draft: ElectionDraft, now: datetime) -> int:
    """Nominations begin now and run their whole days; the election's id. The same form again is the same election.

    Refused "election.no_election" for a matter that elects nobody, "election.not_accepted" before the community has
    accepted it, "election.open_already". Invalid for figures out of bounds, and other than one seat for one chair.
    """
    require(permissions.may_keep_election(actor))
    async with transaction():
        await lock_row("proposal", proposal_id)
        proposal = await proposals.proposal(actor.community_id, proposal_id)
        before = await queries.election_by_key(actor.community_id, draft.key)
        if before is not None:
            if not _is_same(before, actor, proposal_id, draft):
                raise Refused("form.used_before")
            return before.id
        if not proposal.preset.is_election:
            raise Refused("election.no_election")
        if proposal.state is not ProposalState.ACCEPTED or proposal.started_at is not None:
            raise Refused("election.not_accepted")
        if (await queries.standings(actor.community_id, [proposal_id])).get(proposal_id) is not None:
            raise Refused("election.open_already")
        if wrong := _wrong_in(proposal, draft):
            raise wrong
        until = end_of_days(now, draft.nomination_days)
        await audit.record(
            actor.community_id,
            "election.opened",
            {
                "proposal": proposal_id,
                "seats": draft.seats,
                "joint_least": draft.joint_least,
                "notice_days": draft.notice_days,
                "nominations_until": until.isoformat(),
                "by": actor.person_id,
            },
            now=now,
        )
        row = ElectionRow(
            community_id=actor.community_id,
            proposal_id=proposal_id,
            key=draft.key,
            seats=draft.seats,
            joint_least=draft.joint_least,
            notice_days=draft.notice_days,
            nominations_from=now,
            nominations_until=until,
            order_seed="",
            round=1,
            opened_by=actor.person_id,
            opened_by_name=actor.name,
            opened_at=now,
        )
        return int((await ElectionRow.insert(row))[0]["id"])


def _wrong_in(proposal: Proposal, draft: ElectionDraft) -> Invalid | None:
    errors: dict[str, str] = {}
    fixed = seats_of(proposal)
    if fixed is not None and draft.seats != fixed:
        errors["seats"] = "election.one_seat"
    elif not 1 <= draft.seats <= SEATS_MOST:
        errors["seats"] = "election.seats_bounds"
    if not NOMINATION_LEAST <= draft.nomination_days <= NOMINATION_MOST:
        errors["nomination_days"] = "election.nomination_bounds"
    if not NOTICE_LEAST <= draft.notice_days <= NOTICE_MOST:
        errors["notice_days"] = "election.notice_bounds"
    if not JOINT_LEAST <= draft.joint_least <= JOINT_MOST:
        errors["joint_least"] = "election.joint_bounds"
    return Invalid(errors) if errors else None


def _is_same(before: Election, actor: Actor, proposal_id: int, draft: ElectionDraft) -> bool:
    days = end_of_days(before.nominations_from, draft.nomination_days)
    sent = (proposal_id, actor.person_id, draft.seats, draft.joint_least, draft.notice_days)
    kept = (before.proposal_id, before.opened_by, before.seats, before.joint_least, before.notice_days)
    return sent == kept and (before.round > 1 or days == before.nominations_until)


async def reopen(*, actor: Actor, proposal_id: int, days: int, reason: str, now: datetime) -> None:
    """More time for nominations, before or after the notice: a new notice follows, numbers are given anew.

    `reason` stands on the candidates' page and on the notice. Refused once a vote with these names is out, while an
    objection waits, and while the nominations still run for longer than that.
    """
    require(permissions.may_keep_election(actor))
    if not NOMINATION_LEAST <= days <= NOMINATION_MOST:
        raise Invalid({"days": "election.nomination_bounds"})
    if not reason:
        raise Invalid({"reason": "election.reason_needed"})
    async with transaction():
        at = await locked(actor.community_id, proposal_id)
        waiting = sum(each.is_open for each in at.objections)
        if waiting:
            raise Refused("election.objections_open", n=waiting)
        until = end_of_days(now, days)
        if at.election.published_at is None and until <= at.election.nominations_until:
            raise Refused("election.still_nominating")
        await execute(
            "UPDATE candidate SET number = NULL WHERE community_id = {} AND proposal_id = {}",
            *(actor.community_id, proposal_id),
        )
        await execute(
            "UPDATE election SET nominations_until = {}, round = round + 1, published_at = NULL,"
            " published_by_name = NULL, published_seq = NULL, order_seed = '', order_seq = NULL, reopened_reason = {}"
            " WHERE community_id = {} AND proposal_id = {}",
            *(until, reason, actor.community_id, proposal_id),
        )
        data = {"proposal": proposal_id, "nominations_until": until.isoformat(), "by": actor.person_id}
        private = {"reason": reason}
        await audit.record(actor.community_id, "election.reopened", data, now=now, private=private)


async def locked(community_id: int, proposal_id: int) -> Standing:
    """The election with its proposal's row locked; Refused "candidate.on_the_ballot" once a vote with its names is out.

    The proposal is what a motion's opening locks too, so no name moves while a slate is being frozen. NotFound.
    """
    await lock_row("proposal", proposal_id)
    at = await queries.standing(community_id, proposal_id)
    if at.is_on_ballot:
        raise Refused("candidate.on_the_ballot")
    return at


def require_stage(at: Standing, now: datetime, *wanted: Stage, code: str) -> None:
    if rules.stage(at, now) not in wanted:
        raise Refused(code)
