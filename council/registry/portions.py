"""A long list on a page, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    path = request.url.path
    asked = number_asked(request.query_params.get(name, ""))
    return part(items, asked, size, lambda first: f"{path}?{name}={first}")


def number_asked(typed: str) -> int:
    """A place in a list as an address names it, counted from 1; nonsense is the beginning."""
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def part(items: Sequence[T], asked: int, size: int, address: Callable[[int], str]) -> Portion[T]:
    """The part of `size` that holds the one `asked` for (from 1), or the last; `address` of a part by its first."""
    start = min(asked - 1, len(items) - 1) // size * size if items else 0
    return Portion(
        items[start : start + size],
        start + 1,
        len(items),
        address(start - size + 1) if start else None,
        address(start + size + 1) if start + size < len(items) else None,
    )
