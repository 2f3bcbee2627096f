"""What a home's owners signed on paper: recorded by one of the desk, and an answer once another has looked at it."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.proposals import consent as rules
from council.proposals import consent_queries
from council.proposals.consent import Consent
from council.proposals.consents import answered, locked
from council.proposals.tables import ConsentPaper
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.transactions import transaction


async def record_paper(
    *,
    actor: Actor,
    proposal_id: int,
    consent_id: int,
    key: str,
    owner_ids: Collection[int],
    is_agreed: bool,
    file_id: int,
    now: datetime,
) -> int:
    """What owners signed on paper, for a second person to look at; its id. The same form again is the same paper.

    Invalid {"owner": …} where nobody is named or somebody is no owner of the home today; Refused "consent.paper_waits"
    while another one waits, "consent.answered" where a yes would be taken back."""
    if not owner_ids:
        raise Invalid({"owner": "consent.nobody_signed"})
    async with transaction():
        proposal = await locked(actor, proposal_id)
        asked = await consent_queries.consent(actor.community_id, proposal_id, consent_id)
        require(rules.may_record(actor, proposal, asked))
        scan = await files.stored_file(actor.community_id, file_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        row = ConsentPaper(
            community_id=actor.community_id,
            key=key,
            consent_id=consent_id,
            owners=json.dumps(sorted(owner_ids)),
            is_agreed=is_agreed,
            file_id=file_id,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        try:
            paper_id, is_new = await insert_once(
                row, same=("consent_id", "owners", "is_agreed", "file_id", "recorded_by")
            )
        except Exception as exc:
            if unique_violation(exc):
                raise Refused("consent.paper_waits") from None
            raise
        if not is_new:
            return paper_id
        _check_signers(asked, owner_ids, is_agreed=is_agreed)
        data = {"proposal": proposal_id, "paper": paper_id, "scan": scan.sha256, "by": actor.person_id}
        private = {"unit": asked.unit_id, "owners": sorted(owner_ids), "agreed": is_agreed}
        await audit.record(actor.community_id, "consent.paper_recorded", data, now=now, private=private)
    return paper_id


def _check_signers(asked: Consent, owner_ids: Collection[int], *, is_agreed: bool) -> None:
    of_home = {each.owner_id: each for each in asked.owners}
    if not of_home.keys() >= set(owner_ids):
        raise Invalid({"owner": "consent.not_its_owner"})
    if not is_agreed and (asked.is_settled or any(of_home[each].is_agreed for each in owner_ids)):
        raise Refused("consent.answered")
    if asked.is_settled:
        raise Refused("consent.settled")


async def confirm_paper(*, actor: Actor, proposal_id: int, paper_id: int, now: datetime) -> None:
    """The second person has compared it with the scan: its owners have answered. Twice is once."""
    async with transaction():
        proposal = await locked(actor, proposal_id)
        paper = await consent_queries.paper(actor.community_id, proposal_id, paper_id)
        asked = await consent_queries.consent(actor.community_id, proposal_id, paper.consent_id)
        require(rules.may_confirm(actor, proposal, asked, paper.recorded_by))
        if paper.confirmed_at is not None:
            return
        if not asked.is_answered_by(paper):
            raise Refused("consent.paper_of_before")
        _check_signers(asked, paper.owner_ids, is_agreed=paper.is_agreed)
        if not await confirm_waiting("consent_paper", paper_id, actor, now):
            raise Refused("consent.paper_gone")
        await answered(actor, asked, paper.owner_ids, paper.is_agreed, now, paper_id=paper_id)


async def withdraw_paper(*, actor: Actor, proposal_id: int, paper_id: int, now: datetime) -> None:
    """Recorded wrongly: by whoever recorded it, or whoever may confirm. The scan and its record stay."""
    async with transaction():
        proposal = await locked(actor, proposal_id)
        paper = await consent_queries.paper(actor.community_id, proposal_id, paper_id)
        asked = await consent_queries.consent(actor.community_id, proposal_id, paper.consent_id)
        if actor.person_id != paper.recorded_by:
            require(rules.may_confirm(actor, proposal, asked, paper.recorded_by))
        if paper.withdrawn_at is not None:
            return
        if not await _taken_back(actor, proposal_id, paper_id, now):
            raise Refused("consent.paper_confirmed")


async def withdraw_waiting_paper(actor: Actor, asked: Consent, now: datetime) -> None:
    """As its home is asked no more, in the caller's transaction: what was signed was signed to what was asked then."""
    for paper in await consent_queries.papers_of(actor.community_id, asked.proposal_id):
        if paper.consent_id == asked.id and paper.is_waiting:  # one at most (`consent_paper_waiting`)
            await _taken_back(actor, asked.proposal_id, paper.id, now)


async def _taken_back(actor: Actor, proposal_id: int, paper_id: int, now: datetime) -> bool:
    if not await withdraw_waiting("consent_paper", paper_id, actor, now):
        return False
    data = {"proposal": proposal_id, "paper": paper_id, "by": actor.person_id}
    await audit.record(actor.community_id, "consent.paper_withdrawn", data, now=now)
    return True
