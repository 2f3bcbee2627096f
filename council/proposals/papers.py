"""Papers that a matter needs besides votes: technical findings, and the consent of units whose own part is taken."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.files import queries as files
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.proposals import permissions, queries
from council.proposals.model import EventKind
from council.proposals.service import check_open, record_event
from council.proposals.tables import Consent, Finding
from council.registry import queries as registry
from council.storage.errors import unique_violation
from council.storage.sql import execute
from council.storage.transactions import lock_row, savepoint, transaction


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
    """The technical answer: which office says whether it can be done, with its document. The same form again changes
    nothing; with anything else in it, or from somebody else, it is refused (form.used_before)."""
    require(permissions.may_record(actor))
    if not office:
        raise Invalid({"office": "form.required"})
    async with transaction():
        await lock_row("proposal", proposal_id)
        check_open(await queries.proposal(actor.community_id, proposal_id))
        if file_id is not None:
            await files.stored_file(actor.community_id, file_id)
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
            *first, document = await queries.finding_sent(actor.community_id, key)
            is_lost = file_id not in (document, None)  # a browser that goes back forgets which file was chosen
            if is_lost or first != [proposal_id, is_feasible, office, note, actor.name]:
                raise Refused("form.used_before") from None
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
    """Names a unit whose exclusive part is occupied: its owners must agree by themselves. Twice is once; for
    another reason than the first time it is refused (consent.named_already)."""
    require(permissions.may_record(actor))
    if not why:
        raise Invalid({"why": "form.required"})
    async with transaction():
        proposal = await queries.proposal(actor.community_id, proposal_id)
        check_open(proposal)
        if not queries.covers(proposal.scope, await registry.unit(actor.community_id, unit_id)):
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
            consents = (await queries.consents_of(actor.community_id, [proposal_id])).get(proposal_id, [])
            first = next((consent for consent in consents if consent.unit_id == unit_id), None)
            if first is None or first.why != why:
                raise Refused("consent.named_already", why="—" if first is None else first.why) from None
            return
        await audit.record(
            actor.community_id, "consent.named", {"proposal": proposal_id, "by": actor.person_id}, now=now
        )


async def answer_consent(*, actor: Actor, proposal_id: int, unit_id: int, is_agreed: bool, now: datetime) -> None:
    """A verified owner of the unit answers. Every co-owner must agree: one may still refuse after another agreed,
    and a refusal stands. NotFound for another community's unit."""
    async with transaction():
        await lock_row("proposal", proposal_id)
        check_open(await queries.proposal(actor.community_id, proposal_id))
        await registry.unit(actor.community_id, unit_id)
        holdings = (await registry.holdings_of(actor.community_id, [unit_id])).get(unit_id, ())
        if actor.owner_ids.isdisjoint({held.owner_id for held in holdings}):
            raise Refused("consent.owners_only", forbidden=True)
        consents = (await queries.consents_of(actor.community_id, [proposal_id])).get(proposal_id, [])
        mine = next((consent for consent in consents if consent.unit_id == unit_id), None)
        if mine is None:
            raise Refused("consent.not_asked")
        if mine.answer == "refuse" or (mine.answer == "agree" and is_agreed):
            raise Refused("consent.answered", name=mine.answered_by_name or "—")
        await execute(
            "UPDATE consent SET answer = {}, answered_at = {}, answered_by_name = {} WHERE community_id = {}"
            " AND proposal_id = {} AND unit_id = {}",
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
