"""Files: encodings, delimiters, titles, sheets, and everything that is not what it says."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from council.registry.rollfile import limits
from council.registry.rollfile.model import RollFile, Unreadable
from council.registry.rollfile.reading import read_roll
from tests.registry.rolls import HEADINGS, ROW, SAMPLES, codes, csv_bytes, read, row, with_sheet_xml, xlsx_bytes

GOOD = [HEADINGS, ROW]


def refusal(name: str, data: bytes, *, area_heading: str | None = None) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read_roll(name, data, area_heading=area_heading)
    return refused.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    roll = read_roll("清册.CSV", csv_bytes(GOOD, encoding=encoding, delimiter=delimiter))
    assert [(unit.code, unit.area_dm2, unit.owners[0].name) for unit in roll.rows] == [("1-1-101", 8953, "吴博敏")]
    assert roll.problems == ()


def test_row_numbers_are_those_that_a_spreadsheet_shows() -> None:
    quoted = row(room="102", owner="张三\n李四", identity="")
    roll = read_roll("a.csv", csv_bytes([["××小区"], [], HEADINGS, quoted, [], ["", "", ""], row(room="103", area="")]))
    assert roll.heading_row == 3
    assert [(unit.number, [owner.name for owner in unit.owners]) for unit in roll.rows] == [(4, ["张三", "李四"])]
    assert codes(roll) == [(7, "专有部分面积", "roll.area_blank")]


def test_quotes_and_commas_inside_a_cell() -> None:
    roll = read(row(owner='张"三', area="1,056.20"))
    assert (roll.rows[0].owners[0].name, roll.rows[0].area_dm2) == ('张"三', 105620)


def test_text_that_an_export_forced_is_unwrapped() -> None:
    roll = read_roll("a.csv", csv_bytes([HEADINGS]) + '1,1,="0101",89.53,甲,\'990101195006190591,="017000"\n'.encode())
    (unit,) = roll.rows
    assert (unit.room, unit.owners[0].identity, unit.owners[0].phones) == ("101", "990101195006190591", ("017000",))


def test_mixed_encodings_are_told_not_guessed() -> None:
    gbk = csv_bytes([HEADINGS, ROW], encoding="gbk")
    assert refusal("a.csv", gbk + csv_bytes([row(room="102")])).code == "roll.mixed_encodings"
    assert (
        refusal("a.csv", csv_bytes([HEADINGS, ROW]) + csv_bytes([ROW], encoding="gbk")).code == "roll.mixed_encodings"
    )


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "roll.empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n,,,\r\n", "roll.empty"),
        ("a.csv", csv_bytes([HEADINGS]), "roll.only_headings"),
        ("a.csv", b"%PDF-1.7 ...", "roll.not_what_it_says"),
        ("a.csv", b"\xef\xbb\xbf<!DOCTYPE html><table>", "roll.not_what_it_says"),
        ("a.csv", xlsx_bytes(GOOD), "roll.not_what_it_says"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "roll.not_what_it_says"),
        ("a.csv", csv_bytes(GOOD, encoding="utf-16"), "roll.not_text"),
        ("a.csv", b"abc\x00def,1", "roll.not_text"),
        ("a.csv", b"\xff\xfe\xfd\x81", "roll.unknown_encoding"),
        ("a.xlsx", csv_bytes(GOOD), "roll.not_what_it_says"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "roll.old_or_locked_workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "roll.old_or_locked_workbook"),
        ("a.xls", csv_bytes(GOOD), "roll.not_what_it_says"),
        ("a.xlsx", b"PK\x03\x04 torn", "roll.damaged_workbook"),
        ("a.xlsx", xlsx_bytes(GOOD)[:-400], "roll.damaged_workbook"),
        ("a.xlsx", xlsx_bytes([]), "roll.empty"),
        ("a.docx", xlsx_bytes(GOOD), "roll.unknown_kind"),
        ("roll", csv_bytes(GOOD), "roll.unknown_kind"),
        ("a.csv", csv_bytes([["房号", "房号", "面积", "姓名"], ["1-1-1", "", "3", "甲"]]), "roll.heading_twice"),
        ("a.csv", csv_bytes([HEADINGS, ROW]) + b'1,1,102,"80,a\n' + csv_bytes([ROW]), "roll.broken_quotes"),
    ],
)  # fmt: skip
def test_what_is_not_a_roll(name: str, data: bytes, code: str) -> None:
    assert refusal(name, data).code == code


def _zip(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def test_zips_of_something_else_and_bombs() -> None:
    assert refusal("a.xlsx", _zip(("readme.txt", b"hello"))).code == "roll.not_a_workbook"
    assert refusal("a.xlsx", _zip(("xl/worksheets/sheet1.xml", bytes(20_000_000)))).code == "roll.unpacks_too_large"
    many = [(f"xl/{number}", b"") for number in range(limits.MOST_ENTRIES + 1)]
    assert refusal("a.xlsx", _zip(*many)).code == "roll.unpacks_too_large"


def test_entities_in_a_workbook_are_not_expanded() -> None:
    made, out = with_sheet_xml("<row><c t='inlineStr'><is><t>x</t></is></c></row>"), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content.replace(b"<t>x", b"<t>&a;")
            target.writestr(name, content)
    assert refusal("a.xlsx", out.getvalue()).code == "roll.damaged_workbook"


def test_limits_of_rows_columns_and_cells() -> None:
    assert refusal("a.csv", csv_bytes([HEADINGS, *[ROW] * (limits.MOST_ROWS + 1)])).code == "roll.too_many_rows"
    assert refusal("a.csv", csv_bytes([HEADINGS, [*ROW, *[""] * 60, "x"]])).code == "roll.too_many_columns"
    assert refusal("a.csv", csv_bytes([HEADINGS, row(owner="x" * 2_001)])).code == "roll.cell_too_long"
    assert refusal("a.csv", csv_bytes([HEADINGS, row(owner="x" * 200_000)])).code == "roll.broken_quotes"
    assert refusal("a.csv", b"a" * (limits.MOST_BYTES + 1)).code == "roll.too_large"


def test_a_far_row_number_costs_nothing() -> None:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    assert refusal("a.xlsx", with_sheet_xml(far)).code == "roll.too_many_columns"
    assert refusal("a.xlsx", with_sheet_xml('<row r="999999999999"><c r="A1"/></row>')).code == "roll.empty"


def _cells_xml(values: str) -> RollFile:
    heads = "".join(f"<c t='inlineStr'><is><t>{name}</t></is></c>" for name in ["房间号", "面积", "姓名", "电话"])
    return read_roll("a.xlsx", with_sheet_xml(f"<row r='1'>{heads}</row><row r='5'>{values}</row>"))


def test_numbers_in_cells_are_read_as_they_are_stored() -> None:
    unit, name = "<c r='A5' t='inlineStr'><is><t>1-1-101</t></is></c>", "<c r='C5' t='str'><v>甲</v></c>"
    roll = _cells_xml(f"{unit}<c r='B5'><v>89.530000000000001</v></c>{name}<c r='D5'><v>1.3812345678E10</v></c>")
    assert (roll.rows[0].number, roll.rows[0].area_dm2, roll.rows[0].owners[0].phones) == (5, 8953, ("13812345678",))


def test_formulas_count_by_the_value_last_computed() -> None:
    unit, name = "<c r='A5' t='inlineStr'><is><t>1-1-101</t></is></c>", "<c r='C5' t='str'><v>甲</v></c>"
    assert _cells_xml(f"{unit}<c r='B5'><f>80+9.5</f><v>89.5</v></c>{name}").rows[0].area_dm2 == 8950
    assert codes(_cells_xml(f"{unit}<c r='B5'><f>80+9.5</f></c>{name}")) == [(5, "面积", "roll.formula_unread")]
    assert codes(_cells_xml(f"{unit}<c r='B5' t='e'><v>#REF!</v></c>{name}")) == [(5, "面积", "roll.cell_error")]


def test_a_room_that_became_a_date_is_an_error() -> None:
    roll = read_roll("a.xlsx", xlsx_bytes([HEADINGS, ["1", "1", date(2026, 1, 2), 89.5, "甲", "", ""]]))
    assert [(p.column, p.code, p.read) for p in roll.problems] == [("房号", "roll.cell_is_date", "2026-01-02")]


def test_typed_numbers_of_every_kind() -> None:
    roll = read_roll("a.xlsx", xlsx_bytes([HEADINGS, [1, 1.0, 101, 89.53, "甲", 110105450210031, 17000066510.0]]))
    (unit,) = roll.rows
    assert (unit.code, unit.area_dm2, unit.owners[0].phones) == ("1-1-101", 8953, ("17000066510",))
    assert unit.owners[0].identity == "110105450210031"
    lost = read_roll("a.xlsx", xlsx_bytes([HEADINGS, [1, 1, 101, 89.53, "甲", 990101195006190591, ""]]))
    assert codes(lost) == [(2, "业主证件号", "roll.identity_damaged")]
    assert lost.rows[0].owners[0].identity is None


def test_two_sheets_with_rolls_are_refused_and_an_empty_one_is_not() -> None:
    assert refusal("a.xlsx", xlsx_bytes(GOOD, [HEADINGS, row(room="102")])).code == "roll.several_sheets"
    assert len(read_roll("a.xlsx", xlsx_bytes([["说明"]], GOOD, [])).rows) == 1


def test_built_area_is_never_taken_without_being_told() -> None:
    rows = [["栋号", "单元", "房号", "建筑面积", "套内面积", "姓名"], ["1", "1", "101", "100.00", "80.00", "甲"]]
    refused = refusal("a.csv", csv_bytes(rows))
    assert (refused.code, refused.details["found"]) == ("roll.area_not_told", "建筑面积、套内面积")
    told = read_roll("a.csv", csv_bytes(rows), area_heading="建筑面积")
    assert (told.rows[0].area_dm2, told.rows[0].built_area_dm2) == (10000, 10000)
    assert refusal("a.csv", csv_bytes(rows), area_heading="面积").code == "roll.area_heading_unknown"


def test_headings_in_any_order_with_units_and_in_two_lines() -> None:
    rows = [["业主清册"], ["面积（㎡）", "房屋", "", "", "业主", ""], ["", "楼栋", "单元", "室号", "姓名*", "手机号"]]
    roll = read_roll("a.csv", csv_bytes([*rows, ["89.53", "1栋", "一单元", "101室", "甲", "13812345678"]]))
    assert [(unit.code, unit.area_dm2, unit.owners[0].name) for unit in roll.rows] == [("1-1-101", 8953, "甲")]


def test_a_missing_entrance_column_is_named() -> None:
    refused = refusal("a.csv", csv_bytes([["楼栋", "房号", "面积", "姓名"], ["1", "101", "89", "甲"]]))
    assert refused.details["missing"] == "单元"


def test_a_torn_workbook_is_refused_and_a_torn_text_is_read_as_far_as_it_goes() -> None:
    book, text = (SAMPLES / "titled-96.xlsx").read_bytes(), (SAMPLES / "garden-432.csv").read_bytes()
    for size in range(4, len(book), len(book) // 25):
        assert refusal("a.xlsx", book[:size]).code == "roll.damaged_workbook"
    lines = text.splitlines(keepends=True)
    assert len(read_roll("a.csv", b"".join(lines[:100])).rows) == 99
