"""The table of sub-accounts handed in; the plan made from it by one person and confirmed by another.

Whether a plan may still change is the vote's to say: `progress.fund_plans` holds the proposal's lock and asks.
"""

from __future__ import annotations

import json
from datetime import datetime

from council.audit import service as audit
from council.bylaws import queries as bylaws
from council.bylaws.model import Matter
from council.funds import permissions, planning, queries
from council.funds.model import PLANNED, BalanceTable, Draw, Plan, PlanDraft, SourceKind
from council.funds.tables import FundImport, FundPlan
from council.kernel.actor import Actor
from council.kernel.clock import local_date
from council.kernel.errors import Invalid, Refused, require
from council.proposals.model import Proposal
from council.registry import bulk
from council.registry import queries as registry
from council.registry.model import Unit, counted_units
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction


async def import_balances(
    *, actor: Actor, key: str, name: str, table: BalanceTable, as_of: datetime, now: datetime
) -> int:
    """What the table says takes the place of what was known of those homes; the lines that could not be taken are kept
    with their numbers. The same form again is the same import. Plans that are made already stay as they are.

    Invalid on "as_of" for a day that is older than what another table has told of any of these homes; the same table
    again corrects its own day.
    """
    require(permissions.may_keep_plan(actor))
    if as_of > now:
        raise Invalid({"as_of": "fund.day_ahead"})
    if not table.balances:
        raise Invalid({"file": "fund.no_good_row"}, lines="、".join(str(each.line) for each in table.faults[:5]) or "—")
    community_id = actor.community_id
    row = FundImport(
        community_id=community_id,
        key=key,
        name=name,
        sha256=table.sha256,
        as_of=as_of,
        taken=len(table.balances),
        faults=json.dumps([[each.line, each.code, each.read] for each in table.faults], ensure_ascii=False),
        person_id=actor.person_id,
        by_name=actor.name,
        imported_at=now,
    )
    async with transaction():
        await lock_row("community", community_id)
        import_id, is_new = await insert_once(row, same=("sha256", "as_of", "person_id"))
        if not is_new:
            return import_id
        newest = await queries.newest_known(community_id, table.balances, table.sha256)
        if newest is not None and newest > as_of:
            raise Invalid({"as_of": "fund.older_table"}, day=local_date(newest).isoformat())
        ids = sorted(table.balances)
        for start in range(0, len(ids), 10_000):
            await execute(
                "DELETE FROM fund_balance WHERE community_id = {} AND unit_id IN {}",
                *(community_id, ids[start : start + 10_000]),
            )
        await bulk.insert(
            "fund_balance",
            ("community_id", "unit_id", "import_id", "state", "balance_fen", "first_fen"),
            [
                (community_id, unit_id, import_id, held.state.value, held.balance_fen, held.first_fen)
                for unit_id, held in table.balances.items()
            ],
        )
        data = {
            "import": import_id,
            "sha256": table.sha256,
            "taken": len(table.balances),
            "faults": len(table.faults),
            "by": actor.person_id,
        }
        await audit.record(community_id, "fund.balances", data, now=now)
    return import_id


async def draft_plan(*, actor: Actor, proposal: Proposal, cost_fen: int | None, draft: PlanDraft, now: datetime) -> int:
    """Makes the plan of a proposal from the register and the balances as they are now; its id. The same form again is
    the same plan. Refused while another plan stands ("fund.plan_there"). Invalid where its total is not the cost that
    the proposal's text names, or the sources leave nothing to the fund.

    The caller holds the proposal's lock and has seen that no vote runs on it.
    """
    require(permissions.may_keep_plan(actor))
    if proposal.kind not in PLANNED:
        raise Refused("fund.not_this_kind")
    community_id = actor.community_id
    async with transaction():
        before = await queries.plan_by_key(community_id, draft.key)
        sources = planning.sources_of(draft)
        if before is not None:
            said = (proposal.id, actor.person_id, draft.total_fen, sources, draft.basis)
            made = (before.proposal_id, before.proposed_by, before.total_fen, before.sources, before.basis)
            if said != made:
                raise Refused("form.used_before")
            return before.id
        if cost_fen is not None and cost_fen != draft.total_fen:
            raise Invalid({"total": "fund.total_differs"}, cost_fen=cost_fen)
        if await queries.plan_of(community_id, proposal.id) is not None:
            raise Refused("fund.plan_there")
        units, is_parking_counted = await sharing_units(proposal, now)
        held = await queries.balances(community_id)
        draws = planning.draws_of(units, draft.basis, sources[0].amount_fen, held)
        last = await queries.last_import(community_id)
        plan_id = await _insert(
            FundPlan(
                community_id=community_id,
                proposal_id=proposal.id,
                key=draft.key,
                total_fen=draft.total_fen,
                draw_fen=sources[0].amount_fen,
                sources=json.dumps([[s.kind.value, s.words, s.amount_fen] for s in sources], ensure_ascii=False),
                basis=draft.basis.value,
                is_parking_counted=is_parking_counted,
                units=len(draws),
                area_dm2=sum(each.area_dm2 for each in draws),
                balances_as_of=last.as_of if last else None,
                sha256=planning.digest(draft.total_fen, sources, draft.basis, draws),
                proposed_by=actor.person_id,
                proposed_by_name=actor.name,
                proposed_at=now,
            ),
            draws,
        )
        plan = await queries.plan(community_id, plan_id)
        await _record(actor, "fund.planned", plan, now)
    return plan_id


