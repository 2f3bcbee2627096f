"""A home that is to change hands, or to be cast for by another of its owners, for the second person of the desk."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files.giving import given
from council.kernel.errors import Invalid, Refusal, require
from council.registry import forms, transfer_queries
from council.registry.transfer import may_act, may_confirm, may_read, may_withdraw
from council.voting import transfers
from council.web import Form, Request, Visit, enter, page, read_form, see_other

BASE = "/c/{slug:str}/desk/transfers/{transfer_id:int}"


@get(BASE, name="transfer")
async def show(request: Request, slug: FromPath[str], transfer_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_read(visit.actor))
    return await _page(request, visit, transfer_id, Form.blank())


async def _page(request: Request, visit: Visit, transfer_id: int, form: Form, *, status: int = 200) -> Response[bytes]:
    """Of what is about themselves a member of the desk learns that it waits, and no more."""
    transfer = await transfer_queries.transfer(visit.community_id, transfer_id)
    actor = visit.actor
    refusal = may_confirm(actor, transfer)
    refusal = refusal or await transfers.why_not_free(actor, transfer, visit.now)
    is_recorder = actor.person_id == transfer.recorded_by
    return page(
        request,
        visit,
        "voting/transfer.html",
        status=status,
        transfer=transfer,
        is_own=not is_recorder and await transfers.is_about(actor, transfer),
        refusal=refusal,
        may_withdraw=may_withdraw(actor, transfer) is None and (is_recorder or refusal is None),
        form=form,
    )


@get(BASE + "/scan", name="transfer.scan", include_in_schema=False)
async def scan(request: Request, slug: FromPath[str], transfer_id: FromPath[int]) -> Response[bytes]:
    """The paper, with people's names and numbers: for the desk. Refused "halt.own_matter" to whoever it is about."""
    visit = await enter(request, slug)
    require(may_read(visit.actor))
    transfer = await transfer_queries.transfer(visit.community_id, transfer_id)
    if visit.actor.person_id != transfer.recorded_by and await transfers.is_about(visit.actor, transfer):
        require(Refusal("halt.own_matter"))
    return await given(visit.community_id, transfer.file_id, f"transfer-{transfer_id}")


@post(BASE + "/confirm", name="transfer.confirm")
async def confirm(request: Request, slug: FromPath[str], transfer_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_act(visit.actor))
    await read_form(request)
    await transfers.confirm(actor=visit.actor, transfer_id=transfer_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/transfers/{transfer_id}?said=transfer.confirmed")


@post(BASE + "/withdraw", name="transfer.withdraw")
async def withdraw(request: Request, slug: FromPath[str], transfer_id: FromPath[int]) -> Response[bytes]:
    """Declined, or taken back, with the reason."""
    visit = await enter(request, slug)
    require(may_act(visit.actor))
    form = await read_form(request)
    try:
        reason = forms.parse_reason(form)
    except Invalid as invalid:
        return await _page(request, visit, transfer_id, form.refused(invalid), status=422)
    await transfers.withdraw(actor=visit.actor, transfer_id=transfer_id, reason=reason, now=visit.now)
    return see_other(f"/c/{slug}/desk/transfers/{transfer_id}?said=transfer.withdrawn")


handlers: list[HTTPRouteHandler] = [show, scan, confirm, withdraw]
