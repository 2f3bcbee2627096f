"""Homes that must agree by themselves: they are named, their owners answer one by one, on the phone or on paper, and a
home named by mistake is taken back by two. A yes stands; whoever refused may still agree."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.pathways.model import GateName, Kind
from council.proposals import consent_queries, permissions, queries
from council.proposals.consent import Consent, Ground
from council.proposals.model import Proposal
from council.proposals.service import check_open
from council.proposals.tables import Consent as ConsentRow
from council.proposals.tables import ConsentAnswer
from council.registry import queries as registry
from council.registry.model import Unit
from council.storage.sql import execute, fetch, fetch_one
from council.storage.transactions import lock_row, transaction


async def name_home(*, actor: Actor, proposal_id: int, unit_id: int, why: str, now: datetime) -> None:
    """Names a home that must agree by itself. Twice is once; for another reason than the first time it is refused
    (consent.named_already). Of 住改商 one of another building may be named, which has shown that it is affected.

    Refused once the notice of the vote is out, which did not show it (consent.needs_second, see `consent_namings`)."""
    require(permissions.may_record(actor))
    if not why:
        raise Invalid({"why": "form.required"})
    async with transaction():
        proposal = await locked(actor, proposal_id)
        ground = ground_of(proposal, await registry.unit(actor.community_id, unit_id))
        if (asked := await asked_for(proposal, unit_id)) is not None:
            if asked.why != why:
                raise Refused("consent.named_already", why=asked.why)
            return
        if await consent_queries.is_called(actor.community_id, proposal_id):
            raise Refused("consent.needs_second")
        await named(actor, proposal_id, unit_id, ground, why, now)


def ground_of(proposal: Proposal, unit: Unit) -> Ground:
    """Why this home is asked; Invalid {"unit": …} where it cannot be."""
    if queries.covers(proposal.scope, unit):
        return Ground.PART
    if proposal.kind is not Kind.HOME_TO_SHOP:
        raise Invalid({"unit": "proposal.out_of_scope"})
    return Ground.OUTSIDE


async def asked_for(proposal: Proposal, unit_id: int) -> Consent | None:
    """What this home is asked, in the caller's transaction; None where it is not."""
    return next((each for each in await _asked(proposal) if each.unit_id == unit_id), None)


async def named(actor: Actor, proposal_id: int, unit_id: int, ground: Ground, why: str, now: datetime) -> None:
    """This home, which is not asked, is asked from now on; in the caller's transaction."""
    before = await fetch_one(
        "SELECT id FROM consent WHERE community_id = {} AND proposal_id = {} AND unit_id = {}",
        *(actor.community_id, proposal_id, unit_id),
    )
    if before is not None:
        await _named_again(actor, [before["id"]], ground, why, now)
    else:
        await ConsentRow.insert(_row(actor, proposal_id, unit_id, ground, why, now))
    await audit.record(
        actor.community_id,
        "consent.named",
        {"proposal": proposal_id, "ground": ground.value, "by": actor.person_id},
        now=now,
        private={"unit": unit_id, "why": why},
    )


async def _named_again(actor: Actor, consent_ids: Collection[int], ground: Ground, why: str, now: datetime) -> None:
    """What was said before is kept and counts no more: answers are to what is asked now."""
    await execute(
        "UPDATE consent SET ground = {}, why = {}, named_by_name = {}, named_at = {}, settled_at = NULL,"
        " drop_reason = NULL, drop_asked_by = NULL, drop_asked_by_name = NULL, drop_asked_at = NULL,"
        " dropped_by_name = NULL, dropped_at = NULL WHERE community_id = {} AND id IN {}",
        *(ground.value, why, actor.name, now, actor.community_id, sorted(consent_ids)),
    )


