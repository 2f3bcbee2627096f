"""The room's addresses."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from council.voting import (
    after_pages,
    ballot_pages,
    board_pages,
    count_pages,
    delivery_pages,
    holding_pages,
    keying_pages,
    live_pages,
    log_pages,
    lot_pages,
    motion_pages,
    notice_pages,
    objection_pages,
    official_pages,
    pack_pages,
    paper_pages,
    paper_scan_pages,
    plan_pages,
    posting_pages,
    proxy_desk_pages,
    proxy_pages,
    roll_pages,
    sheet_pages,
    verify_pages,
)

handlers: list[HTTPRouteHandler] = [
    *motion_pages.handlers,
    *live_pages.handlers,
    *ballot_pages.handlers,
    *notice_pages.handlers,
    *plan_pages.handlers,
    *board_pages.handlers,
    *delivery_pages.handlers,
    *posting_pages.handlers,
    *sheet_pages.handlers,
    *proxy_pages.handlers,
    *proxy_desk_pages.handlers,
    *count_pages.handlers,
    *lot_pages.handlers,
    *after_pages.handlers,
    *objection_pages.handlers,
    *official_pages.handlers,
    *roll_pages.handlers,
    *holding_pages.handlers,
    *pack_pages.handlers,
    *paper_pages.handlers,
    *paper_scan_pages.handlers,
    *keying_pages.handlers,
    *verify_pages.handlers,
    *log_pages.handlers,
]
