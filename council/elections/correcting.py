"""What an election is of, where it was answered wrongly at filing: a whole committee, or seats of the one that stands.

It stands in the text that is voted on, and nobody puts themselves forward for the one and is elected to the other: so
it is corrected before the nominations open, and never after.
"""

from __future__ import annotations

from datetime import datetime

from council.elections import permissions, queries
from council.elections.opening import seats_of
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.proposals import desk
from council.proposals import queries as proposals
from council.proposals.model import Proposal
from council.storage.transactions import lock_row, transaction


def is_of_either(proposal: Proposal) -> bool:
    """One chair is always a seat of the committee that stands."""
    return proposal.preset.is_election and seats_of(proposal) is None


async def correct(*, actor: Actor, proposal_id: int, fills: bool, reason: str, now: datetime) -> None:
    """By the desk, with a reason that everybody reads; what it says already is said once.

    Refused "election.no_election" for what elects nobody, or one chair; "election.not_open" for a matter that has ended
    or begun; "election.open_already" once nominations were opened.
    """
    require(permissions.may_keep_election(actor))
    if not reason:
        raise Invalid({"reason": "election.correction_reason"})
    async with transaction():
        await lock_row("proposal", proposal_id)
        proposal = await proposals.proposal(actor.community_id, proposal_id)
        if not is_of_either(proposal):
            raise Refused("election.no_election")
        if not proposal.is_open:
            raise Refused("election.not_open")
        if (await queries.standings(actor.community_id, [proposal_id])).get(proposal_id) is not None:
            raise Refused("election.open_already")
        if proposal.is_by_election is not fills:
            await desk.say_what_it_elects(actor=actor, proposal=proposal, fills=fills, reason=reason, now=now)
