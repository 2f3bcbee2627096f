"""Versions of open motions' pages: whether turnout or the state of the vote is another one than a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from council.storage.sql import fetch
from council.voting.motion import LeakRisk
from council.web.streams import Parts, version

STEP = timedelta(minutes=10)
_EPOCH = datetime.fromisoformat("2020-01-01T00:00:00+00:00")


def told_until(now: datetime) -> datetime:
    """Where totals could give choices away, ballots are told of in batches, so that a phone left open in the stairwell
    does not ring whenever a neighbour has just voted."""
    return now - (now - _EPOCH) % STEP


async def versions(community_id: int, motion_ids: Sequence[int], now: datetime) -> Mapping[int, Parts]:
    """By motion; one query. A ballot that replaces another changes nothing: nobody may see that somebody has changed
    their mind."""
    rows = await fetch(
        "SELECT m.id, m.opens_at, m.closes_at, m.cancelled_at, m.certified_at, m.official_outcome,"
        " (SELECT COUNT(DISTINCT b.roll_voter_id) FROM ballot b WHERE b.community_id = m.community_id"
        " AND b.motion_id = m.id AND b.state IN ('in_force', 'replaced')"
        " AND (m.leak_risk = {} OR b.cast_at < {})) AS took_part"
        " FROM motion m WHERE m.community_id = {} AND m.id IN {}",
        LeakRisk.LOW.value,
        told_until(now),
        community_id,
        list(motion_ids),
    )
    return {
        row["id"]: {
            "turnout": version(row["took_part"]),
            "state": version(
                row["cancelled_at"] is None,
                row["certified_at"] is None,
                row["official_outcome"],
                now < row["opens_at"],
                now <= row["closes_at"],
            ),
        }
        for row in rows
    }
