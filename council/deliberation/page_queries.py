"""Where in a thread of several pages a comment stands."""

from __future__ import annotations

from collections.abc import Iterable

from council.deliberation.queries import PAGE
from council.storage.sql import fetch

_WAITS = "CASE WHEN {0}.needs_answer AND {0}.answered_at IS NULL THEN 0 ELSE 1 END"
_BEFORE = (
    f"(({_WAITS.format('o')}) < ({_WAITS.format('t')})"
    f" OR (({_WAITS.format('o')}) = 0 AND ({_WAITS.format('t')}) = 0 AND o.id < t.id)"
    f" OR (({_WAITS.format('o')}) = 1 AND ({_WAITS.format('t')}) = 1"
    " AND (o.said_at > t.said_at OR (o.said_at = t.said_at AND o.id > t.id))))"
)
"""`queries.exchanges`' order, as a comparison: o stands before t."""


async def pages_of(community_id: int, comment_ids: Iterable[int]) -> dict[int, int]:
    """The page of its thread that a comment or a reply is read on, counted from 1; one query."""
    wanted = sorted(set(comment_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT c.id, (SELECT COUNT(*) FROM comment o WHERE o.community_id = t.community_id"
        f" AND o.thread_id = t.thread_id AND o.parent_id IS NULL AND {_BEFORE}) AS before"
        " FROM comment c JOIN comment t ON t.id = COALESCE(c.parent_id, c.id)"
        " WHERE c.community_id = {} AND c.id IN {}",
        community_id,
        wanted,
    )
    return {row["id"]: row["before"] // PAGE + 1 for row in rows}
