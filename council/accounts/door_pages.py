"""The door: log-in, joining with a slip, the forgotten password. Everybody may knock."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from council.accounts import credentials, forms, people, queries
from council.accounts.devices import Marks
from council.accounts.model import SlipTarget
from council.accounts.people import Visitor
from council.accounts.sessions import NewSession, device_of
from council.accounts.slipcodes import CodeKind, read_code
from council.kernel.errors import Invalid, TooMany
from council.web import (
    Form,
    Request,
    SignIn,
    SiteVisit,
    client_address,
    enter_as,
    enter_site,
    errors,
    kept,
    kit,
    later,
    local_path,
    page,
    read_form,
    see_other,
    wants_fragment,
)
from council.web.cards import card_at
from council.web.device import device_look, keep_on_device
from council.web.sessions import YEAR, clear_session, cookie, session_token, set_session
from council.web.visits import known_visit

DEVICE_COOKIE = "device"
"""The cookie of `devices`."""


@get("/login", name="login")
async def login_page(request: Request) -> Response[bytes]:
    visit = await enter_site(request)
    onward = local_path(request.query_params.get("next"), "")
    if visit.person is not None:
        return see_other(onward or await landing(visit.person.person_id))
    form = kept.login_form(onward)
    card = await card_at(request, onward, visit.locale)
    return page(request, visit, "accounts/login.html", form=form, card=card, kept=None)


def on_sign_in(request: Request, wanted: SignIn) -> Response[bytes]:
    """Whoever sent words after their log-in had run out finds them in the log-in's form (`web.kept`)."""
    if not wanted.kept or wants_fragment(request):
        return errors.on_sign_in(request, wanted)
    form = kept.login_form(wanted.next_path, wanted.kept)
    return page(request, known_visit(request), "accounts/login.html", status=403, form=form, kept=kept.found(form))


@post("/login", name="login.enter")
async def login(request: Request) -> Response[bytes]:
    visit = await enter_site(request)
    form = await read_form(request)
    try:
        typed = forms.parse_log_in(form)
        person_id, session = await people.log_in(
            phone=typed.phone,
            password=typed.password,
            is_own_phone=typed.is_own_phone,
            visitor=visitor(request),
            secret=kit(request).secret,
            now=visit.now,
        )
    except Invalid as invalid:
        card = await card_at(request, local_path(form.value("next"), ""), visit.locale)
        refused = form.refused(invalid)
        return page(request, visit, "accounts/login.html", status=422, form=refused, card=card, kept=kept.found(form))
    except TooMany as many:
        return too_many(request, visit, "accounts/login.html", many, form)
    words = kept.found(form)
    if words is not None:
        again = await enter_as(request, session.token)
        if words.is_of(request, again.person):  # to be read, changed and sent by whoever wrote it
            return with_session(request, page(request, again, "web/kept.html", kept=words, is_stale=False), session)
    onward = local_path(form.value("next"), "")
    return signed_in(request, session, onward or await landing(person_id))


@post("/logout", name="logout")
async def logout(request: Request) -> Response[bytes]:
    visit = await enter_site(request)
    await read_form(request)
    token = session_token(request)
    if token is not None:
        await people.log_out(token=token, now=visit.now)
    response = see_other("/login?said=logged_out")
    clear_session(request, response)
    return response


@get("/login/help", name="login.help")
async def forgotten(request: Request) -> Response[bytes]:
    """`?next=`: where the log-in was to lead, so that the community there can say its telephone number."""
    visit = await enter_site(request)
    card = await card_at(request, local_path(request.query_params.get("next"), ""), visit.locale)
    return page(request, visit, "accounts/forgotten.html", card=card)


@get("/join", name="join")
async def join_page(request: Request) -> Response[bytes]:
    return page(request, await enter_site(request), "accounts/join.html", form=Form.blank())


@post("/join", name="join.code")
async def join_code(request: Request) -> Response[bytes]:
    visit = await enter_site(request)
    form = await read_form(request)
    try:
        await _look(request, visit, forms.parse_code(form))
    except Invalid as invalid:
        return page(request, visit, "accounts/join.html", status=422, form=form.refused(invalid))
    except TooMany as many:
        return too_many(request, visit, "accounts/join.html", many, form)
    return see_other(f"/join/{read_code(form.value('code'))}")


@get("/join/{code:str}", name="join.slip")
async def slip_page(request: Request, code: FromPath[str]) -> Response[bytes]:
    visit = await enter_site(request)
    try:
        target = await _look(request, visit, code)
    except Invalid as invalid:
        form = Form.blank(code=code[:40]).refused(invalid)
        return page(request, visit, "accounts/join.html", status=404, form=form)
    except TooMany as many:
        return too_many(request, visit, "accounts/join.html", many, Form.blank())
    return await _step_two(request, visit, code, target, Form.blank(keep="1"))


