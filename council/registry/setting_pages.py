"""A community's settings: what holds, what waits for a second person, what was decided when."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from council.kernel.errors import Invalid, Refused, require
from council.registry import forms, permissions, queries, settings
from council.web import Form, Request, Visit, enter, page, read_form, see_other

BASE = "/c/{slug:str}/desk/settings"


async def enter_settings(request: Request, slug: str) -> Visit:
    visit = await enter(request, slug)
    require(permissions.may_read_settings(visit.actor))
    return visit


@get(BASE, name="desk.settings")
async def settings_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    return await _settings(request, await enter_settings(request, slug), Form.blank())


async def _settings(request: Request, visit: Visit, form: Form, *, status: int = 200) -> Response[bytes]:
    history = await queries.settings_history(visit.community_id)
    now = settings.in_force(await queries.settings_in_force(visit.community_id))
    waiting = [one for one in history if one.confirmed_at is None]
    blocked = {one.name for one in waiting}
    return page(
        request,
        visit,
        "registry/settings.html",
        status=status,
        form=form,
        now_in_force=now,
        waiting=[
            (
                one,
                permissions.may_confirm_setting(visit.actor, one) is None,
                permissions.may_withdraw_setting(visit.actor, one) is None,
            )
            for one in waiting
        ],
        decided=[one for one in reversed(history) if one.confirmed_at is not None],
        options=[
            (f"{name}:{value}", name, value)
            for name, values in settings.OPTIONS.items()
            for value in values
            if value != now[name] and name not in blocked
        ],
        may_propose=permissions.may_propose_setting(visit.actor) is None,
    )


@post(BASE, name="desk.settings.propose")
async def propose(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter_settings(request, slug)
    require(permissions.may_propose_setting(visit.actor))
    form = await read_form(request)
    try:
        typed = forms.parse_setting(form)
        await settings.propose(
            actor=visit.actor, name=typed.name, value=typed.value, basis=typed.basis, key=typed.key, now=visit.now
        )
    except Invalid as invalid:
        return await _settings(request, visit, form.refused(invalid), status=422)
    except Refused as refused:
        if refused.code == "form.used_before":
            form = form.sent_before("what")
        elif refused.code == "setting.waiting":
            form.reject("what", refused.code)  # a colleague was quicker: what was typed stays
        else:
            raise
        return await _settings(request, visit, form, status=409)
    return see_other(f"/c/{slug}/desk/settings?said=setting.proposed")


@post(BASE + "/{setting_id:int}/confirm", name="desk.settings.confirm")
async def confirm(request: Request, slug: FromPath[str], setting_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_settings(request, slug)
    await read_form(request)
    await settings.confirm(actor=visit.actor, setting_id=setting_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/settings?said=setting.confirmed")


@post(BASE + "/{setting_id:int}/withdraw", name="desk.settings.withdraw")
async def withdraw(request: Request, slug: FromPath[str], setting_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_settings(request, slug)
    await read_form(request)
    await settings.withdraw(actor=visit.actor, setting_id=setting_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/settings?said=setting.withdrawn")


handlers = [settings_page, propose, confirm, withdraw]
