"""The review: one person finds somebody eligible or not, with a reason; a second one confirms it or sends it back."""

from __future__ import annotations

from datetime import datetime

from council.accounts.staff import colleagues
from council.audit import service as audit
from council.elections import permissions, queries, rules
from council.elections.candidate import Candidate, Reason, Verdict
from council.elections.model import Stage, Standing
from council.elections.nominating import forget_finding, of
from council.elections.opening import require_stage
from council.elections.taken import is_new
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.storage.sql import execute
from council.storage.transactions import transaction


async def judge(
    *, actor: Actor, candidate_id: int, key: str, verdict: Verdict, reason: Reason | None, words: str, now: datetime
) -> None:
    """The first person's finding; an earlier one, confirmed or not, falls with it until the notice is out. The same
    form again is one finding.

    Whoever is found not eligible is told which reason, in words (Invalid without). Eligible is refused for somebody who
    owns nothing here any more, without their consent, without enough signatures, without a represented owner's paper.
    """
    if verdict is Verdict.NOT and (reason is None or not words):
        raise Invalid({"words": "candidate.words_needed"} if reason else {"reason": "candidate.no_reason"})
    async with transaction():
        candidate, at = await _reviewed(actor, candidate_id, now)
        said = {"verdict": verdict.value, "reason": reason.value if reason else None, "words": words}
        if not await is_new(actor, candidate_id, key, "finding", said, now):
            return
        office = await colleagues(actor.community_id, permissions.SECONDS)
        homes = await queries.homes_of(actor.community_id, at.candidates)
        require(permissions.may_review(actor, candidate, at.candidates, office, homes))
        if verdict is Verdict.ELIGIBLE:
            _require_standing(candidate, at)
        await execute(
            "UPDATE candidate SET verdict = {}, reason = {}, words = {}, judged_by = {}, judged_by_name = {},"
            " judged_at = {}, confirmed_by = NULL, confirmed_by_name = NULL, confirmed_at = NULL"
            " WHERE community_id = {} AND id = {}",
            *(verdict.value, reason.value if reason and verdict is Verdict.NOT else None, words),
            *(actor.person_id, actor.name, now, actor.community_id, candidate_id),
        )
        await _record(actor, "candidate.judged", candidate, verdict, now, words)


async def confirm(*, actor: Actor, candidate_id: int, seen: datetime, now: datetime) -> None:
    """The second person's yes to the finding they have `seen` (its instant). Twice is once; Refused
    "candidate.judged_anew" when another finding has come meanwhile."""
    async with transaction():
        candidate, at = await _reviewed(actor, candidate_id, now)
        verdict = _waiting(candidate, seen)
        office = await colleagues(actor.community_id, permissions.SECONDS)
        homes = await queries.homes_of(actor.community_id, at.candidates)
        require(permissions.may_second(actor, candidate, at.candidates, office, homes))
        if candidate.confirmed_at is not None:
            return
        if verdict is Verdict.ELIGIBLE:
            _require_standing(candidate, at)
        await execute(
            "UPDATE candidate SET confirmed_by = {}, confirmed_by_name = {}, confirmed_at = {}"
            " WHERE community_id = {} AND id = {}",
            *(actor.person_id, actor.name, now, actor.community_id, candidate_id),
        )
        await _record(actor, "candidate.confirmed", candidate, verdict, now, candidate.words or "")


async def send_back(*, actor: Actor, candidate_id: int, seen: datetime, words: str, now: datetime) -> None:
    """The second person disagrees, and says why: the finding falls, and somebody looks again."""
    if not words:
        raise Invalid({"words": "candidate.words_needed"})
    async with transaction():
        candidate, at = await _reviewed(actor, candidate_id, now)
        verdict = _waiting(candidate, seen)
        office = await colleagues(actor.community_id, permissions.SECONDS)
        homes = await queries.homes_of(actor.community_id, at.candidates)
        require(permissions.may_second(actor, candidate, at.candidates, office, homes))
        if candidate.confirmed_at is not None:
            raise Refused("candidate.confirmed_already")
        await forget_finding(actor.community_id, candidate_id)
        await _record(actor, "candidate.sent_back", candidate, verdict, now, words)


async def _reviewed(actor: Actor, candidate_id: int, now: datetime) -> tuple[Candidate, Standing]:
    candidate, at = await of(actor, candidate_id)
    require_stage(at, now, Stage.NOMINATING, Stage.REVIEWING, code="election.published_already")
    if not candidate.is_in:
        raise Refused("candidate.gone")
    return candidate, at


def _require_standing(candidate: Candidate, at: Standing) -> None:
    fault = rules.cannot_stand(candidate, at.election.joint_least)
    if fault is not None:
        raise Refused(fault.code, forbidden=False, **fault.details)


def _waiting(candidate: Candidate, seen: datetime) -> Verdict:
    if candidate.verdict is None or candidate.judged_at != seen:
        raise Refused("candidate.judged_anew")
    return candidate.verdict


async def _record(actor: Actor, kind: str, candidate: Candidate, verdict: Verdict, now: datetime, words: str) -> None:
    data = {"proposal": candidate.proposal_id, "candidate": candidate.id, "verdict": verdict.value}
    private = {"words": words, "by": actor.person_id}
    await audit.record(actor.community_id, kind, data, now=now, private=private)
