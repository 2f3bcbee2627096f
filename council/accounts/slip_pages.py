"""Slips at the desk: print a pile, replace one, show one code."""

from __future__ import annotations

from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from council.accounts import forms, queries, slips
from council.accounts.desk_pages import enter_desk
from council.accounts.model import PrintableSlip
from council.accounts.sheets import pile_pdf
from council.accounts.slipcodes import CodeKind
from council.kernel.errors import Invalid, NotFound
from council.kernel.scope import Scope, ScopeKind
from council.registry import queries as registry
from council.registry.model import Unit
from council.web import Form, Request, Visit, kit, page, read_form, see_other

BASE = "/c/{slug:str}/desk/slips"
KINDS = {"dwelling": CodeKind.RESIDENT, "owner": CodeKind.OWNER}


@get(BASE, name="desk.slips")
async def slips_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    return await _choose(request, visit, Form.blank())


@post(BASE, name="desk.slips.print")
async def print_pile(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """The PDF of a scope's slips; those that were missing are issued on the way."""
    visit = await enter_desk(request, slug)
    form = await read_form(request)
    try:
        scope = await _scope(visit, form)
    except Invalid as invalid:
        return await _choose(request, visit, form.refused(invalid), status=422)
    pile = await slips.codes_for_print(actor=visit.actor, scope=scope, secret=kit(request).secret, now=visit.now)
    if not pile:
        return await _choose(request, visit, form.refused(Invalid({"scope": "slip.none_here"})), status=422)
    return await _pdf(request, visit, pile, f"slips-{scope.code or slug}.pdf")


@get(BASE + "/new/{what:str}/{target_id:int}", name="desk.slips.new")
async def replace_page(
    request: Request, slug: FromPath[str], what: FromPath[str], target_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    return await _replace(request, visit, what, target_id, Form.blank())


@post(BASE + "/new/{what:str}/{target_id:int}", name="desk.slips.replace")
async def replace(
    request: Request, slug: FromPath[str], what: FromPath[str], target_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    form = await read_form(request)
    kind = _kind(what)
    try:
        key = form.key()
        reason = forms.parse_reason(form)
    except Invalid as invalid:
        return await _replace(request, visit, what, target_id, form.refused(invalid), status=422)
    slip = await slips.reissue(
        actor=visit.actor,
        kind=kind,
        target_id=target_id,
        reason=reason,
        secret=kit(request).secret,
        now=visit.now,
        key=key,
    )
    return see_other(f"/c/{slug}/desk/slips/{slip.id}?said=slip.issued")


@get(BASE + "/{slip_id:int}", name="desk.slips.one")
async def slip_page(request: Request, slug: FromPath[str], slip_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    one = await slips.reveal(actor=visit.actor, slip_id=slip_id, secret=kit(request).secret, now=visit.now)
    return page(request, visit, "accounts/desk_slip.html", slip=one, slip_id=slip_id)


@get(BASE + "/{slip_id:int}/print", name="desk.slips.one.print")
async def print_one(request: Request, slug: FromPath[str], slip_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    one = await slips.reveal(actor=visit.actor, slip_id=slip_id, secret=kit(request).secret, now=visit.now)
    return await _pdf(request, visit, [one], f"slip-{slip_id}.pdf")


async def _choose(request: Request, visit: Visit, form: Form, *, status: int = 200) -> Response[bytes]:
    tree = await registry.tree(visit.community_id)
    return page(request, visit, "accounts/desk_slips.html", status=status, form=form, tree=tree)


async def _scope(visit: Visit, form: Form) -> Scope:
    """ "community", "building-3" or "entrance-7" of the page's list."""
    kind, _, number = form.line("scope", least=1, most=40).partition("-")
    if kind not in set(ScopeKind) or not ((number.isascii() and number.isdigit()) or kind == ScopeKind.COMMUNITY):
        form.reject("scope", "form.not_a_choice")
    form.check()
    chosen = ScopeKind(kind)
    place = int(number) if number else None
    return await registry.scope_of(visit.community_id, chosen, building_id=place, entrance_id=place)


async def _replace(
    request: Request, visit: Visit, what: str, target_id: int, form: Form, *, status: int = 200
) -> Response[bytes]:
    kind = _kind(what)
    name: str | None = None
    units: tuple[Unit, ...]
    if kind is CodeKind.RESIDENT:
        units = (await registry.unit(visit.community_id, target_id),)
    else:
        name = (await registry.owner(visit.community_id, target_id)).name
        units = (await queries.units_of_owners(visit.community_id, [target_id]))[target_id]
    return page(
        request, visit, "accounts/desk_new_slip.html", status=status, form=form, kind=kind, units=units, name=name
    )


def _kind(what: str) -> CodeKind:
    if what not in KINDS:
        raise NotFound
    return KINDS[what]


async def _pdf(request: Request, visit: Visit, pile: list[PrintableSlip], name: str) -> Response[bytes]:
    house = kit(request)
    made = await pile_pdf(
        pile,
        community=await registry.community(visit.community_id),
        base_url=house.base_url,
        words=house.words[visit.locale],
        now=visit.now,
    )
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(made, status_code=200, media_type="application/pdf", headers=headers)


handlers = [slips_page, print_pile, replace_page, replace, slip_page, print_one]
