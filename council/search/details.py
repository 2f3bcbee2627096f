"""What a page of results shows of each: asked once for all of a kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from council.deliberation import page_queries
from council.deliberation.model import Stance
from council.kernel.actor import Actor
from council.ledger import queries as ledger
from council.ledger.model import current_milestone
from council.pathways.pathway import walk
from council.progress import words as standings
from council.progress.facts import gather
from council.progress.words import Standing, Tone
from council.proposals import queries as proposals
from council.proposals.model import Proposal
from council.search.matching import together
from council.search.model import Found, What
from council.search.snippets import finder, marked, snippet
from council.search.terms import Word
from council.storage.engine import Row
from council.storage.sql import fetch

Hit = tuple[str, int]
"""(source, id)."""

_TEXTS = {
    "proposal": "SELECT p.id, p.id AS proposal_id, v.body FROM proposal p JOIN proposal_version v"
    " ON v.community_id = p.community_id AND v.proposal_id = p.id AND v.number = p.version"
    " WHERE p.community_id = {} AND p.id IN {}",
    "comment": "SELECT c.id, p.id AS proposal_id, c.body, c.author_name, c.author_place, c.stance, c.office, c.said_at,"
    " c.hidden_at FROM comment c JOIN proposal p ON p.community_id = c.community_id AND p.thread_id = c.thread_id"
    " WHERE c.community_id = {} AND c.id IN {}",
    "motion": "SELECT id, proposal_id, title, text, scope_code, notice_at, opens_at, cancelled_at FROM motion"
    " WHERE community_id = {} AND id IN {}",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything that the results of one page are about."""

    rows: Mapping[Hit, Row]
    matters: Mapping[int, Proposal]
    standing: Mapping[int, Standing]
    pages: Mapping[int, int]
    wanted: re.Pattern[str]
    now: datetime


async def described(actor: Actor, words: Sequence[Word], hits: Sequence[Hit], now: datetime) -> list[Found]:
    """The hits in their order; what is gone since they were found is left out."""
    if not hits:
        return []
    community_id = actor.community_id
    rows = await _rows(community_id, hits)
    matters = await proposals.proposals_by_id(community_id, sorted({row["proposal_id"] for row in rows.values()}))
    gathered = await gather(community_id, matters, now)
    known = _Known(
        rows,
        {matter.id: matter for matter in matters},
        {
            matter.id: standings.standing(
                matter, walk(matter.preset, gathered.facts[matter.id], now), gathered.motions.get(matter.id), now
            )
            for matter in matters
        },
        await page_queries.pages_of(community_id, _of("comment", hits)),
        finder(words),
        now,
    )
    return [_SHOWN[hit[0]](known, rows[hit]) for hit in hits if hit in rows]


def _of(source: str, hits: Sequence[Hit]) -> list[int]:
    return [id_ for name, id_ in hits if name == source]


async def _rows(community_id: int, hits: Sequence[Hit]) -> dict[Hit, Row]:
    found: dict[Hit, Row] = {}
    for source, sql in _TEXTS.items():  # three kinds, three queries
        found |= {(source, row["id"]): row for row in await fetch(sql, community_id, _of(source, hits))}
    return found | await _projects(community_id, _of("project", hits))


async def _projects(community_id: int, ids: Sequence[int]) -> dict[Hit, Row]:
    rows = await fetch(
        "SELECT j.id, j.proposal_id, j.title, j.scope_code, j.opened_at,"
        f" (SELECT {together('b.name', ' · ')} FROM budget_line b WHERE b.community_id = j.community_id"
        " AND b.project_id = j.id) AS lines FROM project j WHERE j.community_id = {} AND j.id IN {}",
        community_id,
        list(ids),
    )
    steps = await ledger.milestones_of(community_id, ids)
    return {("project", row["id"]): {**row, "step": current_milestone(steps.get(row["id"], ()))} for row in rows}


def _proposal(known: _Known, row: Row) -> Found:
    matter = known.matters[row["proposal_id"]]
    return Found(
        What.PROPOSAL,
        f"/proposals/{matter.id}",
        marked(matter.title, known.wanted),
        snippet(row["body"], known.wanted),
        matter.filed_at,
        matter.scope.code,
        known.standing[matter.id],
        by=marked(matter.proposer_name, known.wanted),
    )


def _comment(known: _Known, row: Row) -> Found:
    matter = known.matters[row["proposal_id"]]
    on = known.pages.get(row["id"], 1)
    return Found(
        What.COMMENT,
        f"/proposals/{matter.id}" + (f"?page={on}" if on > 1 else "") + f"#comment-{row['id']}",
        marked(matter.title, known.wanted),
        snippet(row["body"], known.wanted),
        row["said_at"],
        row["author_place"],
        known.standing[matter.id],
        by=marked(" ".join(filter(None, (row["office"], row["author_name"]))), known.wanted),
        stance=Stance(row["stance"]),
        is_hidden=row["hidden_at"] is not None,
    )


def _motion(known: _Known, row: Row) -> Found:
    standing = known.standing[row["proposal_id"]]
    if row["cancelled_at"] is not None:
        standing = Standing("motion_state.cancelled", Tone.STOPPED)
    text = "\n".join(row["text"].split("\n")[1:])  # its first line is the title
    return Found(
        What.NOTICE if known.now < row["opens_at"] else What.VOTE,
        f"/motions/{row['id']}",
        marked(row["title"], known.wanted),
        snippet(text, known.wanted),
        row["notice_at"],
        row["scope_code"],
        standing,
    )


def _project(known: _Known, row: Row) -> Found:
    return Found(
        What.PROJECT,
        f"/projects/{row['id']}",
        marked(row["title"], known.wanted),
        snippet(row["lines"] or "", known.wanted),
        row["opened_at"],
        row["scope_code"],
        known.standing[row["proposal_id"]],
        step=row["step"].code if row["step"] is not None else None,
    )


_SHOWN = {"proposal": _proposal, "comment": _comment, "motion": _motion, "project": _project}
