"""Reads of what came after a vote was announced: extensions, questions about the count, steps about objections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch
from council.voting.motion import Extension
from council.voting.objection import ObjectionStep, RecountRequest, StepKind

_REQUEST = (
    "SELECT id, motion_id, person_id, by_name, words, asked_at, answer, answered_by_name, answered_at"
    " FROM recount_request WHERE community_id = {}"
)
_STEP = (
    "SELECT id, objection_id, kind, happened_at, words, file_id, by_name, recorded_at FROM objection_step"
    " WHERE community_id = {}"
)


async def extensions(community_id: int, motion_id: int) -> list[Extension]:
    """In the order in which they were decided."""
    rows = await fetch(
        "SELECT x.from_at, x.to_at, x.reason, x.by_name, x.extended_at, c.confirmed_by_name FROM motion_extension x"
        " LEFT JOIN motion_change c ON c.community_id = x.community_id AND c.key = x.key"
        " WHERE x.community_id = {} AND x.motion_id = {} ORDER BY x.id",
        *(community_id, motion_id),
    )
    return [Extension(**row) for row in rows]


async def recount_requests(community_id: int, motion_id: int) -> list[RecountRequest]:
    rows = await fetch(_REQUEST + " AND motion_id = {} ORDER BY id", community_id, motion_id)
    return [RecountRequest(**row) for row in rows]


async def recount_request(community_id: int, request_id: int) -> RecountRequest:
    rows = await fetch(_REQUEST + " AND id = {}", community_id, request_id)
    if not rows:
        raise NotFound
    return RecountRequest(**rows[0])


async def open_recount_requests(community_id: int) -> list[RecountRequest]:
    """What the counters still have to answer, the oldest first."""
    rows = await fetch(_REQUEST + " AND answer IS NULL ORDER BY asked_at, id", community_id)
    return [RecountRequest(**row) for row in rows]


async def steps_of(community_id: int, objection_ids: Iterable[int]) -> dict[int, list[ObjectionStep]]:
    """By objection, in the order in which they happened; one query."""
    wanted = sorted(set(objection_ids))
    if not wanted:
        return {}
    rows = await fetch(_STEP + " AND objection_id IN {} ORDER BY happened_at, id", community_id, wanted)
    found: dict[int, list[ObjectionStep]] = defaultdict(list)
    for row in rows:
        found[row["objection_id"]].append(_step(row))
    return found


def _step(row: Mapping[str, Any]) -> ObjectionStep:
    return ObjectionStep(**{**row, "kind": StepKind(row["kind"])})
