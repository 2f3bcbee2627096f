"""A long list on a page, some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from council.web import Request

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Portion(Generic[T]):
    """`first` counts from 1; `earlier` and `later` are addresses, or None."""

    items: Sequence[T]
    first: int
    total: int
    earlier: str | None
    later: str | None

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1


def portion(items: Sequence[T], request: Request, name: str, size: int) -> Portion[T]:
    """The part of a list that `?name=<first>` asks for; nonsense asks for the beginning."""
    asked = request.query_params.get(name, "")
    start = int(asked) - 1 if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    start = max(0, min(start, len(items) - 1) // size * size) if items else 0
    path = request.url.path
    return Portion(
        items[start : start + size],
        start + 1,
        len(items),
        f"{path}?{name}={start - size + 1}" if start else None,
        f"{path}?{name}={start + size + 1}" if start + size < len(items) else None,
    )
