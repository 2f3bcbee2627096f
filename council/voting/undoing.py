"""An account that was tied to an owner by mistake, or acts for them no more: with the claim end the mandates it gave.

The tie is accounts'; what hangs on it here makes the verb this room's.
"""

from __future__ import annotations

from datetime import datetime

from council.accounts import permissions, tie_queries, ties
from council.kernel.actor import Actor
from council.kernel.errors import require
from council.storage.transactions import transaction
from council.voting import proxies


async def undo_claim(*, actor: Actor, claim_id: int, reason: str, now: datetime) -> None:
    """Ends the claim, and every mandate which that account gave for this owner and nobody has used. What was cast
    stands. NotFound when the claim has ended already."""
    require(permissions.may_end_tie(actor))
    async with transaction():
        claim = await tie_queries.claim(actor.community_id, claim_id)
        # Votes before the log, as a ballot takes them.
        await proxies.end_given_for(actor=actor, owner_id=claim.owner_id, giver_person_id=claim.person_id, now=now)
        await ties.undo_claim(actor=actor, claim_id=claim_id, reason=reason, now=now)
