"""The desk's side of mandates: those of one motion, paper ones recorded by one and confirmed by another, and who works
for the property manager."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import DOCUMENT_LIMIT, handing_in
from council.files.giving import given
from council.files.model import Purpose, StoredFile
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.voting import property_staff, proxy_forms, proxy_papers, proxy_queries, queries
from council.voting.proxy import (
    MandateDraft,
    MandateSigner,
    may_compare,
    may_confirm,
    may_mark_property_staff,
    may_read_mandates,
    may_record,
    why_not_now,
)
from council.voting.proxy_pages import mandate_words
from council.voting.sentences import Sentences
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other

BASE = "/c/{slug:str}/motions/{motion_id:int}/proxies"
STAFF = "/c/{slug:str}/desk/property-staff"


@get(BASE, name="proxies")
async def index(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_read_mandates(visit.actor))
    return await _index(request, visit, motion_id, Form.blank())


@post(BASE, name="proxies.record", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def record(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """A mandate on paper: its scan, whose it is, who signed it, and who holds it."""
    visit = await enter(request, slug)
    require(may_record(visit.actor, await proxy_queries.owners_on_roll(visit.community_id, motion_id)))
    form = await read_form(request)
    motion = await queries.motion(visit.community_id, motion_id)
    scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN)
    try:
        unit = form.line("unit", least=1, most=40)
        signed_by = form.choice("signed_by", MandateSigner)
        named = proxy_forms.parse_holder(form)
        if scan is None:
            form.reject("document", "form.file_missing")
        form.check()
        giver = await proxy_papers.giver_of(motion, unit, signed_by, visit.now)
        words = mandate_words(request, visit, motion, giver.name, named.name)
        await proxy_papers.record_paper(
            actor=visit.actor,
            motion_id=motion_id,
            unit_code=unit,
            signed_by=signed_by,
            draft=MandateDraft(named.key, named.name, named.phone, words),
            scan_id=scan.id if scan else 0,
            now=visit.now,
        )
    except Invalid as invalid:
        return await _index(request, visit, motion_id, form.refused(invalid), scan=scan, status=422)
    except Refused as refused:
        if refused.code == "form.used_before":
            form = form.sent_before("unit")
        else:
            form.reject("", refused.code, **refused.details)
        status = 403 if refused.forbidden else 409
        return await _index(request, visit, motion_id, form, scan=scan, status=status)
    return see_other(f"/c/{slug}/motions/{motion_id}/proxies?said=proxy.recorded")


@post(BASE + "/{proxy_id:int}/confirm", name="proxies.confirm")
async def confirm(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], proxy_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_compare(visit.actor))
    await read_form(request)
    await proxy_papers.confirm(actor=visit.actor, proxy_id=proxy_id, now=visit.now)
    return see_other(f"/c/{slug}/motions/{motion_id}/proxies?said=proxy.confirmed")


async def _index(
    request: Request, visit: Visit, motion_id: int, form: Form, *, scan: StoredFile | None = None, status: int = 200
) -> Response[bytes]:
    motion = await queries.motion(visit.community_id, motion_id)
    in_scope = await proxy_queries.owners_on_roll(visit.community_id, motion_id)
    mandates = await proxy_queries.mandates_of(visit.community_id, motion_id)
    return page(
        request,
        visit,
        "voting/proxies.html",
        status=status,
        motion=motion,
        say=Sentences(kit(request).words[visit.locale], motion),
        form=form,
        scan=scan,
        mandates=[(each, may_confirm(visit.actor, each, in_scope) is None) for each in mandates],
        may_record=may_record(visit.actor, in_scope) is None,
        why_not=why_not_now(motion, visit.now),
    )


@get(STAFF, name="property_staff")
async def staff(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """Whose accounts are marked as the property manager's: they hold no proxy."""
    visit = await enter(request, slug)
    require(may_read_mandates(visit.actor))
    return await _staff(request, visit, Form.blank())


@post(STAFF, name="property_staff.mark")
async def mark(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_mark_property_staff(visit.actor))
    form = await read_form(request)
    try:
        named = proxy_forms.parse_holder(form, "name", "phone")
        form.check()
        await property_staff.mark(actor=visit.actor, name=named.name, phone=named.phone, now=visit.now)
    except Invalid as invalid:
        return await _staff(request, visit, form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/desk/property-staff?said=property_staff.marked")


@post(STAFF + "/{person_id:int}/end", name="property_staff.end")
async def unmark(request: Request, slug: FromPath[str], person_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_mark_property_staff(visit.actor))
    await read_form(request)
    await property_staff.unmark(actor=visit.actor, person_id=person_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/property-staff?said=property_staff.ended")


async def _staff(request: Request, visit: Visit, form: Form, *, status: int = 200) -> Response[bytes]:
    return page(
        request,
        visit,
        "voting/property_staff.html",
        status=status,
        form=form,
        marked=await proxy_queries.property_staff(visit.community_id),
        may_mark=may_mark_property_staff(visit.actor) is None,
    )


@get(BASE + "/{proxy_id:int}/scan", name="proxies.scan", include_in_schema=False)
async def scan(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], proxy_id: FromPath[int]
) -> Response[bytes]:
    """The signed original of a mandate, to those who compare and count."""
    visit = await enter(request, slug)
    require(may_read_mandates(visit.actor))
    found = await proxy_queries.mandate(visit.community_id, proxy_id)
    if found.motion_id != motion_id or found.scan_id is None:
        raise NotFound
    return await given(visit.community_id, found.scan_id, f"mandate-{proxy_id}")


handlers: list[HTTPRouteHandler] = [index, record, confirm, scan, staff, mark, unmark]
