"""The log's head as anybody may be told of it: while a small vote is open, in the steps of `turnout_queries`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.audit import queries as log
from council.audit.model import Head
from council.voting.turnout_queries import last_step, small_vote_since, told_until


@dataclass(frozen=True, slots=True)
class ToldHead:
    """`stepped_at`: the full ten minutes (or the vote's opening) at which it stood so; None when it is the newest.
    `head` is None for an empty log."""

    head: Head | None
    stepped_at: datetime | None

    def size_for(self, seq: int) -> int | None:
        """How large the log is said to be in the receipt of this record: large enough for the record, and otherwise as
        everybody is told; None: as it is now. An old receipt fetched again tells nobody that a ballot came in."""
        if self.stepped_at is None:
            return None
        return max(seq + 1, 0 if self.head is None else self.head.size)


async def told_head(community_id: int, now: datetime) -> ToldHead:
    """It never goes back: what was told before the vote opened is told still."""
    opened_at = await small_vote_since(community_id, now)
    if opened_at is None:
        return ToldHead(await log.head(community_id), None)
    until = max(told_until(now), opened_at)
    return ToldHead(await log.head_before(community_id, until), max(last_step(now), opened_at))
