"""Rolls made for tests: rows of text in any of the forms that offices hand in."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from council.registry.rollfile.model import RollFile
from council.registry.rollfile.reading import read_roll

SAMPLES = Path(__file__).parent.parent / "samples" / "rolls"

HEADINGS = ["栋编号", "单元", "房号", "专有部分面积", "业主姓名", "业主证件号", "业主电话"]
ROW = ["1", "1", "101", "89.53", "吴博敏", "990101195006190591", "17000066510"]


def sample(name: str) -> RollFile:
    return read_roll(name, (SAMPLES / name).read_bytes())


def row(**changed: str) -> list[str]:
    """A good row with some cells changed: building, entrance, room, area, owner, identity, phone."""
    names = ["building", "entrance", "room", "area", "owner", "identity", "phone"]
    return [changed.get(name, cell) for name, cell in zip(names, ROW, strict=True)]


def csv_bytes(rows: Sequence[Sequence[str]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(*sheets: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        page = book.create_sheet()
        for values in rows:
            page.append(list(values))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet_xml(rows_xml: str) -> bytes:
    """A workbook whose first sheet holds exactly this inside <sheetData>."""
    made, out = xlsx_bytes([["x"]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
                content = f"<worksheet {space}><sheetData>{rows_xml}</sheetData></worksheet>".encode()
            target.writestr(name, content)
    return out.getvalue()


def read(*rows: Sequence[str]) -> RollFile:
    """The roll of these rows under `HEADINGS`."""
    return read_roll("roll.csv", csv_bytes([HEADINGS, *rows]))


def codes(roll: RollFile) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in roll.problems]
