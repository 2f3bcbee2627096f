"""Which live matters look like the one that somebody is about to file."""

from __future__ import annotations

from collections.abc import Iterable

from council.pathways.model import Kind
from council.proposals.model import Listed


def similar(kind: Kind, title: str, live: Iterable[Listed], *, most: int = 3) -> list[Listed]:
    """The likest first: titles that share pairs of signs, and the same kind before others. None for a new idea.

    Before a title is written, the newest of the same kind.
    """
    given = _pairs(title)
    if not given:
        return [each for each in live if each.kind is kind][:most]
    scored = [(_score(given, _pairs(each.title)), each.kind is kind, each) for each in live]
    alike = [one for one in scored if one[0] >= 4 or (one[0] >= 3 and one[1])]
    alike.sort(key=lambda one: (-one[0], not one[1], -one[2].id))
    return [each for _, _, each in alike[:most]]


def _score(left: frozenset[str], right: frozenset[str]) -> int:
    """Tenths of the shorter title's pairs that the other has as well."""
    return 10 * len(left & right) // max(1, min(len(left), len(right)))


def _pairs(title: str) -> frozenset[str]:
    signs = "".join(sign for sign in title.casefold() if sign.isalnum())
    return frozenset(signs[i : i + 2] for i in range(len(signs) - 1))
