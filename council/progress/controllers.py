"""Everything this room answers, one file of pages for each place in the courtyard."""

from __future__ import annotations

from council.progress import (
    courtyard_pages,
    desk_matter_pages,
    desk_other_pages,
    desk_pages,
    desk_vote_pages,
    fund_pages,
    list_pages,
    live_pages,
    own_pages,
    proposal_pages,
    public_pages,
    share_pages,
)

handlers = [
    *courtyard_pages.handlers,
    *list_pages.handlers,
    *proposal_pages.handlers,
    *live_pages.handlers,
    *own_pages.handlers,
    *desk_pages.handlers,
    *desk_matter_pages.handlers,
    *desk_vote_pages.handlers,
    *desk_other_pages.handlers,
    *fund_pages.handlers,
    *public_pages.handlers,
    *share_pages.handlers,
]
