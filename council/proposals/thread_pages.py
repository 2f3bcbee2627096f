"""The talk about a proposal: saying, replying, answering for an office; the desk's marks and hidings.

Each POST answers the page again (303) or, asked by htmx, the thread's fragment.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from council.deliberation import forms, permissions, queries, service
from council.deliberation.model import Comment, Remark, Stance
from council.kernel.errors import Invalid, NotFound, Refused, TooMany, require
from council.proposals import queries as proposals
from council.proposals.model import Proposal
from council.web import Form, Request, Visit, enter, fragment, kit, later, page, read_form, see_other, wants_fragment

BASE = "/c/{slug:str}/proposals/{proposal_id:int}/comments"
COMMENT = "/c/{slug:str}/comments/{comment_id:int}"
WAIT = "7"
"""Days to answer, unless the desk says otherwise."""
SOON = timedelta(days=1)
"""Within this time the same words from the same person in the same place are one comment."""


@get(BASE + "/{comment_id:int}", name="comment")
async def show(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], comment_id: FromPath[int]
) -> Response[bytes]:
    """One comment with its replies, the form to reply and the desk's tools; asked by htmx, the reply form alone."""
    visit = await enter(request, slug)
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    comment = await _comment_of(proposal, comment_id)
    return await _comment_page(request, visit, proposal, comment, Form.blank(days=WAIT))


