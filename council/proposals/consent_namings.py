"""A home named after the notice of the vote is out, which did not show it: recorded by one with the document that shows
why, asked once another has looked at that. What it answers may stop what was voted for, so nobody alone asks it."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.proposals import consent as rules
from council.proposals import consent_queries, permissions
from council.proposals.consents import asked_for, ground_of, locked, named
from council.proposals.tables import ConsentNaming
from council.registry import queries as registry
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.transactions import transaction


async def record_naming(
    *, actor: Actor, proposal_id: int, unit_id: int, why: str, key: str, file_id: int, now: datetime
) -> int:
    """What shows that this home must agree by itself, for a second person to look at; its id. The same form again is
    the same. Refused "consent.naming_waits" while the home waits already, "consent.named_already" where it is asked."""
    require(permissions.may_record(actor))
    if not why:
        raise Invalid({"why": "form.required"})
    async with transaction():
        proposal = await locked(actor, proposal_id)
        unit = await registry.unit(actor.community_id, unit_id)
        holdings = (await registry.holdings_of(actor.community_id, [unit_id])).get(unit_id, ())
        require(rules.has_no_part(actor, proposal, {held.owner_id for held in holdings}, unit_id))
        scan = await files.stored_file(actor.community_id, file_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        row = ConsentNaming(
            community_id=actor.community_id,
            key=key,
            proposal_id=proposal_id,
            unit_id=unit_id,
            why=why,
            file_id=file_id,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        try:
            naming_id, is_new = await insert_once(row, same=("proposal_id", "unit_id", "why", "file_id", "recorded_by"))
        except Exception as exc:
            if unique_violation(exc):
                raise Refused("consent.naming_waits") from None
            raise
        if not is_new:
            return naming_id
        ground_of(proposal, unit)
        if (asked := await asked_for(proposal, unit_id)) is not None:
            raise Refused("consent.named_already", why=asked.why)
        data = {"proposal": proposal_id, "naming": naming_id, "scan": scan.sha256, "by": actor.person_id}
        private = {"unit": unit_id, "why": why}
        await audit.record(actor.community_id, "consent.naming_recorded", data, now=now, private=private)
    return naming_id


async def confirm_naming(*, actor: Actor, proposal_id: int, naming_id: int, now: datetime) -> None:
    """The second person has looked at the document: the home is asked from now on. Twice is once."""
    async with transaction():
        proposal = await locked(actor, proposal_id)
        naming = await consent_queries.naming(actor.community_id, proposal_id, naming_id)
        require(rules.may_confirm_naming(actor, proposal, naming))
        if naming.confirmed_at is not None:
            return
        if not await confirm_waiting("consent_naming", naming_id, actor, now):
            raise Refused("consent.naming_gone")
        ground = ground_of(proposal, await registry.unit(actor.community_id, naming.unit_id))
        if (asked := await asked_for(proposal, naming.unit_id)) is not None:
            raise Refused("consent.named_already", why=asked.why)
        await named(actor, proposal_id, naming.unit_id, ground, naming.why, now)


async def withdraw_naming(*, actor: Actor, proposal_id: int, naming_id: int, now: datetime) -> None:
    """Recorded wrongly: by whoever recorded it, or whoever may confirm. The document and its record stay."""
    async with transaction():
        proposal = await locked(actor, proposal_id)
        naming = await consent_queries.naming(actor.community_id, proposal_id, naming_id)
        if actor.person_id != naming.recorded_by:
            require(rules.may_confirm_naming(actor, proposal, naming))
        if naming.withdrawn_at is not None:
            return
        if not await withdraw_waiting("consent_naming", naming_id, actor, now):
            raise Refused("consent.naming_confirmed")
        data = {"proposal": proposal_id, "naming": naming_id, "by": actor.person_id}
        await audit.record(actor.community_id, "consent.naming_withdrawn", data, now=now)
