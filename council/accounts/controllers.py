"""The room's addresses: the door, /me, and the desk's pages about people and slips."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from council.accounts import desk_pages, door_pages, me_pages, slip_pages, staff_pages

handlers: list[HTTPRouteHandler] = [
    *door_pages.handlers,
    *me_pages.handlers,
    *desk_pages.handlers,
    *slip_pages.handlers,
    *staff_pages.handlers,
]
