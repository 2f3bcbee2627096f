"""A unit changes hands: the register's owners, and what the sellers' accounts could do here, in one act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from council.accounts import ties
from council.kernel.actor import Actor
from council.registry import editing
from council.registry.rollfile.model import RollOwner
from council.storage.transactions import transaction


async def sell_unit(
    *, actor: Actor, unit_id: int, buyers: Sequence[RollOwner], reason: str, seen: str, now: datetime
) -> int:
    """Ownerships end and begin (`editing.sell`); whoever holds nothing here any more loses claims and owner code.

    Ended rows are kept, ballots cast before stand, and who lives there is another matter (`ties.end_household`).
    How many claims ended.
    """
    async with transaction():
        left = await editing.sell(actor=actor, unit_id=unit_id, buyers=buyers, reason=reason, seen=seen, now=now)
        return sum(
            [await ties.end_owner_ties(actor=actor, owner_id=owner_id, reason=reason, now=now) for owner_id in left]
        )
