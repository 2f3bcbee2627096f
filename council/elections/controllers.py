"""The room's addresses: candidates for everybody, their notice, and the desk's review."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from council.elections import candidate_pages, desk_pages, notice_pages, paper_pages, review_pages

handlers: list[HTTPRouteHandler] = [
    *candidate_pages.handlers,
    *notice_pages.handlers,
    *desk_pages.handlers,
    *review_pages.handlers,
    *paper_pages.handlers,
]
