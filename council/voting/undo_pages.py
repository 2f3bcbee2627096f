"""The desk ends a wrong claim; its page is accounts', what ends with it is this room's."""

from __future__ import annotations

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import forms
from council.accounts.desk_pages import BASE, enter_desk, show_claim
from council.kernel.errors import Invalid
from council.voting.undoing import undo_claim
from council.web import Request, read_form, see_other


@post(BASE + "/claims/{claim_id:int}/undo", name="desk.people.undo")
async def undo(request: Request, slug: FromPath[str], claim_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    form = await read_form(request)
    try:
        reason = forms.parse_reason(form)
    except Invalid as invalid:
        return await show_claim(request, visit, claim_id, form.refused(invalid), status=422)
    await undo_claim(actor=visit.actor, claim_id=claim_id, reason=reason, now=visit.now)
    return see_other(f"/c/{slug}/desk/people?said=claim.undone")


handlers: list[HTTPRouteHandler] = [undo]
