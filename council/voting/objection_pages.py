"""Objections: filed on the result's page, answered at the desk, taken back by their author."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import DOCUMENT_LIMIT
from council.files import forms as file_forms
from council.files import service as files
from council.files.model import Purpose
from council.kernel.errors import Invalid, Refused, TooMany, require
from council.registry import queries as registry
from council.voting import forms, objection_closings, objections, permissions, queries
from council.voting.motion_pages import motion_page
from council.voting.objection import StepKind
from council.web import Form, Request, Visit, enter, kit, later, page, read_form, see_other


@post("/c/{slug:str}/motions/{motion_id:int}/objections", name="objection.file")
async def file(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    try:
        sent = forms.parse_objection(form)
    except Invalid as invalid:
        return await motion_page(request, visit, motion_id, status=422, form=form.refused(invalid))
    place = await _place(visit)
    try:
        await objections.file_objection(
            actor=visit.actor, motion_id=motion_id, key=sent.key, ground=sent.ground, place=place, now=visit.now
        )
    except TooMany as many:
        return later(await motion_page(request, visit, motion_id, form=form.put_off(many)), many)
    except Refused as refused:
        if refused.code not in {"form.used_before", "objection.too_late"}:
            raise
        code = "form.other_words" if refused.code == "form.used_before" else refused.code
        return await motion_page(request, visit, motion_id, status=409, form=form.sent_before("ground", code))
    return see_other(f"/c/{slug}/motions/{motion_id}?said=objection.filed#objections")


async def _place(visit: Visit) -> str:
    """The code of the objector's first unit, "" for somebody without one."""
    units = await registry.units_by_id(visit.community_id, visit.actor.unit_ids)
    return min(units.values(), key=registry.by_place).code if units else ""


@get("/c/{slug:str}/objections/{objection_id:int}", name="objection")
async def show(request: Request, slug: FromPath[str], objection_id: FromPath[int]) -> Response[bytes]:
    """One objection: the desk's form while it waits, its answer afterwards. For staff and its author."""
    visit = await enter(request, slug)
    return await _objection_page(request, visit, objection_id)


async def _objection_page(
    request: Request, visit: Visit, objection_id: int, *, status: int = 200, form: Form | None = None
) -> Response[bytes]:
    objection = await queries.objection(visit.community_id, objection_id)
    require(permissions.may_read_objection(visit.actor, objection))
    motion = await queries.motion(visit.community_id, objection.motion_id)
    words = kit(request).words[visit.locale]
    closing = await objection_closings.waiting_of(visit.community_id, objection_id)
    refusal = None if closing is None else await objection_closings.may_confirm(visit.actor, closing, objection)
    is_open = objection.outcome is None and closing is None
    is_recorder = closing is not None and closing.recorded_by == visit.actor.person_id
    return page(
        request,
        visit,
        "voting/objection.html",
        status=status,
        objection=objection,
        motion=motion,
        form=form or Form.blank(),
        outcomes=forms.DESK_OUTCOMES,
        steps=(await queries.steps_of(visit.community_id, [objection_id])).get(objection_id, []),
        step_options=[(kind.value, words.label("step", kind)) for kind in StepKind],
        may_record=permissions.may_close_objection(visit.actor) is None,
        may_open_papers=permissions.may_open_step_papers(visit.actor) is None,
        closing=closing,
        refusal=refusal,
        may_take_back=closing is not None and (refusal is None or is_recorder),
        is_objector=objection.person_id == visit.actor.person_id,
        may_close=is_open and permissions.may_close_objection(visit.actor) is None,
        may_withdraw=objection.outcome is None and permissions.may_withdraw_objection(visit.actor, objection) is None,
    )


@post("/c/{slug:str}/objections/{objection_id:int}", name="objection.close")
async def close(request: Request, slug: FromPath[str], objection_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_close_objection(visit.actor))
    form = await read_form(request)
    try:
        closing = forms.parse_closing(form)
        await objections.close_objection(actor=visit.actor, objection_id=objection_id, closing=closing, now=visit.now)
    except Invalid as invalid:
        return await _objection_page(request, visit, objection_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/objections/{objection_id}?said=objection.closing_recorded")


@post("/c/{slug:str}/objections/{objection_id:int}/closing", name="objection.second")
async def second(request: Request, slug: FromPath[str], objection_id: FromPath[int]) -> Response[bytes]:
    """The objector's or the second person's yes to how it came out, or their no."""
    visit = await enter(request, slug)
    form = await read_form(request)
    objection = await queries.objection(visit.community_id, objection_id)
    require(objection_closings.may_answer(visit.actor, objection))
    what = form.choice("act", ("confirm", "withdraw"))
    form.check()
    verb = objections.confirm_closing if what == "confirm" else objection_closings.withdraw
    await verb(actor=visit.actor, objection_id=objection_id, now=visit.now)
    said = "objection.closed" if what == "confirm" else "objection.closing_withdrawn"
    return see_other(f"/c/{slug}/objections/{objection_id}?said={said}")


@post("/c/{slug:str}/objections/{objection_id:int}/seen", name="objection.seen")
async def seen(request: Request, slug: FromPath[str], objection_id: FromPath[int]) -> Response[bytes]:
    """Its author has read the answer: it leaves their front page."""
    visit = await enter(request, slug)
    await read_form(request)
    await objections.mark_seen(actor=visit.actor, objection_id=objection_id, now=visit.now)
    return see_other(f"/c/{slug}/")


@post(
    "/c/{slug:str}/objections/{objection_id:int}/steps",
    name="objection.step",
    request_max_body_size=DOCUMENT_LIMIT + 64 * 1024,
)
async def step(request: Request, slug: FromPath[str], objection_id: FromPath[int]) -> Response[bytes]:
    """A visit, a mediation, the paper that both signed: with the paper where there is one."""
    visit = await enter(request, slug)
    require(permissions.may_close_objection(visit.actor))
    form = await read_form(request)
    try:
        received = await file_forms.documents(form, "file")
        sent = forms.parse_step(form)
        stored = [
            await files.save_document(
                actor=visit.actor, data=each.data, name=each.name, now=visit.now, purpose=Purpose.SCAN, field="file"
            )
            for each in received
        ]
        await objections.record_step(
            actor=visit.actor,
            objection_id=objection_id,
            key=sent.key,
            kind=sent.kind,
            happened_at=sent.happened_at,
            words=sent.words,
            file_id=stored[0].id if stored else None,
            now=visit.now,
        )
    except Invalid as invalid:
        return await _objection_page(request, visit, objection_id, status=422, form=form.refused(invalid))
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _objection_page(request, visit, objection_id, status=409, form=form.sent_before("words"))
    return see_other(f"/c/{slug}/objections/{objection_id}?said=objection.step#steps")


@post("/c/{slug:str}/objections/{objection_id:int}/withdraw", name="objection.withdraw")
async def withdraw(request: Request, slug: FromPath[str], objection_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    await read_form(request)
    await objections.withdraw_objection(actor=visit.actor, objection_id=objection_id, now=visit.now)
    return see_other(f"/c/{slug}/objections/{objection_id}?said=objection.withdrawn")


handlers: list[HTTPRouteHandler] = [file, show, close, second, seen, step, withdraw]
