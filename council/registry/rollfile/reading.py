"""A file that somebody chose → a roll. What the bytes are decides; what the name says must agree."""

from __future__ import annotations

import re
from collections.abc import Sequence

from council.registry.rollfile import headings, limits
from council.registry.rollfile.checking import check_lines
from council.registry.rollfile.model import Line, RollFile, Unreadable
from council.registry.rollfile.textfile import DELIMITERS, decode, read_lines
from council.registry.rollfile.workbook import read_sheets

_TEXT_NAMES = ("csv", "txt", "tsv")
_OTHERS = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"Rar!", "RAR"),
    (b"\x1f\x8b", "GZIP"), (b"7z\xbc\xaf", "7Z"), (b"{\\rtf", "RTF"), (b"SQLite format", "SQLite"),
)  # fmt: skip
_MARKUP = re.compile(rb"\s*(?:<!doctype|<html|<head|<table|<meta|<\?xml|<body)", re.IGNORECASE)
_LEAST_HEADINGS = 3


def read_roll(name: str, data: bytes, *, area_heading: str | None = None) -> RollFile:
    """The roll in a CSV (UTF-8 with or without BOM, GB18030) or XLSX file, with every problem in it.

    `area_heading`: the heading to take for the exclusive area, when a person has said that it is (a file with nothing
    but 建筑面积). Unreadable when the file is empty, is not what its name says, is too large, lacks a heading.
    """
    return check_lines(read_table(name, data), area_heading=area_heading)


def read_table(name: str, data: bytes) -> list[Line]:
    """The lines of a CSV or XLSX file that holds something, of the sheet that looks most like a roll; as `read_roll`,
    Unreadable when it cannot be read. Which columns there must be is the caller's to ask."""
    if not data.strip(b"\xef\xbb\xbf\x00 \t\r\n,;"):
        raise Unreadable("roll.empty")
    if len(data) > limits.MOST_BYTES:
        raise Unreadable("roll.too_large", most=limits.MOST_BYTES // 1_000_000)
    said, found = name.rpartition(".")[2].lower(), _kind(data)
    if said in _TEXT_NAMES and found == "CSV":
        lines = _text_lines(data)
    elif said == "xlsx" and found == "XLSX":
        lines = _workbook_lines(data)
    elif found == "XLS" and said in {"xls", "xlsx", "et"}:
        raise Unreadable("roll.old_or_locked_workbook")
    elif said in _TEXT_NAMES and found == "?":
        raise Unreadable("roll.not_text")
    elif said in {*_TEXT_NAMES, "xlsx", "xls"}:
        raise Unreadable("roll.not_what_it_says", said=said, found=found)
    else:
        raise Unreadable("roll.unknown_kind", said=said if "." in name else "")
    if not lines:
        raise Unreadable("roll.empty")
    return lines


def _kind(data: bytes) -> str:
    if data.startswith(b"PK"):
        return "XLSX" if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else "ZIP"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "XLS"
    for start, kind in _OTHERS:
        if data.startswith(start):
            return kind
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")[:200]):
        return "HTML"
    return "?" if b"\x00" in data else "CSV"


def _text_lines(data: bytes) -> list[Line]:
    """The reading in which most headings are known decides between comma, tab and semicolon."""
    text = decode(data)
    best: list[Line] = []
    refusal: Unreadable | None = None
    for delimiter in DELIMITERS:
        try:
            lines = read_lines(text, delimiter)
        except Unreadable as unreadable:
            refusal = refusal or unreadable
            continue
        if not best or _known(lines) > _known(best):
            best = lines
    if refusal is not None and _known(best) < _LEAST_HEADINGS:
        raise refusal
    return best


def _known(lines: Sequence[Line]) -> int:
    return max((headings.recognised(line) for line in lines[: headings.LOOKED_AT]), default=0)


def _workbook_lines(data: bytes) -> list[Line]:
    """The sheet that holds the roll. Two of them are refused: half a community would be missing without a word."""
    sheets = [(title, lines) for title, lines in read_sheets(data) if lines]
    rolls = [(title, lines) for title, lines in sheets if _known(lines) >= _LEAST_HEADINGS and len(lines) > 1]
    if len(rolls) > 1:
        raise Unreadable("roll.several_sheets", sheets="、".join(title for title, _ in rolls)[:200])
    return (rolls or sheets or [("", [])])[0][1]
