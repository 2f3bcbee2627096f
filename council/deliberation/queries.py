"""Reads of threads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from council.deliberation import permissions
from council.deliberation.model import Comment, Exchange, HideReason, Questions, Remark, Sides, Stance, Talk
from council.kernel.actor import Actor
from council.kernel.errors import NotFound
from council.kernel.scope import ScopeKind
from council.storage.sql import fetch, fetch_one

PAGE = 50
"""Comments with their replies on one page."""

_WAITS = "needs_answer AND answered_at IS NULL"
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
    """NotFound when there is none, or it is another community's."""
    rows = await fetch(_COMMENT + " AND id = {}", community_id, comment_id)
    if not rows:
        raise NotFound
    return _comment(rows[0])


async def comments(community_id: int, comment_ids: Iterable[int]) -> list[Comment]:
    """Those of them that there are, the oldest first; one query."""
    wanted = sorted(set(comment_ids))
    if not wanted:
        return []
    return [_comment(row) for row in await fetch(_COMMENT + " AND id IN {} ORDER BY said_at, id", community_id, wanted)]


async def comment_by_key(community_id: int, key: str) -> Comment | None:
    rows = await fetch(_COMMENT + " AND key = {}", community_id, key)
    return _comment(rows[0]) if rows else None


async def same_words(actor: Actor, thread_id: int, remark: Remark, since: datetime) -> Comment | None:
    """What this person said there in the same words since then, unless hidden. Replies stand under the top comment."""
    rows = await fetch(
        _COMMENT + " AND thread_id = {} AND person_id = {} AND stance = {} AND COALESCE(office, '') = {} AND body = {}"
        " AND said_at >= {} AND hidden_at IS NULL AND COALESCE(parent_id, 0) ="
        " COALESCE((SELECT COALESCE(a.parent_id, a.id) FROM comment a WHERE a.community_id = {} AND a.id = {}), 0)"
        " ORDER BY id LIMIT 1",
        actor.community_id,
        thread_id,
        actor.person_id,
        Stance.NONE.value if remark.office else remark.stance.value,
        remark.office or "",
        remark.body,
        since,
        actor.community_id,
        remark.parent_id or 0,
    )
    return _comment(rows[0]) if rows else None


async def exchanges(community_id: int, thread_id: int, page: int = 1) -> tuple[Exchange, ...]:
    """One page of a thread: questions that wait on top (the oldest first), then the newest first; replies in order."""
    rows = await fetch(
        _COMMENT + " AND thread_id = {} AND parent_id IS NULL ORDER BY"
        f" CASE WHEN {_WAITS} THEN 0 ELSE 1 END, CASE WHEN {_WAITS} THEN id END, said_at DESC, id DESC"
        " LIMIT {} OFFSET {}",
        community_id,
        thread_id,
        PAGE,
        (page - 1) * PAGE,
    )
    tops = [_comment(row) for row in rows]
    replies = await replies_to(community_id, [said.id for said in tops])
    return tuple(Exchange(said, tuple(replies.get(said.id, ()))) for said in tops)


async def replies_to(community_id: int, comment_ids: Iterable[int]) -> dict[int, list[Comment]]:
    """By the comment above them, in the order they were said."""
    wanted = sorted(set(comment_ids))
    if not wanted:
        return {}
    found: dict[int, list[Comment]] = defaultdict(list)
    for row in await fetch(_COMMENT + " AND parent_id IN {} ORDER BY said_at, id", community_id, wanted):
        found[row["parent_id"]].append(_comment(row))
    return found


_MARKS = (
    "COALESCE(SUM(CASE WHEN c.id IS NOT NULL AND c.hidden_at IS NULL THEN 1 ELSE 0 END), 0) AS said,"
    " COUNT(c.id) AS total, COALESCE(SUM(CASE WHEN c.hidden_at IS NOT NULL THEN c.id ELSE 0 END), 0) AS hidden,"
    " COALESCE(SUM(CASE WHEN c.needs_answer THEN c.id ELSE 0 END), 0) AS asked,"
    " COALESCE(SUM(CASE WHEN c.answered_at IS NOT NULL THEN c.id ELSE 0 END), 0) AS answered"
)


def _mark(row: Mapping[str, Any]) -> str:
    return ".".join(str(row[name]) for name in ("said", "total", "hidden", "asked", "answered"))


async def marks(community_id: int, thread_ids: Iterable[int]) -> dict[int, str]:
    """`Talk.mark` by thread: how many can be read, then what else moves. Comments are never deleted. One query."""
    rows = await fetch(
        f"SELECT t.id, {_MARKS} FROM thread t LEFT JOIN comment c ON c.thread_id = t.id"
        " AND c.community_id = t.community_id WHERE t.community_id = {} AND t.id IN {} GROUP BY t.id",
        community_id,
        sorted(set(thread_ids)),
    )
    return {row["id"]: _mark(row) for row in rows}


