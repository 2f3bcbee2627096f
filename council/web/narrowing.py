"""A part of a list: the links above it, and the page that an address asks for."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from council.web.kit import Request


@dataclass(frozen=True, slots=True)
class Filter:
    """One link: the code of its word ("show.open"), its address, how many things it shows."""

    code: str
    address: str
    count: int
    is_current: bool


def filters(path: str, code: str, counts: Mapping[str, int], current: str) -> list[Filter]:
    """A link for each of these counts, in their order; "all" needs no `?show=`."""
    return [
        Filter(f"{code}.{name}", path if name == "all" else f"{path}?show={name}", count, name == current)
        for name, count in counts.items()
    ]


def asked(request: Request, offered: Container[str]) -> str:
    """Which of the offered ones `?show=` asks for; "all" for none of them."""
    typed: str = request.query_params.get("show", "")
    return typed if typed in offered else "all"


def page_asked(request: Request) -> int:
    """The page that `?page=` asks for, counted from 1; nonsense asks for the first."""
    typed = request.query_params.get("page", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