async def name_co_owned(actor: Actor, proposal: Proposal, homes: Collection[int], now: datetime) -> None:
    """Of 住改商, as its vote is called, in the caller's transaction: every co-owner of these homes must agree, and one
    ballot cannot say so for all (domain: 住改商). Who was asked already is asked as a co-owner from now on: the
    reason and the answers stand, and that the home be asked no more is nobody's to say. One that was named by mistake
    and is asked no more is asked anew."""
    rows = await fetch(
        "SELECT id, unit_id, ground, dropped_at FROM consent WHERE community_id = {} AND proposal_id = {}",
        *(actor.community_id, proposal.id),
    )
    named = {row["unit_id"]: row for row in rows if row["unit_id"] in set(homes)}
    again = [row["id"] for row in named.values() if row["dropped_at"] is not None]
    other = [
        row["id"] for row in named.values() if row["dropped_at"] is None and row["ground"] != Ground.CO_OWNED.value
    ]
    new = [_row(actor, proposal.id, unit_id, Ground.CO_OWNED, "", now) for unit_id in homes if unit_id not in named]
    if again:
        await _named_again(actor, again, Ground.CO_OWNED, "", now)
    if other:
        await execute(
            "UPDATE consent SET ground = {}, drop_reason = NULL, drop_asked_by = NULL, drop_asked_by_name = NULL,"
            " drop_asked_at = NULL WHERE community_id = {} AND id IN {}",
            *(Ground.CO_OWNED.value, actor.community_id, other),
        )
    if new:
        await ConsentRow.insert(*new)
    if asked := len(again) + len(other) + len(new):
        await audit.record(
            actor.community_id,
            "consent.named",
            {"proposal": proposal.id, "ground": Ground.CO_OWNED.value, "by": actor.person_id, "homes": asked},
            now=now,
        )


def _row(actor: Actor, proposal_id: int, unit_id: int, ground: Ground, why: str, now: datetime) -> ConsentRow:
    return ConsentRow(
        community_id=actor.community_id,
        proposal_id=proposal_id,
        unit_id=unit_id,
        ground=ground.value,
        why=why,
        named_by_name=actor.name,
        named_at=now,
    )


async def _asked(proposal: Proposal) -> list[Consent]:
    return (await consent_queries.consents_of(proposal.community_id, [proposal.id])).get(proposal.id, [])


async def answer(*, actor: Actor, proposal_id: int, unit_id: int, is_agreed: bool, now: datetime) -> None:
    """A verified owner of the home answers for themselves; the home agrees when all its owners have.

    The same again is once. A refusal may be turned into a yes, a yes stands (consent.answered). Refused for a company,
    which answers on paper with its seal; NotFound for another community's home."""
    async with transaction():
        proposal = await locked(actor, proposal_id)
        await registry.unit(actor.community_id, unit_id)
        holdings = (await registry.holdings_of(actor.community_id, [unit_id])).get(unit_id, ())
        if actor.owner_ids.isdisjoint({held.owner_id for held in holdings}):
            raise Refused("consent.owners_only", forbidden=True)
        mine = await asked_for(proposal, unit_id)
        if mine is None:
            raise Refused("consent.not_asked")
        own = [each for each in mine.own(actor) if not each.signs_with_seal]
        if not own:
            raise Refused("consent.on_paper")
        new = [each.owner_id for each in own if each.is_agreed is not is_agreed]
        if mine.is_settled or any(each.is_agreed for each in own if each.owner_id in new):
            if is_agreed:
                return
            raise Refused("consent.answered")
        await answered(actor, mine, new, is_agreed, now, paper_id=None)


async def answered(
    actor: Actor, asked: Consent, owner_ids: Iterable[int], is_agreed: bool, now: datetime, *, paper_id: int | None
) -> None:
    """These owners' answers, on the phone or by a paper that two have looked at, in the caller's transaction."""
    names = {each.owner_id: each.name for each in asked.owners}
    rows = [
        ConsentAnswer(
            community_id=actor.community_id,
            consent_id=asked.id,
            owner_id=owner_id,
            is_agreed=is_agreed,
            by_name=actor.name if paper_id is None else names[owner_id],
            person_id=actor.person_id if paper_id is None else None,
            paper_id=paper_id,
            answered_at=now,
        )
        for owner_id in owner_ids
    ]
    if not rows:
        return
    await ConsentAnswer.insert(*rows)
    after = await consent_queries.consent(actor.community_id, asked.proposal_id, asked.id)
    is_settled = after.is_settled
    if is_settled:
        await execute(
            "UPDATE consent SET settled_at = {} WHERE community_id = {} AND id = {} AND settled_at IS NULL",
            *(now, actor.community_id, asked.id),
        )
    await audit.record(
        actor.community_id,
        "consent.answered",
        {
            "proposal": asked.proposal_id,
            "agreed": is_agreed,
            "settled": is_settled,
            "on_paper": paper_id is not None,
        },
        now=now,
        private={"unit": asked.unit_id, "owners": sorted(row.owner_id for row in rows), "person": actor.person_id},
    )


async def locked(actor: Actor, proposal_id: int) -> Proposal:
    """The matter, still on its way, and locked. Refused where its pathway asks nobody (consent.not_this_kind)."""
    await lock_row("proposal", proposal_id)
    proposal = await queries.proposal(actor.community_id, proposal_id)
    check_open(proposal)
    if GateName.CONSENT not in proposal.preset.gates:
        raise Refused("consent.not_this_kind")
    return proposal
