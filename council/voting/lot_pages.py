"""The lot of an election, on the page of its count: what was drawn, before whom, and the second person's word."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import DOCUMENT_LIMIT
from council.files.giving import given
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.voting import delivery_forms, lots, queries
from council.voting.lot_queries import lots_of
from council.voting.lots import LotDraft
from council.web import Form, Request, Visit, enter, page, read_form, see_other

LOT = "/c/{slug:str}/motions/{motion_id:int}/lot"
_MOST = 31


@get(LOT, name="lot")
async def show(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The form, or what is recorded."""
    visit = await enter(request, slug)
    return await _page(request, visit, motion_id, Form.blank())


async def _page(request: Request, visit: Visit, motion_id: int, form: Form, *, status: int = 200) -> Response[bytes]:
    motion = await queries.motion(visit.community_id, motion_id)
    require(await lots.may_record(visit.actor, motion))
    standing = await queries.candidates(visit.community_id, motion_id)
    recorded = await lots_of(visit.community_id, motion_id)
    lot = next((each for each in recorded if each.is_live), None)
    tied = () if lot is not None else await lots.tied(motion, visit.now)
    return page(
        request,
        visit,
        "voting/lot.html",
        status=status,
        motion=motion,
        names={each.number: each.name for each in standing},
        tied=tied,
        lot=lot,
        taken_back=[each for each in recorded if not each.is_live],
        form=form,
    )


@post(LOT, name="lot.record", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def record(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(await lots.may_record(visit.actor, await queries.motion(visit.community_id, motion_id)))
    form = await read_form(request)
    try:
        photo_id = await delivery_forms.proof(visit.actor, form, visit.now)
        form = form if photo_id is None else form.keeping("kept_photo", str(photo_id))
        draft = _parsed(form, photo_id)
        await lots.record_lot(actor=visit.actor, motion_id=motion_id, draft=draft, now=visit.now)
    except Invalid as invalid:
        return await _page(request, visit, motion_id, form.refused(invalid), status=422)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _page(request, visit, motion_id, form.sent_before("witness_a"), status=409)
    return see_other(f"/c/{slug}/motions/{motion_id}/lot?said=lot.recorded")


def _parsed(form: Form, photo_id: int | None) -> LotDraft:
    """`drawn` are the numbers in the order of the places; left-out ones are told by the verb."""
    key = form.key()
    typed = [value for _, values in sorted(form.starting("place_").items()) for value in values][:_MOST]
    order = tuple(int(value) for value in typed if value.isascii() and value.isdigit() and len(value) < 4)
    witnesses = tuple(each for each in (form.line(f"witness_{letter}", most=60) for letter in "abc") if each)
    drawn_at = form.when("drawn_at")
    if photo_id is None:
        form.reject("photo", "form.file_missing")
    form.check()
    return LotDraft(key, order, witnesses, drawn_at, photo_id or 0)


@post(LOT + "/{lot_id:int}/confirm", name="lot.confirm")
async def confirm(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], lot_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter(request, slug)
    await read_form(request)
    await lots.confirm_lot(actor=visit.actor, motion_id=motion_id, lot_id=lot_id, now=visit.now)
    return see_other(f"/c/{slug}/motions/{motion_id}/lot?said=lot.confirmed")


@post(LOT + "/{lot_id:int}/withdraw", name="lot.withdraw")
async def withdraw(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], lot_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    try:
        reason = form.text("why_not", least=4, most=500, missing="lot.reason_needed")
        form.check()
        await lots.withdraw_lot(actor=visit.actor, motion_id=motion_id, lot_id=lot_id, reason=reason, now=visit.now)
    except Invalid as invalid:
        return await _page(request, visit, motion_id, form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/motions/{motion_id}/lot?said=lot.withdrawn")


@get(LOT + "/{lot_id:int}/photo", name="lot.photo", include_in_schema=False)
async def photo(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], lot_id: FromPath[int]
) -> Response[bytes]:
    """The picture of a drawing, also of one taken back: for those who may record it, and who count."""
    visit = await enter(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    require(await lots.may_record(visit.actor, motion))
    recorded = await lots_of(visit.community_id, motion_id)
    lot = next((each for each in recorded if each.id == lot_id), None)
    if lot is None or lot.photo_id is None:
        raise NotFound
    return await given(visit.community_id, lot.photo_id, f"lot-{lot_id}")


handlers: list[HTTPRouteHandler] = [show, record, confirm, withdraw, photo]
