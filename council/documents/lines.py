"""Where a line of Chinese, Latin words and figures may end.

Between two Chinese characters, after a space; never inside a word or a number, never so that a line begins with a
closing sign or ends with an opening one (GB/T 15834-2011, 5.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

_NOT_FIRST = frozenset("，。、；：！？）》〉」』】〕〗’”…—·％%‰℃,.;:!?)]}㎡²元年月日号户人室")
_NOT_LAST = frozenset("（《〈「『【〔〖‘“￥¥([{#№")
_UNITS = frozenset("㎡²元年月日号户人室％%‰")
"""Kept with the figure before them; elsewhere they are characters like others."""


def pieces(text: str) -> Iterator[str]:
    """The text cut where a line may end; joined, the pieces are the text."""
    piece = ""
    for sign in text:
        if piece and _may_break(piece[-1], sign):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after == " " or before in _NOT_LAST:
        return False
    if after in _UNITS:
        return not (before.isascii() and before.isalnum())
    if after in _NOT_FIRST:
        return False
    if before == " ":
        return True
    return not (before.isascii() and after.isascii()) or before == "/"


def fold(text: str, width: float, measure: Callable[[str], float], first_indent: float = 0.0) -> list[str]:
    """Lines no wider than `width` in the unit of `measure`; a piece that is too wide by itself is cut anywhere.

    Line ends in the text are kept. `first_indent` shortens the first line of every paragraph.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, room = "", width - first_indent
        for piece in pieces(paragraph):
            if measure((line + piece).rstrip()) <= room:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip())
                line, room = "", width
            for sign in piece.lstrip():
                if line and measure(line + sign) > room:
                    lines.append(line)
                    line, room = "", width
                line += sign
        lines.append(line.rstrip())
    return lines


def shorten(text: str, width: float, measure: Callable[[str], float]) -> str:
    """The text, or as much of its beginning as fits with an ellipsis behind it."""
    if measure(text) <= width:
        return text
    while text and measure(text + "…") > width:
        text = text[:-1]
    return text + "…"
