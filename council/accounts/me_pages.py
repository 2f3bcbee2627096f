"""/me: my homes and what I am as an owner, my telephones, password, devices, and how pages look."""

from __future__ import annotations

from datetime import timedelta

from litestar import Response, get, post

from council.accounts import credentials, forms, people, phonebook, queries, sessions
from council.accounts.door_pages import signed_in, too_many, visitor
from council.accounts.phones import parse_phone
from council.kernel.errors import Invalid, NotFound, TooMany
from council.kernel.look import THEMES, TYPE_SIZES, Look
from council.web import Form, PersonVisit, Request, enter_person, kit, later, page, read_form, see_other
from council.web.catalogues import LOCALES
from council.web.device import keep_on_device
from council.web.sessions import clear_session

TOLD = timedelta(days=90)
"""How long a person's own page says that the desk let their password be set anew."""


@get("/me", name="me")
async def me(request: Request) -> Response[bytes]:
    visit = await enter_person(request)
    person_id = visit.person.person_id
    return page(
        request,
        visit,
        "accounts/me.html",
        memberships=await queries.memberships(person_id),
        account=await queries.person(person_id),
        resets=await queries.resets_of(person_id, visit.now - TOLD),
        devices=await sessions.devices(person_id, visit.now),
    )


@get("/me/password", name="me.password")
async def password_page(request: Request) -> Response[bytes]:
    visit = await enter_person(request)
    return page(request, visit, "accounts/password.html", form=Form.blank(keep="1"))


@post("/me/password", name="me.password.change")
async def change_password(request: Request) -> Response[bytes]:
    visit = await enter_person(request)
    form = await read_form(request)
    try:
        typed = forms.parse_password_change(form)
        session = await credentials.change_password(
            person_id=visit.person.person_id,
            current=typed.current,
            password=typed.password,
            is_own_phone=typed.is_own_phone,
            visitor=visitor(request),
            secret=kit(request).secret,
            now=visit.now,
        )
    except Invalid as invalid:
        return page(request, visit, "accounts/password.html", status=422, form=form.refused(invalid))
    except TooMany as many:
        return too_many(request, visit, "accounts/password.html", many, form)
    return signed_in(request, session, "/me?said=password.changed")


@get("/me/phones", name="me.phones")
async def phones_page(request: Request) -> Response[bytes]:
    visit = await enter_person(request)
    return await _phones(request, visit, Form.blank())


@post("/me/phones", name="me.phones.add")
async def add_phone(request: Request) -> Response[bytes]:
    visit = await enter_person(request)
    form = await read_form(request)
    try:
        phone, password = forms.parse_more_phone(form)
        await phonebook.add_phone(
            person_id=visit.person.person_id,
            phone=phone,
            password=password,
            secret=kit(request).secret,
            now=visit.now,
        )
    except Invalid as invalid:
        return await _phones(request, visit, form.refused(invalid), status=422)
    except TooMany as many:
        return later(await _phones(request, visit, form.put_off(many)), many)
    return see_other("/me/phones?said=phone.added")


@post("/me/phones/remove", name="me.phones.remove")
async def remove_phone(request: Request) -> Response[bytes]:
    visit = await enter_person(request)
    form = await read_form(request)
    try:
        phone = parse_phone(form.line("phone"))
    except ValueError:
        raise NotFound from None
    await phonebook.remove_phone(person_id=visit.person.person_id, phone=phone, now=visit.now)
    return see_other("/me/phones?said=phone.removed")


@post("/me/log-out-everywhere", name="me.log_out_everywhere")
async def log_out_everywhere(request: Request) -> Response[bytes]:
    visit = await enter_person(request)
    await read_form(request)
    await people.log_out_everywhere(person_id=visit.person.person_id, now=visit.now)
    response = see_other("/login?said=logged_out_everywhere")
    clear_session(request, response)
    return response


@post("/me/preferences", name="me.preferences")
async def preferences(request: Request) -> Response[bytes]:
    """The three switches in one form: kept with the account and on this device."""
    visit = await enter_person(request)
    form = await read_form(request)
    locale = form.choice("locale", LOCALES)
    size = form.choice("size", TYPE_SIZES)
    theme = form.choice("theme", THEMES)
    form.check()
    look = Look(locale, size, theme)
    await people.choose_look(person_id=visit.person.person_id, wish=look)
    response = see_other("/me?said=preferences.kept")
    keep_on_device(request, response, look)
    return response


async def _phones(request: Request, visit: PersonVisit, form: Form, *, status: int = 200) -> Response[bytes]:
    account = await queries.person(visit.person.person_id)
    return page(request, visit, "accounts/phones.html", status=status, form=form, account=account)


handlers = [
    me,
    password_page,
    change_password,
    phones_page,
    add_phone,
    remove_phone,
    log_out_everywhere,
    preferences,
]
