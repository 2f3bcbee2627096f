"""Objections to a published candidate, and appeals of somebody who was found not eligible: each recorded and answered
before the slate stands."""

from __future__ import annotations

from datetime import datetime

from council.accounts.staff import colleagues
from council.audit import service as audit
from council.elections import permissions, queries
from council.elections.candidate import Candidate
from council.elections.model import CandidateObjection, ObjectionOutcome, Stage, Standing
from council.elections.nominating import forget_finding, of
from council.elections.opening import require_stage
from council.elections.tables import CandidateObjection as ObjectionRow
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.storage.bounds import Bound
from council.storage.sql import execute
from council.storage.transactions import transaction

OBJECTING = Bound(
    "bound.candidate_objection",
    12,
    "SELECT filed_at AS at FROM candidate_objection WHERE community_id = {} AND person_id = {} AND filed_at > {}"
    " ORDER BY filed_at DESC LIMIT 1 OFFSET {}",
)


async def object_to(*, actor: Actor, candidate_id: int, key: str, ground: str, place: str, now: datetime) -> int:
    """Recorded with its ground; its id. The same form again is the same objection.

    Against somebody on the notice while it hangs: owners and residents. Against an exclusion, until the notice is out:
    whoever it concerns and the owners who put them forward.
    """
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        before = await queries.objection_by_key(actor.community_id, key)
        if before is not None:
            if (before.candidate_id, before.person_id, before.ground) != (candidate_id, actor.person_id, ground):
                raise Refused("form.used_before")
            return before.id
        is_appeal = candidate.is_refused
        if is_appeal:
            require(permissions.may_appeal(actor, candidate))
            require_stage(at, now, Stage.NOMINATING, Stage.REVIEWING, code="candidate.appeal_too_late")
        else:
            require(permissions.may_object(actor))
            require_stage(at, now, Stage.NOTICE, code="candidate.objection_too_late")
        if not candidate.is_in or (not is_appeal and candidate.number is None):
            raise Refused("candidate.gone")
        row = ObjectionRow(
            community_id=actor.community_id,
            proposal_id=candidate.proposal_id,
            candidate_id=candidate_id,
            key=key,
            is_appeal=is_appeal,
            person_id=actor.person_id,
            by_name=actor.name,
            place=place,
            ground=ground,
            filed_at=now,
        )
        objection_id = int((await ObjectionRow.insert(row))[0]["id"])
        await OBJECTING.keep(actor.community_id, actor.person_id, now=now)
        data = {"proposal": candidate.proposal_id, "candidate": candidate_id, "objection": objection_id}
        private = {"ground": ground, "by": actor.person_id}
        await audit.record(
            actor.community_id, "candidate.objected", data | {"appeal": is_appeal}, now=now, private=private
        )
    return objection_id


async def answer(*, actor: Actor, objection_id: int, outcome: ObjectionOutcome, words: str, now: datetime) -> None:
    """A reasoned answer. Rejecting closes the objection; upholding it waits for a second person, who confirms it or
    sends it back: until then nobody answers over it (Refused "candidate.answered_already")."""
    if outcome is ObjectionOutcome.WITHDRAWN:
        raise Invalid({"outcome": "form.not_a_choice"})
    if not words:
        raise Invalid({"answer": "candidate.words_needed"})
    async with transaction():
        objection, candidate, at = await _open(actor, objection_id)
        office = await colleagues(actor.community_id, permissions.SECONDS)
        homes = await queries.homes_of(actor.community_id, at.candidates)
        require(permissions.may_answer(actor, objection, candidate, at.candidates, office, homes))
        if objection.waits_for_second:
            raise Refused("candidate.answered_already")
        closed = now if outcome is ObjectionOutcome.REJECTED else None
        await execute(
            "UPDATE candidate_objection SET outcome = {}, answer = {}, answered_by = {}, answered_by_name = {},"
            " answered_at = {}, closed_at = {} WHERE community_id = {} AND id = {}",
            *(outcome.value, words, actor.person_id, actor.name, now, closed, actor.community_id, objection_id),
        )
        await _record(actor, "candidate.objection_answered", objection, outcome, now, words)


