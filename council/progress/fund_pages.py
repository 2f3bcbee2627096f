"""The desk's page of a fund vote's plan: balances handed in, a plan made of them, the second person's yes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath

from council.funds import forms, permissions, planning
from council.funds import queries as plans
from council.funds import service as funds
from council.funds.balances import read_balances
from council.funds.model import PLANNED, Account, Basis
from council.kernel.actor import Actor
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import Invalid, NotFound, Refusal, Refused, require
from council.kernel.money import format_money
from council.progress import fund_plans
from council.proposals import queries as proposals
from council.proposals.model import Proposal
from council.registry.portions import portion
from council.registry.rollfile import limits
from council.voting.plan_pages import kept, workbook
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other

PLAN = "/c/{slug:str}/desk/proposals/{proposal_id:int}/plan"
_AT_ONCE = 30


async def _entered(
    request: Request, slug: str, proposal_id: int, may: Callable[[Actor], Refusal | None] = permissions.may_keep_plan
) -> tuple[Visit, Proposal]:
    """Who keeps the plan, or may read it; a matter that the fund cannot pay for has no such page."""
    visit = await enter(request, slug)
    require(may(visit.actor))
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    if proposal.kind not in PLANNED:
        raise NotFound
    return visit, proposal


@get(PLAN, name="desk.plan")
async def show(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """The plan that stands, or the form to make one; `?format=xlsx` has it with the balances."""
    visit, proposal = await _entered(request, slug, proposal_id, permissions.may_read_balances)
    if request.query_params.get("format") == "xlsx":
        plan = await plans.plan_of(visit.community_id, proposal_id)
        if plan is None:
            raise NotFound
        lines = await plans.draws(visit.community_id, plan.id)
        words = kit(request).words[visit.locale]
        data = await asyncio.to_thread(lambda: workbook(words, plan, lines, with_balances=True))
        return kept(data, f"plan-{slug}-{proposal_id}")
    return await _page(request, visit, proposal)


async def _page(
    request: Request, visit: Visit, proposal: Proposal, *, form: Form | None = None, status: int = 200
) -> Response[bytes]:
    community_id = visit.community_id
    plan = await plans.plan_of(community_id, proposal.id)
    lines = await plans.draws(community_id, plan.id) if plan else []
    units, _ = await funds.sharing_units(proposal, visit.now)
    held = await plans.balances(community_id)
    cost = "" if not proposal.cost_fen else format_money(proposal.cost_fen)
    is_locked = await fund_plans.is_locked(proposal)
    return page(
        request,
        visit,
        "progress/plan.html",
        status=status,
        proposal=proposal,
        plan=plan,
        part=portion(lines, request, "homes", _AT_ONCE),
        short=[each for each in lines if each.shortfall_fen],
        unknown=sum(each.state in {Account.MASKED, Account.MISSING} for each in lines),
        digest=planning.grouped(plan.sha256) if plan else "",
        is_locked=is_locked,
        may_keep=permissions.may_keep_plan(visit.actor) is None,
        may_confirm=plan is not None and not is_locked and permissions.may_confirm_plan(visit.actor, plan) is None,
        imported=await plans.last_import(community_id),
        known=sum(unit.id in held for unit in units),
        homes=len(units),
        form=form or Form.blank(total=cost, as_of=local_date(visit.now).isoformat()),
        bases=list(Basis),
        others=forms.OTHERS,
    )


@post(PLAN, name="desk.plan.draft")
async def draft(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit, proposal = await _entered(request, slug, proposal_id)
    form = await read_form(request)
    try:
        sent_in = forms.parse_plan(form)
        await fund_plans.draft(actor=visit.actor, proposal_id=proposal_id, draft=sent_in, now=visit.now)
    except Invalid as invalid:
        return await _page(request, visit, proposal, form=form.refused(invalid), status=422)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _page(request, visit, proposal, form=form.sent_before("total"), status=409)
    return see_other(f"/c/{slug}/desk/proposals/{proposal_id}/plan?said=fund.planned")


@post(PLAN + "/balances", name="desk.plan.balances", request_max_body_size=limits.MOST_BYTES + 64 * 1024)
async def balances(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """The fund office's table; what could not be taken of it is named by its lines on the page."""
    visit, proposal = await _entered(request, slug, proposal_id)
    form = await read_form(request)
    try:
        key, day, files = form.key(), form.day("as_of"), form.files("file", least=1)
        form.check()
        data = await files[0].read()
        units = await plans.unit_ids(visit.community_id)
        table = await asyncio.to_thread(read_balances, files[0].filename, data, units)
        await funds.import_balances(
            actor=visit.actor,
            key=key,
            name=files[0].filename,
            table=table,
            as_of=local_midnight(day),
            now=visit.now,
        )
    except Invalid as invalid:
        return await _page(request, visit, proposal, form=form.refused(invalid), status=422)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _page(request, visit, proposal, form=form.sent_before("file", "roll.other_file"), status=409)
    return see_other(f"/c/{slug}/desk/proposals/{proposal_id}/plan?said=fund.balances")


@post(PLAN + "/{plan_id:int}", name="desk.plan.act")
async def act(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], plan_id: FromPath[int]
) -> Response[bytes]:
    """Confirms it as the second person, or takes it back, as its button says."""
    visit, proposal = await _entered(request, slug, proposal_id)
    form = await read_form(request)
    if (await plans.plan(visit.community_id, plan_id)).proposal_id != proposal.id:
        raise NotFound
    what = form.choice("act", ("confirm", "withdraw"))
    form.check()
    verb = fund_plans.confirm if what == "confirm" else fund_plans.withdraw
    await verb(actor=visit.actor, plan_id=plan_id, now=visit.now)
    said = "fund.confirmed" if what == "confirm" else "fund.withdrawn"
    return see_other(f"/c/{slug}/desk/proposals/{proposal_id}/plan?said={said}")


handlers = [show, draft, balances, act]
