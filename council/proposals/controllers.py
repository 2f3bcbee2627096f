"""Everything about proposals that has an address here.

The list, the proposal's own page, the desk's forms and the answers to a consent are in `progress`.
"""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from council.proposals import filing_pages, resident_pages, thread_pages

handlers: list[HTTPRouteHandler] = [
    *resident_pages.handlers,
    *filing_pages.handlers,
    *thread_pages.handlers,
]
