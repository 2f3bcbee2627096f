"""How pages look on this device, as its cookies keep it: the half of `kernel.look.Look` that a stranger has as well."""

from __future__ import annotations

from litestar import Response

from council.kernel.look import THEMES, TYPE_SIZES, Look
from council.web.catalogues import LOCALES
from council.web.kit import Request, kit
from council.web.sessions import YEAR, cookie

LOCALE_COOKIE, TYPE_COOKIE, THEME_COOKIE = "locale", "type", "theme"


def device_look(request: Request) -> Look:
    """What this device's cookies say; a value that nobody could have chosen counts as none."""

    def said(name: str, known: tuple[str, ...]) -> str | None:
        value = request.cookies.get(name)
        return value if value in known else None

    return Look(said(LOCALE_COOKIE, LOCALES), said(TYPE_COOKIE, TYPE_SIZES), said(THEME_COOKIE, THEMES))


def keep_on_device(request: Request, response: Response[bytes], look: Look) -> None:
    """What is chosen in `look` is what this device wears from now on, signed out as well."""
    for name, value in ((LOCALE_COOKIE, look.locale), (TYPE_COOKIE, look.type_size), (THEME_COOKIE, look.theme)):
        if value is not None:
            response.set_cookie(cookie(kit(request), name, value, YEAR))
