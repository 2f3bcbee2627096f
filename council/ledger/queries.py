"""Reads of projects and milestones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from council.kernel.errors import NotFound
from council.ledger.model import BudgetLine, Milestone, MilestoneCode, Project, WindingUp, WindingUpKind
from council.storage.sql import fetch

_PROJECT = (
    "SELECT p.id, p.community_id, p.proposal_id, p.motion_id, p.title, p.scope_code, p.budget_fen, p.opened_at,"
    " p.opened_by_name, m.revoked_at FROM project p"
    " JOIN motion m ON m.community_id = p.community_id AND m.id = p.motion_id WHERE p.community_id = {}"
)


async def project(community_id: int, project_id: int) -> Project:
    rows = await fetch(_PROJECT + " AND p.id = {}", community_id, project_id)
    if not rows:
        raise NotFound
    return Project(**rows[0])


async def projects(community_id: int) -> list[Project]:
    """The newest first."""
    rows = await fetch(_PROJECT + " ORDER BY p.opened_at DESC, p.id DESC", community_id)
    return [Project(**row) for row in rows]


async def projects_of(community_id: int, proposal_ids: Iterable[int]) -> dict[int, Project]:
    """By proposal id."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(_PROJECT + " AND p.proposal_id IN {}", community_id, wanted)
    return {row["proposal_id"]: Project(**row) for row in rows}


async def milestones_of(community_id: int, project_ids: Iterable[int]) -> dict[int, tuple[Milestone, ...]]:
    """In their order, by project; one query."""
    wanted = sorted(set(project_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT id, project_id, code, due_at, done_at, done_by_name FROM milestone"
        " WHERE community_id = {} AND project_id IN {} ORDER BY project_id, position",
        community_id,
        wanted,
    )
    found: dict[int, list[Milestone]] = defaultdict(list)
    for row in rows:
        found[row["project_id"]].append(
            Milestone(row["id"], MilestoneCode(row["code"]), row["due_at"], row["done_at"], row["done_by_name"])
        )
    return {project_id: tuple(of_it) for project_id, of_it in found.items()}


async def milestones(community_id: int, project_id: int) -> tuple[Milestone, ...]:
    return (await milestones_of(community_id, [project_id])).get(project_id, ())


async def budget_lines(community_id: int, project_id: int) -> list[BudgetLine]:
    rows = await fetch(
        "SELECT name, amount_fen FROM budget_line WHERE community_id = {} AND project_id = {} ORDER BY position",
        community_id,
        project_id,
    )
    return [BudgetLine(**row) for row in rows]


async def winding_up(community_id: int, project_id: int) -> list[WindingUp]:
    """What was told after the judgment, the earliest day first."""
    rows = await fetch(
        "SELECT id, kind, happened_on, words, amount_fen, recorded_by_name, recorded_at FROM winding_up"
        " WHERE community_id = {} AND project_id = {} ORDER BY happened_on, id",
        community_id,
        project_id,
    )
    return [WindingUp(**{**row, "kind": WindingUpKind(row["kind"])}) for row in rows]
