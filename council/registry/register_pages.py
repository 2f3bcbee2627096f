"""The register at the desk: who holds which unit, and putting one of them right."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath

from council.kernel.errors import Invalid, NotFound, require
from council.kernel.scope import ScopeKind
from council.registry import (
    corrections,
    editing,
    forms,
    permissions,
    queries,
    register_queries,
    transfer_queries,
    upload_queries,
)
from council.registry.editing import fingerprint
from council.registry.masking import OwnerShown, shown
from council.registry.model import Owner, Unit
from council.registry.register_queries import Holder
from council.registry.rollfile.model import Status, Use
from council.registry.upload_pages import enter_keeper
from council.web import Form, Request, Visit, enter, page, read_form, see_other

BASE = "/c/{slug:str}/desk/register"
ONE = BASE + "/{unit_id:int}"


@dataclass(frozen=True, slots=True)
class UnitShown:
    unit: Unit
    owners: tuple[OwnerShown, ...]


async def enter_reader(request: Request, slug: str) -> Visit:
    visit = await enter(request, slug)
    require(permissions.may_read_register(visit.actor))
    return visit


@get(BASE, name="desk.register")
async def register_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """One entrance at a time, numbers masked."""
    visit = await enter_reader(request, slug)
    tree = await queries.tree(visit.community_id)
    places = [(entrance.id, building, entrance) for building in tree for entrance in building.entrances]
    asked = request.query_params.get("entrance", "")
    chosen = next((place for place in places if str(place[0]) == asked), None if asked else next(iter(places), None))
    if asked and chosen is None:
        raise NotFound
    units: list[Unit] = []
    if chosen is not None:
        scope = await queries.scope_of(visit.community_id, ScopeKind.ENTRANCE, entrance_id=chosen[0])
        units = await queries.units_in(visit.community_id, scope)
    held = await register_queries.holders(visit.community_id, [unit.id for unit in units])
    is_keeper = permissions.may_keep_register(visit.actor) is None
    return page(
        request,
        visit,
        "registry/register.html",
        form=Form.blank(entrance=str(chosen[0]) if chosen else ""),
        places=[(str(place[0]), f"{place[1].number}-{place[2].number}".rstrip("-")) for place in places],
        units=[UnitShown(unit, _shown(held.get(unit.id, ()))) for unit in units],
        area_dm2=sum(unit.area_dm2 for unit in units),
        unresolved=await upload_queries.unresolved(visit.community_id),
        waiting=await corrections.waiting(visit.community_id) if is_keeper else [],
        is_keeper=is_keeper,
    )


def _shown(held: tuple[Holder, ...], *, in_full: bool = False) -> tuple[OwnerShown, ...]:
    return tuple(shown(one.owner, is_representative=one.is_representative, in_full=in_full) for one in held)


@get(ONE, name="desk.register.unit")
async def unit_page(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    """One row; telephones and identity numbers in full for those who keep the register."""
    visit = await enter_reader(request, slug)
    is_keeper = permissions.may_keep_register(visit.actor) is None
    unit, held = await _unit(visit, unit_id)
    return page(
        request,
        visit,
        "registry/unit.html",
        unit=unit,
        owners=_shown(held, in_full=is_keeper),
        history=await register_queries.history(visit.community_id, unit_id),
        transfers=await transfer_queries.waiting_of_units(visit.community_id, [unit_id]),
        is_keeper=is_keeper,
    )


async def _unit(visit: Visit, unit_id: int) -> tuple[Unit, tuple[Holder, ...]]:
    unit = await queries.unit(visit.community_id, unit_id)
    return unit, (await register_queries.holders(visit.community_id, [unit_id])).get(unit_id, ())


@get(ONE + "/edit", name="desk.register.edit")
async def edit_page(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    unit, _ = await _unit(visit, unit_id)
    form = Form.blank(
        area=f"{unit.area_dm2 // 100}.{unit.area_dm2 % 100:02d}",
        use=unit.use.value,
        status=unit.status.value,
        seen=fingerprint(unit),
    )
    return _edit(request, visit, unit, form)


def _edit(request: Request, visit: Visit, unit: Unit, form: Form, *, status: int = 200) -> Response[bytes]:
    options = {"uses": [use.value for use in Use], "statuses": [one.value for one in Status]}
    return page(request, visit, "registry/edit_unit.html", status=status, unit=unit, form=form, **options)


@post(ONE + "/edit", name="desk.register.edit.save")
async def edit_unit(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    unit, _ = await _unit(visit, unit_id)
    form = await read_form(request)
    try:
        edit = forms.parse_unit(form)
    except Invalid as invalid:
        return _edit(request, visit, unit, form.refused(invalid), status=422)
    changed = await editing.edit_unit(actor=visit.actor, unit_id=unit_id, edit=edit, now=visit.now)
    return _back(slug, unit_id, "register.changed" if changed else "register.same")


def _back(slug: str, unit_id: int, said: str) -> Response[bytes]:
    return see_other(f"/c/{slug}/desk/register/{unit_id}?said={said}")


@get(ONE + "/owners/{owner_id:int}", name="desk.register.owner")
async def owner_page(
    request: Request, slug: FromPath[str], unit_id: FromPath[int], owner_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    unit, owner = await _owner(visit, unit_id, owner_id)
    form = Form.blank(
        name=owner.name,
        identity=owner.identity_number or "",
        phones="、".join(owner.phones),
        seen=fingerprint(owner),
    )
    return await _edit_owner(request, visit, unit, owner, form)


async def _owner(visit: Visit, unit_id: int, owner_id: int) -> tuple[Unit, Owner]:
    unit, held = await _unit(visit, unit_id)
    owner = next((one.owner for one in held if one.owner.id == owner_id), None)
    if owner is None:
        raise NotFound
    return unit, owner


async def _edit_owner(
    request: Request, visit: Visit, unit: Unit, owner: Owner, form: Form, *, status: int = 200
) -> Response[bytes]:
    units = await queries.units_of_owner(visit.community_id, owner.id)
    return page(
        request, visit, "registry/edit_owner.html", status=status, unit=unit, owner=owner, units=units, form=form
    )


@post(ONE + "/owners/{owner_id:int}", name="desk.register.owner.save")
async def edit_owner(
    request: Request, slug: FromPath[str], unit_id: FromPath[int], owner_id: FromPath[int]
) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    unit, owner = await _owner(visit, unit_id, owner_id)
    form = await read_form(request)
    try:
        changed = await editing.edit_owner(
            actor=visit.actor, unit_id=unit_id, owner_id=owner_id, edit=forms.parse_owner(form), now=visit.now
        )
    except Invalid as invalid:
        return await _edit_owner(request, visit, unit, owner, form.refused(invalid), status=422)
    return _back(slug, unit_id, "register.changed" if changed else "register.same")


handlers = [register_page, unit_page, edit_page, edit_unit, owner_page, edit_owner]
