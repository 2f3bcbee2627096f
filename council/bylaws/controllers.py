"""The room's addresses: versions of the bylaws, and the desk's form for a new one."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from council.bylaws import proposing_pages, version_pages

handlers: list[HTTPRouteHandler] = [*version_pages.handlers, *proposing_pages.handlers]
