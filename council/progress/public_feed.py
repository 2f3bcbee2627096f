"""What happened in public, the newest first, for feed readers: votes, results, projects. No proposal, no name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from council.storage.sql import fetch, instant

MOST = 30

_SOURCES = """
SELECT 'noticed' AS what, m.id AS id, m.title AS title, '' AS detail, m.notice_at AS at FROM motion m
    WHERE m.community_id = {} AND m.notice_at <= {}
UNION ALL SELECT 'opened', m.id, m.title, '', m.opens_at FROM motion m
    WHERE m.community_id = {} AND m.opens_at <= {} AND (m.cancelled_at IS NULL OR m.cancelled_at > m.opens_at)
UNION ALL SELECT 'closed', m.id, m.title, '', m.closes_at FROM motion m
    WHERE m.community_id = {} AND m.closes_at <= {} AND m.cancelled_at IS NULL
UNION ALL SELECT 'certified', m.id, m.title, m.result, m.certified_at FROM motion m
    WHERE m.community_id = {} AND m.certified_at <= {} AND m.is_advisory = FALSE
UNION ALL SELECT 'official', m.id, m.title, m.official_outcome, m.official_at FROM motion m
    WHERE m.community_id = {} AND m.official_at <= {}
UNION ALL SELECT 'cancelled', m.id, m.title, '', m.cancelled_at FROM motion m
    WHERE m.community_id = {} AND m.cancelled_at <= {}
UNION ALL SELECT 'project', p.id, p.title, '', p.opened_at FROM project p
    WHERE p.community_id = {} AND p.opened_at <= {}
UNION ALL SELECT 'milestone', s.project_id, p.title, s.code, s.done_at FROM milestone s
    JOIN project p ON p.id = s.project_id WHERE s.community_id = {} AND s.done_at <= {}
ORDER BY at DESC, what, id DESC LIMIT {}
"""


@dataclass(frozen=True, slots=True)
class News:
    """One entry. `code` is its sentence, `path` is below /c/{slug}, `name` never names anything else."""

    name: str
    code: str
    path: str
    title: str
    at: datetime


async def news(community_id: int, now: datetime) -> list[News]:
    """At most thirty; one query."""
    rows = await fetch(_SOURCES, *(community_id, now) * _SOURCES.count("WHERE"), MOST)
    found = []
    for row in rows:
        at = instant(row["at"])
        if at is not None:
            found.append(_news(row["what"], row["id"], row["title"], row["detail"] or "", at))
    return found


def _news(what: str, thing_id: int, title: str, detail: str, at: datetime) -> News:
    if what == "project":
        return News(f"project-{thing_id}/opened", "news.project", f"/projects/{thing_id}", title, at)
    if what == "milestone":
        return News(f"project-{thing_id}/{detail}", f"moved.milestone.{detail}", f"/projects/{thing_id}", title, at)
    path = f"/motions/{thing_id}" + ("/notice" if what == "noticed" else "")
    return News(f"motion-{thing_id}/{what}", _motion_code(what, detail), path, title, at)


def _motion_code(what: str, detail: str) -> str:
    if what == "certified":
        return f"moved.motion.certified.{json.loads(detail)['verdict']['outcome']}"
    return f"moved.motion.certified.{detail}" if what == "official" else f"moved.motion.{what}"
