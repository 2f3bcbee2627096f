"""The desk's part for accounts: who is tied to a room, claims to verify, numbers to change. Works on a phone."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath

from council.accounts import forms, permissions, phonebook, queries, slips, tie_queries, ties, verifying
from council.accounts.model import Claim, HowVerified, Person, Slip
from council.accounts.slipcodes import CodeKind
from council.kernel.errors import Invalid, require
from council.registry import queries as registry
from council.registry.model import Holding
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other

BASE = "/c/{slug:str}/desk/people"


@dataclass(frozen=True, slots=True)
class OwnerAtDesk:
    """One register owner of a unit, as the desk needs it."""

    holding: Holding
    phones: tuple[str, ...]
    claims: tuple[Claim, ...]
    slip: Slip | None


async def enter_desk(request: Request, slug: str) -> Visit:
    """A visit by those who deliver slips; a member who does not is refused, everybody else is not let in at all."""
    visit = await enter(request, slug)
    require(permissions.may_see_people(visit.actor))
    return visit


@get(BASE, name="desk.people")
async def people_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    typed = request.query_params.get("room", "")[:40]
    waiting = await tie_queries.claims_waiting(visit.community_id)
    seen_by = await tie_queries.slip_seen_by(visit.community_id, [claim.id for claim in waiting])
    return page(
        request,
        visit,
        "accounts/desk_people.html",
        form=Form.blank(room=typed),
        typed=typed,
        found=await tie_queries.units_matching(visit.community_id, typed) if typed else [],
        waiting=waiting,
        for_others={each for each, people in seen_by.items() if visit.person.person_id in people},
        units=await queries.units_of_owners(visit.community_id, [claim.owner_id for claim in waiting]),
    )


@get(BASE + "/units/{unit_id:int}", name="desk.people.unit")
async def unit_page(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    community_id = visit.community_id
    unit = await registry.unit(community_id, unit_id)
    holdings = (await registry.holdings_of(community_id, [unit_id])).get(unit_id, ())
    owner_ids = [holding.owner_id for holding in holdings]
    claims = await tie_queries.claims_of_owners(community_id, owner_ids)
    numbers = await tie_queries.register_phones(community_id, owner_ids)
    owner_slips = await tie_queries.slips_of(community_id, CodeKind.OWNER, owner_ids)
    return page(
        request,
        visit,
        "accounts/desk_unit.html",
        unit=unit,
        homes=await tie_queries.homes_of_units(community_id, [unit_id]),
        slip=(await tie_queries.slips_of(community_id, CodeKind.RESIDENT, [unit_id])).get(unit_id),
        owners=[
            OwnerAtDesk(
                holding,
                numbers.get(holding.owner_id, ()),
                tuple(claim for claim in claims if claim.owner_id == holding.owner_id),
                owner_slips.get(holding.owner_id),
            )
            for holding in holdings
        ],
        form=Form.blank(),
    )


@post(BASE + "/units/{unit_id:int}/moved-out", name="desk.people.moved_out")
async def moved_out(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    unit = await registry.unit(visit.community_id, unit_id)
    form = await read_form(request)
    try:
        reason = forms.parse_reason(form)
    except Invalid as invalid:
        return page(request, visit, "accounts/desk_moved_out.html", status=422, unit=unit, form=form.refused(invalid))
    await ties.end_household(
        actor=visit.actor, unit_id=unit_id, reason=reason, secret=kit(request).secret, now=visit.now
    )
    return see_other(f"/c/{slug}/desk/people/units/{unit_id}?said=household.ended")


@get(BASE + "/units/{unit_id:int}/moved-out", name="desk.people.moving_out")
async def moved_out_page(request: Request, slug: FromPath[str], unit_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    unit = await registry.unit(visit.community_id, unit_id)
    return page(request, visit, "accounts/desk_moved_out.html", unit=unit, form=Form.blank())


@get(BASE + "/homes/{home_id:int}", name="desk.people.home")
async def home_page(request: Request, slug: FromPath[str], home_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    return await _home(request, visit, home_id, Form.blank())


@post(BASE + "/homes/{home_id:int}/end", name="desk.people.home.end")
async def end_home(request: Request, slug: FromPath[str], home_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_desk(request, slug)
    form = await read_form(request)
    home = await tie_queries.home(visit.community_id, home_id)
    try:
        reason = forms.parse_reason(form)
    except Invalid as invalid:
        return await _home(request, visit, home_id, form.refused(invalid), status=422)
    await ties.end_residency(actor=visit.actor, residency_id=home_id, reason=reason, now=visit.now)
    return see_other(f"/c/{slug}/desk/people/units/{home.unit_id}?said=residency.ended")


@get(BASE + "/accounts/{person_id:int}/phone", name="desk.people.phone")
async def phone_page(request: Request, slug: FromPath[str], person_id: FromPath[int]) -> Response[bytes]:
    visit, account = await _enter_account(request, slug, person_id)
    return page(request, visit, "accounts/desk_phone.html", account=account, form=Form.blank())


@post(BASE + "/accounts/{person_id:int}/phone", name="desk.people.phone.change")
async def change_phone(request: Request, slug: FromPath[str], person_id: FromPath[int]) -> Response[bytes]:
    visit, account = await _enter_account(request, slug, person_id)
    form = await read_form(request)
    try:
        typed = forms.parse_phone_change(form)
        await phonebook.change_phone(
            actor=visit.actor, person_id=person_id, old=typed.old, new=typed.new, reason=typed.reason, now=visit.now
        )
    except Invalid as invalid:
        return page(request, visit, "accounts/desk_phone.html", status=422, account=account, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/people?said=phone.changed")


@get(BASE + "/accounts/{person_id:int}/reset", name="desk.people.reset")
async def reset_page(request: Request, slug: FromPath[str], person_id: FromPath[int]) -> Response[bytes]:
    visit, account = await _enter_reset(request, slug, person_id)
    return page(request, visit, "accounts/desk_reset.html", account=account, form=Form.blank())


@post(BASE + "/accounts/{person_id:int}/reset", name="desk.people.reset.issue")
async def issue_reset(request: Request, slug: FromPath[str], person_id: FromPath[int]) -> Response[bytes]:
    visit, account = await _enter_reset(request, slug, person_id)
    form = await read_form(request)
    try:
        key = form.key()
        reason = forms.parse_reason(form)
    except Invalid as invalid:
        return page(request, visit, "accounts/desk_reset.html", status=422, account=account, form=form.refused(invalid))
    slip = await slips.issue_reset(
        actor=visit.actor, person_id=person_id, reason=reason, secret=kit(request).secret, now=visit.now, key=key
    )
    return see_other(f"/c/{slug}/desk/slips/{slip.id}?said=slip.issued")


async def _enter_account(request: Request, slug: str, person_id: int) -> tuple[Visit, Person]:
    """Somebody tied to this community, whose account this desk may reach."""
    visit = await enter_desk(request, slug)
    await queries.require_tied(visit.community_id, person_id, visit.now)
    require(permissions.may_reach_account(visit.actor, person_id, await queries.roles_of(person_id)))
    return visit, await queries.person(person_id)


async def _enter_reset(request: Request, slug: str, person_id: int) -> tuple[Visit, Person]:
    """The same, whose password this desk may let be set anew."""
    visit = await enter_desk(request, slug)
    await queries.require_tied(visit.community_id, person_id, visit.now)
    require(permissions.may_reset_password(visit.actor, person_id, await queries.roles_of(person_id)))
    return visit, await queries.person(person_id)


async def show_claim(
    request: Request,
    visit: Visit,
    claim: Claim,
    form: Form,
    *,
    needs_second: bool,
    halt_id: int | None,
    status: int = 200,
) -> Response[bytes]:
    """The page of a claim; `needs_second`: to end it takes a document and a second person, `halt_id` who waits for one.
    Both are known to the room whose votes it stops."""
    units = (await queries.units_of_owners(visit.community_id, [claim.owner_id]))[claim.owner_id]
    unable = None if claim.is_verified else await ties.may_verify(visit.actor, claim, units)
    return page(
        request,
        visit,
        "accounts/desk_claim.html",
        status=status,
        form=form,
        claim=claim,
        needs_second=needs_second,
        halt_id=halt_id,
        hows=list(HowVerified),
        unable=unable,
        others=[each.name for each in await verifying.who_may(visit.community_id, claim)] if unable else [],
        **await _may_reach(visit, claim.person_id),
        phones=(await queries.phones_of([claim.person_id]))[claim.person_id],
        register_phones=(await tie_queries.register_phones(visit.community_id, [claim.owner_id]))[claim.owner_id],
        units=units,
    )


async def _home(request: Request, visit: Visit, home_id: int, form: Form, *, status: int = 200) -> Response[bytes]:
    home = await tie_queries.home(visit.community_id, home_id)
    return page(
        request,
        visit,
        "accounts/desk_home.html",
        status=status,
        form=form,
        home=home,
        unit=await registry.unit(visit.community_id, home.unit_id),
        **await _may_reach(visit, home.person_id),
    )


async def _may_reach(visit: Visit, person_id: int) -> dict[str, object]:
    """Whether this visitor changes that person's number and password here: the page offers only what works."""
    roles = await queries.roles_of(person_id)
    refusal = permissions.may_reset_password(visit.actor, person_id, roles)
    return {
        "may_reach": permissions.may_reach_account(visit.actor, person_id, roles) is None,
        "may_reset": refusal is None,
        "why_no_reset": refusal.code if refusal is not None and roles else None,
    }


handlers = [
    people_page,
    unit_page,
    moved_out,
    moved_out_page,
    home_page,
    end_home,
    phone_page,
    change_phone,
    reset_page,
    issue_reset,
]
