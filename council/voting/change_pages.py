"""Asking for more time for a vote, or for calling it off, on the count's page; the second person's yes to it."""

from __future__ import annotations

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.kernel.errors import Invalid, NotFound, Refused, require
from council.voting import change_queries, changing, forms
from council.voting.change import ChangeKind, may_act, may_ask
from council.voting.count_pages import count_page
from council.web import Request, enter, read_form, see_other

MOTION = "/c/{slug:str}/motions/{motion_id:int}"
_DONE = {ChangeKind.EXTEND: "motion.extended", ChangeKind.CANCEL: "motion.cancelled"}


@post(MOTION + "/extend", name="motion.extend")
async def extend(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    return await _ask(request, slug, motion_id, ChangeKind.EXTEND)


@post(MOTION + "/cancel", name="motion.cancel")
async def cancel(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    return await _ask(request, slug, motion_id, ChangeKind.CANCEL)


async def _ask(request: Request, slug: str, motion_id: int, kind: ChangeKind) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_ask(visit.actor))
    form = await read_form(request)
    is_extension = kind is ChangeKind.EXTEND
    try:
        draft = forms.parse_extension(form) if is_extension else forms.parse_calling_off(form)
        await changing.ask(actor=visit.actor, motion_id=motion_id, draft=draft, now=visit.now)
    except Invalid as invalid:
        return await count_page(request, visit, motion_id, status=422, form=form.refused(invalid))
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        key, words = ("extension", "why_longer") if is_extension else ("calling_off", "reason")
        anew = form.keeping(key, "").sent_before(words)
        return await count_page(request, visit, motion_id, status=409, form=anew)
    return see_other(f"/c/{slug}/motions/{motion_id}?said=motion.{kind}_asked#change")


@post(MOTION + "/changes/{change_id:int}", name="motion.change")
async def act(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], change_id: FromPath[int]
) -> Response[bytes]:
    """Confirms it as the second person, or takes it back, as its button says."""
    visit = await enter(request, slug)
    require(may_act(visit.actor))
    form = await read_form(request)
    if (await change_queries.change(visit.community_id, change_id)).motion_id != motion_id:
        raise NotFound
    what = form.choice("act", ("confirm", "withdraw"))
    form.check()
    if what == "withdraw":
        change = await changing.withdraw(actor=visit.actor, change_id=change_id, now=visit.now)
        return see_other(f"/c/{slug}/motions/{motion_id}?said=motion.{change.kind}_withdrawn")
    change = await changing.confirm(actor=visit.actor, change_id=change_id, now=visit.now)
    return see_other(f"/c/{slug}/motions/{motion_id}?said={_DONE[change.kind]}")


handlers: list[HTTPRouteHandler] = [extend, cancel, act]
