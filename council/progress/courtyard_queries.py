"""What the courtyard counts, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.storage.sql import fetch


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of everything, for the links at the foot of the courtyard."""

    proposals: int
    votes: int
    open_votes: int
    projects: int


async def counts(community_id: int, now: datetime) -> Counts:
    rows = await fetch(
        "SELECT (SELECT COUNT(*) FROM proposal WHERE community_id = {}) AS proposals,"
        " (SELECT COUNT(*) FROM motion WHERE community_id = {}) AS votes,"
        " (SELECT COUNT(*) FROM motion WHERE community_id = {} AND opens_at <= {} AND closes_at > {}"
        " AND cancelled_at IS NULL) AS open_votes,"
        " (SELECT COUNT(*) FROM project WHERE community_id = {}) AS projects",
        community_id,
        community_id,
        community_id,
        now,
        now,
        community_id,
    )
    return Counts(**rows[0])
