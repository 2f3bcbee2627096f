"""Tables for other programs: CSV and XLSX that open right in a Chinese office suite, and JSON.

The same input gives the same bytes: no date of making, fixed times in the archive.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from council.documents import cells
from council.documents.cells import Cell, Column, Kind, Marked, Row

_FORMATS = {
    Kind.TEXT: "@",
    Kind.COUNT: "#,##0",
    Kind.AREA: "#,##0.00",
    Kind.MONEY: "#,##0.00",
    Kind.INSTANT: "yyyy-mm-dd hh:mm",
    Kind.DAY: "yyyy-mm-dd",
}
_WIDEST = 60
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="FFEFE7DA")
_FAULT_FILL = PatternFill("solid", fgColor="FFFFD9B3")
_HEADER_LINE = Border(bottom=Side(style="thin", color="FF8C7B66"))
_HEADER_PLACE = Alignment(vertical="center", wrap_text=True)
_TOP = Alignment(vertical="top")
_TOP_WRAPPED = Alignment(vertical="top", wrap_text=True)
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\']")
_MADE_AT = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]


def csv_bytes(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """UTF-8 with a BOM and CRLF, commas, quotes where needed; text is neutralised (`cells.neutral`).

    ValueError for a row that is longer or shorter than the header.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([cells.neutral(column.title) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(cell, column.kind) for cell, column in zip(row, columns, strict=True)])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _csv_cell(cell: Cell, kind: Kind) -> str:
    value = cells.unmark(cell)
    exact = cells.number(value, kind)
    if exact is not None:
        return exact
    text = cells.words(value, kind)
    return text if isinstance(value, date | datetime) else cells.neutral(text)


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """A workbook: frozen bold header, fitted widths, numbers as exact decimals, text as text (never a formula).

    ValueError for a row that is longer or shorter than its header, TypeError for a value of no known kind.
    """
    # Every row is read before the first is written: a row that raises must not leave openpyxl's temporary file behind.
    read = [[_read(row, sheet.columns) for row in sheet.rows] for sheet in sheets]
    book = Workbook(write_only=True)
    for sheet, rows in zip(sheets, read, strict=True):
        _write(book, sheet, rows)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _read(row: Row, columns: Sequence[Column]) -> list[tuple[Cell, str]]:
    """Each cell with the text that it would show."""
    return [
        (cell, cells.plain(cells.words(cells.unmark(cell), column.kind)))
        for cell, column in zip(row, columns, strict=True)
    ]


def _write(book: Workbook, sheet: Sheet, rows: list[list[tuple[Cell, str]]]) -> None:
    page = book.create_sheet(_NOT_IN_A_TITLE.sub(" ", cells.plain(sheet.title)).strip()[:31] or "Sheet")
    page.freeze_panes = "A2"
    for index, column in enumerate(sheet.columns):
        texts = [column.title, *(row[index][1] for row in rows)]
        width = min(max(cells.display_width(text) for text in texts) + 3, _WIDEST)
        page.column_dimensions[get_column_letter(index + 1)].width = width
    page.append([_header_cell(page, column.title) for column in sheet.columns])
    for row in rows:
        page.append(
            [_cell(page, cell, text, column.kind) for (cell, text), column in zip(row, sheet.columns, strict=True)]
        )


def _header_cell(page: Any, title: str) -> WriteOnlyCell:
    cell = _text_cell(page, cells.plain(title))
    cell.font, cell.fill, cell.border, cell.alignment = _HEADER_FONT, _HEADER_FILL, _HEADER_LINE, _HEADER_PLACE
    return cell


def _cell(page: Any, given: Cell, text: str, kind: Kind) -> WriteOnlyCell:
    value = cells.unmark(given)
    exact = cells.serial(value) if isinstance(value, date) else cells.number(value, kind)
    if exact is None:
        cell = _text_cell(page, text)
    else:
        # openpyxl would print a Decimal through a float; a string in a cell typed "n" is written as it stands.
        cell = WriteOnlyCell(page, value=exact)
        cell.data_type = "n"
        cell.number_format = _FORMATS[_shown_as(value, kind)]
        cell.alignment = _TOP
    if isinstance(given, Marked):
        cell.fill = _FAULT_FILL
    return cell


def _shown_as(value: cells.Value, kind: Kind) -> Kind:
    if isinstance(value, datetime):
        return Kind.INSTANT
    return Kind.DAY if isinstance(value, date) else kind


def _text_cell(page: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"  # openpyxl takes "=…" for a formula and "#N/A" for an error
    cell.number_format = "@"
    cell.alignment = _TOP_WRAPPED if "\n" in text or cells.display_width(text) > _WIDEST else _TOP
    if cells.is_dangerous(text):
        cell.quotePrefix = True  # stays text when somebody edits the cell
    return cell


def _timeless(data: bytes) -> bytes:
    """The same archive with no trace of when it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name)  # 1980-01-01, the format's first day
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            content = made.read(name)
            fixed.writestr(entry, _MADE_AT.sub(b"", content) if name == "docProps/core.xml" else content)
    return out.getvalue()


def json_bytes(value: Any) -> bytes:
    """UTF-8, indented, keys in the order given, instants as RFC 3339; TypeError for a float or anything unknown."""
    return (json.dumps(_plain_json(value), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _plain_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_json(item) for item in value]
    if isinstance(value, datetime):
        return cells.rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return str(value).encode("utf-8", "replace").decode("utf-8")
    if value is None or isinstance(value, int):
        return value
    raise TypeError(f"no JSON for {type(value).__name__}")
