"""The roll with its faults coloured, and the way back in."""

from __future__ import annotations

import io
import zipfile

from openpyxl import load_workbook

from council.registry.faults import ERROR_FILL, WARNING_FILL, coloured
from council.registry.rollfile.model import Problem, RollFile
from council.registry.rollfile.reading import read_roll
from tests.registry.rolls import codes, read, row, sample


def words(problem: Problem) -> str:
    return f"<{problem.code}>"


def made(roll: RollFile) -> bytes:
    return coloured(roll, words=words, heading="问题")


def test_faults_are_coloured_where_they_are() -> None:
    page = load_workbook(io.BytesIO(made(sample("messy-48.csv")))).active
    assert [cell.value for cell in page[1]][-2:] == ["备注", "问题"]
    assert page["E10"].fill.fgColor.rgb == ERROR_FILL.fgColor.rgb
    assert page["J7"].fill.fgColor.rgb == WARNING_FILL.fgColor.rgb
    assert page["E10"].comment.text == "<roll.area_blank>"
    assert page["L19"].value == "房号: <roll.unit_twice>"
    assert (page["E2"].fill.fill_type, page["L2"].value) == (None, None)
    assert page["I2"].value == "990106196203265245"


def test_row_numbers_stay_under_a_title() -> None:
    page = load_workbook(io.BytesIO(made(sample("titled-96.xlsx")))).active
    assert (page["A1"].value, page["A2"].value, page["C3"].value) == ("××小区业主清册（2026年3月）", "栋编号", "101")
    assert page["L2"].value == "问题"


def test_what_was_coloured_reads_the_same_again() -> None:
    for name in ("messy-48.csv", "titled-96.xlsx", "garden-432-gbk.csv"):
        roll = sample(name)
        again = read_roll("again.xlsx", made(roll))
        assert codes(again) == codes(roll)
        assert [(r.number, r.code, r.area_dm2, r.owners) for r in again.rows] == [
            (r.number, r.code, r.area_dm2, r.owners) for r in roll.rows
        ]


def test_no_cell_is_a_formula() -> None:
    roll = read(row(owner='=HYPERLINK("x")', area="-1", phone="@SUM(1)"), row(room="102", owner="+甲"))
    data = made(roll)
    page = load_workbook(io.BytesIO(data)).active
    assert page["E2"].value == '=HYPERLINK("x")'
    assert {cell.data_type for cells in page.iter_rows() for cell in cells} <= {"s", "n", "inlineStr"}
    assert all(cell.value is None for cells in page.iter_rows() for cell in cells if cell.data_type == "n")
    assert page["E2"].quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
