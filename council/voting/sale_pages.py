"""The desk's pages for a sale and for who casts for co-owners: two of the register's pages, and this room's, for both
say who votes. For a home on a running roll the form takes the paper, and waits for a second person."""

from __future__ import annotations

from datetime import datetime

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import DOCUMENT_LIMIT, handing_in
from council.files.model import Purpose, StoredFile
from council.kernel.clock import local_midnight
from council.kernel.errors import Invalid, Refused, require
from council.registry import forms, permissions, queries, register_queries
from council.registry.editing import fingerprint
from council.registry.masking import shown
from council.registry.model import Unit
from council.registry.register_queries import Holder
from council.registry.transfer import TransferDraft
from council.voting import transfers
from council.web import Form, Request, Visit, enter, page, read_form, see_other

HOME = "/c/{slug:str}/desk/register/{unit_id:int}"
SALE = HOME + "/sale"
REPRESENTATIVE = HOME + "/representative"
_MOST = DOCUMENT_LIMIT + 64 * 1024


@get(SALE, name="desk.register.sale")
async def sale_page(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit, unit, held = await _enter(request, slug, unit_id)
    return await _sale(request, visit, unit, held, Form.blank(seen=_seen(unit, held)))


@post(SALE, name="desk.register.sale.save", request_max_body_size=_MOST)
async def sell(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit, unit, held = await _enter(request, slug, unit_id)
    form = await read_form(request)
    scan = None
    try:
        if not await transfers.needs_second(visit.community_id, unit_id, visit.now):
            sale = forms.parse_sale(form, unit.status)
            await transfers.sell_alone(
                actor=visit.actor,
                unit_id=unit_id,
                buyers=sale.buyers,
                reason=sale.reason,
                seen=sale.seen,
                now=visit.now,
            )
            return _back(slug, unit_id, "register.sold")
        scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN)
        key, day = _on_paper(form, scan)
        sale = forms.parse_sale(form, unit.status)
        draft = TransferDraft(key, unit_id, day, sale.reason, sale.seen, buyers=sale.buyers)
        return await _recorded(visit, slug, draft, scan)
    except Invalid as invalid:
        return await _sale(request, visit, unit, held, form.refused(invalid), scan=scan, status=422)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _sale(request, visit, unit, held, form.sent_before("reason"), scan=scan, status=409)


@get(REPRESENTATIVE, name="desk.register.representative")
async def representative_page(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit, unit, held = await _enter(request, slug, unit_id)
    form = Form.blank(owner=_casts(held), seen=_seen(unit, held))
    return await _representative(request, visit, unit, held, form)


@post(REPRESENTATIVE, name="desk.register.representative.save", request_max_body_size=_MOST)
async def choose(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit, unit, held = await _enter(request, slug, unit_id)
    form = await read_form(request)
    scan = None
    try:
        owner = form.choice("owner", [str(one.owner.id) for one in held] or ["0"])
        if not await transfers.needs_second(visit.community_id, unit_id, visit.now):
            reason = forms.parse_reason(form)
            changed = await transfers.represent_alone(
                actor=visit.actor, unit_id=unit_id, owner_id=int(owner), reason=reason, now=visit.now
            )
            return _back(slug, unit_id, "register.changed" if changed else "register.same")
        if owner == _casts(held) and form.error("owner") is None:
            return _back(slug, unit_id, "register.same")
        scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN)
        key, day = _on_paper(form, scan)
        reason = forms.parse_reason(form)
        draft = TransferDraft(key, unit_id, day, reason, form.line("seen", most=64), owner_id=int(owner))
        return await _recorded(visit, slug, draft, scan)
    except Invalid as invalid:
        return await _representative(request, visit, unit, held, form.refused(invalid), scan=scan, status=422)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _representative(request, visit, unit, held, form.sent_before("reason"), scan=scan, status=409)


async def _enter(request: Request, slug: str, unit_id: int) -> tuple[Visit, Unit, tuple[Holder, ...]]:
    visit = await enter(request, slug)
    require(permissions.may_keep_register(visit.actor))
    unit = await queries.unit(visit.community_id, unit_id)
    return visit, unit, (await register_queries.holders(visit.community_id, [unit_id])).get(unit_id, ())


def _seen(unit: Unit, held: tuple[Holder, ...]) -> str:
    return fingerprint(unit, *(one.owner for one in held))


def _casts(held: tuple[Holder, ...]) -> str:
    return next((str(one.owner.id) for one in held if one.is_representative), "")


def _back(slug: str, unit_id: int, said: str) -> Response[bytes]:
    return see_other(f"/c/{slug}/desk/register/{unit_id}?said={said}")


def _on_paper(form: Form, scan: StoredFile | None) -> tuple[str, datetime]:
    """(the form's key, the day of the paper); what is wrong is noted, for the caller's parsing to raise with the
    rest."""
    if scan is None:
        form.reject("document", "form.file_missing")
    return form.key(), local_midnight(form.day("dated_on"))


async def _recorded(visit: Visit, slug: str, draft: TransferDraft, scan: StoredFile | None) -> Response[bytes]:
    transfer_id = await transfers.record(actor=visit.actor, draft=draft, file_id=scan.id if scan else 0, now=visit.now)
    return see_other(f"/c/{slug}/desk/transfers/{transfer_id}?said=transfer.recorded")


async def _sale(
    request: Request,
    visit: Visit,
    unit: Unit,
    held: tuple[Holder, ...],
    form: Form,
    *,
    scan: StoredFile | None = None,
    status: int = 200,
) -> Response[bytes]:
    owners = tuple(shown(one.owner, is_representative=one.is_representative, in_full=False) for one in held)
    return page(
        request,
        visit,
        "accounts/sale.html",
        status=status,
        unit=unit,
        owners=owners,
        form=form,
        scan=scan,
        by_two=await transfers.needs_second(visit.community_id, unit.id, visit.now),
    )


async def _representative(
    request: Request,
    visit: Visit,
    unit: Unit,
    held: tuple[Holder, ...],
    form: Form,
    *,
    scan: StoredFile | None = None,
    status: int = 200,
) -> Response[bytes]:
    return page(
        request,
        visit,
        "registry/representative.html",
        status=status,
        unit=unit,
        owners=[(str(one.owner.id), one.owner.name) for one in held],
        form=form,
        scan=scan,
        by_two=await transfers.needs_second(visit.community_id, unit.id, visit.now),
    )


handlers: list[HTTPRouteHandler] = [sale_page, sell, representative_page, choose]
