"""The annex of a fund vote: the plan that stands in its text, home by home; as a page, a PDF, a workbook."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.documents import notices
from council.documents.cells import Column, Kind
from council.documents.sheets import Sheet, xlsx_bytes
from council.funds import planning
from council.funds import queries as plans
from council.funds.model import Draw, Plan
from council.kernel.area import format_area
from council.kernel.errors import NotFound, require
from council.kernel.money import format_money
from council.registry.portions import portion
from council.voting import permissions, proxies, queries
from council.voting.motion import Motion
from council.web import Request, enter_public, kit, page
from council.web.i18n import Words
from council.web.places import place
from council.web.sheets import sheet

_AT_ONCE = 60
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/c/{slug:str}/motions/{motion_id:int}/plan", name="motion.plan")
async def show(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The sums for everybody; each home's area and share for verified people in scope and staff; what an account holds
    for the home's own owners. `?format=pdf` and `?format=xlsx` have the shares of all, without any balance."""
    visit = await enter_public(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    if motion.plan_id is None:
        raise NotFound
    plan = await plans.plan(visit.community_id, motion.plan_id)
    actor = visit.actor
    voters = await queries.voters_for(actor, motion) if actor is not None else []
    refusal = permissions.may_see_participation(actor, bool(proxies.on_roll(voters)))
    asked = request.query_params.get("format")
    if asked in {"pdf", "xlsx"}:
        require(refusal)
    lines = await plans.draws(visit.community_id, plan.id) if refusal is None else []
    words = kit(request).words[visit.locale]
    name = f"plan-{slug}-{motion_id}"
    if asked == "pdf":
        blocks = _blocks(words, motion, plan, lines)
        title = words.sentence("fund.annex")
        return await sheet(lambda: notices.document(title, blocks, now=visit.now), name)
    if asked == "xlsx":
        return kept(await asyncio.to_thread(workbook, words, plan, lines), name)
    mine = await plans.draws_of_owners(visit.community_id, plan.id, actor.owner_ids) if actor is not None else []
    return page(
        request,
        visit,
        "voting/plan.html",
        motion=motion,
        plan=plan,
        mine=mine,
        own={each.unit_id for each in mine},
        part=portion(lines, request, "homes", _AT_ONCE) if refusal is None else None,
        digest=planning.grouped(plan.sha256),
    )


def kept(data: bytes, name: str) -> Response[bytes]:
    """A workbook to keep; nothing on the way keeps a copy."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"', "Cache-Control": "no-store"}
    return Response(data, media_type=_XLSX, headers=headers)


def _blocks(words: Words, motion: Motion, plan: Plan, lines: Sequence[Draw]) -> list[notices.Block]:
    return [
        notices.Text(motion.title, indent=False, bold=True, align="C"),
        notices.Table([[name, text] for name, text in _sums(words, plan)], widths=(35, 65), bold_first=True),
        notices.Table(
            [[place(words, each.code), format_area(each.area_dm2), format_money(each.draw_fen)] for each in lines],
            [words.label("column", name) for name in ("unit", "shared_area", "share")],
            (40, 30, 30),
            "LRR",
        ),
    ]


def _sums(words: Words, plan: Plan) -> list[tuple[str, str]]:
    sources = [
        (each.words or words.label("fund_source", each.kind), f"￥{format_money(each.amount_fen)}")
        for each in plan.sources
    ]
    return [
        (words.label("fund", "total"), f"￥{format_money(plan.total_fen)}"),
        *sources,
        (words.label("fund", "homes"), str(plan.units)),
        (words.label("fund_area", plan.basis), f"{format_area(plan.area_dm2)} ㎡"),
        (words.label("fund", "basis"), words.label("fund_basis", plan.basis)),
        (words.label("fund", "digest"), planning.grouped(plan.sha256)),
    ]


def workbook(words: Words, plan: Plan, lines: Sequence[Draw], *, with_balances: bool = False) -> bytes:
    """The plan's sums and every home's line; what the accounts hold only for those who keep the plan. In a thread."""
    names = [("unit", Kind.TEXT), ("shared_area", Kind.AREA), ("share", Kind.MONEY)]
    rows: list[list[str | int | None]] = [[place(words, each.code), each.area_dm2, each.draw_fen] for each in lines]
    if with_balances:
        names += [
            ("account", Kind.TEXT),
            ("balance", Kind.MONEY),
            ("shortfall", Kind.MONEY),
            ("first_deposit", Kind.MONEY),
            ("duty", Kind.TEXT),
        ]
        for row, each in zip(rows, lines, strict=True):
            row += [words.label("fund_account", each.state), each.balance_fen, each.shortfall_fen, each.first_fen]
            row.append(words.label("fund_duty", each.duty))
    columns = [Column(words.label("column", name), kind) for name, kind in names]
    sums = [Column(words.label("column", name)) for name in ("sum", "value")]
    return xlsx_bytes(
        [
            Sheet(words.sentence("fund.lines"), columns, rows),
            Sheet(words.sentence("fund.annex"), sums, _sums(words, plan)),
        ]
    )


handlers: list[HTTPRouteHandler] = [show]
