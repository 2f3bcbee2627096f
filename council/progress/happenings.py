"""What happened in a community, read once for both who ask: the courtyard (`feed.py`) and feed readers
(`public_feed.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.pathways.presets import from_json as preset_from_json
from council.storage.sql import fetch, instant


class Source(StrEnum):
    PROPOSAL = "proposal"
    MOTION = "motion"
    PROJECT = "project"
    MILESTONE = "milestone"
    """Of a project, whose id it carries."""


@dataclass(frozen=True, slots=True)
class Happening:
    """`kind` within its source ("opened", "certified", a milestone's code); `id` of the thing whose page tells of it;
    `code` of its sentence ("moved.motion.certified.passed"); `detail` is what somebody wrote about it, "" for nothing;
    `matter` is the proposal that all of it is about."""

    source: Source
    kind: str
    id: int
    title: str
    code: str
    detail: str
    at: datetime
    matter: int

    @property
    def path(self) -> str:
        """Its page, below /c/{slug}."""
        return f"{_PLACES[self.source]}{self.id}"


_PLACES = {
    Source.PROPOSAL: "/proposals/",
    Source.MOTION: "/motions/",
    Source.PROJECT: "/projects/",
    Source.MILESTONE: "/projects/",
}

_VOTES = {
    "noticed": ("''", "m.notice_at", ""),
    "opened": ("''", "m.opens_at", " AND (m.cancelled_at IS NULL OR m.cancelled_at > m.opens_at)"),
    "closed": ("''", "m.closes_at", " AND m.cancelled_at IS NULL"),
    "certified": ("m.result", "m.certified_at", " AND m.is_advisory = FALSE"),
    "official": ("m.official_outcome", "m.official_at", ""),
    "cancelled": ("m.cancel_reason", "m.cancelled_at", ""),
    "revoked": ("m.revoked_reason", "m.revoked_at", ""),
    "superseded": ("m.superseded_reason", "m.superseded_at", ""),
}
"""By kind: what its sentence needs (`_said`), the instant, and what else must hold."""

_SOURCES = {
    Source.PROPOSAL: [
        "SELECT 'proposal' AS source, e.kind AS kind, e.proposal_id AS id, p.title AS title,"
        " CASE WHEN e.kind = 'started' THEN p.preset ELSE e.reason END AS detail,"
        " e.happened_at AS at, e.id AS seq, e.proposal_id AS matter FROM proposal_event e"
        " JOIN proposal p ON p.id = e.proposal_id WHERE e.community_id = {} AND e.happened_at < {}"
    ],
    Source.MOTION: [
        f"SELECT 'motion' AS source, '{kind}' AS kind, m.id AS id, m.title AS title, {detail} AS detail, {at} AS at,"
        f" m.id AS seq, m.proposal_id AS matter FROM motion m WHERE m.community_id = {{}} AND {at} < {{}}{also}"
        for kind, (detail, at, also) in _VOTES.items()
    ]
    + [
        "SELECT 'motion' AS source, 'extended' AS kind, m.id AS id, m.title AS title, x.reason AS detail,"
        " x.extended_at AS at, x.id AS seq, m.proposal_id AS matter FROM motion_extension x"
        " JOIN motion m ON m.id = x.motion_id WHERE x.community_id = {} AND x.extended_at < {}",
        "SELECT 'motion' AS source, CASE WHEN j.act = 'restore' THEN 'restored' ELSE 'revoked' END AS kind, m.id AS id,"
        " m.title AS title, j.words AS detail, j.confirmed_at AS at, j.id AS seq, m.proposal_id AS matter"
        " FROM judgment j JOIN motion m ON m.id = j.motion_id WHERE j.community_id = {} AND j.confirmed_at < {}"
        " AND (j.act = 'restore' OR m.revoked_at IS NULL OR m.revoked_at > j.confirmed_at)",
    ],
    Source.PROJECT: [
        "SELECT 'project' AS source, 'opened' AS kind, j.id AS id, j.title AS title, '' AS detail, j.opened_at AS at,"
        " j.id AS seq, j.proposal_id AS matter FROM project j WHERE j.community_id = {} AND j.opened_at < {}"
    ],
    Source.MILESTONE: [
        "SELECT 'milestone' AS source, s.code AS kind, s.project_id AS id, j.title AS title, '' AS detail,"
        " s.done_at AS at, s.id AS seq, j.proposal_id AS matter FROM milestone s"
        " JOIN project j ON j.id = s.project_id WHERE s.community_id = {} AND s.done_at < {}"
    ],
}


async def happenings(community_id: int, sources: Iterable[Source], *, before: datetime, most: int) -> list[Happening]:
    """The newest first, before an instant; one query."""
    parts = [part for source in sources for part in _SOURCES[source]]
    union = " UNION ALL ".join(parts) + " ORDER BY at DESC, source, seq DESC LIMIT {}"
    rows = await fetch(union, *(community_id, before) * len(parts), most)
    found = []
    for row in rows:
        at = instant(row["at"])
        if at is not None:
            source = Source(row["source"])
            said = _said(source, row["kind"], row["detail"] or "")
            found.append(Happening(source, row["kind"], row["id"], row["title"], *said, at, row["matter"]))
    return found


def _said(source: Source, kind: str, detail: str) -> tuple[str, str]:
    """The code of its sentence, and what is left of the detail to be told beside it."""
    match source, kind:
        case Source.MOTION, "certified":
            return f"moved.motion.certified.{json.loads(detail)['verdict']['outcome']}", ""
        case Source.MOTION, "official":
            return f"moved.motion.certified.{detail}", ""
        case Source.PROPOSAL, "started":
            is_project = preset_from_json(detail).opens_project
            return "moved.proposal.started" if is_project else "moved.proposal.in_effect", ""
        case Source.PROJECT, _:
            return "news.project", ""
    return f"moved.{source}.{kind}", detail
