"""The room's addresses: what anybody reads, the members' ballot, the desk's acts and papers."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from council.bodies import body_pages, calling_off_pages, desk_pages, paper_pages, recall_pages

handlers: list[HTTPRouteHandler] = [
    *body_pages.handlers,
    *desk_pages.handlers,
    *calling_off_pages.handlers,
    *paper_pages.handlers,
    *recall_pages.handlers,
]
