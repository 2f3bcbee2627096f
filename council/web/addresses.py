"""Addresses as they come in: numbers that no database column can hold, and headers that hold no address at all."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from council.kernel.errors import NotFound
from council.web.kit import Request

LARGEST_ID = 2**63 - 1
"""BIGINT on both databases; beyond it a driver raises instead of finding nothing."""


async def refuse_impossible_ids(request: Request) -> None:
    """Before every handler: a negative or too large number in the path is NotFound, like any other unknown id."""
    for value in request.path_params.values():
        if isinstance(value, int) and not 0 <= value <= LARGEST_ID:
            raise NotFound


def split(sent: str) -> SplitResult:
    """The parts of an address in a header; those of "" when it is none ("http://[")."""
    try:
        return urlsplit(sent)
    except ValueError:
        return urlsplit("")
