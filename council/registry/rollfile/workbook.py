"""XLSX read as text: each visible sheet's rows, every number exactly as it is stored.

Not through openpyxl, which turns each number into a binary fraction before anybody can look at it, drops the rows'
own numbers, and walks millions of missing rows when a file says there are. Of the format this needs little: the list of
sheets, the shared strings, which styles are dates, and the cells. Formulas are read as the value last computed.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from posixpath import join, normpath
from typing import IO, Any, cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from council.registry.rollfile.archive import is_workbook, open_archive
from council.registry.rollfile.limits import Bounded
from council.registry.rollfile.model import Cell, Line, Unreadable
from council.registry.rollfile.numerals import plain_number

BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError,
    KeyError, LookupError, ParseError, DefusedXmlException, ValueError, OverflowError, AssertionError,
)  # fmt: skip
"""What a torn or forged workbook raises somewhere inside the standard library."""

_REFERENCE = re.compile(r"([A-Z]{1,3})\d+", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_A_DATE_PART = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|General', re.IGNORECASE)
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_FURTHEST_COLUMN = 16_384
_FAULTS = {"e": "roll.cell_error", "d": "roll.cell_is_date"}


def read_sheets(data: bytes) -> list[tuple[str, list[Line]]]:
    """(title, lines that hold something) of each visible sheet, in the workbook's order; Unreadable when it is none."""
    archive = open_archive(data)
    try:
        if not is_workbook(archive):
            raise Unreadable("roll.not_a_workbook")
        return _Workbook(archive).sheets()
    except Unreadable:
        raise
    except BROKEN:
        raise Unreadable("roll.damaged_workbook") from None


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._root = self._main_part()
        self._parts = self._targets(self._root)
        self._strings = list(self._shared_strings())
        self._dates = self._date_styles()
        self._epoch = date(1899, 12, 30)

    def sheets(self) -> list[tuple[str, list[Line]]]:
        listed: list[tuple[str, str]] = []
        for element in self._elements(self._root):
            if _name(element) == "workbookPr" and element.get("date1904") in {"1", "true"}:
                self._epoch = date(1904, 1, 1)
            if _name(element) == "sheet" and element.get("state", "visible") == "visible":
                reference = next((value for key, value in element.items() if _local(key) == "id"), "")
                listed.append((element.get("name", ""), self._parts[reference][1]))
        return [(title, self._lines(path)) for title, path in listed if self._is_worksheet(path)]

    def _is_worksheet(self, path: str) -> bool:
        return any(target == path and kind.endswith("/worksheet") for kind, target in self._parts.values())

    def _main_part(self) -> str:
        for kind, target in self._targets("").values():
            if kind.endswith("/officeDocument"):
                return target
        raise Unreadable("roll.not_a_workbook")

    def _targets(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationship id → (kind, path in the archive) of one part."""
        folder, _, name = part.rpartition("/")
        found: dict[str, tuple[str, str]] = {}
        for element in self._elements(join(folder, "_rels", f"{name}.rels")):
            if _name(element) == "Relationship" and element.get("TargetMode") != "External":
                target = element.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
                found[element.get("Id", "")] = (element.get("Type", ""), path)
        return found

    def _part_of_kind(self, kind: str) -> str | None:
        return next((path for found, path in self._parts.values() if found.endswith(kind)), None)

    def _shared_strings(self) -> Iterator[str]:
        path = self._part_of_kind("/sharedStrings")
        for element in self._elements(path) if path else ():
            if _name(element) == "si":
                yield _text(element)
                element.clear()

    def _date_styles(self) -> frozenset[int]:
        """Which cell styles (by index) show a number as a date or a time."""
        path = self._part_of_kind("/styles")
        formats, styles = set(_DATE_FORMATS), []
        for element in self._elements(path) if path else ():
            if _name(element) == "numFmt":
                code = _NOT_A_DATE_PART.sub("", element.get("formatCode", "")).lower()
                if any(sign in code for sign in "ymdh"):
                    formats.add(int(element.get("numFmtId", "0")))
            elif _name(element) == "cellXfs":
                styles = [int(style.get("numFmtId", "0")) for style in element]
        return frozenset(index for index, number in enumerate(styles) if number in formats)

    def _lines(self, path: str) -> list[Line]:
        bounds, number, last = Bounded(), 0, 0
        with self._archive.open(path) as stream:
            data: Element | None = None
            for event, element in _parse(stream, ("start", "end")):
                if event == "start":
                    data = element if _name(element) == "sheetData" else data
                elif _name(element) == "row":
                    number = int(element.get("r", last + 1))
                    if number <= last:
                        raise Unreadable("roll.damaged_workbook")
                    last = number
                    bounds.add(Line(number, self._cells(element)))
                    if data is not None:
                        data.clear()  # a million blank rows must not pile up
        return bounds.lines

    def _cells(self, row: Element) -> tuple[Cell, ...]:
        found: dict[int, Cell] = {}
        column = 0
        for element in row:
            if _name(element) != "c":
                continue
            reference = _REFERENCE.fullmatch(element.get("r", ""))
            column = _column(reference[1]) if reference else column + 1
            if column > _FURTHEST_COLUMN:
                raise Unreadable("roll.damaged_workbook")
            cell = self._cell(element)
            if cell.text or cell.fault:
                found[column] = cell
        blank = Cell("")
        return tuple(found.get(index, blank) for index in range(1, max(found, default=0) + 1))

    def _cell(self, element: Element) -> Cell:
        kind, parts = element.get("t", "n"), {_name(part): part for part in element}
        if kind == "inlineStr":
            return Cell(_text(parts["is"]) if "is" in parts else "")
        stored = (parts["v"].text or "") if "v" in parts else ""
        if not stored:
            return Cell(f"={parts['f'].text or ''}", "roll.formula_unread") if "f" in parts else Cell("")
        if kind in _FAULTS:
            return Cell(stored, _FAULTS[kind])
        if kind == "n":
            return self._number(element, stored)
        return Cell(self._strings[int(stored)] if kind == "s" else _unescape(stored))

    def _number(self, element: Element, stored: str) -> Cell:
        if int(element.get("s", "0")) in self._dates:
            return Cell(self._day(stored), "roll.cell_is_date")
        return Cell(plain_number(stored))

    def _day(self, stored: str) -> str:
        days = plain_number(stored).partition(".")[0]
        return (self._epoch + timedelta(days=int(days))).isoformat() if days.isdecimal() and len(days) < 7 else stored

    def _elements(self, path: str) -> Iterator[Element]:
        with self._archive.open(path) as stream:
            for _, element in _parse(stream, ("end",)):
                yield element


def _parse(stream: IO[bytes], events: tuple[str, ...]) -> Iterator[tuple[str, Element]]:
    return cast("Iterator[tuple[str, Element]]", iterparse(cast("Any", stream), events=events, forbid_dtd=True))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _name(element: Element) -> str:
    """Without its namespace: the transitional and the strict format differ in nothing else that matters here."""
    return _local(element.tag)


def _text(element: Element) -> str:
    """The runs of a rich string, without the pronunciation aids that may stand beside them."""
    parts: list[str] = []
    for child in element:
        if _name(child) == "t":
            parts.append(child.text or "")
        elif _name(child) == "r":
            parts.extend(part.text or "" for part in child if _name(part) == "t")
    return _unescape("".join(parts))


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