async def uphold(*, actor: Actor, objection_id: int, now: datetime) -> None:
    """The second person's yes: a candidate is struck off with the answer as the public reason; an excluded one is
    reviewed again."""
    async with transaction():
        objection, candidate, at = await _open(actor, objection_id)
        if not objection.waits_for_second:
            raise Refused("candidate.not_answered")
        office = await colleagues(actor.community_id, permissions.SECONDS)
        homes = await queries.homes_of(actor.community_id, at.candidates)
        require(permissions.may_uphold(actor, objection, candidate, at.candidates, office, homes))
        await execute(
            "UPDATE candidate_objection SET confirmed_by = {}, confirmed_by_name = {}, closed_at = {}"
            " WHERE community_id = {} AND id = {}",
            *(actor.person_id, actor.name, now, actor.community_id, objection_id),
        )
        if objection.is_appeal:
            await forget_finding(actor.community_id, candidate.id)
        elif candidate.is_in:
            await execute(
                "UPDATE candidate SET struck_at = {}, struck_reason = {} WHERE community_id = {} AND id = {}",
                *(now, objection.answer or "", actor.community_id, candidate.id),
            )
        await _record(actor, "candidate.objection_upheld", objection, ObjectionOutcome.UPHELD, now, "")


async def send_back(*, actor: Actor, objection_id: int, words: str, now: datetime) -> None:
    """The second person does not agree to uphold it, and says why: it waits for an answer again."""
    if not words:
        raise Invalid({"words": "candidate.words_needed"})
    async with transaction():
        objection, candidate, at = await _open(actor, objection_id)
        if not objection.waits_for_second:
            raise Refused("candidate.not_answered")
        office = await colleagues(actor.community_id, permissions.SECONDS)
        homes = await queries.homes_of(actor.community_id, at.candidates)
        require(permissions.may_uphold(actor, objection, candidate, at.candidates, office, homes))
        await execute(
            "UPDATE candidate_objection SET outcome = NULL, answer = NULL, answered_by = NULL, answered_by_name = NULL,"
            " answered_at = NULL WHERE community_id = {} AND id = {}",
            *(actor.community_id, objection_id),
        )
        await _record(actor, "candidate.objection_sent_back", objection, ObjectionOutcome.UPHELD, now, words)


async def take_back(*, actor: Actor, objection_id: int, now: datetime) -> None:
    """By whoever filed it, while it is open."""
    async with transaction():
        objection, _, _ = await _open(actor, objection_id)
        if actor.person_id != objection.person_id:
            raise Refused("candidate.not_yours", forbidden=True)
        await execute(
            "UPDATE candidate_objection SET outcome = 'withdrawn', answer = NULL, closed_at = {}"
            " WHERE community_id = {} AND id = {}",
            *(now, actor.community_id, objection_id),
        )
        await _record(actor, "candidate.objection_withdrawn", objection, ObjectionOutcome.WITHDRAWN, now, "")


async def _open(actor: Actor, objection_id: int) -> tuple[CandidateObjection, Candidate, Standing]:
    """An objection that is not closed, as it is once its election is locked."""
    found = await queries.objection(actor.community_id, objection_id)
    candidate, at = await of(actor, found.candidate_id)
    objection = next(each for each in at.objections if each.id == objection_id)
    if not objection.is_open:
        raise Refused("candidate.objection_closed")
    return objection, candidate, at


async def _record(
    actor: Actor, kind: str, objection: CandidateObjection, outcome: ObjectionOutcome, now: datetime, words: str
) -> None:
    data = {
        "proposal": objection.proposal_id,
        "candidate": objection.candidate_id,
        "objection": objection.id,
        "outcome": outcome.value,
    }
    private = {"words": words, "by": actor.person_id}
    await audit.record(actor.community_id, kind, data, now=now, private=private)
