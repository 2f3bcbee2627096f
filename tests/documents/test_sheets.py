"""Spreadsheets: what an office suite reads back, and what it must never run."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.documents.cells import FORMULA_SIGNS, Column, Kind, Marked, hundredths, neutral, serial
from council.documents.sheets import Sheet, csv_bytes, json_bytes, xlsx_bytes

COLUMNS = [
    Column("房号"),
    Column("户数", Kind.COUNT),
    Column("面积（㎡）", Kind.AREA),
    Column("金额（元）", Kind.MONEY),
    Column("时间", Kind.INSTANT),
    Column("日期", Kind.DAY),
]
ROW = ["2-1-502", 12, 8953, -123456, datetime(2026, 3, 15, 10, 0, tzinfo=UTC), date(2026, 3, 16)]


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_has_a_bom_crlf_and_exact_decimals() -> None:
    data = csv_bytes(COLUMNS, [ROW])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 2
    assert read_csv(data)[1] == ["2-1-502\t", "12", "89.53", "-1234.56", "2026-03-15 18:00:00", "2026-03-16"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+8613800000000", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\u200b=1", "\n=1", "\x00=1"]
)
def test_a_formula_is_neutralised_in_both(text: str) -> None:
    assert read_csv(csv_bytes([Column("x")], [[text]]))[1][0].startswith("'")
    cell = _first(xlsx_bytes([Sheet("x", [Column("x")], [[text]])]))
    assert cell.data_type == "s"
    assert cell.quotePrefix


@given(st.text())
def test_no_text_cell_begins_with_a_formula_sign(text: str) -> None:
    assert not neutral(text).startswith(FORMULA_SIGNS)
    neutral(text).encode("utf-8")
    [_, row] = read_csv(csv_bytes([Column("x"), Column("y")], [[text, "end"]]))
    assert row[1] == "end"
    assert not row[0].lstrip().startswith(FORMULA_SIGNS)


@given(st.text(max_size=60))
def test_no_text_breaks_the_workbook(text: str) -> None:
    cell = _first(xlsx_bytes([Sheet(text, [Column(text)], [[text]])]))
    assert cell.data_type in {"s", "inlineStr", "n"}
    assert cell.value is None or isinstance(cell.value, str)


def test_numbers_that_a_spreadsheet_damages_stay_text_in_csv() -> None:
    texts = ["110101199003070038", "13800000000", "0101", "1E5", "3/4", "2-1-12"]
    assert [neutral(text) for text in texts] == [text + "\t" for text in texts]
    assert neutral("502") == "502"
    assert neutral("2号楼") == "2号楼"


def test_xlsx_numbers_are_written_as_they_stand() -> None:
    data = xlsx_bytes([Sheet("台账", COLUMNS, [ROW])])
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert page is not None
    assert [cell.value for cell in page[2]][:4] == ["2-1-502", 12, 89.53, -1234.56]
    assert [str(cell.value) for cell in page[2]][4:] == ["2026-03-15 18:00:00", "2026-03-16 00:00:00"]
    assert page.freeze_panes == "A2"
    assert page["A1"].font.bold
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>89.53</v>" in xml
    assert "<v>-1234.56</v>" in xml
    assert "<f>" not in xml


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_hundredths_are_exact_in_the_file(amount: int) -> None:
    [_, row] = read_csv(csv_bytes([Column("元", Kind.MONEY)], [[amount]]))
    whole, part = row[0].lstrip("-").split(".")
    assert (int(whole) * 100 + int(part)) * (-1 if row[0].startswith("-") else 1) == amount
    # What a spreadsheet makes of it (a binary double) still shows the same two decimals.
    assert f"{float(row[0]):.2f}" == hundredths(amount)


def test_sixteen_digits_become_text() -> None:
    assert _first(xlsx_bytes([Sheet("x", [Column("n", Kind.COUNT)], [[10**15]])])).value == str(10**15)


def test_serial_is_to_the_second() -> None:
    assert serial(datetime(2026, 3, 15, 10, 0, tzinfo=UTC)) == "46096.7500000000"
    with pytest.raises(ValueError, match="zone"):
        serial(datetime(2026, 3, 15))  # noqa: DTZ001


def test_the_same_input_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = [Sheet("台账", COLUMNS, [ROW]), Sheet("台账", COLUMNS, [])]
    first = xlsx_bytes(sheets)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert xlsx_bytes(sheets) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms" not in archive.read("docProps/core.xml").replace(b"xmlns:dcterms", b"")


def test_a_marked_cell_is_coloured() -> None:
    cell = _first(xlsx_bytes([Sheet("x", [Column("面积")], [[Marked("八十九")]])]))
    assert cell.value == "八十九"
    assert cell.fill.fgColor.rgb == "FFFFD9B3"


def test_a_bad_row_raises_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for rows in ([["a", "b"]], [[0.5]]):
        with pytest.raises((ValueError, TypeError)):
            xlsx_bytes([Sheet("x", [Column("x")], rows)])
        with pytest.raises((ValueError, TypeError)):
            csv_bytes([Column("x")], rows)
    xlsx_bytes([Sheet("x", [Column("x")], [["a"]])])
    assert list(tmp_path.iterdir()) == []


def test_json_takes_no_float() -> None:
    assert json_bytes({"时间": ROW[4], "n": [1, None, True]}).decode() == (
        '{\n "时间": "2026-03-15T10:00:00Z",\n "n": [\n  1,\n  null,\n  true\n ]\n}\n'
    )
    with pytest.raises(TypeError):
        json_bytes({"a": 0.5})


def _first(data: bytes) -> openpyxl.cell.Cell:
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert page is not None
    return page["A2"]
