"""Somebody stands back by letter: one person records it with its scan, a second one looks at it and confirms.

Whoever has an account stands back there, alone (`consenting.withdraw`).
"""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.elections import permissions, queries, rules
from council.elections.candidate import Candidate
from council.elections.model import Standing
from council.elections.nominating import of, require_in
from council.elections.tables import CandidateLetter
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.sql import execute
from council.storage.transactions import transaction


async def record(*, actor: Actor, candidate_id: int, key: str, file_id: int, reason: str, now: datetime) -> int:
    """The letter, and the public reason in it; its id. The same form again is the same letter, and there is one at a
    time (Refused "candidate.letter_already"). Nobody who stands in this election records it, nor their household."""
    require(permissions.may_keep_election(actor))
    if not reason:
        raise Invalid({"reason": "candidate.reason_needed"})
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        homes = await queries.homes_of(actor.community_id, at.candidates)
        require(permissions.may_record_letter(actor, candidate, at.candidates, homes))
        scan = await files.stored_file(actor.community_id, file_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        row = CandidateLetter(
            community_id=actor.community_id,
            candidate_id=candidate_id,
            key=key,
            file_id=file_id,
            reason=reason,
            entered_by=actor.person_id,
            entered_by_name=actor.name,
            entered_at=now,
        )
        try:
            letter_id, is_new = await insert_once(row, same=("candidate_id", "file_id", "reason", "entered_by"))
        except Exception as exc:
            if unique_violation(exc):
                raise Refused("candidate.letter_already") from None
            raise
        if not is_new:
            return letter_id
        require_in(candidate)
        await _record(actor, "candidate.letter_recorded", candidate, at, letter_id, now, {"scan": scan.sha256})
    return letter_id


async def confirm(*, actor: Actor, candidate_id: int, letter_id: int, now: datetime) -> None:
    """The second person has looked at the letter: the candidate is out, with its reason. Twice is once."""
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        letter = candidate.letter
        if letter is None or letter.id != letter_id:
            raise Refused("candidate.letter_gone")
        homes = await queries.homes_of(actor.community_id, at.candidates)
        require(permissions.may_second_paper(actor, letter.entered_by, candidate, at.candidates, homes))
        if letter.confirmed_at is not None:
            return
        require_in(candidate)
        await confirm_waiting("candidate_letter", letter_id, actor, now)
        await execute(
            "UPDATE candidate SET withdrawn_at = {}, withdrawn_reason = {}, withdrawn_by_name = {}"
            " WHERE community_id = {} AND id = {}",
            *(now, letter.reason, letter.entered_by_name, actor.community_id, candidate_id),
        )
        private = {"reason": letter.reason}
        await _record(actor, "candidate.withdrawn", candidate, at, letter_id, now, {}, private)


async def take_back(*, actor: Actor, candidate_id: int, letter_id: int, words: str, now: datetime) -> None:
    """Recorded wrongly, or not what the letter says: by whoever recorded it, or by the second person, with the reason.
    The candidate stays."""
    if not words:
        raise Invalid({"why_not": "candidate.words_needed"})
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        letter = candidate.letter
        if letter is None or letter.id != letter_id:
            return
        if actor.person_id != letter.entered_by:
            homes = await queries.homes_of(actor.community_id, at.candidates)
            require(permissions.may_second_paper(actor, letter.entered_by, candidate, at.candidates, homes))
        if not await withdraw_waiting("candidate_letter", letter_id, actor, now):
            raise Refused("candidate.letter_confirmed")
        await _record(actor, "candidate.letter_taken_back", candidate, at, letter_id, now, {}, {"words": words})


async def _record(
    actor: Actor,
    kind: str,
    candidate: Candidate,
    at: Standing,
    letter_id: int,
    now: datetime,
    more: dict[str, str],
    private: dict[str, str] | None = None,
) -> None:
    data = {"proposal": candidate.proposal_id, "candidate": candidate.id, "letter": letter_id}
    stage = {"stage": rules.stage(at, now).value}
    by = {"by": actor.person_id}
    await audit.record(actor.community_id, kind, data | stage | more, now=now, private={**(private or {}), **by})
