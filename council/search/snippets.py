"""The words around a hit, with the hit marked. Pure: pieces of plain text, escaped by the template."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from council.search.terms import Word

AROUND = 60
"""Signs of a text that a result shows."""
_BEFORE = 18
"""Of them before the first hit, at most."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `is_hit` when it is what was looked for."""

    text: str
    is_hit: bool = False


def finder(words: Sequence[Word]) -> re.Pattern[str]:
    """Finds any of the words, the longest of several first."""
    writings = sorted({writing for word in words for writing in word.writings}, key=len, reverse=True)
    return re.compile("|".join("".join(f"[{re.escape(signs)}]" for signs in writing) for writing in writings))


def marked(text: str, wanted: re.Pattern[str]) -> tuple[Piece, ...]:
    """The whole of a short text (a title)."""
    return tuple(_pieces(text, wanted))


def snippet(text: str, wanted: re.Pattern[str], around: int = AROUND) -> tuple[Piece, ...]:
    """About `around` signs of a text on one line, the first hit among them; its beginning when it has no hit."""
    line = " ".join(text.split())
    found = wanted.search(line)
    start = max(0, min(found.start() - _BEFORE, len(line) - around)) if found else 0
    end = max(start + around, found.end() if found else 0)
    pieces = _pieces(line[start:end], wanted)
    if start:
        pieces.insert(0, Piece("…"))
    if end < len(line):
        pieces.append(Piece("…"))
    return tuple(pieces)


def _pieces(text: str, wanted: re.Pattern[str]) -> list[Piece]:
    made: list[Piece] = []
    at = 0
    for match in wanted.finditer(text):
        if match.start() > at:
            made.append(Piece(text[at : match.start()]))
        made.append(Piece(match[0], is_hit=True))
        at = match.end()
    if at < len(text):
        made.append(Piece(text[at:]))
    return made
