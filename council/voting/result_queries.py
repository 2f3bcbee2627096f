"""Certified results as they were signed: the stored JSON of tally and verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from council.storage.sql import fetch


async def results(community_id: int, motion_ids: Iterable[int] | None = None) -> dict[int, dict[str, Any]]:
    """{"tally": …, "verdict": …} (the objects of `council audit`) of each certified motion, by motion id; of these
    motions only, where they are given."""
    asked = "SELECT id, result FROM motion WHERE community_id = {} AND result IS NOT NULL"
    if motion_ids is None:
        rows = await fetch(asked, community_id)
    else:
        wanted = sorted(set(motion_ids))
        rows = await fetch(asked + " AND id IN {}", community_id, wanted) if wanted else []
    return {row["id"]: json.loads(row["result"]) for row in rows}
