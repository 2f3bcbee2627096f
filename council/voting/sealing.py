"""Closing a vote for good, before anybody is shown what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from council.audit import service as audit
from council.storage.sql import fetch
from council.storage.transactions import transaction
from council.voting.motion import Motion


async def seal(motions: Iterable[Motion], now: datetime) -> None:
    """From now on these take no ballot, whatever a clock says; of those that are sealed, or are not over, nothing.

    Whether a ballot is in time is decided by the clock, and a clock can be put back, or another server's can be slow: a
    ballot cast after the figures were seen would undo the secrecy of all the others. So the first count of a vote, by
    whomever, moves its last instant past the closing, and a later ballot would have to be later than that. The number
    of ballots goes into the log with it.
    """
    closed = [motion for motion in motions if motion.is_closed(now) and not motion.is_sealed]
    if not closed:
        return
    community_id = closed[0].community_id
    async with transaction():
        rows = await fetch(
            "UPDATE motion SET last_cast_at = {} WHERE community_id = {} AND id IN {} AND cancelled_at IS NULL"
            " AND closes_at < {} AND (last_cast_at IS NULL OR last_cast_at <= closes_at) RETURNING id,"
            " (SELECT COUNT(*) FROM ballot b WHERE b.community_id = motion.community_id AND b.motion_id = motion.id)"
            " AS ballots",
            *(now, community_id, sorted(motion.id for motion in closed), now),
        )
        for row in rows:
            data = {"motion": row["id"], "ballots": int(row["ballots"])}
            await audit.record(community_id, "motion.closed", data, now=now)
