"""Who may be one of the two that take a result away, or give it back, and who of those named may still count: nobody
with something of their own in it, asked at the instant of each act."""

from __future__ import annotations

from collections.abc import Collection

from council.accounts.parties import has_other
from council.accounts.staff import colleagues
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal
from council.proposals import queries as proposals
from council.registry import queries as registry
from council.voting import objection_queries, paper_voter_queries, permissions, proxy_queries, queries
from council.voting.duty import Stake
from council.voting.motion import Motion
from council.voting.officers import stake_of

_NEIGHBOURS = frozenset({"motion.staff_recused", "motion.staff_lives_there"})
"""Whoever sits in a committee owns here: they stand back only where the office has somebody who does not."""


async def may_decide(
    actor: Actor, motion: Motion, roles: Collection[Role], but: Collection[int] = ()
) -> Refusal | None:
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
        barred = {*but, *objectors, actor.person_id}
        if reason.code in _NEIGHBOURS and not await _has_other(motion.community_id, stake, roles, barred):
            return None
    return Refusal("office.recused")


async def may_count(actor: Actor, motion: Motion) -> Refusal | None:
    """Refusal "office.recused" for a named counter or scrutineer whom nobody could name any more: since the notice they
    have bought a home in scope as staff, or have come to work for the property manager, or to live there."""
    is_tied = bool(actor.roles and (actor.tied_owner_ids or actor.unit_ids))
    stake = await _stake(motion, is_tied)
    reason = permissions.may_serve(
        stake, actor.person_id, actor.name, actor.roles, actor.tied_owner_ids, actor.unit_ids
    )
    return None if reason is None else Refusal("office.recused")


async def _stake(motion: Motion, needs_homes: bool = True) -> Stake:
    """Owners in scope are those of the frozen roll and those of today; without `needs_homes` there are none: for
    whoever has no home at all, as each paper is read."""
    proposal = await proposals.proposal(motion.community_id, motion.proposal_id)
    holdings = await registry.holdings_in(motion.community_id, proposal.scope) if needs_homes else {}
    owners = {held.owner_id for of_unit in holdings.values() for held in of_unit}
    if needs_homes:
        owners |= await paper_voter_queries.owners_on_roll(motion.community_id, motion.id)
    standing = await queries.candidates(motion.community_id, motion.id) if motion.is_election else ()
    employed = await proxy_queries.property_staff_ids(motion.community_id) if standing else frozenset[int]()
    return stake_of(proposal, owners, standing, employed, set(holdings))


async def _has_other(community_id: int, stake: Stake, roles: Collection[Role], barred: Collection[int]) -> bool:
    """Whether somebody would be let in who is none of those."""
    free = [
        each
        for each in await colleagues(community_id, roles)
        if permissions.may_serve(stake, each.person_id, each.name, each.roles, each.tied_owner_ids, each.home_ids)
        is None
    ]
    return has_other(free, roles, barred)
