"""The links above a list that show a part of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from council.web.kit import Request


@dataclass(frozen=True, slots=True)
class Filter:
    """One link: the code of its word ("show.open"), its address, how many things it shows."""

    code: str
    address: str
    count: int
    is_current: bool


def asked(request: Request, offered: Iterable[str], name: str = "show") -> str:
    """Which of the offered ones `?show=` asks for; "all" for none of them."""
    typed = request.query_params.get(name, "")
    return typed if typed in set(offered) else "all"
