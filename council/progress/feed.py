"""What moved in a community, the newest first: the courtyard's second half."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from council.kernel.clock import end_of_days, local_date
from council.pathways.presets import from_json as preset_from_json
from council.storage.sql import fetch, instant

PAGE = 10
"""Lines of one page."""
FIRST = 5
"""Lines on the courtyard itself, where what somebody can do stands above them and the ways to everything below."""
MOST = 8 * PAGE
"""Moves that are read for one page: several of them make one line."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One line. `what` is the code of its sentence ("moved.motion.certified.passed"); `path` is below /c/{slug};
    `matter` is the proposal that all of it is about."""

    what: str
    path: str
    title: str
    detail: str
    at: datetime
    matter: int


Day = tuple[date, list[Moved]]


_SOURCES = """
SELECT 'proposal' AS source, e.kind AS kind, e.proposal_id AS id, p.title AS title,
    CASE WHEN e.kind = 'started' THEN p.preset ELSE e.reason END AS detail,
    e.happened_at AS at, e.id AS seq, e.proposal_id AS matter
    FROM proposal_event e JOIN proposal p ON p.id = e.proposal_id WHERE e.community_id = {} AND e.happened_at < {}
UNION ALL SELECT 'motion', 'noticed', m.id, m.title, '', m.notice_at, m.id, m.proposal_id FROM motion m
    WHERE m.community_id = {} AND m.notice_at < {}
UNION ALL SELECT 'motion', 'opened', m.id, m.title, '', m.opens_at, m.id, m.proposal_id FROM motion m
    WHERE m.community_id = {} AND m.opens_at < {} AND (m.cancelled_at IS NULL OR m.cancelled_at > m.opens_at)
UNION ALL SELECT 'motion', 'closed', m.id, m.title, '', m.closes_at, m.id, m.proposal_id FROM motion m
    WHERE m.community_id = {} AND m.closes_at < {} AND m.cancelled_at IS NULL
UNION ALL SELECT 'motion', 'certified', m.id, m.title, m.result, m.certified_at, m.id, m.proposal_id FROM motion m
    WHERE m.community_id = {} AND m.certified_at < {} AND m.is_advisory = FALSE
UNION ALL SELECT 'motion', 'official', m.id, m.title, m.official_outcome, m.official_at, m.id, m.proposal_id
    FROM motion m WHERE m.community_id = {} AND m.official_at < {}
UNION ALL SELECT 'motion', 'cancelled', m.id, m.title, m.cancel_reason, m.cancelled_at, m.id, m.proposal_id
    FROM motion m WHERE m.community_id = {} AND m.cancelled_at < {}
UNION ALL SELECT 'milestone', s.code, s.project_id, j.title, '', s.done_at, s.id, j.proposal_id FROM milestone s
    JOIN project j ON j.id = s.project_id WHERE s.community_id = {} AND s.done_at < {}
ORDER BY at DESC, source, seq DESC LIMIT {}
"""


async def moved(community_id: int, *, before: datetime, most: int = PAGE) -> list[Moved]:
    """Every move before an instant, the newest first; one query."""
    rows = await fetch(_SOURCES, *(community_id, before) * _SOURCES.count("WHERE"), most)
    found = []
    for row in rows:
        at = instant(row["at"])
        if at is not None:
            what, detail = _what(row["source"], row["kind"], row["detail"] or "")
            found.append(Moved(what, _path(row["source"], row["id"]), row["title"], detail, at, row["matter"]))
    return found


def by_day(lines: Iterable[Moved]) -> list[Day]:
    return [(day, list(of_day)) for day, of_day in groupby(lines, key=lambda line: local_date(line.at))]


async def page(community_id: int, *, before: datetime | None, now: datetime) -> tuple[list[Day], datetime | None]:
    """A line a matter and day, with what happened to it last on that day; and before which instant to go on.
    The newest page, which `before` None asks for, is the short one.

    The whole day of `before` is read, so that a matter whose line stood on the page before does not come again.
    """
    end = now + timedelta(microseconds=1) if before is None else end_of_days(before, 0)
    lines = await moved(community_id, before=end, most=MOST)
    latest: dict[tuple[date, int], Moved] = {}
    for line in lines:
        latest.setdefault((local_date(line.at), line.matter), line)
    shown = [line for line in latest.values() if before is None or line.at < before]
    size = FIRST if before is None else PAGE
    last = shown[size - 1].at if len(shown) > size else lines[-1].at if len(lines) == MOST else None
    return by_day(shown if last is None else [line for line in shown if line.at >= last]), last


def _what(source: str, kind: str, detail: str) -> tuple[str, str]:
    if source == "motion" and kind == "certified":
        return f"moved.motion.certified.{json.loads(detail)['verdict']['outcome']}", ""
    if source == "motion" and kind == "official":
        return f"moved.motion.certified.{detail}", ""
    if kind == "started":
        return "moved.proposal.started" if preset_from_json(detail).opens_project else "moved.proposal.in_effect", ""
    return f"moved.{source}.{kind}", detail


def _path(source: str, thing_id: int) -> str:
    return {"proposal": "/proposals/", "motion": "/motions/", "milestone": "/projects/"}[source] + str(thing_id)
