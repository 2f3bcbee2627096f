"""The desk's page of one home's right-holders: by what right they hold it, who acts for them, whether they agree."""

from __future__ import annotations

from datetime import timedelta

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import tie_queries
from council.files import DOCUMENT_LIMIT, handing_in
from council.files.giving import given
from council.files.model import Purpose, StoredFile
from council.kernel.clock import local_midnight
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.registry import queries as registry
from council.registry import register_queries, transfer_queries
from council.registry.rollfile.model import Basis
from council.voting import halt_queries, holding_papers, holding_queries, permissions
from council.voting.halt import HaltAct, Subject
from council.voting.halt_staff import is_own_matter
from council.voting.holding import Capacity, PaperDraft, may_confirm_holder, may_read_holders, may_record_holder
from council.web import Form, Request, Visit, enter, page, read_form, see_other

BASE = "/c/{slug:str}/desk/register/{unit_id:int}/holders"
FORM = DOCUMENT_LIMIT + 64 * 1024
_DAY = timedelta(days=1)


@get("/c/{slug:str}/desk/holders", name="holders.waiting")
async def waiting(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """Papers about right-holders that a second person has not looked at."""
    visit = await enter(request, slug)
    require(may_read_holders(visit.actor))
    found = await holding_queries.waiting(visit.community_id)
    halts = await halt_queries.waiting(visit.community_id)
    homes = {unit_id for _, unit_id in found} | {each.subject.unit_id for each in halts if each.subject.unit_id}
    units = await registry.units_by_id(visit.community_id, sorted(homes))
    papers = [(paper, units[unit_id]) for paper, unit_id in found if unit_id in units]
    transfers = await transfer_queries.waiting(visit.community_id)
    return page(
        request, visit, "voting/holders_waiting.html", papers=papers, halts=halts, units=units, transfers=transfers
    )


@get(BASE, name="holders")
async def index(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await show_home(request, visit, unit_id, Form.blank())


async def show_home(
    request: Request, visit: Visit, unit_id: int, form: Form, *, status: int = 200, scan: StoredFile | None = None
) -> Response[bytes]:
    """The page of one home's right-holders, also as an answer to a form that was not taken."""
    require(may_read_holders(visit.actor))
    unit = await registry.unit(visit.community_id, unit_id)
    held = (await register_queries.holders(visit.community_id, [unit_id])).get(unit_id, ())
    papers = await holding_queries.papers_of(visit.community_id, unit_id, [one.owner.id for one in held])
    actor = visit.actor
    return page(
        request,
        visit,
        "voting/holders.html",
        status=status,
        unit=unit,
        held=held,
        papers=papers,
        confirms={each.id for each in papers if each.is_waiting and may_confirm_holder(actor, each) is None},
        ends={
            each.id
            for each in papers
            if each.ended_at is None
            and (each.is_waiting or each.is_acting)
            and may_record_holder(actor, each.owner_id, each.person_id) is None
        },
        dispute=(await holding_queries.open_disputes(visit.community_id, [unit_id])).get(unit_id),
        is_own=await is_own_matter(actor, Subject(HaltAct.DISPUTE, unit_id=unit_id)),
        halts=await halt_queries.waiting_of_unit(visit.community_id, unit_id),
        ending=await halt_queries.waiting_of_papers(visit.community_id, [each.id for each in papers]),
        scan=scan,
        may_record=may_record_holder(actor, 0, None) is None,
        may_suspend=permissions.may_keep_roll(actor) is None,
        form=form,
    )


@get(BASE + "/right", name="holders.right")
async def right(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await _form(request, visit, unit_id, "right", Form.blank())


@get(BASE + "/acting", name="holders.acting")
async def acting(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await _form(request, visit, unit_id, "acting", Form.blank())


async def _form(
    request: Request,
    visit: Visit,
    unit_id: int,
    about: str,
    form: Form,
    *,
    scan: StoredFile | None = None,
    status: int = 200,
) -> Response[bytes]:
    require(may_record_holder(visit.actor, 0, None))
    unit = await registry.unit(visit.community_id, unit_id)
    held = (await register_queries.holders(visit.community_id, [unit_id])).get(unit_id, ())
    claims = await tie_queries.claims_of_owners(visit.community_id, [one.owner.id for one in held] or [0])
    return page(
        request,
        visit,
        f"voting/holder_{about}.html",
        status=status,
        unit=unit,
        held=held,
        claims=claims,
        bases=list(Basis),
        form=form,
        scan=scan,
    )


@post(BASE + "/right", name="holders.right.record", request_max_body_size=FORM)
async def record_right(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    """By what right somebody holds this home, with the paper."""
    visit = await enter(request, slug)
    return await _record(request, visit, slug, unit_id, "right")


@post(BASE + "/acting", name="holders.acting.record", request_max_body_size=FORM)
async def record_acting(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    """Who acts for one of its owners, with the paper."""
    visit = await enter(request, slug)
    return await _record(request, visit, slug, unit_id, "acting")


async def _record(request: Request, visit: Visit, slug: str, unit_id: int, about: str) -> Response[bytes]:
    require(may_record_holder(visit.actor, 0, None))
    form = await read_form(request)
    scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN)
    try:
        draft = await _draft(visit, unit_id, about, form)
        if scan is None:
            form.reject("document", "form.file_missing")
        form.check()
        await holding_papers.record_paper(
            actor=visit.actor, unit_id=unit_id, draft=draft, file_id=scan.id if scan else 0, now=visit.now
        )
    except Invalid as invalid:
        return await _form(request, visit, unit_id, about, form.refused(invalid), scan=scan, status=422)
    except Refused as refused:
        if refused.code == "form.used_before":
            form = form.sent_before("words")
        else:
            form.reject("", refused.code, **refused.details)
        status = 403 if refused.forbidden else 409
        return await _form(request, visit, unit_id, about, form, scan=scan, status=status)
    return see_other(f"/c/{slug}/desk/register/{unit_id}/holders?said=holder.recorded")


async def _draft(visit: Visit, unit_id: int, about: str, form: Form) -> PaperDraft:
    held = (await registry.holdings_of(visit.community_id, [unit_id])).get(unit_id, ())
    if not held:
        raise NotFound
    key, words = form.key(), form.text("words", least=4, most=500)
    if about == "right":
        owner = form.choice("owner", [str(one.owner_id) for one in held])
        return PaperDraft(key, int(owner), form.choice("says", Basis), words)
    claims = await tie_queries.claims_of_owners(visit.community_id, [one.owner_id for one in held])
    if not claims:
        form.reject("claim", "holder.no_account")
    form.check()
    chosen = form.choice("claim", [str(each.id) for each in claims])
    claim = next(each for each in claims if str(each.id) == chosen)
    day = form.day("valid_until", required=False)
    until = None if day is None else local_midnight(day + _DAY)
    return PaperDraft(key, claim.owner_id, form.choice("says", Capacity), words, claim.person_id, until)


@post(BASE + "/papers/{paper_id:int}/confirm", name="holders.confirm")
async def confirm(
    request: Request, slug: FromPath[str], unit_id: FromPath[int], paper_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_record_holder(visit.actor, 0, None))
    await read_form(request)
    await holding_papers.confirm_paper(actor=visit.actor, paper_id=paper_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/register/{unit_id}/holders?said=holder.confirmed")


@get(BASE + "/papers/{paper_id:int}/scan", name="holders.scan", include_in_schema=False)
async def scan(
    request: Request, slug: FromPath[str], unit_id: FromPath[int], paper_id: FromPath[int]
) -> Response[bytes]:
    """The original that a right or somebody's acting rests on, to those who read right-holders' papers."""
    visit = await enter(request, slug)
    require(may_read_holders(visit.actor))
    found = await holding_queries.paper(visit.community_id, paper_id)
    if found.unit_id not in {None, unit_id}:
        raise NotFound
    return await given(visit.community_id, found.file_id, f"holder-paper-{paper_id}")


handlers: list[HTTPRouteHandler] = [
    scan,
    waiting,
    index,
    right,
    acting,
    record_right,
    record_acting,
    confirm,
]
