"""A home changes hands: the register and its ties, and the mandates that the seller gave in votes that run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from council.accounts import sales
from council.kernel.actor import Actor
from council.registry.rollfile.model import RollOwner
from council.storage.sql import fetch
from council.storage.transactions import lock_row, transaction
from council.voting import proxy_ends


async def sell_unit(
    *, actor: Actor, unit_id: int, buyers: Sequence[RollOwner], reason: str, seen: str, now: datetime
) -> int:
    """`accounts.sales.sell_unit`, and in the same transaction the seller's mandates end. How many claims ended.

    The votes are locked first, as casting does: a holder casts before the sale, or not at all.
    """
    async with transaction():
        voters = await fetch(
            "SELECT DISTINCT p.motion_id, p.roll_voter_id FROM proxy p JOIN roll_unit u"
            " ON u.community_id = p.community_id AND u.roll_voter_id = p.roll_voter_id AND u.unit_id = {}"
            " WHERE p.community_id = {} AND p.ended_at IS NULL ORDER BY p.motion_id",
            *(unit_id, actor.community_id),
        )
        for motion_id in sorted({row["motion_id"] for row in voters}):
            await lock_row("motion", motion_id)
        ended = await sales.sell_unit(actor=actor, unit_id=unit_id, buyers=buyers, reason=reason, seen=seen, now=now)
        ids = [row["roll_voter_id"] for row in voters]
        await proxy_ends.end_overtaken(actor=actor, roll_voter_ids=ids, now=now)
    return ended
