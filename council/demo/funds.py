"""The plan of a fund vote on the stage: balances are handed in, the committee plans, the secretary confirms."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from council.demo.matters import Matter
from council.demo.stage import Stage
from council.documents.cells import Column
from council.documents.sheets import csv_bytes
from council.funds import queries as plans
from council.funds import service as funds
from council.funds.balances import read_balances
from council.funds.model import NEEDS_PLAN, Basis, PlanDraft
from council.kernel.ids import new_id
from council.kernel.money import format_money
from council.pathways.model import Kind
from council.progress import fund_plans
from council.proposals import queries as proposals
from council.registry import queries as registry

_FIRST_FEN = 100
"""First deposit per dm²: ￥100 a square metre."""


def plan(stage: Stage, matter: Matter, noticed_at: datetime) -> None:
    """Notes the acts that come before the notice of a vote on the fund's use."""
    if Kind(matter.kind) not in NEEDS_PLAN:
        return
    made: list[int] = []

    async def draft(now: datetime) -> None:
        actor = await stage.actor("committee")
        proposal = await proposals.proposal(actor.community_id, stage.proposals[matter.key])
        if await plans.last_import(actor.community_id) is None:
            await _balances(stage, now)
        sent = PlanDraft(new_id(), proposal.cost_fen or 0, (), Basis.EXCLUSIVE)
        made.append(await fund_plans.draft(actor=actor, proposal_id=proposal.id, draft=sent, now=now))

    async def confirm(now: datetime) -> None:
        await fund_plans.confirm(actor=await stage.actor("secretary"), plan_id=made[0], now=now)

    stage.later(noticed_at - timedelta(minutes=50), f"{matter.key}: plan", draft)
    stage.later(noticed_at - timedelta(minutes=20), f"{matter.key}: confirm the plan", confirm)


async def _balances(stage: Stage, now: datetime) -> None:
    """Of every home on the register; a few masked, without an account, or not in the table."""
    actor = await stage.actor("committee")
    found = await registry.units_by_id(actor.community_id, stage.register.units.values())
    rows = []
    for unit in sorted(found.values(), key=registry.by_place):
        first = unit.area_dm2 * _FIRST_FEN
        seed = int.from_bytes(sha256(unit.code.encode()).digest()[:4], "big")
        balance = format_money(first * (seed % 90 + 5) // 100)
        said = {0: "未建账", 1: "***", 2: ""}.get(seed % 41, balance)
        rows.append((unit.building, unit.entrance, unit.room, said, format_money(first)))
    columns = [Column(title) for title in ("楼栋", "单元", "房号", "余额", "首期交存额")]
    data = csv_bytes(columns, rows)
    table = read_balances("余额.csv", data, await plans.unit_ids(actor.community_id))
    await funds.import_balances(
        actor=actor, key=new_id(), name="维修资金分户账余额.csv", table=table, as_of=now - timedelta(days=1), now=now
    )
