"""The two switches on every page: language, and large type (长辈版). They work signed out, and outlive a log-in."""

from __future__ import annotations

from urllib.parse import parse_qsl

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from council.web.catalogues import LOCALES
from council.web.csrf import check_origin
from council.web.i18n import LOCALE_COOKIE, TYPE_COOKIE
from council.web.kit import Request, kit
from council.web.reading import Malformed
from council.web.responses import see_other
from council.web.sessions import YEAR, cookie
from council.web.visits import local_path

# Neither needs a token: nothing of value changes, and a token would give every passing reader a cookie.


@post("/locale", name="locale", include_in_schema=False)
async def locale(request: Request) -> Response[bytes]:
    return await _switch(request, "locale", LOCALE_COOKIE, frozenset(LOCALES))


@post("/type", name="type", include_in_schema=False)
async def type_(request: Request) -> Response[bytes]:
    return await _switch(request, "type", TYPE_COOKIE, frozenset({"large", "normal"}))


async def _switch(request: Request, field: str, name: str, known: frozenset[str]) -> Response[bytes]:
    check_origin(request)
    try:
        fields = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), max_num_fields=20))
    except ValueError:
        raise Malformed("form.malformed") from None
    wish = fields.get(field, "")
    if wish not in known:
        raise Malformed("form.malformed")
    response = see_other(local_path(fields.get("next")))
    response.set_cookie(cookie(kit(request), name, wish, YEAR))
    return response


handlers: list[HTTPRouteHandler] = [locale, type_]