@post("/join/{code:str}", name="join.enter")
async def join(request: Request, code: FromPath[str]) -> Response[bytes]:
    visit = await enter_site(request)
    form = await read_form(request)
    try:
        target = await _look(request, visit, code)
        if target.kind is CodeKind.RESET:
            return await _reset(request, visit, code, target, form)
        if visit.person is None:
            return await _join_as_new(request, visit, code, target, form)
        await people.join_as(person_id=visit.person.person_id, typed=code, **_knock(request, visit))
    except Invalid as invalid:
        return page(request, visit, "accounts/join.html", status=422, form=form.refused(invalid))
    except TooMany as many:
        return too_many(request, visit, "accounts/join.html", many, form)
    return see_other(f"/c/{target.community_slug}/?said=joined.{target.kind}")


async def _join_as_new(
    request: Request, visit: SiteVisit, code: str, target: SlipTarget, form: Form
) -> Response[bytes]:
    try:
        typed = forms.parse_new_account(form)
        joined = await people.join_as_new(
            typed=code,
            name=typed.name,
            phone=typed.phone,
            password=typed.password,
            is_own_phone=typed.is_own_phone,
            **_knock(request, visit),
        )
    except Invalid as invalid:
        return await _step_two(request, visit, code, target, form.refused(invalid), status=422)
    except TooMany as many:
        return later(await _step_two(request, visit, code, target, form.put_off(many)), many)
    return signed_in(request, joined.session, f"/c/{target.community_slug}/?said=joined.{target.kind}")


async def _reset(request: Request, visit: SiteVisit, code: str, target: SlipTarget, form: Form) -> Response[bytes]:
    try:
        password, is_own_phone = forms.parse_new_password(form)
        joined = await credentials.set_password_with_slip(
            typed=code, password=password, is_own_phone=is_own_phone, **_knock(request, visit)
        )
    except Invalid as invalid:
        return await _step_two(request, visit, code, target, form.refused(invalid), status=422)
    return signed_in(request, joined.session, f"/c/{target.community_slug}/?said=password.changed")


async def _step_two(
    request: Request,
    visit: SiteVisit,
    code: str,
    target: SlipTarget,
    form: Form,
    *,
    status: int = 200,
) -> Response[bytes]:
    owner_of_slip = await queries.person(target.person_id) if target.person_id is not None else None
    return page(
        request,
        visit,
        "accounts/join_reset.html" if owner_of_slip else "accounts/join_slip.html",
        status=status,
        form=form,
        target=target,
        code=code,
        slip_person=owner_of_slip,
    )


async def _look(request: Request, visit: SiteVisit, code: str) -> SlipTarget:
    return await people.look_at_code(typed=code, **_knock(request, visit))


def _knock(request: Request, visit: SiteVisit) -> dict[str, Any]:
    return {"visitor": visitor(request), "secret": kit(request).secret, "now": visit.now}


async def landing(person_id: int) -> str:
    """Where somebody is taken after log-in: their one community, or the page where they choose."""
    mine = await queries.memberships(person_id)
    return f"/c/{mine[0].slug}/" if len(mine) == 1 else "/me"


def visitor(request: Request) -> Visitor:
    """Who is at the door: address, kind of device, the cookie that the next session replaces, the look chosen there."""
    device = device_of(request.headers.get("User-Agent", ""))
    marks = request.cookies.get(DEVICE_COOKIE, "")
    return Visitor(client_address(request), device, session_token(request), device_look(request), marks)


def signed_in(request: Request, session: NewSession | None, onward: str) -> Response[bytes]:
    """On to a page, with the new session's cookie."""
    return with_session(request, see_other(onward), session)


def with_session(request: Request, response: Response[bytes], session: NewSession | None) -> Response[bytes]:
    if session is not None:
        set_session(request, response, session.token, seconds=session.seconds)
        keep_on_device(request, response, session.look)
        marks = Marks.read(request.cookies.get(DEVICE_COOKIE, "")).with_person(session.person_id, kit(request).secret)
        response.set_cookie(cookie(kit(request), DEVICE_COOKIE, marks, YEAR))
    return response


def too_many(request: Request, visit: SiteVisit, template: str, many: TooMany, form: Form) -> Response[bytes]:
    """429 with what was typed, in words and with Retry-After."""
    return later(page(request, visit, template, form=form.put_off(many), kept=kept.found(form)), many)


handlers = [login_page, login, logout, forgotten, join_page, join_code, slip_page, join]
