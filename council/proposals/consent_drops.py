"""A home that was named by mistake is asked no more once a second person agrees."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.proposals import consent as rules
from council.proposals import consent_queries
from council.proposals.consent import Consent, Ground
from council.proposals.consent_papers import withdraw_waiting_paper
from council.proposals.consents import locked
from council.storage.sql import execute
from council.storage.transactions import transaction


async def ask_no_more(*, actor: Actor, proposal_id: int, consent_id: int, reason: str, now: datetime) -> None:
    """This home was named by mistake, says the desk, with its reason; another person decides. Until then it is asked.

    Refused for co-owners of 住改商, whom the law asks (consent.by_law)."""
    if not reason:
        raise Invalid({"reason": "form.no_reason"})
    async with transaction():
        proposal = await locked(actor, proposal_id)
        asked = await consent_queries.consent(actor.community_id, proposal_id, consent_id)
        require(rules.may_record(actor, proposal, asked))
        if asked.ground is Ground.CO_OWNED:
            raise Refused("consent.by_law")
        if asked.drop is not None:
            if (asked.drop.asked_by, asked.drop.reason) == (actor.person_id, reason):
                return
            raise Refused("consent.drop_waits")
        await execute(
            "UPDATE consent SET drop_reason = {}, drop_asked_by = {}, drop_asked_by_name = {}, drop_asked_at = {}"
            " WHERE community_id = {} AND id = {}",
            *(reason, actor.person_id, actor.name, now, actor.community_id, consent_id),
        )
        await _dropping(actor, "consent.drop_asked", asked, reason, now)


async def decide_drop(*, actor: Actor, proposal_id: int, consent_id: int, is_yes: bool, now: datetime) -> None:
    """Another person agrees that this home is asked no more, or it stays; whoever asked may take that back. A signed
    answer that waits goes with it."""
    async with transaction():
        proposal = await locked(actor, proposal_id)
        asked = await consent_queries.consent(actor.community_id, proposal_id, consent_id)
        if asked.drop is None:
            return
        if is_yes or actor.person_id != asked.drop.asked_by:
            require(rules.may_confirm(actor, proposal, asked, asked.drop.asked_by))
        if is_yes:
            if asked.ground is Ground.CO_OWNED:
                raise Refused("consent.by_law")
            await execute(
                "UPDATE consent SET dropped_at = {}, dropped_by_name = {} WHERE community_id = {} AND id = {}",
                *(now, actor.name, actor.community_id, consent_id),
            )
            await withdraw_waiting_paper(actor, asked, now)
        else:
            await execute(
                "UPDATE consent SET drop_reason = NULL, drop_asked_by = NULL, drop_asked_by_name = NULL,"
                " drop_asked_at = NULL WHERE community_id = {} AND id = {}",
                *(actor.community_id, consent_id),
            )
        await _dropping(actor, "consent.dropped" if is_yes else "consent.kept", asked, asked.drop.reason, now)


async def _dropping(actor: Actor, kind: str, asked: Consent, reason: str, now: datetime) -> None:
    data = {"proposal": asked.proposal_id, "consent": asked.id, "by": actor.person_id}
    await audit.record(actor.community_id, kind, data, now=now, private={"unit": asked.unit_id, "reason": reason})
