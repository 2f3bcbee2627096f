"""The desk ends somebody's acting for an owner, and records that a home's owners are in dispute or agree: each with its
document, for a second person."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import handing_in
from council.files.model import Purpose, StoredFile
from council.kernel.errors import Invalid, Refused, require
from council.registry import queries as registry
from council.voting import halt_pages, holding_papers, holding_queries, permissions
from council.voting.halt import HaltAct, Subject
from council.voting.holding import may_record_holder
from council.voting.holding_pages import BASE, FORM, show_home
from council.web import Form, Request, Visit, enter, page, read_form, see_other

_ACTS = {"suspend": HaltAct.DISPUTE, "lift": HaltAct.AGREE}
"""By the form's `act`, which also names its field of words."""


@get(BASE + "/papers/{paper_id:int}/end", name="holders.ending")
async def ending(
    request: Request, slug: FromPath[str], unit_id: FromPath[int], paper_id: FromPath[int]
) -> Response[bytes]:
    """What ends a guardianship or an authority that is in force: the document, for a second person."""
    visit = await enter(request, slug)
    require(may_record_holder(visit.actor, 0, None))
    return await _ending(request, visit, unit_id, paper_id, Form.blank())


async def _ending(
    request: Request,
    visit: Visit,
    unit_id: int,
    paper_id: int,
    form: Form,
    *,
    scan: StoredFile | None = None,
    status: int = 200,
) -> Response[bytes]:
    paper = await holding_queries.paper(visit.community_id, paper_id)
    if not paper.is_acting or paper.is_waiting or paper.ended_at is not None:
        raise Refused("holder.moved_on")
    unit = await registry.unit(visit.community_id, unit_id)
    return page(request, visit, "voting/holder_end.html", status=status, unit=unit, paper=paper, form=form, scan=scan)


@post(BASE + "/papers/{paper_id:int}/end", name="holders.end", request_max_body_size=FORM)
async def end(
    request: Request, slug: FromPath[str], unit_id: FromPath[int], paper_id: FromPath[int]
) -> Response[bytes]:
    """One that waits is withdrawn; one in force is recorded to end."""
    visit = await enter(request, slug)
    require(may_record_holder(visit.actor, 0, None))
    form = await read_form(request)
    paper = await holding_queries.paper(visit.community_id, paper_id)
    if not paper.is_waiting:
        subject = Subject(HaltAct.END_PAPER, paper_id=paper_id)
        return await _halted(request, visit, unit_id, form, subject, "why")
    try:
        reason = form.line("reason", least=2, most=200, missing="form.no_reason")
        form.check()
    except Invalid as invalid:
        return await show_home(request, visit, unit_id, form.refused(invalid), status=422)
    await holding_papers.end_paper(actor=visit.actor, paper_id=paper_id, reason=reason, now=visit.now)
    return see_other(f"/c/{slug}/desk/register/{unit_id}/holders?said=holder.ended")


@post(BASE + "/dispute", name="holders.dispute", request_max_body_size=FORM)
async def dispute(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    """In dispute ("suspend") or agreed ("lift")."""
    visit = await enter(request, slug)
    require(permissions.may_keep_roll(visit.actor))
    form = await read_form(request)
    try:
        field = form.choice("act", list(_ACTS))
        form.check()
    except Invalid as invalid:
        return await show_home(request, visit, unit_id, form.refused(invalid), status=422)
    return await _halted(request, visit, unit_id, form, Subject(_ACTS[field], unit_id=unit_id), field)


async def _halted(
    request: Request, visit: Visit, unit_id: int, form: Form, subject: Subject, field: str
) -> Response[bytes]:
    """Recorded for a second person, or the page again with everything that was said."""
    scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN)

    async def again(form: Form, status: int) -> Response[bytes]:
        if subject.paper_id is not None:
            return await _ending(request, visit, unit_id, subject.paper_id, form, scan=scan, status=status)
        return await show_home(request, visit, unit_id, form, scan=scan, status=status)

    try:
        halt_id = await halt_pages.recorded(visit, form, scan, subject, field)
    except Invalid as invalid:
        return await again(form.refused(invalid), 422)
    except Refused as refused:
        if refused.code == "form.used_before":
            form = form.sent_before(field)
        else:
            form.reject("", refused.code, **refused.details)
        return await again(form, 403 if refused.forbidden else 409)
    return see_other(f"/c/{visit.community.slug}/desk/halts/{halt_id}?said=halt.recorded")


handlers: list[HTTPRouteHandler] = [ending, end, dispute]
