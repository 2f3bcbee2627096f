"""Everything about proposals that has an address here.

The list, the proposal's own page, the desk's jobs and the answers of an owner are in `progress`.
"""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from council.proposals import consent_naming_pages, consent_pages, filing_pages, resident_pages, thread_pages

handlers: list[HTTPRouteHandler] = [
    *resident_pages.handlers,
    *filing_pages.handlers,
    *thread_pages.handlers,
    *consent_pages.handlers,
    *consent_naming_pages.handlers,
]
