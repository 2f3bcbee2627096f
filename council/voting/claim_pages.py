"""The desk's page of an account that says it is an owner: checked, taken back, or, where it stands for somebody in a
vote, ended by two with a document. Its look is accounts'; what ends with a claim is this room's."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import forms, tie_queries
from council.accounts.desk_pages import BASE, enter_desk, show_claim
from council.files import DOCUMENT_LIMIT, handing_in
from council.files.model import Purpose, StoredFile
from council.kernel.errors import Invalid, Refused, require
from council.voting import halt_pages, halt_queries, undoing
from council.voting.halt import HaltAct, Subject, may_record
from council.web import Form, Request, Visit, enter, page, read_form, see_other

CLAIM = BASE + "/claims/{claim_id:int}"
_FORM = DOCUMENT_LIMIT + 64 * 1024


@get(CLAIM, name="desk.people.claim")
async def index(request: Request, slug: FromPath[str], claim_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    return await _claim(request, visit, claim_id, Form.blank())


async def _claim(request: Request, visit: Visit, claim_id: int, form: Form, *, status: int = 200) -> Response[bytes]:
    claim = await tie_queries.claim(visit.community_id, claim_id)
    waiting = await halt_queries.waiting_of_claim(visit.community_id, claim_id)
    return await show_claim(
        request,
        visit,
        claim,
        form,
        needs_second=await undoing.needs_second(visit.community_id, claim, visit.now),
        halt_id=None if waiting is None else waiting.id,
        status=status,
    )


@post(CLAIM + "/verify", name="desk.people.verify")
async def verify(request: Request, slug: FromPath[str], claim_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    form = await read_form(request)
    try:
        how = forms.parse_how(form)
        await undoing.verify_claim(actor=visit.actor, claim_id=claim_id, how=how, now=visit.now)
    except Invalid as invalid:
        return await _claim(request, visit, claim_id, form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/desk/people/claims/{claim_id}?said=owner.verified")


@post(CLAIM + "/undo", name="desk.people.undo")
async def undo(request: Request, slug: FromPath[str], claim_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    form = await read_form(request)
    try:
        reason = forms.parse_reason(form)
        await undoing.undo_claim(actor=visit.actor, claim_id=claim_id, reason=reason, now=visit.now)
    except Invalid as invalid:
        return await _claim(request, visit, claim_id, form.refused(invalid), status=422)
    except Refused as refused:
        if refused.code != "claim.needs_second":
            raise
        form.reject("", refused.code)  # a vote was announced while the page lay open
        return await _claim(request, visit, claim_id, form, status=409)
    return see_other(f"/c/{slug}/desk/people?said=claim.undone")


@get(CLAIM + "/end", name="desk.people.ending")
async def ending(request: Request, slug: FromPath[str], claim_id: FromPath[int]) -> Response[bytes]:
    """What ends a claim that stands for somebody in a vote: the document, for a second person."""
    visit = await enter(request, slug)
    require(may_record(visit.actor, HaltAct.END_CLAIM))
    return await _ending(request, visit, claim_id, Form.blank())


async def _ending(
    request: Request, visit: Visit, claim_id: int, form: Form, *, scan: StoredFile | None = None, status: int = 200
) -> Response[bytes]:
    claim = await tie_queries.claim(visit.community_id, claim_id)
    return page(request, visit, "voting/claim_end.html", status=status, claim=claim, form=form, scan=scan)


@post(CLAIM + "/end", name="desk.people.end", request_max_body_size=_FORM)
async def end(request: Request, slug: FromPath[str], claim_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_record(visit.actor, HaltAct.END_CLAIM))
    form = await read_form(request)
    scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN)
    subject = Subject(HaltAct.END_CLAIM, claim_id=claim_id)
    try:
        halt_id = await halt_pages.recorded(visit, form, scan, subject, "why")
    except Invalid as invalid:
        return await _ending(request, visit, claim_id, form.refused(invalid), scan=scan, status=422)
    except Refused as refused:
        if refused.code == "form.used_before":
            form = form.sent_before("why")
        else:
            form.reject("", refused.code, **refused.details)
        status = 403 if refused.forbidden else 409
        return await _ending(request, visit, claim_id, form, scan=scan, status=status)
    return see_other(f"/c/{slug}/desk/halts/{halt_id}?said=halt.recorded")


handlers: list[HTTPRouteHandler] = [index, verify, undo, ending, end]
