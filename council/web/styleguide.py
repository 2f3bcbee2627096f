"""`/styleguide`: every component in every state, with made-up words in both languages. Development only.

`?locale=en&theme=dark&type=large` shows it so for this one view; `?section=tally` one section; `?bar=act` the action
bar instead of the tabs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from council.documents import qr
from council.kernel.errors import Invalid
from council.kernel.look import THEMES, TYPE_SIZES
from council.storage.errors import Busy, OutcomeUnknown
from council.web.catalogues import LOCALES
from council.web.forms import Form
from council.web.kit import Place, Request, kit
from council.web.render import page
from council.web.tabs import Tab
from council.web.visits import SiteVisit, enter_site

SECTIONS = (
    "words",
    "buttons",
    "lists",
    "stations",
    "tally",
    "ballot",
    "thread",
    "board",
    "money",
    "notice",
    "desk",
    "forms",
    "icons",
)
"""Each is `templates/web/styleguide/_<name>.html`."""

_CLOSES = datetime(2026, 3, 15, 10, tzinfo=UTC)
_MIDNIGHT = datetime(2026, 3, 15, 16, tzinfo=UTC)
_TABS = (("talk", "talk"), ("vote", "vote"), ("meet", "stool"), ("book", "book"), ("me", "me"))
_STATES = ("in", "in", "sent", "none", "check", "in", "yet")


@get("/styleguide", name="styleguide", include_in_schema=False)
async def styleguide(request: Request) -> Response[bytes]:
    asked = request.query_params
    visit = _shown_as(await enter_site(request), asked.get("locale"), asked.get("theme"), asked.get("type"))
    form = Form.blank(title="车棚", why="车棚没有地方充电。").refused(
        Invalid({"title": "form.too_short", "where": "form.not_chosen"}, **{"title.least": 6, "title.have": 2})
    )
    only = [name for name in SECTIONS if name == asked.get("section")]
    context = samples(visit.locale, form, sorted(kit(request).assets.icons))
    context |= {"sections": only or SECTIONS, "ways": _ways(only), "bar": asked.get("bar", "tabs")}
    return page(request, visit, "web/styleguide.html", blank=Form.blank(), **context)


def samples(locale: str, form: Form, icons: list[str]) -> dict[str, Any]:
    """What the sections are made of; `w` says a made-up text in the language of the view: w("中文", "English")."""

    def w(chinese: str, english: str) -> str:
        return chinese if locale == "zh_CN" else english

    return {
        "w": w,
        "form": form,
        "place": Place(0, "garden", "花园小区", "010-5555 0132"),
        "closes_at": _CLOSES,
        "midnight": _MIDNIGHT,
        "qr": qr.svg("https://council.example/c/garden/verify", w("样例二维码", "A sample QR code")),
        "icons": icons,
        "tower": _tower(34, 12),
        "samples": [Tab(name, icon, "/styleguide") for name, icon in _TABS],
        "all_sections": SECTIONS,
        "bar": "tabs",
    }


def _shown_as(visit: SiteVisit, locale: str | None, theme: str | None, size: str | None) -> SiteVisit:
    return replace(
        visit,
        locale=locale if locale in LOCALES else visit.locale,
        theme=theme if theme in THEMES else visit.theme,
        large_type=size == "large" if size in TYPE_SIZES else visit.large_type,
    )


def _ways(only: list[str]) -> list[tuple[str, str]]:
    """(word, address) of every way to look at it."""
    return [
        (
            f"{locale.partition('_')[0]} · {theme} · {size}",
            "/styleguide?" + urlencode({"locale": locale, "theme": theme, "type": size, "section": "".join(only)}),
        )
        for locale in LOCALES
        for theme in THEMES[1:]
        for size in TYPE_SIZES
    ]


def _tower(floors: int, rooms: int) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """As the board takes it: (floor, [(room, state, address)]), the top floor first."""
    return [
        (
            str(floor),
            [
                (f"{floor}{room:02}", _STATES[(floor * 5 + room * 3) % len(_STATES)], "#board")
                for room in range(1, rooms + 1)
            ],
        )
        for floor in range(floors, 0, -1)
    ]


@get("/styleguide/busy", name="styleguide.busy")
async def busy(request: Request) -> Response[bytes]:
    """What stands there while the server has more to do than it can take (503)."""
    await enter_site(request)
    raise Busy


@get("/styleguide/unknown", name="styleguide.unknown")
async def unknown(request: Request) -> Response[bytes]:
    """What stands there when nobody knows whether a form has been saved (503)."""
    await enter_site(request)
    raise OutcomeUnknown


handlers: list[HTTPRouteHandler] = [styleguide, busy, unknown]
