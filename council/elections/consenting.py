"""The candidate's own yes, by their own tap or on paper, and their no."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.elections import permissions, queries, rules
from council.elections.candidate import Candidate
from council.elections.model import Stage
from council.elections.nominating import forget_finding, of, require_in
from council.elections.opening import require_stage
from council.elections.taken import is_new
from council.files import queries as files
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.storage.sql import execute
from council.storage.transactions import transaction


async def consent(*, actor: Actor, candidate_id: int, key: str, statement: str, now: datetime) -> None:
    """The candidate's own yes, by their own tap, with what they say of themselves ("": as it stands). The same form
    again is one; once they have been reviewed the words stay as they are (candidate.judged_already)."""
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        require(permissions.may_speak_for(actor, candidate))
        await _require_own(actor, candidate, now)
        if not await is_new(actor, candidate_id, key, "consent", {"statement": statement}, now):
            return
        require_stage(at, now, Stage.NOMINATING, Stage.REVIEWING, code="election.published_already")
        require_in(candidate)
        if candidate.consented_at is not None and statement in {"", candidate.statement}:
            return
        if candidate.verdict is not None:
            raise Refused("candidate.judged_already")
        await execute(
            "UPDATE candidate SET consented_at = {}, consented_how = 'own', consent_id = NULL, consent_by_name = {},"
            " person_id = {}, statement = {} WHERE community_id = {} AND id = {}",
            *(now, actor.name, actor.person_id, statement or candidate.statement, actor.community_id, candidate_id),
        )
        await _record_consent(actor, candidate, "own", now)


async def consent_on_paper(
    *, actor: Actor, candidate_id: int, key: str, file_id: int, now: datetime, authorisation_id: int | None = None
) -> None:
    """Staff record the paper that the candidate signed, with it a legal person's authorisation. A finding from before
    falls: two people have looked at other papers. The same form again is one."""
    require(permissions.may_keep_election(actor))
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        said = {"consent": file_id, "authorisation": authorisation_id}
        if not await is_new(actor, candidate_id, key, "paper", said, now):
            return
        require_stage(at, now, Stage.NOMINATING, Stage.REVIEWING, code="election.published_already")
        require_in(candidate)
        for each in (file_id, authorisation_id):
            if each is not None:
                await files.stored_file(actor.community_id, each)
        await execute(
            "UPDATE candidate SET consented_at = {}, consented_how = 'paper', consent_id = {}, consent_by_name = {},"
            " authorisation_id = {} WHERE community_id = {} AND id = {}",
            *(now, file_id, actor.name, authorisation_id or candidate.authorisation_id),
            *(actor.community_id, candidate_id),
        )
        if candidate.verdict is not None:
            await forget_finding(actor.community_id, candidate_id)
        await _record_consent(actor, candidate, "paper", now)


async def _require_own(actor: Actor, candidate: Candidate, now: datetime) -> None:
    """To stand and to stand back is nobody's but the candidate's: a guardian does neither for their ward."""
    wards, _ = await queries.acted_for(actor.community_id, actor.person_id, now)
    if candidate.owner_id in wards:
        raise Refused("candidate.not_yours", forbidden=True)


async def _record_consent(actor: Actor, candidate: Candidate, how: str, now: datetime) -> None:
    data = {"proposal": candidate.proposal_id, "candidate": candidate.id, "how": how}
    await audit.record(actor.community_id, "candidate.consented", data, now=now, private={"by": actor.person_id})


async def withdraw(*, actor: Actor, candidate_id: int, reason: str, now: datetime) -> None:
    """The candidate stands back: free until the notice, with a public reason afterwards. Twice is once."""
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        require(permissions.may_speak_for(actor, candidate))
        await _require_own(actor, candidate, now)
        if candidate.withdrawn_at is not None:
            return
        require_in(candidate)
        if at.election.published_at is not None and not reason:
            raise Invalid({"reason": "candidate.reason_needed"})
        await execute(
            "UPDATE candidate SET withdrawn_at = {}, withdrawn_reason = {}, withdrawn_by_name = {}"
            " WHERE community_id = {} AND id = {}",
            *(now, reason, actor.name, actor.community_id, candidate_id),
        )
        await audit.record(
            actor.community_id,
            "candidate.withdrawn",
            {"proposal": candidate.proposal_id, "candidate": candidate_id, "stage": rules.stage(at, now).value},
            now=now,
            private={"reason": reason, "by": actor.person_id},
        )
