"""What a row must say, and who is whom across rows."""

from __future__ import annotations

import pytest

from council.registry.rollfile.checking import check_cells
from council.registry.rollfile.model import Unreadable, Use
from council.registry.rollfile.people import people
from tests.registry.rolls import HEADINGS, codes, read, row


def test_a_unit_twice_in_two_spellings_names_the_first_row() -> None:
    roll = read(row(), row(building="１号楼", entrance="1单元", room="0101"))
    assert codes(roll) == [(3, "房号", "roll.unit_twice")]
    assert (roll.problems[0].details["other"], roll.problems[0].read) == (2, "1-1-101")
    assert [unit.number for unit in roll.rows] == [2]


def test_every_problem_of_a_row_is_told_at_once() -> None:
    roll = read(row(building="", room="", area="x", owner="", phone="1.38E+10"))
    assert codes(roll) == [
        (2, "栋编号", "roll.unit_blank"),
        (2, "房号", "roll.unit_blank"),
        (2, "专有部分面积", "roll.area_not_number"),
        (2, "业主姓名", "roll.owner_blank"),
        (2, "业主电话", "roll.phone_damaged"),
    ]


def test_co_owners_pair_with_numbers_by_position() -> None:
    (unit,) = read(row(owner="郑春晓、罗斌欣", identity="、990105197412139083", phone="17000091362")).rows
    assert [(owner.name, owner.identity, owner.phones) for owner in unit.owners] == [
        ("郑春晓", None, ("17000091362",)),
        ("罗斌欣", "990105197412139083", ("17000091362",)),
    ]
    own = read(row(owner="甲，乙", identity="", phone="17000000001/17000000002")).rows[0].owners
    assert [owner.phones for owner in own] == [("17000000001",), ("17000000002",)]
    assert codes(read(row(owner="甲、乙"))) == [(2, "业主证件号", "roll.identity_count")]


def test_hidden_signs_are_taken_out_of_a_name_and_told() -> None:
    roll = read(row(owner="张\u202e三\u200b"), row(room="102", owner=" 张\u3000三 ", identity=""))
    assert roll.rows[0].owners[0].name == "张三"
    assert (2, "业主姓名", "roll.name_cleaned") in codes(roll)
    assert (3, "业主姓名", "roll.name_cleaned") not in codes(roll)


@pytest.mark.parametrize("name", ["=1+1", "+甲", "@甲", '=HYPERLINK("x")'])
def test_a_formula_in_a_name_stays_text_and_is_told(name: str) -> None:
    roll = read(row(owner=name))
    assert roll.rows[0].owners[0].name == name
    assert codes(roll) == [(2, "业主姓名", "roll.formula_in_name")]


def test_totals_and_repeated_headings_are_passed_over() -> None:
    roll = read(row(), HEADINGS, ["合计", "", "", "89.53", "", "", ""])
    assert [unit.number for unit in roll.rows] == [2]
    assert codes(roll) == [(3, "房号", "roll.heading_repeated"), (4, "房号", "roll.total_row")]


def persons(*rows: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    return [(person.name, person.units) for person in people(read(*rows).rows)]


def test_the_same_number_is_the_same_person_whatever_the_letter() -> None:
    rows = [row(identity="99010519650517246x"), row(room="102", identity="99010519650517246X", phone="")]
    assert persons(*rows) == [("吴博敏", ("1-1-101", "1-1-102"))]


@pytest.mark.parametrize("stand_in", ["", "无", "-", "000000000000000000", "110***1234", "****"])
def test_stand_ins_never_join_two_people(stand_in: str) -> None:
    rows = [row(owner="甲", identity=stand_in, phone="17000000001"), row(room="102", owner="乙", identity=stand_in)]
    assert len(persons(*rows)) == 2
    apart = [row(identity=stand_in, phone="17000000001"), row(room="102", identity=stand_in, phone="17000000002")]
    assert len(persons(*apart)) == 2
    assert (3, "业主姓名", "roll.same_name_apart") in codes(read(*apart))
    assert len(persons(row(identity=stand_in, phone=""), row(room="102", identity=stand_in, phone=""))) == 2


def test_without_a_number_name_and_telephone_decide() -> None:
    rows = [row(identity=""), row(room="102", identity="")]
    assert persons(*rows) == [("吴博敏", ("1-1-101", "1-1-102"))]
    assert codes(read(*rows)) == [(3, "业主姓名", "roll.same_name_joined")]
    couple = [row(owner="甲、乙", identity=""), row(room="102", owner="甲、乙", identity="")]
    assert persons(*couple) == [("甲", ("1-1-101", "1-1-102")), ("乙", ("1-1-101", "1-1-102"))]


def test_a_row_without_a_number_joins_only_when_it_is_clear_whom() -> None:
    other = "990105194510049707"
    one = [row(), row(room="102", identity="")]
    assert persons(*one) == [("吴博敏", ("1-1-101", "1-1-102"))]
    unclear = [row(), row(room="102", identity=other), row(room="103", identity="")]
    assert len(persons(*unclear)) == 3


def test_a_wrong_number_under_two_names_joins_nobody() -> None:
    wrong = "110101190001010000"
    assert len(persons(row(owner="甲", identity=wrong), row(room="102", owner="乙", identity=wrong))) == 2


def test_parking_written_beside_a_home_is_told() -> None:
    roll = check_cells([{"房间号": "1-1-101", "面积": "80", "姓名": "甲", "车位号": "B1-01"}])
    assert codes(roll) == [(2, "车位号", "roll.parking_beside")]
    assert len(roll.rows) == 1


def test_rows_typed_in_a_grid_are_checked_the_same() -> None:
    grid = [
        {"楼栋": "1", "单元": "2", "房号": "101", "面积": "80.5", "姓名": "甲", "用途": "商铺"},
        {"楼栋": "", "单元": "", "房号": "", "面积": "", "姓名": "", "用途": ""},
        {"楼栋": "1", "单元": "2", "房号": "102", "面积": "", "姓名": "乙", "用途": ""},
    ]
    roll = check_cells(grid, first_row=7)
    assert [(unit.number, unit.code, unit.area_dm2, unit.use) for unit in roll.rows] == [(7, "1-2-101", 8050, Use.SHOP)]
    assert codes(roll) == [(9, "面积", "roll.area_blank")]
    english = check_cells([{"building": "1", "entrance": "1", "room": "101", "area": "80", "owner": "甲"}])
    assert english.rows[0].code == "1-1-101"


@pytest.mark.parametrize("grid", [[], [{"房间号": "", "面积": "", "姓名": ""}]])
def test_an_empty_grid(grid: list[dict[str, str]]) -> None:
    with pytest.raises(Unreadable, match=r"roll\.only_headings"):
        check_cells(grid)


def test_hostile_cells_are_read_in_no_time() -> None:
    """Patterns must not backtrack: each of these would take minutes if one did."""
    for text in ("号楼" * 999 + "x", "(" * 1999, "单元" * 999, "1-" * 999, "0" * 1999, '="' * 999, "、" * 1999):
        roll = read(*[[text] * 7] * 50)
        assert roll.rows == ()
    assert codes(read(row(building="号楼" * 30)))[0] == (2, "栋编号", "roll.unit_too_long")


def test_a_big_community_is_read_in_seconds() -> None:
    rows = [
        row(room=str(number), owner="甲", identity="", phone=str(17_000_000_000 + number)) for number in range(19_999)
    ]
    assert len(read(*rows).rows) == 19_999
