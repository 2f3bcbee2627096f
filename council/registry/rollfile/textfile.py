"""CSV as offices save it: UTF-8 with or without a BOM, or GB18030; commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from council.registry.rollfile.limits import Bounded
from council.registry.rollfile.model import Cell, Line, Unreadable

DELIMITERS = (",", "\t", ";")
_FORCED_TEXT = re.compile(r'="([^"]*)"')
"""How some exports keep leading zeros: ="0101"."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def decode(data: bytes) -> str:
    """The text; Unreadable when it is neither encoding, or lines of both stand in one file."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    mixed = next((number for number, line in enumerate(data.split(b"\n"), 1) if _is_chinese_utf8(line)), None)
    if mixed is not None:
        raise Unreadable("roll.mixed_encodings", line=mixed)
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise Unreadable("roll.unknown_encoding") from None


def _is_chinese_utf8(line: bytes) -> bool:
    """In GB18030 a whole line that also reads as Chinese in UTF-8 does not happen by chance."""
    try:
        return _CHINESE.search(line.decode("utf-8")) is not None
    except UnicodeDecodeError:
        return False


def read_lines(text: str, delimiter: str) -> list[Line]:
    """Records numbered as a spreadsheet does: a line end inside quotes does not start a row, a blank line does."""
    bounds = Bounded()
    for number, record in enumerate(_records(text, delimiter), 1):
        bounds.add(Line(number, tuple(Cell(_unforced(text)) for text in record)))
    return bounds.lines


def _unforced(text: str) -> str:
    match = _FORCED_TEXT.fullmatch(text)
    return match[1] if match else text


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            # An unclosed quote would otherwise swallow every row below it without a word.
            raise Unreadable("roll.broken_quotes", line=reader.line_num) from None
