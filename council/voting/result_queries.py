"""Certified results as they were signed: the stored JSON of tally and verdict."""

from __future__ import annotations

import json
from typing import Any

from council.storage.sql import fetch


async def results(community_id: int) -> dict[int, dict[str, Any]]:
    """{"tally": …, "verdict": …} (the objects of `council audit`) of each certified motion, by motion id."""
    rows = await fetch("SELECT id, result FROM motion WHERE community_id = {} AND result IS NOT NULL", community_id)
    return {row["id"]: json.loads(row["result"]) for row in rows}
