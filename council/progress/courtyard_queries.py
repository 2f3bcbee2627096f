"""What the courtyard counts, and what waits for the secretary there: one query each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.storage.sql import fetch, instant


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


@dataclass(frozen=True, slots=True)
class OpenObjections:
    """Objections to one result that nobody has answered yet; `due_at` is the first deadline."""

    motion_id: int
    title: str
    objections: int
    due_at: datetime


async def objections_waiting(community_id: int) -> list[OpenObjections]:
    """By motion, the most urgent first."""
    rows = await fetch(
        "SELECT o.motion_id, m.title, COUNT(*) AS objections, MIN(o.answer_due_at) AS due_at FROM objection o"
        " JOIN motion m ON m.id = o.motion_id WHERE o.community_id = {} AND o.outcome IS NULL"
        " GROUP BY o.motion_id, m.title ORDER BY due_at, o.motion_id",
        community_id,
    )
    found = []
    for row in rows:
        due_at = instant(row["due_at"])
        if due_at is not None:
            found.append(OpenObjections(row["motion_id"], row["title"], row["objections"], due_at))
    return found
