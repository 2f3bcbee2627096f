"""Which things of one community have the words, best first; and what a page of results shows of them.

A hit in the title comes before all others, then the newest. The number of queries is the same for one result and
for thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from council.deliberation import permissions as talk_permissions
from council.kernel.actor import Actor
from council.search.details import Hit, described
from council.search.matching import NOWHERE, Column, Condition, has_all, matches, rare_signs, together
from council.search.model import Results
from council.search.terms import Word
from council.storage.sql import fetch

PAGE = 20
FARTHEST = 5_000
"""The last page anybody can ask for."""


async def search(actor: Actor, words: Sequence[Word], page: int, now: datetime) -> Results:
    """A page of what this member may read and every word is in; the first page when that one does not exist."""
    page = min(max(1, page), FARTHEST)
    total, hits = await _hits(actor, words, page)
    if not hits and page > 1:
        page = 1
        total, hits = await _hits(actor, words, page)
    found = await described(actor, words, hits, now)
    return Results(total, page, max(1, -(-total // PAGE)), tuple(found))


async def _hits(actor: Actor, words: Sequence[Word], page: int) -> tuple[int, list[Hit]]:
    parts = [_proposals(actor, words), comments_with(actor, words), _motions(actor, words), _projects(actor, words)]
    rows = await fetch(
        "SELECT source, id, COUNT(*) OVER () AS total FROM ("
        + " UNION ALL ".join(part.sql for part in parts)
        + ") AS hit ORDER BY tier, at DESC, source, id DESC LIMIT {} OFFSET {}",
        *(value for part in parts for value in part.values),
        PAGE,
        (page - 1) * PAGE,
    )
    return (rows[0]["total"] if rows else 0), [(row["source"], row["id"]) for row in rows]


def _columns(*names: str) -> list[Column]:
    return [Column(name) for name in names]


def _titled(title: Condition, sql: str, actor: Actor, wanted: Condition) -> Condition:
    """One source of the union; its `{}` are: all words in the title, the community, the words anywhere."""
    sql = sql.replace("<title>", f"CASE WHEN {title.sql} THEN 0 ELSE 1 END").replace("<words>", wanted.sql)
    return Condition(sql, (*title.values, actor.community_id, *wanted.values))


def _proposals(actor: Actor, words: Sequence[Word]) -> Condition:
    """The current text; every member may open every proposal, whatever became of it."""
    return _titled(
        has_all(words, _columns("p.title")),
        "SELECT 'proposal' AS source, p.id AS id, <title> AS tier, p.filed_at AS at FROM proposal p"
        " JOIN proposal_version v ON v.community_id = p.community_id AND v.proposal_id = p.id AND v.number = p.version"
        " WHERE p.community_id = {} AND <words>",
        actor,
        has_all(words, _columns("p.title", "v.body", "p.proposer_name"), ["p.scope_code"]),
    )


def comments_with(actor: Actor, words: Sequence[Word]) -> Condition:
    """A hidden one is found by whoever may still unfold it on the page, and by nobody else."""
    rare = Condition(
        f"c.id IN (SELECT r.id FROM comment r WHERE r.community_id = {{}} AND {rare_signs('r.body')}"
        f" AND {matches('r.body')})",
        (actor.community_id,),
    )
    texts = [Column("c.body", rare), Column("c.author_name", NOWHERE), Column("COALESCE(c.office, '')", NOWHERE)]
    wanted = has_all(words, texts, ["c.author_place"])
    reads_all = actor.has(*talk_permissions.READING_HIDDEN)
    readable = "TRUE" if reads_all else "(c.hidden_at IS NULL OR c.person_id = {})"
    values = () if reads_all else (actor.person_id,)
    return Condition(
        "SELECT 'comment' AS source, c.id AS id, 1 AS tier, c.said_at AS at FROM comment c"
        f" WHERE c.community_id = {{}} AND {readable} AND {wanted.sql}"
        " AND c.thread_id IN (SELECT p.thread_id FROM proposal p WHERE p.community_id = {})",
        (actor.community_id, *values, *wanted.values, actor.community_id),
    )


def _motions(actor: Actor, words: Sequence[Word]) -> Condition:
    return _titled(
        has_all(words, _columns("m.title")),
        "SELECT 'motion', m.id, <title>, m.notice_at FROM motion m WHERE m.community_id = {} AND <words>",
        actor,
        has_all(words, _columns("m.title", "m.text", "m.convener_name"), ["m.scope_code"]),
    )


def _projects(actor: Actor, words: Sequence[Word]) -> Condition:
    lines = (
        f"COALESCE((SELECT {together('b.name', ' ')} FROM budget_line b"
        " WHERE b.community_id = j.community_id AND b.project_id = j.id), '')"
    )
    return _titled(
        has_all(words, _columns("j.title")),
        "SELECT 'project', j.id, <title>, j.opened_at FROM project j WHERE j.community_id = {} AND <words>",
        actor,
        has_all(words, _columns("j.title", lines), ["j.scope_code"]),
    )
