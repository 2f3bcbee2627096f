"""The session's cookie: the only place that names it. Rows behind it belong to accounts."""

from __future__ import annotations

from litestar import Response
from litestar.datastructures import Cookie

from council.web.kit import Kit, Request, kit

COOKIE = "council"
YEAR = 365 * 24 * 3600


def session_token(request: Request) -> str | None:
    """The token of the visitor's cookie, "" and oversized ones counted as none."""
    value = request.cookies.get(COOKIE, "")
    return value if 0 < len(value) <= 200 else None


def set_session(request: Request, response: Response[bytes], token: str, *, seconds: int | None) -> None:
    """Hand the browser its token; `seconds` None forgets it when the browser closes."""
    response.set_cookie(cookie(kit(request), COOKIE, token, seconds))


def clear_session(request: Request, response: Response[bytes]) -> None:
    response.set_cookie(cookie(kit(request), COOKIE, "", 0))


def cookie(house: Kit, name: str, value: str, seconds: int | None) -> Cookie:
    """One of our cookies: not for scripts, not for other sites' requests, encrypted only where there is encryption."""
    return Cookie(
        key=name, value=value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=house.is_https
    )
