"""A project's life in the ledger: it opens once, and goes through its milestones one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.ledger import permissions, queries
from council.ledger.model import BudgetLine, MilestoneCode, current_milestone
from council.ledger.tables import BudgetLine as BudgetLineRow
from council.ledger.tables import Milestone as MilestoneRow
from council.ledger.tables import Project
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction


async def open_project(
    *,
    actor: Actor,
    proposal_id: int,
    motion_id: int,
    title: str,
    scope_code: str,
    budget_fen: int | None,
    lines: Sequence[BudgetLine] = (),
    milestones: Sequence[MilestoneCode] = tuple(MilestoneCode),
    now: datetime,
) -> int:
    """Opens the project of an approved matter; returns its id, the first one's when it is open already.

    Called inside the transaction of `approve_start`, which has locked the proposal and asked who may.
    """
    async with transaction():
        earlier = (await queries.projects_of(actor.community_id, [proposal_id])).get(proposal_id)
        if earlier is not None:
            return earlier.id
        rows = await Project.insert(
            Project(
                community_id=actor.community_id,
                proposal_id=proposal_id,
                motion_id=motion_id,
                title=title,
                scope_code=scope_code,
                budget_fen=budget_fen,
                opened_at=now,
                opened_by_name=actor.name,
            )
        )
        project_id = int(rows[0]["id"])
        await MilestoneRow.insert(
            *(
                MilestoneRow(community_id=actor.community_id, project_id=project_id, position=position, code=code.value)
                for position, code in enumerate(milestones)
            )
        )
        if lines:
            await BudgetLineRow.insert(
                *(
                    BudgetLineRow(
                        community_id=actor.community_id,
                        project_id=project_id,
                        position=position,
                        name=line.name,
                        amount_fen=line.amount_fen,
                    )
                    for position, line in enumerate(lines)
                )
            )
        await audit.record(
            actor.community_id,
            "project.opened",
            {"project": project_id, "proposal": proposal_id, "motion": motion_id, "budget_fen": budget_fen},
            now=now,
        )
    return project_id


async def complete_milestone(
    *, actor: Actor, project_id: int, milestone_id: int, may_begin_work: bool, now: datetime
) -> None:
    """Records that a milestone was reached, in their order; the same one again changes nothing.

    `may_begin_work` is the pathway's answer (`can_begin_work`), asked by the caller in `progress`: without it the
    milestone 开工 is refused. So is any, once a court has revoked the decision behind the project.
    """
    require(permissions.may_keep_project(actor))
    async with transaction():
        await lock_row("project", project_id)
        project = await queries.project(actor.community_id, project_id)
        milestones = await queries.milestones(actor.community_id, project_id)
        wanted = next((each for each in milestones if each.id == milestone_id), None)
        if wanted is None:
            raise NotFound
        if wanted.done_at is not None:
            return
        if project.revoked_at is not None:
            raise Refused("project.revoked")
        if wanted is not current_milestone(milestones):
            raise Refused("project.earlier_first")
        if wanted.code is MilestoneCode.START and not may_begin_work:
            raise Refused("project.no_work_yet")
        await execute(
            "UPDATE milestone SET done_at = {}, done_by_name = {} WHERE community_id = {} AND id = {}"
            " AND done_at IS NULL",
            now,
            actor.name,
            actor.community_id,
            milestone_id,
        )
        await audit.record(
            actor.community_id,
            "milestone.done",
            {"project": project_id, "milestone": wanted.code.value, "by": actor.person_id},
            now=now,
        )
