"""The desk's form for a new version, and the second person's yes to it."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from council.bylaws import forms, permissions, profiles, queries, service
from council.bylaws.model import SETTINGS, Draft
from council.files import DOCUMENT_LIMIT, handing_in
from council.files.model import StoredFile
from council.kernel.errors import Invalid, Refused, require
from council.web import Form, Request, Visit, enter, page, read_form, see_other

BASE = "/c/{slug:str}/desk/bylaws"


@get(BASE, name="desk.bylaws")
async def new(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_propose(visit.actor))
    held = await queries.in_force(visit.community_id, visit.now)
    return await _form_page(request, visit, forms.prefilled(held))


@post(BASE, name="desk.bylaws.propose", request_max_body_size=DOCUMENT_LIMIT + 256 * 1024)
async def propose(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_propose(visit.actor))
    form = await read_form(request)
    scan = await handing_in.document(visit.actor, form, visit.now)
    try:
        typed = forms.parse(form)
        if scan is None:
            form.reject("document", "form.file_missing")
        draft = Draft(
            key=typed.key,
            title=typed.title,
            profile=typed.profile,
            scan_id=scan.id if scan else 0,
            adopted_on=typed.adopted_on,
            effective_from=typed.effective_from,
            clauses=typed.clauses,
        )
        if not form.problems:
            form.also(service.faults(draft, visit.now))
        form.check()
        version_id = await service.propose(actor=visit.actor, draft=draft, now=visit.now)
    except Invalid as invalid:
        return await _form_page(request, visit, form.refused(invalid), scan=scan, status=422)
    except Refused as refused:
        if refused.code == "form.used_before":
            form = form.sent_before("title")
        elif refused.code == "bylaws.waiting":
            form.reject("", refused.code)  # a colleague was quicker: what was typed stays
        else:
            raise
        return await _form_page(request, visit, form, scan=scan, status=409)
    return see_other(f"/c/{slug}/bylaws/{version_id}?said=bylaws.proposed")


async def _form_page(
    request: Request, visit: Visit, form: Form, *, scan: StoredFile | None = None, status: int = 200
) -> Response[bytes]:
    return page(
        request,
        visit,
        "bylaws/new.html",
        status=status,
        form=form,
        scan=scan,
        settings=SETTINGS.values(),
        profiles=[profiles.load(name) for name in profiles.NAMES],
        waiting=await queries.waiting(visit.community_id),
        language="zh" if visit.locale == "zh_CN" else "en",
    )


@post(BASE + "/{version_id:int}/confirm", name="desk.bylaws.confirm")
async def confirm(request: Request, slug: FromPath[str], version_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    await read_form(request)
    require(permissions.may_propose(visit.actor))
    await service.confirm(actor=visit.actor, version_id=version_id, now=visit.now)
    return see_other(f"/c/{slug}/bylaws/{version_id}?said=bylaws.confirmed")


@post(BASE + "/{version_id:int}/withdraw", name="desk.bylaws.withdraw")
async def withdraw(request: Request, slug: FromPath[str], version_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    await read_form(request)
    require(permissions.may_propose(visit.actor))
    await service.withdraw(actor=visit.actor, version_id=version_id, now=visit.now)
    return see_other(f"/c/{slug}/bylaws?said=bylaws.withdrawn")


handlers = [new, propose, confirm, withdraw]
