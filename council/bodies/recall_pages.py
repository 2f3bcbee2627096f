"""Filing the recall of a member: who it is about is chosen from those who sit."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from council.bodies import queries, recalling
from council.bodies.model import BodyKind
from council.kernel.errors import Invalid, NotFound, Refused, TooMany, require
from council.proposals import permissions as proposal_permissions
from council.web import Form, Request, Visit, enter, later, page, read_form, see_other

BASE = "/c/{slug:str}/bodies/{body_id:int}/recall"


@get(BASE, name="body.recall")
async def show(request: Request, slug: FromPath[str], body_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await _form_page(request, visit, body_id, Form.blank())


async def _form_page(request: Request, visit: Visit, body_id: int, form: Form, *, status: int = 200) -> Response[bytes]:
    require(proposal_permissions.may_file(visit.actor))
    body = await queries.body(visit.community_id, body_id)
    if body.kind is BodyKind.MANAGEMENT or not body.is_standing:
        raise NotFound("body")
    return page(request, visit, "bodies/recall.html", status=status, body=body, form=form)


@post(BASE, name="body.recall.file")
async def file(request: Request, slug: FromPath[str], body_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(proposal_permissions.may_file(visit.actor))
    form = await read_form(request)
    body = await queries.body(visit.community_id, body_id)
    try:
        known = {str(each.id): each for each in body.sitting}
        key, reason = form.key(), form.text("body", least=10, most=4000)
        member = known.get(str(form.choice("member", known or {"": ""})))
        form.check()
        if member is None:
            raise NotFound("member")
        proposal_id = await recalling.propose(
            actor=visit.actor,
            body_id=body_id,
            member_id=member.id,
            key=key,
            reason=reason,
            now=visit.now,
        )
    except Invalid as invalid:
        return await _form_page(request, visit, body_id, form.refused(invalid), status=422)
    except TooMany as many:
        return later(await _form_page(request, visit, body_id, form.put_off(many)), many)
    except Refused as refused:
        if refused.forbidden:
            raise
        if refused.code == "form.used_before":
            form = form.sent_before("body")
        else:
            form.reject("member", refused.code, **refused.details)
        return await _form_page(request, visit, body_id, form, status=409)
    return see_other(f"/c/{slug}/proposals/{proposal_id}?said=proposal.filed")


handlers = [show, file]
