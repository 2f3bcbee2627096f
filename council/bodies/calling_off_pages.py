"""The desk's forms for calling a ballot of the members off; they stand on the desk's page of the body."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import FromPath

from council.bodies import calling_off, forms, permissions, queries
from council.bodies.desk_pages import DESK, desk_page
from council.kernel.errors import Invalid, require
from council.web import Request, enter, read_form, see_other


@post(DESK + "/rounds/{round_id:int}/call-off", name="desk.bodies.call_off")
async def ask(request: Request, slug: FromPath[str], round_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    body_id = await queries.round_body(visit.community_id, round_id)
    form = await read_form(request)
    try:
        key, reason = forms.parse_call_off(form)
        form.check()
        await calling_off.ask(actor=visit.actor, round_id=round_id, key=key, reason=reason, now=visit.now)
    except Invalid as invalid:
        return await desk_page(request, visit, body_id, form=form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/desk/bodies/{body_id}?said=inner.call_off_asked")


@post(DESK + "/call-offs/{call_off_id:int}/confirm", name="desk.bodies.call_off.confirm")
async def confirm(request: Request, slug: FromPath[str], call_off_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    await queries.call_off(visit.community_id, call_off_id)
    await read_form(request)
    body_id = await calling_off.confirm(actor=visit.actor, call_off_id=call_off_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/bodies/{body_id}?said=inner.called_off")


@post(DESK + "/call-offs/{call_off_id:int}/withdraw", name="desk.bodies.call_off.withdraw")
async def withdraw(request: Request, slug: FromPath[str], call_off_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_record(visit.actor))
    await queries.call_off(visit.community_id, call_off_id)
    await read_form(request)
    body_id = await calling_off.withdraw(actor=visit.actor, call_off_id=call_off_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/bodies/{body_id}?said=inner.call_off_withdrawn")


handlers = [ask, confirm, withdraw]
