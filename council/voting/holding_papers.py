"""Papers about right-holders: one of the desk records, another confirms, and only then does anything change."""

from __future__ import annotations

from datetime import datetime

from council.accounts import tie_queries, ties
from council.accounts.model import Claim
from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.registry import editing
from council.registry import queries as registry
from council.registry.rollfile.model import Basis
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction
from council.voting import holding_queries
from council.voting.acting_ends import end_claim, end_paper_row, log_paper
from council.voting.holder_tables import HolderPaper as Row
from council.voting.holding import (
    SUPERSEDED,
    Capacity,
    HolderPaper,
    PaperDraft,
    fits,
    may_confirm_holder,
    may_record_holder,
)

_SAME = ("recorded_by", "unit_id", "owner_id", "says", "words", "person_id", "valid_until", "file_sha256")


async def record_paper(*, actor: Actor, unit_id: int, draft: PaperDraft, file_id: int, now: datetime) -> int:
    """Keeps what a paper shows, with its scan; it waits for a second person. The paper's id.

    By what right an owner holds this home, or which account acts for that owner wherever they own. The same form again
    is the same paper, also when the two come at once; with another document it is refused. Refused "holder.waiting"
    while another one about the same is not confirmed.
    """
    async with transaction():
        require(may_record_holder(actor, draft.owner_id, draft.person_id))
        if draft.says is Capacity.AGENT and draft.valid_until is None:
            raise Invalid({"valid_until": "holder.until_when"})
        scan = await files.stored_file(actor.community_id, file_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        claim = await _find_claim(actor.community_id, draft.owner_id, draft.person_id)
        row = Row(
            community_id=actor.community_id,
            key=draft.key,
            owner_id=draft.owner_id,
            unit_id=unit_id if draft.person_id is None else None,
            person_id=draft.person_id,
            says=draft.says.value,
            acting_name="" if claim is None else claim.person_name,
            words=draft.words,
            file_id=scan.id,
            file_sha256=scan.sha256,
            valid_until=draft.valid_until,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        try:
            paper_id, is_new = await insert_once(row, same=_SAME)
        except Exception as error:
            if unique_violation(error):
                raise Refused("holder.waiting") from error
            raise
        if not is_new:
            return paper_id
        await _check(actor.community_id, unit_id, draft, now)
        if draft.person_id is not None and claim is None:
            raise Invalid({"person": "holder.no_account"})
        data = {"paper": paper_id, "says": draft.says.value, "file_sha256": scan.sha256, "by": actor.person_id}
        private = {"owner": draft.owner_id, "person": draft.person_id, "words": draft.words}
        await audit.record(actor.community_id, "holder.recorded", data, now=now, private=private)
    return paper_id


async def _check(community_id: int, unit_id: int, draft: PaperDraft, now: datetime) -> None:
    """Invalid where the owner is of another kind than the paper says, or an authorisation has run out."""
    held = (await registry.holdings_of(community_id, [unit_id])).get(unit_id, ())
    owner = next((each for each in held if each.owner_id == draft.owner_id), None)
    if owner is None:
        raise NotFound
    if (why := fits(draft.says, owner.kind)) is not None:
        raise Invalid({"says": why})
    if draft.valid_until is not None and draft.valid_until <= now:
        raise Invalid({"valid_until": "holder.run_out"})


async def _require_still(paper: HolderPaper) -> None:
    """Asked again by the second person: they may have sold, or the register may say meanwhile what kind they are."""
    held = {unit.id for unit in await registry.units_of_owner(paper.community_id, paper.owner_id)}
    if not held or (paper.unit_id is not None and paper.unit_id not in held):
        raise Refused("holder.owns_no_more")
    if (why := fits(paper.says, (await registry.owner(paper.community_id, paper.owner_id)).kind)) is not None:
        raise Refused(why)


async def _find_claim(community_id: int, owner_id: int, person_id: int | None) -> Claim | None:
    """The tie of that account to this owner: whoever acts has come in with the owner's slip."""
    if person_id is None:
        return None
    claims = await tie_queries.claims_of_owners(community_id, [owner_id])
    return next((each for each in claims if each.person_id == person_id), None)


async def confirm_paper(*, actor: Actor, paper_id: int, now: datetime) -> None:
    """A second person has compared it with the scan: the register says so now, or that account acts for the owner.

    The older paper about the same ends. Rolls that are frozen keep what they were frozen with; who may cast is asked
    of the papers as they are when somebody casts. Refused "holder.moved_on" when it is confirmed or ended already.
    """
    async with transaction():
        await lock_row("holder_paper", paper_id, is_referred_to=True)
        paper = await holding_queries.paper(actor.community_id, paper_id)
        require(may_confirm_holder(actor, paper))
        if not paper.is_waiting:
            raise Refused("holder.moved_on")
        if paper.is_expired(now):
            raise Refused("holder.run_out")
        await _require_still(paper)
        older = await fetch(
            "UPDATE holder_paper SET ended_at = {}, ended_by_name = {}, end_reason = {} WHERE community_id = {}"
            " AND owner_id = {} AND COALESCE(unit_id, 0) = {} AND confirmed_at IS NOT NULL AND ended_at IS NULL"
            " RETURNING person_id",
            *(now, actor.name, SUPERSEDED, actor.community_id, paper.owner_id, paper.unit_id or 0),
        )
        await execute(
            "UPDATE holder_paper SET confirmed_by = {}, confirmed_by_name = {}, confirmed_at = {}"
            " WHERE community_id = {} AND id = {}",
            *(actor.person_id, actor.name, now, actor.community_id, paper_id),
        )
        if isinstance(paper.says, Basis) and paper.unit_id is not None:
            await editing.set_basis(
                actor=actor, unit_id=paper.unit_id, owner_id=paper.owner_id, basis=paper.says, now=now
            )
        elif paper.person_id is not None:
            for row in older:  # one at most
                if row["person_id"] != paper.person_id:
                    await _end_claim(actor, paper.owner_id, row["person_id"], SUPERSEDED, now)
            claim = await _find_claim(actor.community_id, paper.owner_id, paper.person_id)
            if claim is None:
                raise Invalid({"person": "holder.no_account"})
            await ties.act_by_paper(actor=actor, claim_id=claim.id, until=paper.valid_until, now=now)
        await log_paper(actor, "holder.confirmed", paper, now)


async def end_paper(*, actor: Actor, paper_id: int, reason: str, now: datetime) -> None:
    """One that waits is withdrawn. Refused "holder.moved_on" when it has ended already, for the basis in force, which
    only another paper changes ("holder.needs_another"), and for a guardian's or agent's that is in force
    ("holder.needs_second"): that takes a document and a second person (`halting`)."""
    async with transaction():
        await lock_row("holder_paper", paper_id, is_referred_to=True)
        paper = await holding_queries.paper(actor.community_id, paper_id)
        require(may_record_holder(actor, paper.owner_id, paper.person_id))
        if paper.ended_at is not None:
            raise Refused("holder.moved_on")
        if not paper.is_waiting:
            raise Refused("holder.needs_second" if paper.is_acting else "holder.needs_another")
        await end_paper_row(actor, paper, reason, now)


async def _end_claim(actor: Actor, owner_id: int, person_id: int, reason: str, now: datetime) -> None:
    """They are that owner's no more here, and nobody holds a mandate to vote from them."""
    for claim in await tie_queries.claims_of_owners(actor.community_id, [owner_id]):
        if claim.person_id == person_id and claim.was_verified:
            await end_claim(actor=actor, claim=claim, reason=reason, now=now)
