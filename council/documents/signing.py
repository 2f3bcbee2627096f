"""Sheets to be signed at doors: A4, twelve rows with room for a signature, a number and a QR that opens the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.documents.pdf import HEIGHT, WIDTH, Paper

ROWS = 12

_LEFT, _TOP, _BOTTOM = 16.0, 14.0, 12.0
_INNER = WIDTH - 2 * _LEFT
_QR = 32.0
_HEAD = 8.0
_ROW = 16.8
_COLUMNS = (12.0, 34.0, 62.0, 42.0, 28.0)
"""Millimetres of number, room, signature, who signed, date: together `_INNER`."""


@dataclass(frozen=True, slots=True)
class SheetText:
    """What every sheet of a vote says; the caller's language. `columns` are the five headings, `who` the boxes of the
    fourth one."""

    heading: str
    title: str
    facts: tuple[str, ...]
    statement: str
    columns: tuple[str, ...]
    who: tuple[str, ...]
    footer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SigningSheet:
    """`place` is whose homes: "2号楼1单元"; `serial` stands under the QR; a row is a room and what is said below it."""

    place: str
    serial: str
    url: str
    rows: tuple[tuple[str, str], ...]


def signing_sheets_pdf(sheets: Sequence[SigningSheet], text: SheetText, *, now: datetime) -> bytes:
    """One page a sheet. ValueError for one with more than twelve rows; FontMissing without a Chinese font. In a thread:
    a hundred sheets take seconds."""
    paper = Paper(text.title, now)
    for sheet in sheets:
        if len(sheet.rows) > ROWS:
            raise ValueError("more rows than a sheet has")
        paper.add_page()
        _table(paper, sheet, text, _heading(paper, sheet, text))
    return paper.bytes()


def _heading(paper: Paper, sheet: SigningSheet, text: SheetText) -> float:
    """The y below it."""
    width = _INNER - _QR - 6
    paper.line_at(_LEFT, _TOP, paper.fit_size(f"{text.heading}  {sheet.place}", width, 19, 11, bold=True))
    paper.type_size(12, bold=True)
    y = paper.block_at(_LEFT, _TOP + 11, text.title, width, leading=1.35, most=2)
    paper.type_size(9.5)
    for fact in text.facts:
        y = paper.block_at(_LEFT, y + 0.6, fact, width, leading=1.35, most=2)
    left = _LEFT + _INNER - _QR
    paper.qr_at(left, _TOP - 3, sheet.url, _QR)
    paper.line_at(left, _TOP + _QR - 3, paper.fit_size(sheet.serial, _QR, 9, 6), width=_QR, align="C")
    y = max(y, _TOP + _QR + 3) + 1.5
    paper.type_size(10.5)
    return paper.block_at(_LEFT, y, text.statement, _INNER, leading=1.4, most=3) + 1.5


def _table(paper: Paper, sheet: SigningSheet, text: SheetText, top: float) -> None:
    paper.set_draw_color(60)
    paper.set_line_width(0.25)
    _cells(paper, top, _HEAD)
    x = _LEFT
    for name, width in zip(text.columns, _COLUMNS, strict=True):
        paper.line_at(x, top + 2, paper.fit_size(name, width - 2, 10, 6.5, bold=True), width=width, align="C")
        x += width
    footer = HEIGHT - _BOTTOM - 6.0
    height = min(_ROW, (footer - 3 - top - _HEAD) / ROWS)
    for place in range(ROWS):
        y = top + _HEAD + place * height
        _cells(paper, y, height)
        row = sheet.rows[place] if place < len(sheet.rows) else None
        if row is None:
            paper.line(_LEFT, y + height, _LEFT + _INNER, y)  # nothing can be added below the last home
            continue
        paper.type_size(10.5)
        paper.line_at(_LEFT, y + height / 2 - 2.2, str(place + 1), width=_COLUMNS[0], align="C")
        room, small = row
        left = _LEFT + _COLUMNS[0]
        middle = y + height / 2 - (4.4 if small else 2.6)
        paper.line_at(
            left, middle, paper.fit_size(room, _COLUMNS[1] - 2, 13, 7, bold=True), width=_COLUMNS[1], align="C"
        )
        if small:
            paper.line_at(
                left, middle + 5.6, paper.fit_size(small, _COLUMNS[1] - 2, 8, 5.5), width=_COLUMNS[1], align="C"
            )
        box = _LEFT + sum(_COLUMNS[:3])
        for line, who in enumerate(text.who):
            paper.line_at(box + 2, y + 1.4 + line * 5, paper.fit_size(who, _COLUMNS[3] - 3, 9, 6))
    paper.type_size(10)
    for at, words in enumerate(text.footer):
        paper.line_at(_LEFT + at * _INNER / len(text.footer), footer, words)


def _cells(paper: Paper, y: float, height: float) -> None:
    x = _LEFT
    for width in _COLUMNS:
        paper.rect(x, y, width, height)
        x += width
