"""Versions of open motions' pages: whether turnout or the state of the vote is another one than a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from council.storage.sql import fetch
from council.voting.turnout_queries import TookPart, took_part
from council.web.versions import Parts, version


async def versions(community_id: int, motion_ids: Sequence[int], now: datetime) -> Mapping[int, Parts]:
    """By motion; two queries. Turnout is another one when the page's is: of a small vote at the full ten minutes."""
    rows = await fetch(
        "SELECT id, opens_at, closes_at, cancelled_at, certified_at, official_outcome FROM motion"
        " WHERE community_id = {} AND id IN {}",
        community_id,
        list(motion_ids),
    )
    taken = await took_part(community_id, [row["id"] for row in rows], now)
    return {
        row["id"]: {
            "turnout": version(taken.get(row["id"], TookPart()).persons),
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
