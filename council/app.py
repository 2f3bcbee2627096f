"""The composition root: the only list of rooms, and what the web is told about them."""

from __future__ import annotations

import importlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar, Response, get
from litestar.config.app import AppConfig
from litestar.handlers import HTTPRouteHandler
from litestar.types import ControllerRouterHandler

from council.accounts import door_pages, passwords, session_queries
from council.accounts.identify import Identification
from council.documents import fonts
from council.files import store
from council.progress import live as live_versions
from council.progress.cards import PublicCards
from council.settings import Environment, Settings
from council.storage import database, schema
from council.web import addresses, again, errors, metrics, pace, preferences, shell, static, steady, styleguide
from council.web.catalogues import LOCALES, load
from council.web.i18n import Words
from council.web.kit import Identify, Kit
from council.web.render import Renderer
from council.web.responses import SECURITY_HEADERS
from council.web.streams import Streams
from council.web.visits import SignIn

ROOT = Path(__file__).parent.parent
"""Where templates/, static/ and locales/ stand."""

ROOMS = (
    "accounts",
    "registry",
    "files",
    "bylaws",
    "proposals",
    "elections",
    "voting",
    "bodies",
    "ledger",
    "exports",
    "progress",
    "search",
)
"""The rooms with pages: each has `council/<room>/controllers.py` with `handlers: list`. To open one, name it here."""

MAX_BODY = 64 * 1024
"""Bytes; upload routes raise it for themselves (`request_max_body_size=`)."""


def create_app(
    settings: Settings,
    *,
    identify: Identify | None = None,
    rooms: Sequence[str] = ROOMS,
    extra: Sequence[ControllerRouterHandler] = (),
) -> Litestar:
    """The application. Everything but `settings` is for tests, which open the web with other people behind it."""
    handlers: list[ControllerRouterHandler] = [
        healthz,
        readyz,
        metrics.handler(settings.metrics_token),
        *static.handlers,
        *preferences.handlers,
        *shell.handlers,
        *extra,
    ]
    for room in rooms:
        handlers += importlib.import_module(f"council.{room}.controllers").handlers
    if not settings.is_production:
        handlers += styleguide.handlers
    app = Litestar(
        route_handlers=handlers,
        exception_handlers={**errors.exception_handlers, SignIn: door_pages.on_sign_in},
        request_max_body_size=MAX_BODY,
        lifespan=[_running],
        on_app_init=[_answer_head, again.on_app_init],
        middleware=[metrics.middleware, pace.middleware, steady.middleware],
        openapi_config=None,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
        multipart_form_part_limit=200,
        before_request=addresses.refuse_impossible_ids,
        after_request=add_security_headers,
    )
    furnish(app, settings, identify)
    return app


def furnish(app: Litestar, settings: Settings, identify: Identify | None = None, house: Kit | None = None) -> None:
    """Puts a house behind the routes: its words, clock, files and people.

    The routes take half a second to build and know nothing of the house: tests build them once and furnish them anew,
    with a `house` whose words, templates and assets were read for the first of them.
    """
    store.use(settings.files)
    fonts.prefer(settings.font)
    if settings.environment is Environment.TEST:
        passwords.use(passwords.Passwords(passwords.cheap_hasher()))
    who = identify or Identification()
    if house is None:
        rooms = frozenset(route.path.replace(":str}", "}").rstrip("/") for route in app.routes)
        house = make_kit(settings, who, rooms)
    app.state.settings = settings
    app.state.kit = house
    app.state.cards = PublicCards(who, house.words, house.clock)
    app.state.streams = Streams(house.clock, moved=live_versions.moved, alive=session_queries.alive)


def make_kit(settings: Settings, identify: Identify, rooms: frozenset[str]) -> Kit:
    """Words, templates and assets, read once."""
    strict = settings.environment is Environment.TEST
    catalogues = {locale: load(ROOT / "locales", locale, strict) for locale in LOCALES}
    assets = static.read_assets(ROOT / "static")
    clock = settings.clock()
    return Kit(
        identify=identify,
        clock=clock,
        secret=settings.secret.encode(),
        base_url=settings.base_url,
        assets=assets,
        words={locale: Words(catalogue) for locale, catalogue in catalogues.items()},
        renderer=Renderer(ROOT / "templates", catalogues, assets, clock, reload=not settings.is_production),
        rooms=rooms,
        trusted_proxies=settings.trusted_proxies,
    )


def _answer_head(config: AppConfig) -> AppConfig:
    """HEAD wherever there is GET: the same answer without its body, which Response leaves out."""
    for handler in config.route_handlers:
        if isinstance(handler, HTTPRouteHandler) and "GET" in handler.http_methods:
            handler.http_methods |= {"HEAD"}
    return config


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    async with database.opened(app.state.settings):
        try:
            yield
        finally:
            app.state.streams.close()


async def add_security_headers(response: Response[bytes]) -> Response[bytes]:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


@get("/healthz", name="healthz", include_in_schema=False)
async def healthz() -> Response[bytes]:
    """The process is alive."""
    return Response(b"alive\n", media_type="text/plain", headers={"Cache-Control": "no-store"})


@get("/readyz", name="readyz", include_in_schema=False)
async def readyz() -> Response[bytes]:
    """The database answers and every migration is applied; else 503, and why stands in the log."""
    try:
        missing = await schema.pending()
    except Exception:
        logging.getLogger("council").exception("not ready")
        missing = ["the database does not answer"]
    words, status = (b"not ready\n", 503) if missing else (b"ready\n", 200)
    return Response(words, status_code=status, media_type="text/plain", headers={"Cache-Control": "no-store"})
