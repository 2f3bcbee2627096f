"""Everything about proposals that has an address here; the proposal's own page is in `progress`."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from council.proposals import desk_pages, filing_pages, resident_pages, thread_pages

handlers: list[HTTPRouteHandler] = [
    *resident_pages.handlers,
    *filing_pages.handlers,
    *thread_pages.handlers,
    *desk_pages.handlers,
]
