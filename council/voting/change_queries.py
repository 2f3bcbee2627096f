"""Reads of what is asked for about votes that run: more time, or calling off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch
from council.voting.change import Change, ChangeKind

_COLUMNS = (
    "SELECT c.id, c.motion_id, c.key, c.kind, c.closes_at, c.reason, c.recorded_by, c.recorded_by_name, c.recorded_at,"
    " c.confirmed_by_name, c.confirmed_at, c.withdrawn_at"
)
_CHANGE = _COLUMNS + " FROM motion_change c WHERE c.community_id = {}"


def _change(row: Mapping[str, Any]) -> Change:
    return Change(**{**row, "kind": ChangeKind(row["kind"])})


async def change(community_id: int, change_id: int) -> Change:
    rows = await fetch(_CHANGE + " AND c.id = {}", community_id, change_id)
    if not rows:
        raise NotFound("motion_change")
    return _change(rows[0])


async def latest(community_id: int, motion_id: int) -> Change | None:
    """The last one about a vote that was not taken back: it waits, or was confirmed."""
    rows = await fetch(
        _CHANGE + " AND c.motion_id = {} AND c.withdrawn_at IS NULL ORDER BY c.id DESC LIMIT 1",
        *(community_id, motion_id),
    )
    return _change(rows[0]) if rows else None


async def waiting(community_id: int, now: datetime) -> list[tuple[Change, str, datetime]]:
    """Those that a second person can still confirm, with the vote's title and closing; the oldest first."""
    rows = await fetch(
        _COLUMNS + ", m.title AS title, m.closes_at AS until FROM motion_change c"
        " JOIN motion m ON m.community_id = c.community_id AND m.id = c.motion_id"
        " WHERE c.community_id = {} AND c.confirmed_at IS NULL AND c.withdrawn_at IS NULL"
        " AND m.cancelled_at IS NULL AND m.closes_at >= {}"
        " AND (m.last_cast_at IS NULL OR m.last_cast_at <= m.closes_at) ORDER BY c.id",
        *(community_id, now),
    )
    beside = {"title", "until"}
    return [
        (_change({name: row[name] for name in row if name not in beside}), row["title"], row["until"]) for row in rows
    ]
