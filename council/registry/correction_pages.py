"""What the register says about my home; what is wrong with it; and the desk's answer."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath

from council.kernel.errors import Invalid, Refused, TooMany
from council.registry import corrections, forms, masking, queries, register_queries
from council.registry.corrections import Outcome
from council.registry.masking import OwnerShown
from council.registry.model import Unit
from council.registry.register_queries import Holder
from council.registry.upload_pages import enter_keeper
from council.web import Form, Request, Visit, enter, later, page, read_form, see_other

MINE = "/c/{slug:str}/register/mine"
DESK = "/c/{slug:str}/desk/corrections"


@dataclass(frozen=True, slots=True)
class MyUnit:
    """`me` are the entries that this account is verified to be, numbers masked; `others` only names.

    To somebody who lives there without being an owner the owners' names are shown by their first sign.
    """

    unit: Unit
    me: tuple[OwnerShown, ...]
    others: tuple[str, ...]


@get(MINE, name="register.mine")
async def mine_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await _mine(request, visit, Form.blank())


async def _mine(request: Request, visit: Visit, form: Form, *, status: int = 200) -> Response[bytes]:
    units = await _my_units(visit)
    return page(
        request,
        visit,
        "registry/mine.html",
        status=status,
        form=form,
        units=units,
        filed=await corrections.of_person(visit.community_id, visit.actor.person_id),
    )


async def _my_units(visit: Visit) -> list[MyUnit]:
    units = await queries.units_by_id(visit.community_id, visit.actor.unit_ids)
    held = await register_queries.holders(visit.community_id, units)
    return [_my_unit(visit, unit, held.get(unit.id, ())) for unit in sorted(units.values(), key=queries.by_place)]


def _my_unit(visit: Visit, unit: Unit, held: tuple[Holder, ...]) -> MyUnit:
    mine = [one for one in held if one.owner.id in visit.actor.owner_ids]
    others = [one.owner.name for one in held if one not in mine]
    return MyUnit(
        unit,
        tuple(masking.shown(one.owner, is_representative=one.is_representative) for one in mine),
        tuple(others if mine else map(masking.name, others)),
    )


@post(MINE, name="register.mine.correct")
async def file_correction(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    form = await read_form(request)
    try:
        said = forms.parse_correction(form, sorted(visit.actor.unit_ids))
        await corrections.file_correction(
            actor=visit.actor, unit_id=said.unit_id, said=said.said, key=said.key, now=visit.now
        )
    except Invalid as invalid:
        return await _mine(request, visit, form.refused(invalid), status=422)
    except TooMany as many:
        return later(await _mine(request, visit, form.put_off(many)), many)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _mine(request, visit, form.sent_before("said"), status=409)
    return see_other(f"/c/{slug}/register/mine?said=correction.filed")


@get(DESK, name="desk.corrections")
async def corrections_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    return page(
        request,
        visit,
        "registry/corrections.html",
        waiting=await corrections.waiting(visit.community_id),
        closed=await corrections.closed(visit.community_id),
    )


@get(DESK + "/{correction_id:int}", name="desk.correction")
async def correction_page(request: Request, slug: FromPath[str], correction_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    return await _correction(request, visit, correction_id, Form.blank())


async def _correction(
    request: Request, visit: Visit, correction_id: int, form: Form, *, status: int = 200
) -> Response[bytes]:
    found = await corrections.correction(visit.community_id, correction_id)
    return page(
        request,
        visit,
        "registry/correction.html",
        status=status,
        correction=found,
        form=form,
        outcomes=[outcome.value for outcome in Outcome],
    )


@post(DESK + "/{correction_id:int}", name="desk.correction.close")
async def close(request: Request, slug: FromPath[str], correction_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    form = await read_form(request)
    try:
        outcome, reason = forms.parse_outcome(form)
    except Invalid as invalid:
        return await _correction(request, visit, correction_id, form.refused(invalid), status=422)
    await corrections.close_correction(
        actor=visit.actor, correction_id=correction_id, outcome=outcome, reason=reason, now=visit.now
    )
    return see_other(f"/c/{slug}/desk/corrections?said=correction.{outcome.value}")


handlers = [mine_page, file_correction, corrections_page, correction_page, close]
