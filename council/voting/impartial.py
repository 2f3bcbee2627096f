"""Who may be one of the two that take a result away, or give it back: nobody with something of their own in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from council.accounts.staff import staff_of
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal
from council.proposals import queries as proposals
from council.registry import queries as registry
from council.storage.sql import fetch
from council.voting import objection_queries, paper_voter_queries, permissions, proxy_queries, queries
from council.voting.duty import Stake
from council.voting.motion import Motion
from council.voting.officers import stake_of

_NEIGHBOURS = frozenset({"motion.staff_recused", "motion.staff_lives_there"})
"""Whoever sits in a committee owns here: they stand back only where the office has somebody who does not."""


async def may_decide(actor: Actor, motion: Motion, roles: Iterable[Role], but: Collection[int] = ()) -> Refusal | None:
    """Refusal "office.recused" for the proposer, a candidate, the property manager's staff in an election and whoever
    has objected to this result; for an owner or resident in scope only where somebody else who has one of `roles`, and
    is none of `but`, has nothing of their own in it."""
    stake = await _stake(motion)
    heard = (await objection_queries.objections_of(motion.community_id, [motion.id])).get(motion.id, [])
    objectors = {each.person_id for each in heard}
    reason = permissions.may_serve(
        stake, actor.person_id, actor.name, actor.roles, actor.tied_owner_ids, actor.unit_ids
    )
    if actor.person_id not in objectors:
        if reason is None:
            return None
        barred = {*but, *objectors, *stake.candidate_ids, *stake.property_staff_ids, stake.proposer_id, actor.person_id}
        if reason.code in _NEIGHBOURS and not await _has_other(motion.community_id, stake, frozenset(roles), barred):
            return None
    return Refusal("office.recused")


async def _stake(motion: Motion) -> Stake:
    """Owners in scope are those of the frozen roll and those of today."""
    proposal = await proposals.proposal(motion.community_id, motion.proposal_id)
    holdings = await registry.holdings_in(motion.community_id, proposal.scope)
    owners = {held.owner_id for of_unit in holdings.values() for held in of_unit}
    owners |= await paper_voter_queries.owners_on_roll(motion.community_id, motion.id)
    standing = await queries.candidates(motion.community_id, motion.id) if motion.is_election else ()
    employed = await proxy_queries.property_staff_ids(motion.community_id) if standing else frozenset[int]()
    return stake_of(proposal, owners, standing, employed, set(holdings))


async def _has_other(community_id: int, stake: Stake, roles: frozenset[Role], barred: set[int]) -> bool:
    people = {each.person_id for each in await staff_of(community_id) if each.role in roles} - barred
    if not people:
        return False
    claims = await fetch(
        "SELECT person_id, owner_id FROM owner_claim WHERE community_id = {} AND person_id IN {} AND ended_at IS NULL",
        *(community_id, sorted(people)),
    )
    homes = await fetch(
        "SELECT person_id, unit_id FROM residency WHERE community_id = {} AND person_id IN {} AND ended_at IS NULL",
        *(community_id, sorted(people)),
    )
    tied = {row["person_id"] for row in claims if row["owner_id"] in stake.owner_ids | stake.candidate_owner_ids}
    return bool(people - tied - {row["person_id"] for row in homes if row["unit_id"] in stake.home_ids})
