"""The desk's acts that other rooms know how to do: answering a question, closing an objection, confirming a rule.

Their own pages stay where they are; here the list is not left.
"""

from __future__ import annotations

from litestar import Response, post
from litestar.params import FromPath

from council.deliberation import forms as thread_forms
from council.deliberation import permissions as thread_permissions
from council.deliberation import queries as deliberation
from council.deliberation import service as talk
from council.kernel.errors import Invalid, Refused, require
from council.progress.desk_pages import again, done, overtaken
from council.registry import settings
from council.voting import forms as voting_forms
from council.voting import objections
from council.voting import permissions as voting_permissions
from council.web import Request, enter, read_form

DESK = "/c/{slug:str}/desk"


@post(DESK + "/questions/{comment_id:int}", name="desk.question")
async def answer(request: Request, slug: FromPath[str], comment_id: FromPath[int]) -> Response[bytes]:
    """An office's answer to a marked question; it stands under the question for everybody to read."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(thread_permissions.may_answer_officially(visit.actor))
    comment = await deliberation.comment(visit.community_id, comment_id)
    try:
        place = await deliberation.speaking_place(visit.actor, comment.thread_id)
        remark = thread_forms.reply(form, parent_id=comment_id, place=place)
        form.line("office", least=2, most=60)
        form.check()
        if not comment.waits and await deliberation.comment_by_key(visit.community_id, remark.key) is None:
            raise Refused("thread.answered_already")
        await talk.say(actor=visit.actor, thread_id=comment.thread_id, remark=remark, now=visit.now)
    except Invalid as invalid:
        return await again(request, visit, f"question-{comment_id}", form, invalid)
    except Refused as refused:
        return await overtaken(request, visit, f"question-{comment_id}", form, refused)
    return await done(request, visit, form, "comment.answered")


@post(DESK + "/objections/{objection_id:int}", name="desk.objection")
async def close(request: Request, slug: FromPath[str], objection_id: FromPath[int]) -> Response[bytes]:
    """The written answer to an objection, and how it came out."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(voting_permissions.may_close_objection(visit.actor))
    try:
        sent = voting_forms.parse_closing(form)
        await objections.close_objection(
            actor=visit.actor,
            objection_id=objection_id,
            outcome=sent.outcome,
            reply=sent.reply,
            remedy=sent.remedy,
            now=visit.now,
        )
    except Invalid as invalid:
        return await again(request, visit, f"objection-{objection_id}", form, invalid)
    except Refused as refused:
        return await overtaken(request, visit, f"objection-{objection_id}", form, refused)
    return await done(request, visit, form, "objection.closed")


@post(DESK + "/settings/{setting_id:int}/second", name="desk.settings.second")
async def confirm_setting(request: Request, slug: FromPath[str], setting_id: FromPath[int]) -> Response[bytes]:
    """The second person's yes to a rule of the community."""
    visit = await enter(request, slug)
    form = await read_form(request)
    try:
        await settings.confirm(actor=visit.actor, setting_id=setting_id, now=visit.now)
    except Refused as refused:
        return await overtaken(request, visit, f"settings-{setting_id}", form, refused)
    return await done(request, visit, form, "setting.confirmed")


handlers = [answer, close, confirm_setting]
