"""What happened in public, the newest first, for feed readers: votes, results, projects. No proposal, no name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from council.progress.happenings import Happening, Source, happenings

MOST = 30


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
    public = (Source.MOTION, Source.PROJECT, Source.MILESTONE)
    found = await happenings(community_id, public, before=now + timedelta(microseconds=1), most=MOST)
    return [_news(each) for each in found]


def _news(each: Happening) -> News:
    if each.source is Source.MOTION:
        path = each.path + ("/notice" if each.kind == "noticed" else "")
        return News(f"motion-{each.id}/{each.kind}", each.code, path, each.title, each.at)
    return News(f"project-{each.id}/{each.kind}", each.code, each.path, each.title, each.at)
