"""Who holds which role here, which wait for a second person, and the forms to give one, end one, lay down one's own."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import forms, permissions, role_asks, role_queries, roles, staff
from council.accounts.model import StaffMember
from council.accounts.role_ask import RoleAsk, may_act, may_confirm, may_withdraw, seconds_for, seconds_of
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, Refusal, Refused, require
from council.web import Form, Request, Visit, enter, page, read_form, see_other

BASE = "/c/{slug:str}/desk/staff"


@dataclass(frozen=True, slots=True)
class AskAtDesk:
    """One that waits, as this visitor sees it; `refusal` says why they do not confirm it."""

    ask: RoleAsk
    seconds: tuple[str, ...]
    refusal: Refusal | None
    may_withdraw: bool

    @classmethod
    def of(cls, ask: RoleAsk, actor: Actor, everybody: list[StaffMember]) -> AskAtDesk:
        seconds = seconds_of(ask, everybody)
        return cls(
            ask,
            tuple(each.name for each in seconds),
            may_confirm(actor, ask, seconds),
            may_withdraw(actor, ask) is None,
        )


@get(BASE, name="desk.staff")
async def staff_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """By role, in the order they were named; those of a whole area are marked."""
    visit = await enter(request, slug)
    actor = visit.actor
    require(permissions.may_read_staff(actor))
    everybody = await staff.staff_of(visit.community_id)
    asks = await role_queries.waiting(visit.community_id)
    waiting = {(ask.person_id, ask.role) for ask in asks}
    groups = [(role, [each for each in everybody if each.role is role]) for role in Role]
    return page(
        request,
        visit,
        "accounts/desk_staff.html",
        groups=[group for group in groups if group[1]],
        asks=[AskAtDesk.of(ask, actor, everybody) for ask in asks],
        may_name=permissions.may_name_staff(actor) is None,
        has_second=_has_second(visit, everybody),
        endable={
            each.role_id
            for each in everybody
            if not each.is_of_area
            and each.person_id != actor.person_id
            and (each.person_id, each.role) not in waiting
            and permissions.may_grant_role(actor, each.role) is None
        },
    )


def _has_second(visit: Visit, everybody: list[StaffMember]) -> bool:
    """Whether anybody at all could confirm what this visitor asks for now, whomever it is about."""
    return bool(seconds_for(everybody, 0, "", asker_id=visit.actor.person_id, before=visit.now))


@get(BASE + "/give", name="desk.staff.give")
async def give_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_name_staff(visit.actor))
    return await _give(request, visit, Form.blank())


@post(BASE + "/give", name="desk.staff.give.ask")
async def give(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_name_staff(visit.actor))
    form = await read_form(request)
    try:
        key, typed = form.key(), forms.parse_new_role(form, _roles(visit.actor))
        person_id = await role_asks.account_of(name=typed.name, phone=typed.phone)
        await role_asks.ask_grant(
            actor=visit.actor, person_id=person_id, role=typed.role, key=key, reason=typed.reason, now=visit.now
        )
    except Invalid as invalid:
        return await _give(request, visit, form.refused(invalid), status=422)
    except Refused as refused:
        return await _give(request, visit, _said(form, refused), status=409)
    return see_other(f"/c/{slug}/desk/staff?said=role.asked")


@get(BASE + "/roles/{role_id:int}/end", name="desk.staff.end")
async def end_page(request: Request, slug: FromPath[str], role_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_name_staff(visit.actor))
    return await _end(request, visit, role_id, Form.blank())


@post(BASE + "/roles/{role_id:int}/end", name="desk.staff.end.ask")
async def end(request: Request, slug: FromPath[str], role_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_name_staff(visit.actor))
    await roles.known(visit.community_id, role_id)
    form = await read_form(request)
    try:
        key, reason = form.key(), forms.parse_reason(form)
        await role_asks.ask_end(actor=visit.actor, role_id=role_id, key=key, reason=reason, now=visit.now)
    except Invalid as invalid:
        return await _end(request, visit, role_id, form.refused(invalid), status=422)
    except Refused as refused:
        return await _end(request, visit, role_id, _said(form, refused), status=409)
    return see_other(f"/c/{slug}/desk/staff?said=role.asked")


@get(BASE + "/mine", name="desk.staff.mine")
async def mine_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(None if visit.actor.roles else Refusal("role.none_here"))
    everybody = await staff.staff_of(visit.community_id)
    own = [each for each in everybody if each.person_id == visit.actor.person_id]
    return page(request, visit, "accounts/desk_staff_mine.html", own=own)


@post(BASE + "/roles/{role_id:int}/lay-down", name="desk.staff.lay_down")
async def lay_down(request: Request, slug: FromPath[str], role_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    await role_asks.require_own(visit.actor, role_id)
    await read_form(request)
    await role_asks.lay_down(actor=visit.actor, role_id=role_id, now=visit.now)
    return see_other("/me?said=role.laid_down")


@post(BASE + "/asks/{ask_id:int}/confirm", name="desk.staff.confirm")
async def confirm(request: Request, slug: FromPath[str], ask_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_act(visit.actor))
    await role_queries.ask(visit.community_id, ask_id)
    await read_form(request)
    await role_asks.confirm(actor=visit.actor, ask_id=ask_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/staff?said=role.confirmed")


@post(BASE + "/asks/{ask_id:int}/withdraw", name="desk.staff.withdraw")
async def withdraw(request: Request, slug: FromPath[str], ask_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_withdraw(visit.actor, await role_queries.ask(visit.community_id, ask_id)))
    await read_form(request)
    await role_asks.withdraw(actor=visit.actor, ask_id=ask_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/staff?said=role.ask_withdrawn")


def _roles(actor: Actor) -> list[Role]:
    return [role for role in Role if permissions.may_grant_role(actor, role) is None]


def _said(form: Form, refused: Refused) -> Form:
    """The form again with why it was not taken, and a fresh key where another form has used this one."""
    if refused.forbidden:
        raise refused
    if refused.code == "form.used_before":
        return form.sent_before()
    return form.refused(Invalid({"": refused.code}))


async def _give(request: Request, visit: Visit, form: Form, *, status: int = 200) -> Response[bytes]:
    has_second = _has_second(visit, await staff.staff_of(visit.community_id))
    given = {"form": form, "roles": _roles(visit.actor), "has_second": has_second}
    return page(request, visit, "accounts/desk_staff_give.html", status=status, **given)


async def _end(request: Request, visit: Visit, role_id: int, form: Form, *, status: int = 200) -> Response[bytes]:
    held = await roles.held(visit.community_id, role_id)
    require(permissions.may_grant_role(visit.actor, held.role))
    office = await staff.staff_of(visit.community_id)
    seconds = seconds_for(office, held.person_id, held.person_name, asker_id=visit.actor.person_id, before=visit.now)
    given = {"form": form, "held": held, "seconds": [each.name for each in seconds]}
    return page(request, visit, "accounts/desk_staff_end.html", status=status, **given)


handlers: list[HTTPRouteHandler] = [
    staff_page,
    give_page,
    give,
    end_page,
    end,
    mine_page,
    lay_down,
    confirm,
    withdraw,
]
