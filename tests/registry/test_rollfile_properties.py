"""Whatever the bytes: a roll or a named refusal. Whatever the format: the same rows."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from council.registry.rollfile import cells
from council.registry.rollfile.model import RollFile, RollRow, Unreadable
from council.registry.rollfile.reading import read_roll
from tests.registry.rolls import HEADINGS, SAMPLES, csv_bytes, with_sheet_xml, xlsx_bytes

QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
NAMES = st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a.xls", "a", ""])
WORKBOOK = (SAMPLES / "titled-96.xlsx").read_bytes()


def attempt(name: str, data: bytes) -> RollFile | None:
    """Anything but a roll or an Unreadable escapes, and fails the test."""
    try:
        return read_roll(name, data)
    except Unreadable:
        return None


@given(NAMES, st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xef\xbb\xbf", b"PK\x05\x06"]))
@QUICK
def test_random_bytes_are_refused_by_name(name: str, data: bytes, start: bytes) -> None:
    attempt(name, start + data)


@given(st.lists(st.lists(st.text(max_size=12), min_size=7, max_size=7), max_size=5))
@QUICK
def test_any_text_under_good_headings_is_rows_or_problems(rows: list[list[str]]) -> None:
    plain = [[cell.encode("utf-8", "ignore").decode().replace("\x00", "") for cell in row] for row in rows]
    roll = attempt("a.csv", csv_bytes([HEADINGS, *plain]))
    if roll is not None:
        faulty = {problem.row for problem in roll.errors}
        assert all(row.number not in faulty and row.area_dm2 > 0 and row.owners for row in roll.rows)


@given(st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255)), min_size=1, max_size=12))
@QUICK
def test_a_damaged_workbook_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WORKBOOK)
    for place, byte in changes:
        data[place] = byte
    attempt("a.xlsx", bytes(data))


@given(st.data())
@QUICK
def test_a_damaged_part_of_a_workbook_is_read_or_refused(data: st.DataObject) -> None:
    """The archive is whole, the XML inside is not: what a checksum would otherwise hide."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as source, zipfile.ZipFile(out, "w") as target:
        part = data.draw(st.sampled_from(source.namelist()))
        for name in source.namelist():
            content = bytearray(source.read(name))
            if name == part:
                for _ in range(data.draw(st.integers(1, 5))):
                    place = data.draw(st.integers(0, len(content) - 1))
                    content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
            target.writestr(name, bytes(content))
    attempt("a.xlsx", out.getvalue())


@given(st.text(alphabet="<>/crvft=\"' sn0123456789E+-.", max_size=60))
@QUICK
def test_any_sheet_xml_is_read_or_refused(inner: str) -> None:
    attempt("a.xlsx", with_sheet_xml(inner))


_NAME = st.text(alphabet="赵钱孙李周吴郑王冯陈", min_size=2, max_size=4)
_ROW = st.tuples(
    st.integers(1, 30),
    st.integers(1, 5),
    st.integers(101, 3304).filter(lambda room: room % 100 != 0),
    st.integers(1, 99_999),
    st.lists(_NAME, min_size=1, max_size=3, unique=True),
    st.integers(13_000_000_001, 19_900_000_000),
)


def _text(row: tuple[int, int, int, int, list[str], int]) -> list[str]:
    building, entrance, room, area, names, phone = row
    return [
        str(building),
        str(entrance),
        str(room),
        f"{area // 100}.{area % 100:02d}",
        "、".join(names),
        "",
        str(phone),
    ]


def _typed(row: tuple[int, int, int, int, list[str], int]) -> list[object]:
    building, entrance, room, area, names, phone = row
    return [building, entrance, room, area / 100, "、".join(names), None, phone]


def _bare(rows: tuple[RollRow, ...]) -> list[RollRow]:
    return [replace(row, cells={}) for row in rows]


@given(st.lists(_ROW, min_size=1, max_size=12, unique_by=lambda row: row[:3]))
@QUICK
def test_the_same_rows_from_every_format(rows: list[tuple[int, int, int, int, list[str], int]]) -> None:
    """Typed as numbers in a workbook, the areas are still exact."""
    utf8 = read_roll("a.csv", csv_bytes([HEADINGS, *map(_text, rows)]))
    gbk = read_roll("a.csv", csv_bytes([HEADINGS, *map(_text, rows)], encoding="gb18030", delimiter=";"))
    book = read_roll("a.xlsx", xlsx_bytes([HEADINGS, *map(_typed, rows)]))
    assert [row.area_dm2 for row in utf8.rows] == [row[3] for row in rows]
    assert utf8.rows == gbk.rows
    assert _bare(utf8.rows) == _bare(book.rows)
    assert utf8.problems == gbk.problems == book.problems


@given(st.text(max_size=40))
@QUICK
def test_any_text_makes_a_cell(text: str) -> None:
    for normalise in (cells.building, cells.entrance, cells.room, cells.folded):
        assert normalise(text) == normalise(f" {text} ")
    area_dm2, code = cells.area(text)
    assert (area_dm2 > 0) == (code in {None, "roll.area_thousands"})
