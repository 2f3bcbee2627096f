"""The three switches on every page: language, large type (长辈版), light or dark.

They work signed out and without scripts. Their choice is kept on this device in cookies and, signed in, with the
account as well; how the two meet is written at `kernel.look.Look`.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from council.kernel.look import THEMES, TYPE_SIZES, Look
from council.web.bodies import Malformed, arriving
from council.web.catalogues import LOCALES
from council.web.csrf import check_origin
from council.web.device import keep_on_device
from council.web.kit import Request, kit
from council.web.responses import see_other
from council.web.sessions import session_token
from council.web.visits import local_path

# None needs a token: nothing of value changes, and a token would give every passing reader a cookie.


@post("/locale", name="locale", include_in_schema=False)
async def locale(request: Request) -> Response[bytes]:
    wish, onward = await _read(request, "locale", LOCALES)
    return await _switch(request, Look(locale=wish), onward)


@post("/type", name="type", include_in_schema=False)
async def type_(request: Request) -> Response[bytes]:
    wish, onward = await _read(request, "type", TYPE_SIZES)
    return await _switch(request, Look(type_size=wish), onward)


@post("/theme", name="theme", include_in_schema=False)
async def theme(request: Request) -> Response[bytes]:
    wish, onward = await _read(request, "theme", THEMES)
    return await _switch(request, Look(theme=wish), onward)


async def _read(request: Request, field: str, known: tuple[str, ...]) -> tuple[str, str]:
    """What was chosen, and the page to return to."""
    check_origin(request)
    try:
        fields = dict(parse_qsl((await arriving(request.body())).decode("utf-8", "replace"), max_num_fields=20))
    except ValueError:
        raise Malformed("form.malformed") from None
    if fields.get(field, "") not in known:
        raise Malformed("form.malformed")
    return fields[field], local_path(fields.get("next"))


async def _switch(request: Request, wish: Look, onward: str) -> Response[bytes]:
    house, token = kit(request), session_token(request)
    person = await house.identify.identify(token, house.clock.now()) if token is not None else None
    if person is not None:
        await house.identify.choose(person.person_id, wish)
    response = see_other(onward)
    keep_on_device(request, response, wish)
    return response


handlers: list[HTTPRouteHandler] = [locale, type_, theme]
