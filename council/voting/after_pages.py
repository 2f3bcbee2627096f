"""The acts around a vote and its result that are rare and public: questions about the count, another vote. Their forms
stand on the count's page and on the vote's own."""

from __future__ import annotations

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.kernel.errors import Invalid, Refused, TooMany, require
from council.voting import afterwards, forms, impartial, permissions, proxies, queries, recounts
from council.voting.count_pages import count_page
from council.voting.motion_pages import motion_page
from council.web import Request, enter, later, read_form, see_other

MOTION = "/c/{slug:str}/motions/{motion_id:int}"


@post(MOTION + "/preliminary", name="motion.preliminary")
async def preliminary(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    await read_form(request)
    await recounts.publish_preliminary(actor=visit.actor, motion_id=motion_id, now=visit.now)
    return see_other(f"/c/{slug}/motions/{motion_id}/count?said=motion.preliminary")


@post(MOTION + "/recounts", name="recount.ask")
async def ask(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """A question about the count, from the vote's own page."""
    visit = await enter(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    voters = await queries.voters_for(visit.actor, motion)
    require(permissions.may_ask_recount(bool(proxies.on_roll(voters))))
    form = await read_form(request)
    try:
        sent = forms.parse_recount(form)
        await recounts.ask_recount(
            actor=visit.actor, motion_id=motion_id, key=sent.key, words=sent.words, now=visit.now
        )
    except Invalid as invalid:
        return await motion_page(request, visit, motion_id, status=422, form=form.refused(invalid))
    except TooMany as many:
        return later(await motion_page(request, visit, motion_id, form=form.put_off(many)), many)
    except Refused as refused:
        if refused.code not in {"form.used_before", "count.query_over"}:
            raise
        code = "form.other_words" if refused.code == "form.used_before" else refused.code
        return await motion_page(request, visit, motion_id, status=409, form=form.sent_before("question", code))
    return see_other(f"/c/{slug}/motions/{motion_id}?said=recount.asked#recounts")


@post("/c/{slug:str}/recounts/{request_id:int}", name="recount.answer")
async def answer(request: Request, slug: FromPath[str], request_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    asked = await queries.recount_request(visit.community_id, request_id)
    require(permissions.may_certify(visit.actor, await queries.officers(visit.community_id, asked.motion_id)))
    require(await impartial.may_count(visit.actor, await queries.motion(visit.community_id, asked.motion_id)))
    form = await read_form(request)
    try:
        words = forms.parse_recount_answer(form)
        await recounts.answer_recount(actor=visit.actor, request_id=request_id, answer=words, now=visit.now)
    except Invalid as invalid:
        refused = form.refused(invalid)
        return await count_page(request, visit, asked.motion_id, status=422, form=refused, answering=request_id)
    return see_other(f"/c/{slug}/motions/{asked.motion_id}/count?said=recount.answered#recounts")


@post(MOTION + "/again", name="motion.again")
async def again(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """On to the matter, whose text may be changed now."""
    visit = await enter(request, slug)
    require(permissions.may_open_motion(visit.actor))
    form = await read_form(request)
    try:
        reason = forms.parse_again(form)
    except Invalid as invalid:
        return await count_page(request, visit, motion_id, status=422, form=form.refused(invalid))
    motion = await queries.motion(visit.community_id, motion_id)
    await afterwards.call_again(actor=visit.actor, motion_id=motion_id, reason=reason, now=visit.now)
    return see_other(f"/c/{slug}/proposals/{motion.proposal_id}?said=motion.again")


handlers: list[HTTPRouteHandler] = [preliminary, ask, answer, again]
