"""Who may touch the papers of one vote: asked of what is known now and of the frozen roll."""

from __future__ import annotations

from council.kernel.actor import Actor
from council.kernel.errors import Refusal, Refused, require
from council.proposals import queries as proposals
from council.registry import queries as registry
from council.voting import paper_voter_queries, permissions, proxy_queries, queries
from council.voting.model import Channel
from council.voting.motion import Motion
from council.voting.officers import stake_of


async def may_handle(actor: Actor, motion: Motion) -> Refusal | None:
    """Owners in scope are those of the frozen roll and those of today: whoever bought a flat meanwhile is one too."""
    proposal = await proposals.proposal(actor.community_id, motion.proposal_id)
    holdings = await registry.holdings_in(actor.community_id, proposal.scope)
    owners = {held.owner_id for of_unit in holdings.values() for held in of_unit}
    owners |= await paper_voter_queries.owners_on_roll(actor.community_id, motion.id)
    standing = await queries.candidates(motion.community_id, motion.id) if motion.is_election else ()
    employed = await proxy_queries.property_staff_ids(motion.community_id) if standing else frozenset[int]()
    return permissions.may_handle_paper(actor, stake_of(proposal, owners, standing, employed, set(holdings)))


async def require_handling(actor: Actor, motion: Motion) -> None:
    """Refused for whoever may not, and for a vote that is not held on paper."""
    require(await may_handle(actor, motion))
    require_paper(motion)


def require_paper(motion: Motion) -> None:
    if Channel.PAPER not in motion.channels:
        raise Refused("paper.not_on_paper")
