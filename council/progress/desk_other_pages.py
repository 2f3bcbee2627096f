"""The desk's acts that other rooms know how to do: answering a question, closing an objection, confirming bylaws.

Their own pages stay where they are; here the list is not left.
"""

from __future__ import annotations

from dataclasses import replace

from litestar import Response, post
from litestar.params import FromPath

from council.bylaws import permissions as bylaws_permissions
from council.bylaws import service as bylaws
from council.deliberation import forms as thread_forms
from council.deliberation import permissions as thread_permissions
from council.deliberation import queries as deliberation
from council.deliberation import service as talk
from council.kernel.errors import require
from council.progress.desk_pages import attempt
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

    async def act() -> str:
        place = await deliberation.speaking_place(visit.actor, comment.thread_id)
        remark = replace(thread_forms.reply(form, parent_id=comment_id, place=place), is_first=True)
        form.line("office", least=2, most=60)
        form.check()
        await talk.say(actor=visit.actor, thread_id=comment.thread_id, remark=remark, now=visit.now)
        return "comment.answered"

    return await attempt(request, visit, form, f"question-{comment_id}", act)


@post(DESK + "/questions/{comment_id:int}/put", name="desk.question.put")
async def put(request: Request, slug: FromPath[str], comment_id: FromPath[int]) -> Response[bytes]:
    """Who owes the answer, and until when: from now on the question holds the matter up."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(thread_permissions.may_mark_question(visit.actor))

    async def act() -> str:
        answer_from, days = thread_forms.question(form)
        form.check()
        await talk.mark_question(
            actor=visit.actor, comment_id=comment_id, answer_from=answer_from, days=days, now=visit.now
        )
        return "comment.marked"

    return await attempt(request, visit, form, f"question-{comment_id}", act)


@post(DESK + "/objections/{objection_id:int}", name="desk.objection")
async def close(request: Request, slug: FromPath[str], objection_id: FromPath[int]) -> Response[bytes]:
    """The written answer to an objection, and how it came out."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(voting_permissions.may_close_objection(visit.actor))

    async def act() -> str:
        closing = voting_forms.parse_closing(form)
        await objections.close_objection(actor=visit.actor, objection_id=objection_id, closing=closing, now=visit.now)
        return "objection.closing_recorded"

    return await attempt(request, visit, form, f"objection-{objection_id}", act)


@post(DESK + "/bylaws/{version_id:int}/second", name="desk.bylaws.second")
async def confirm_bylaws(request: Request, slug: FromPath[str], version_id: FromPath[int]) -> Response[bytes]:
    """The second person's yes to a version of the bylaws."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(bylaws_permissions.may_propose(visit.actor))

    async def act() -> str:
        await bylaws.confirm(actor=visit.actor, version_id=version_id, now=visit.now)
        return "bylaws.confirmed"

    return await attempt(request, visit, form, f"bylaws-{version_id}", act)


handlers = [answer, put, close, confirm_bylaws]
