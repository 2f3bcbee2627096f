"""Reads of judgments about decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch
from council.voting.court import CourtAct, Judgment

_JUDGMENT = (
    "SELECT j.id, j.community_id, j.motion_id, j.act, j.document, j.number, j.dated_on, j.words, j.file_id,"
    " j.file_sha256, j.recorded_by, j.recorded_by_name, j.recorded_at, j.confirmed_by_name, j.confirmed_at,"
    " j.withdrawn_at FROM judgment j WHERE j.community_id = {}"
)


def _judgment(row: Mapping[str, Any]) -> Judgment:
    return Judgment(**{**row, "act": CourtAct(row["act"])})


async def judgment(community_id: int, judgment_id: int) -> Judgment:
    rows = await fetch(_JUDGMENT + " AND j.id = {}", community_id, judgment_id)
    if not rows:
        raise NotFound("judgment")
    return _judgment(rows[0])


async def judgments_of(community_id: int, motion_id: int) -> list[Judgment]:
    """All that were recorded about one decision, in that order, those taken back too."""
    rows = await fetch(_JUDGMENT + " AND j.motion_id = {} ORDER BY j.id", community_id, motion_id)
    return [_judgment(row) for row in rows]


async def standing(community_id: int, motion_id: int) -> list[Judgment]:
    """Those that two people have confirmed: what everybody reads on the vote's page."""
    return [each for each in await judgments_of(community_id, motion_id) if each.confirmed_at is not None]


async def waiting(community_id: int) -> list[tuple[Judgment, str]]:
    """Those that wait for a second person, with the title of the matter; the oldest first."""
    rows = await fetch(
        _JUDGMENT.replace(" FROM", ", m.title FROM").replace(
            "judgment j ", "judgment j JOIN motion m ON m.community_id = j.community_id AND m.id = j.motion_id "
        )
        + " AND j.confirmed_at IS NULL AND j.withdrawn_at IS NULL ORDER BY j.id",
        community_id,
    )
    return [(_judgment({name: row[name] for name in row if name != "title"}), row["title"]) for row in rows]


async def day_of_revoking(community_id: int, motion_id: int) -> datetime | None:
    """The day of the judgment that stands against a decision; None where none was recorded with its day."""
    rows = await fetch(
        "SELECT dated_on FROM judgment WHERE community_id = {} AND motion_id = {} AND act = 'revoke'"
        " AND confirmed_at IS NOT NULL ORDER BY id DESC LIMIT 1",
        *(community_id, motion_id),
    )
    return rows[0]["dated_on"] if rows else None