async def talk(actor: Actor, thread_id: int, page: int = 1) -> Talk:
    """A page of a thread for one reader; the last page when there are fewer. NotFound for another community's.

    The number of queries does not depend on how much was said.
    """
    thread = await fetch_one(
        "SELECT t.scope_kind, t.building_id, t.entrance_id, t.closed_at,"
        " b.number AS building, e.number AS entrance,"
        f" {_MARKS},"
        " COALESCE(SUM(CASE WHEN c.id IS NOT NULL AND c.parent_id IS NULL THEN 1 ELSE 0 END), 0) AS tops,"
        " COALESCE(SUM(CASE WHEN c.needs_answer AND c.answered_at IS NULL THEN 1 ELSE 0 END), 0) AS waiting"
        " FROM thread t LEFT JOIN comment c ON c.thread_id = t.id AND c.community_id = t.community_id"
        " LEFT JOIN building b ON b.id = t.building_id LEFT JOIN entrance e ON e.id = t.entrance_id"
        " WHERE t.community_id = {} AND t.id = {}"
        " GROUP BY t.scope_kind, t.building_id, t.entrance_id, t.closed_at, b.number, e.number",
        actor.community_id,
        thread_id,
    )
    if thread is None:
        raise NotFound
    pages = max(1, -(-thread["tops"] // PAGE))
    shown = await exchanges(actor.community_id, thread_id, min(max(1, page), pages))
    return Talk(
        thread_id=thread_id,
        entrance=f"{thread['building']}-{thread['entrance']}" if thread["entrance_id"] is not None else "",
        exchanges=shown,
        said=thread["said"],
        waiting=thread["waiting"],
        sides=await _sides(actor.community_id, thread_id, thread),
        page=min(max(1, page), pages),
        pages=pages,
        powers=permissions.powers(actor, is_closed=thread["closed_at"] is not None),
        hidden_words=await hidden_words(actor, [said for one in shown for said in (one.comment, *one.replies)]),
        mark=_mark(thread),
    )


async def _sides(community_id: int, thread_id: int, thread: Mapping[str, Any]) -> Sides:
    place, value = {
        ScopeKind.ENTRANCE: (" AND u.entrance_id = {}", thread["entrance_id"]),
        ScopeKind.BUILDING: (" AND u.building_id = {}", thread["building_id"]),
        ScopeKind.COMMUNITY: ("", None),
    }[ScopeKind(thread["scope_kind"])]
    rows = await fetch(
        "SELECT c.author_place, c.stance FROM comment c JOIN unit u ON u.community_id = c.community_id"
        " AND u.code = c.author_place AND u.retired_at IS NULL WHERE c.community_id = {} AND c.thread_id = {}"
        " AND c.stance IN ('agree', 'oppose')" + place + " ORDER BY c.said_at, c.id",
        community_id,
        thread_id,
        *([] if value is None else [value]),
    )
    latest = {row["author_place"]: row["stance"] for row in rows}
    agree = sum(stance == Stance.AGREE for stance in latest.values())
    return Sides(agree, len(latest) - agree)


async def hidden_words(actor: Actor, comments: Iterable[Comment]) -> dict[int, str]:
    """The words of those hidden comments that this reader may still see, by comment id; one query."""
    wanted = [
        said.id for said in comments if said.hidden_at is not None and permissions.may_read_hidden(actor, said) is None
    ]
    if not wanted:
        return {}
    rows = await fetch("SELECT id, body FROM comment WHERE community_id = {} AND id IN {}", actor.community_id, wanted)
    return {row["id"]: row["body"] for row in rows}


async def speaking_place(actor: Actor, thread_id: int) -> str:
    """The code of the household somebody speaks from: the one in the thread's scope first, "" without a household."""
    if not actor.unit_ids:
        return ""
    row = await fetch_one(
        "SELECT u.code FROM unit u JOIN thread t ON t.community_id = u.community_id"
        " WHERE u.community_id = {} AND t.id = {} AND u.id IN {} AND u.retired_at IS NULL"
        " ORDER BY CASE WHEN t.scope_kind = 'community' OR u.entrance_id = t.entrance_id"
        " OR (t.scope_kind = 'building' AND u.building_id = t.building_id) THEN 0 ELSE 1 END, u.id LIMIT 1",
        actor.community_id,
        thread_id,
        actor.unit_ids,
    )
    return "" if row is None else str(row["code"])


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
