"""Reads of threads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from council.deliberation.model import Comment, Exchange, HideReason, Questions, Stance
from council.kernel.errors import NotFound
from council.storage.sql import fetch

_COMMENT = (
    "SELECT id, thread_id, parent_id, person_id, author_name, author_place, stance, body, office, said_at,"
    " needs_answer, answer_from, answer_due_at, answered_at, hidden_at, hidden_by_name, hidden_reason FROM comment"
    " WHERE community_id = {}"
)


def _comment(row: Mapping[str, Any]) -> Comment:
    reason = row["hidden_reason"]
    return Comment(
        **{
            **row,
            "stance": Stance(row["stance"]),
            "body": None if reason else row["body"],
            "needs_answer": bool(row["needs_answer"]),
            "hidden_reason": HideReason(reason) if reason else None,
        }
    )


async def comment(community_id: int, comment_id: int) -> Comment:
    rows = await fetch(_COMMENT + " AND id = {}", community_id, comment_id)
    if not rows:
        raise NotFound
    return _comment(rows[0])


async def comment_by_key(community_id: int, key: str) -> Comment | None:
    rows = await fetch(_COMMENT + " AND key = {}", community_id, key)
    return _comment(rows[0]) if rows else None


async def exchanges(community_id: int, thread_id: int) -> list[Exchange]:
    """The whole thread: questions that wait on top (the oldest first), then the newest first; replies in order."""
    rows = await fetch(_COMMENT + " AND thread_id = {} ORDER BY said_at, id", community_id, thread_id)
    comments = [_comment(row) for row in rows]
    replies: dict[int, list[Comment]] = defaultdict(list)
    for said in comments:
        if said.parent_id is not None:
            replies[said.parent_id].append(said)
    tops = [Exchange(said, tuple(replies[said.id])) for said in comments if said.parent_id is None]
    waiting = [exchange for exchange in tops if exchange.comment.waits]
    rest = [exchange for exchange in tops if not exchange.comment.waits]
    return waiting + rest[::-1]


async def hidden_body(community_id: int, comment_id: int) -> str:
    """The words of a hidden comment, for those whom `may_read_hidden` lets."""
    rows = await fetch("SELECT body FROM comment WHERE community_id = {} AND id = {}", community_id, comment_id)
    if not rows:
        raise NotFound
    return str(rows[0]["body"])


async def questions_of(community_id: int, thread_ids: Iterable[int]) -> dict[int, Questions]:
    """What holds the `deliberation` gate, by thread; one query."""
    wanted = sorted(set(thread_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT thread_id, answered_at, answer_due_at, answer_from FROM comment"
        " WHERE community_id = {} AND thread_id IN {} AND needs_answer ORDER BY answer_due_at, id",
        community_id,
        wanted,
    )
    by_thread: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_thread[row["thread_id"]].append(row)
    found = {}
    for thread_id, asked in by_thread.items():
        waiting = [row for row in asked if row["answered_at"] is None]
        first = waiting[0] if waiting else {"answer_due_at": None, "answer_from": None}
        found[thread_id] = Questions(len(asked), len(waiting), first["answer_due_at"], first["answer_from"])
    return found


async def waiting_questions(community_id: int) -> list[Comment]:
    """Every question of the community that still waits for an answer, the most urgent first."""
    rows = await fetch(_COMMENT + " AND needs_answer AND answered_at IS NULL ORDER BY answer_due_at, id", community_id)
    return [_comment(row) for row in rows]


async def counts(community_id: int, thread_ids: Iterable[int]) -> dict[int, int]:
    """Comments that can be read, by thread."""
    wanted = sorted(set(thread_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT thread_id, COUNT(*) AS said FROM comment"
        " WHERE community_id = {} AND thread_id IN {} AND hidden_at IS NULL GROUP BY thread_id",
        community_id,
        wanted,
    )
    return {row["thread_id"]: int(row["said"]) for row in rows}
