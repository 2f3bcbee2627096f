"""What makes the site an application on a phone: its manifest, its service worker, and the page for "no network"."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass, replace

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from council.web.catalogues import LOCALES
from council.web.i18n import LANGUAGE
from council.web.kit import Kit, Request, kit
from council.web.render import page
from council.web.responses import SECURITY_HEADERS
from council.web.static import accepts_gzip
from council.web.visits import known_visit

PAPER = "#f5f0e5"
BRICK = "#97361f"
"""As in tokens.css: the ground of every page, and the mark's."""

ASSETS = ("app.css", "app.js", "htmx.min.js", "icons.svg", "mark.svg")
"""What every page links to. The pictures of the manifest are not among them: a page needs none of them."""

DOORS = r"^/(login|logout|join(/.*)?|me/password|me/log-out-everywhere)$"
"""A form that is sent here changes who reads: what the phone has kept is forgotten."""

APART = r"(^/c/[^/]+/(.*/)?(live|file|files|receipt|opened|print|committee)(/|$)|\.\w+$)"
"""Addresses that answer with no page: downloads, pictures, streams. The worker leaves them alone."""


@get("/manifest.webmanifest", name="manifest", include_in_schema=False)
async def manifest(request: Request) -> Response[bytes]:
    """Name, colours and pictures. `?locale=` because browsers ask for it without our cookies."""
    house, locale = kit(request), _locale(request)
    words = house.words[locale]
    told = {
        "id": "/",
        "name": words.sentence("app.name"),
        "short_name": words.sentence("app.short_name"),
        "description": words.sentence("app.description"),
        "lang": LANGUAGE[locale],
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": PAPER,
        "background_color": PAPER,
        "icons": [
            _icon(house, "icon-192.png", 192, "any"),
            _icon(house, "icon-512.png", 512, "any"),
            _icon(house, "icon-maskable-512.png", 512, "maskable"),
        ],
    }
    headers = {**SECURITY_HEADERS, "Cache-Control": "public, max-age=3600", "Vary": "Accept-Language"}
    body = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return Response(body, media_type="application/manifest+json", headers=headers)


def _icon(house: Kit, name: str, size: int, purpose: str) -> dict[str, str]:
    address = house.assets.address(name)
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@dataclass(frozen=True, slots=True)
class Shell:
    """The worker as it is served, and the digest of all that it keeps ahead of time: any change is a new worker."""

    version: str
    plain: bytes
    packed: bytes


@get("/sw.js", name="worker", include_in_schema=False)
async def worker(request: Request) -> Response[bytes]:
    """The service worker, at the root because it may serve no page above its own address.

    Browsers ask for it again with every page: an unchanged one costs a 304.
    """
    shell = _shell(request)
    headers = {
        **SECURITY_HEADERS,
        "Cache-Control": "no-cache",
        "ETag": f'"{shell.version}"',
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("If-None-Match", "").removeprefix("W/") == headers["ETag"]:
        return Response(b"", status_code=304, media_type="text/javascript", headers=headers)
    if accepts_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return Response(shell.packed, media_type="text/javascript", headers=headers)
    return Response(shell.plain, media_type="text/javascript", headers=headers)


def _shell(request: Request) -> Shell:
    """Made at the first request, and kept with the application."""
    known = request.app.state.get("shell")
    if not isinstance(known, Shell):
        known = request.app.state.shell = make_shell(kit(request))
    return known


def make_shell(house: Kit) -> Shell:
    pages = {LANGUAGE[locale]: f"/offline?locale={locale}" for locale in LOCALES}
    told: dict[str, object] = {
        "files": [*(house.assets.address(name) for name in ASSETS), *pages.values()],
        "offline": pages,
        "doors": DOORS,
        "apart": APART,
    }
    source = house.assets.by_name[house.assets.address("worker.js").rpartition("/")[2]].plain
    version = hashlib.sha256(repr((told, source, _wording(house))).encode()).hexdigest()[:16]
    plain = b"var SHELL=" + json.dumps(told | {"version": version}).encode() + b";\n" + source
    return Shell(version, plain, gzip.compress(plain, 9, mtime=0))


def _wording(house: Kit) -> list[object]:
    """What the pages for "no network" are made of: they are kept ahead of time too."""
    made: list[object] = []
    for locale in LOCALES:
        environment = house.renderer.environments[locale]
        made.append(sorted(house.words[locale].catalogue.singular.items()))
        made += [environment.source(name) for name in ("base.html", "web/offline.html")]
    return made


@get("/offline", name="offline", include_in_schema=False)
async def offline(request: Request) -> Response[bytes]:
    """What stands in for a page that was never read. Nobody's own: no name, no community."""
    return page(request, replace(known_visit(request), locale=_locale(request)), "web/offline.html")


def _locale(request: Request) -> str:
    wish = request.query_params.get("locale")
    return wish if wish in LOCALES else known_visit(request).locale


handlers: list[HTTPRouteHandler] = [manifest, worker, offline]
