"""The room's addresses: handing over rolls, the register, corrections."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from council.registry import correction_pages, preview_pages, register_pages, upload_pages

handlers: list[HTTPRouteHandler] = [
    *upload_pages.handlers,
    *preview_pages.handlers,
    *register_pages.handlers,
    *correction_pages.handlers,
]
