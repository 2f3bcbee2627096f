"""The room's addresses: the door, /me, and the desk's pages about people, slips and sales."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from council.accounts import desk_pages, door_pages, me_pages, sale_pages, slip_pages, staff_pages

handlers: list[HTTPRouteHandler] = [
    *door_pages.handlers,
    *me_pages.handlers,
    *desk_pages.handlers,
    *slip_pages.handlers,
    *sale_pages.handlers,
    *staff_pages.handlers,
]
