"""Accounts that say they are an owner: one checked in the place of another, one tied by mistake.

The tie is accounts'; what hangs on it here, mandates and papers, makes these verbs this room's.
"""

from __future__ import annotations

from datetime import datetime

from council.accounts import permissions, tie_queries, ties
from council.accounts.model import Claim, HowVerified
from council.kernel.actor import Actor
from council.kernel.errors import Refused, require
from council.storage.transactions import transaction
from council.voting import halt_queries
from council.voting.acting_ends import end_claim
from council.voting.holding import SUPERSEDED


async def needs_second(community_id: int, claim: Claim, now: datetime) -> bool:
    """Whether ending this claim stops somebody's vote: it was checked (also where it waits to be checked again), has
    not run out, and its owner stands on the roll of a vote that is announced or runs, or the account acts for them by a
    paper in force. Then it takes a document and a second person (`halting`, `HaltAct.END_CLAIM`)."""
    if not claim.was_verified or claim.is_lapsed(now):
        return False
    return await halt_queries.stands_for_somebody(community_id, claim.owner_id, claim.person_id, now)


async def undo_claim(*, actor: Actor, claim_id: int, reason: str, now: datetime) -> None:
    """Ends the claim, and every mandate which that account gave for this owner and nobody has used. What was cast
    stands. NotFound when the claim has ended already; Refused "claim.needs_second" where one person is not enough."""
    require(permissions.may_end_tie(actor))
    async with transaction():
        claim = await tie_queries.claim(actor.community_id, claim_id)
        if await needs_second(actor.community_id, claim, now):
            raise Refused("claim.needs_second")
        await end_claim(actor=actor, claim=claim, reason=reason, now=now)


async def verify_claim(*, actor: Actor, claim_id: int, how: HowVerified, now: datetime) -> None:
    """`ties.verify_owner`; an account that stood for this owner by a paper which has run out makes way."""
    async with transaction():
        claim = await tie_queries.claim(actor.community_id, claim_id)
        require(permissions.may_verify_owner(actor, claim.person_id))
        if not claim.is_verified:
            for other in await tie_queries.claims_of_owners(actor.community_id, [claim.owner_id]):
                if other.id != claim.id and other.is_lapsed(now):  # one at most is verified
                    await end_claim(actor=actor, claim=other, reason=SUPERSEDED, now=now)
        await ties.verify_owner(actor=actor, claim_id=claim_id, how=how, now=now)
