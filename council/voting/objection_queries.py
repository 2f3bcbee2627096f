"""Reads of objections. Who filed one is for members; `by_name` and `by_place` never reach an anonymous page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from council.kernel.actor import Actor
from council.kernel.errors import NotFound
from council.storage.sql import fetch
from council.voting.objection import Objection, ObjectionOutcome

_OBJECTION = (
    "SELECT id, motion_id, person_id, by_name, by_place, ground, filed_at, answer_due_at, outcome, reply, remedy,"
    " closed_by_name, closed_at, seen_at FROM objection WHERE community_id = {}"
)


def _objection(row: Mapping[str, Any]) -> Objection:
    return Objection(**{**row, "outcome": ObjectionOutcome(row["outcome"]) if row["outcome"] else None})


async def objections_of(community_id: int, motion_ids: Iterable[int]) -> dict[int, list[Objection]]:
    wanted = sorted(set(motion_ids))
    if not wanted:
        return {}
    rows = await fetch(_OBJECTION + " AND motion_id IN {} ORDER BY id", community_id, wanted)
    found: dict[int, list[Objection]] = defaultdict(list)
    for row in rows:
        found[row["motion_id"]].append(_objection(row))
    return found


async def objection(community_id: int, objection_id: int) -> Objection:
    rows = await fetch(_OBJECTION + " AND id = {}", community_id, objection_id)
    if not rows:
        raise NotFound
    return _objection(rows[0])


async def answered(actor: Actor) -> list[Objection]:
    """Of mine, those whose answer I have not read, and those that wait for my yes to what was agreed."""
    rows = await fetch(
        _OBJECTION + " AND person_id = {} AND ((outcome IS NOT NULL AND outcome <> 'withdrawn' AND seen_at IS NULL)"
        " OR (outcome IS NULL AND EXISTS (SELECT 1 FROM objection_closing c WHERE c.objection_id = objection.id"
        " AND c.outcome = 'agreed' AND c.confirmed_at IS NULL AND c.withdrawn_at IS NULL))) ORDER BY id",
        *(actor.community_id, actor.person_id),
    )
    return [_objection(row) for row in rows]


async def open_objections(community_id: int) -> list[Objection]:
    """What the desk still has to answer, the oldest first."""
    rows = await fetch(_OBJECTION + " AND outcome IS NULL ORDER BY answer_due_at, id", community_id)
    return [_objection(row) for row in rows]