@post(BASE, name="comment.say")
async def say(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    require(permissions.may_comment(visit.actor))
    try:
        remark = forms.comment(form, place=await queries.speaking_place(visit.actor, proposal.thread_id))
        form.check()
        said = await _say(visit, proposal, remark)
    except Invalid as invalid:
        return await _say_again(request, visit, proposal, form.refused(invalid))
    except TooMany as many:
        return later(await _say_again(request, visit, proposal, form.put_off(many)), many)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _say_again(request, visit, proposal, _sent_before(form), status=409)
    return await _said(request, visit, proposal, said)


@post(BASE + "/{comment_id:int}/replies", name="comment.reply")
async def reply(
    request: Request, slug: FromPath[str], proposal_id: FromPath[int], comment_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    comment = await _comment_of(proposal, comment_id)
    require(permissions.may_comment(visit.actor))
    try:
        place = await queries.speaking_place(visit.actor, proposal.thread_id)
        remark = forms.reply(form, parent_id=comment_id, place=place)
        form.check()
        said = await _say(visit, proposal, remark)
    except Invalid as invalid:
        return await _comment_page(request, visit, proposal, comment, form.refused(invalid), status=422)
    except TooMany as many:
        return later(await _comment_page(request, visit, proposal, comment, form.put_off(many)), many)
    except Refused as refused:
        if refused.code == "form.used_before":
            form = _sent_before(form)
        elif refused.code == "thread.answered_already":
            # a colleague was quicker: what was typed stays, and may still be sent beside the other answer
            form.reject("body", refused.code)
        else:
            raise
        comment = await _comment_of(proposal, comment_id)
        return await _comment_page(request, visit, proposal, comment, form, status=409)
    return await _said(request, visit, proposal, said)


@post(COMMENT + "/question", name="comment.question")
async def question(request: Request, slug: FromPath[str], comment_id: FromPath[int]) -> Response[bytes]:
    visit, form, proposal, comment = await _moderating(request, slug, comment_id)
    try:
        answer_from, days = forms.question(form)
        form.check()
        await service.mark_question(
            actor=visit.actor, comment_id=comment_id, answer_from=answer_from, days=days, now=visit.now
        )
    except Invalid as invalid:
        return await _comment_page(request, visit, proposal, comment, form.refused(invalid), status=422)
    return see_other(_address(visit, proposal) + f"?said=comment.marked&on={comment_id}#comment-{comment_id}")


@post(COMMENT + "/hide", name="comment.hide")
async def hide(request: Request, slug: FromPath[str], comment_id: FromPath[int]) -> Response[bytes]:
    visit, form, proposal, comment = await _moderating(request, slug, comment_id)
    try:
        reason = forms.hiding(form)
        form.check()
    except Invalid as invalid:
        return await _comment_page(request, visit, proposal, comment, form.refused(invalid), status=422)
    await service.hide(actor=visit.actor, comment_id=comment_id, reason=reason, now=visit.now)
    return see_other(_address(visit, proposal) + f"?said=comment.hidden&on={comment_id}#comment-{comment_id}")


@post(COMMENT + "/unhide", name="comment.unhide")
async def unhide(request: Request, slug: FromPath[str], comment_id: FromPath[int]) -> Response[bytes]:
    visit, _, proposal, _ = await _moderating(request, slug, comment_id)
    await service.unhide(actor=visit.actor, comment_id=comment_id, now=visit.now)
    return see_other(_address(visit, proposal) + f"?said=comment.restored&on={comment_id}#comment-{comment_id}")


async def _moderating(request: Request, slug: str, comment_id: int) -> tuple[Visit, Form, Proposal, Comment]:
    visit = await enter(request, slug)
    form = await read_form(request)
    comment = await queries.comment(visit.community_id, comment_id)
    require(permissions.may_moderate(visit.actor))
    return visit, form, await proposals.proposal_of_thread(visit.community_id, comment.thread_id), comment


async def _comment_of(proposal: Proposal, comment_id: int) -> Comment:
    comment = await queries.comment(proposal.community_id, comment_id)
    if comment.thread_id != proposal.thread_id:
        raise NotFound
    return comment


def _address(visit: Visit, proposal: Proposal) -> str:
    return f"/c/{visit.community.slug}/proposals/{proposal.id}"


async def _say(visit: Visit, proposal: Proposal, remark: Remark) -> Comment:
    """A browser that goes back makes the page anew, with a new key, and fills the words in again: sent once more they
    are the comment that stands there."""
    again = await queries.same_words(visit.actor, proposal.thread_id, remark, visit.now - SOON)
    if again is not None:
        return again
    return await service.say(actor=visit.actor, thread_id=proposal.thread_id, remark=remark, now=visit.now)


def _sent_before(form: Form) -> Form:
    return form.sent_before("body", "thread.other_words")


def _code(said: Comment, visit: Visit) -> str:
    if said.said_at < visit.now:
        return "comment.said_already"
    if said.office:
        return "comment.answered"
    return "comment.asked" if said.stance is Stance.QUESTION else "comment.said"


async def _said(request: Request, visit: Visit, proposal: Proposal, said: Comment) -> Response[bytes]:
    address, code = _address(visit, proposal), _code(said, visit)
    if not wants_fragment(request):
        return see_other(f"{address}?said={code}&on={said.id}#comment-{said.id}")
    context: dict[str, Any] = {
        "talk": await queries.talk(visit.actor, proposal.thread_id),
        "address": address,
        "form": Form.blank(),
        "said_on": said.id,
        "said": kit(request).words[visit.locale].sentence(f"said.{code}"),
    }
    answer = fragment(request, visit, "deliberation/_thread.html", **context)
    answer.headers["HX-Reswap"] = f"outerHTML show:#comment-{said.id}:top"
    return answer


async def _say_again(
    request: Request, visit: Visit, proposal: Proposal, form: Form, *, status: int = 422
) -> Response[bytes]:
    """The form with what was typed: alone for htmx, which swaps it in place, else on a page of its own."""
    context = {
        "proposal": proposal,
        "address": _address(visit, proposal),
        "thread_id": proposal.thread_id,
        "powers": permissions.powers(visit.actor, is_closed=False),
        "form": form,
    }
    if not wants_fragment(request):
        return page(request, visit, "deliberation/say.html", status=status, **context)
    return _swapped(fragment(request, visit, "deliberation/_say.html", status=status, **context), "#say", "outerHTML")


async def _comment_page(
    request: Request, visit: Visit, proposal: Proposal, comment: Comment, form: Form, *, status: int = 200
) -> Response[bytes]:
    replies = (await queries.replies_to(visit.community_id, [comment.id])).get(comment.id, [])
    context = {
        "proposal": proposal,
        "comment": comment,
        "address": _address(visit, proposal),
        "powers": permissions.powers(visit.actor, is_closed=False),
        "is_unanswered": comment.is_unanswered(replies),
        "form": form,
    }
    if wants_fragment(request):
        answer = fragment(request, visit, "deliberation/_answer.html", status=status, swaps=True, **context)
        return _swapped(answer, f"#under-{comment.id}", "innerHTML")
    words = await queries.hidden_words(visit.actor, [comment, *replies])
    return page(
        request,
        visit,
        "deliberation/comment.html",
        status=status,
        swaps=False,
        replies=replies,
        hidden_words=words,
        **context,
    )


def _swapped(response: Response[bytes], target: str, how: str) -> Response[bytes]:
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = how
    return response


handlers = [show, say, reply, question, hide, unhide]
