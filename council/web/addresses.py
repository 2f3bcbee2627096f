"""Numbers in addresses: what no database column can hold names nothing."""

from __future__ import annotations

from council.kernel.errors import NotFound
from council.web.kit import Request

LARGEST_ID = 2**63 - 1
"""BIGINT on both databases; beyond it a driver raises instead of finding nothing."""


async def refuse_impossible_ids(request: Request) -> None:
    """Before every handler: a negative or too large number in the path is NotFound, like any other unknown id."""
    for value in request.path_params.values():
        if isinstance(value, int) and not 0 <= value <= LARGEST_ID:
            raise NotFound
