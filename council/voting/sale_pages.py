"""The desk's page for a sale: one of the register's pages; it ends ties and mandates as well, so it is this room's."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from council.kernel.errors import Invalid, require
from council.registry import forms, permissions, queries, register_queries
from council.registry.editing import fingerprint
from council.registry.masking import shown
from council.registry.model import Unit
from council.registry.register_queries import Holder
from council.voting import selling
from council.web import Form, Request, Visit, enter, page, read_form, see_other

PATH = "/c/{slug:str}/desk/register/{unit_id:int}/sale"


@get(PATH, name="desk.register.sale")
async def sale_page(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit, unit, held = await _enter(request, slug, unit_id)
    return _sale(request, visit, unit, held, Form.blank(seen=fingerprint(unit, *(one.owner for one in held))))


@post(PATH, name="desk.register.sale.save")
async def sell(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit, unit, held = await _enter(request, slug, unit_id)
    form = await read_form(request)
    try:
        sale = forms.parse_sale(form, unit.status)
        await selling.sell_unit(
            actor=visit.actor, unit_id=unit_id, buyers=sale.buyers, reason=sale.reason, seen=sale.seen, now=visit.now
        )
    except Invalid as invalid:
        return _sale(request, visit, unit, held, form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/desk/register/{unit_id}?said=register.sold")


async def _enter(request: Request, slug: str, unit_id: int) -> tuple[Visit, Unit, tuple[Holder, ...]]:
    visit = await enter(request, slug)
    require(permissions.may_keep_register(visit.actor))
    unit = await queries.unit(visit.community_id, unit_id)
    return visit, unit, (await register_queries.holders(visit.community_id, [unit_id])).get(unit_id, ())


def _sale(
    request: Request, visit: Visit, unit: Unit, held: tuple[Holder, ...], form: Form, *, status: int = 200
) -> Response[bytes]:
    owners = tuple(shown(one.owner, is_representative=one.is_representative, in_full=False) for one in held)
    return page(request, visit, "accounts/sale.html", status=status, unit=unit, owners=owners, form=form)


handlers = [sale_page, sell]