async def _insert(row: FundPlan, draws: tuple[Draw, ...]) -> int:
    plan_id = int((await FundPlan.insert(row))[0]["id"])
    lines = [
        (d.unit_id, d.code, d.area_dm2, d.draw_fen, d.state.value, d.balance_fen, d.first_fen, d.as_of) for d in draws
    ]
    await bulk.insert(
        "fund_draw",
        (
            *("community_id", "plan_id", "unit_id", "code", "area_dm2"),
            *("draw_fen", "state", "balance_fen", "first_fen", "as_of"),
        ),
        [(row.community_id, plan_id, *line) for line in lines],
    )
    return plan_id


async def sharing_units(proposal: Proposal, now: datetime) -> tuple[list[Unit], bool]:
    """The homes that share, by place, and whether parking and storage are among them: who votes is who pays."""
    preset = proposal.preset
    matter = Matter(preset.ruleset.value, preset.is_election, True)
    is_parking_counted = (await bylaws.procedure(proposal.community_id, now, matter)).parking_counted.value == "yes"
    units = await registry.units_in(proposal.community_id, proposal.scope)
    return counted_units(units, is_parking_counted=is_parking_counted), is_parking_counted


async def confirm_plan(*, actor: Actor, plan_id: int, proposal: Proposal, cost_fen: int | None, now: datetime) -> None:
    """By a second person; then it can be put to the vote. Refused "fund.plan_closed" when somebody was quicker, and
    "fund.plan_stale" where register, bylaws or cost have changed since it was made: another is made then."""
    plan = await queries.plan(actor.community_id, plan_id)
    require(permissions.may_confirm_plan(actor, plan))
    async with transaction():
        if plan.confirmed_at is None and plan.withdrawn_at is None:
            await _require_fresh(plan, proposal, cost_fen, now)
        if not await confirm_waiting("fund_plan", plan_id, actor, now):
            raise Refused("fund.plan_closed")
        await _record(actor, "fund.confirmed", plan, now)


async def withdraw_plan(*, actor: Actor, plan_id: int, now: datetime) -> None:
    """Taken back, so that another can be made; what it said stays. The caller has seen that no vote runs on it.
    Refused "fund.plan_closed" when it is taken back already."""
    require(permissions.may_keep_plan(actor))
    async with transaction():
        plan = await queries.plan(actor.community_id, plan_id)
        rows = await fetch(
            "UPDATE fund_plan SET withdrawn_at = {}, withdrawn_by_name = {}"
            " WHERE community_id = {} AND id = {} AND withdrawn_at IS NULL RETURNING id",
            *(now, actor.name, actor.community_id, plan_id),
        )
        if not rows:
            raise Refused("fund.plan_closed")
        await _record(actor, "fund.withdrawn", plan, now)


async def plan_to_vote_on(proposal: Proposal, cost_fen: int | None, now: datetime) -> Plan | None:
    """The plan that goes into the text of a vote on this proposal; None where it has none.

    Refused while nobody has confirmed it ("fund.plan_waiting"), and where register, bylaws or the proposal's cost have
    changed since it was made ("fund.plan_stale"): its lines would not be those of the roll.
    """
    plan = await queries.plan_of(proposal.community_id, proposal.id) if proposal.kind in PLANNED else None
    if plan is None:
        return None
    if not plan.is_confirmed:
        raise Refused("fund.plan_waiting")
    await _require_fresh(plan, proposal, cost_fen, now)
    return plan


async def _require_fresh(plan: Plan, proposal: Proposal, cost_fen: int | None, now: datetime) -> None:
    units, is_parking_counted = await sharing_units(proposal, now)
    fresh = planning.draws_of(units, plan.basis, plan.draw_fen, {})
    is_same = planning.digest(plan.total_fen, plan.sources, plan.basis, fresh) == plan.sha256
    if not is_same or is_parking_counted != plan.is_parking_counted or cost_fen not in (None, plan.total_fen):
        raise Refused("fund.plan_stale")


async def _record(actor: Actor, kind: str, plan: Plan, now: datetime) -> None:
    data = {
        "plan": plan.id,
        "proposal": plan.proposal_id,
        "total_fen": plan.total_fen,
        "draw_fen": sum(each.amount_fen for each in plan.sources if each.kind is SourceKind.FUND),
        "sha256": plan.sha256,
        "by": actor.person_id,
    }
    await audit.record(actor.community_id, kind, data, now=now)
