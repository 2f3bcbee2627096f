"""Every sample comes out as a careful clerk would expect."""

from __future__ import annotations

from collections import Counter

import pytest

from council.registry.rollfile.model import OwnerKind, Status, Unreadable, Use
from council.registry.rollfile.people import people
from tests.registry.rolls import codes, sample


@pytest.mark.parametrize(
    ("name", "units", "first", "last"),
    [
        ("courtyard-24.csv", 24, "1-1-101", "1-2-602"),
        ("garden-432.csv", 498, "1-1-101", "地库-B1-060"),
        ("garden-432-gbk.csv", 432, "1-1-101", "6-3-604"),
        ("roomcode-132.xlsx", 132, "1-1-101", "3-2-1102"),
        ("titled-96.xlsx", 96, "1-1-101", "4-2-602"),
    ],
)
def test_imports_whole(name: str, units: int, first: str, last: str) -> None:
    roll = sample(name)
    assert roll.errors == ()
    assert len(roll.rows) == units
    assert (roll.rows[0].code, roll.rows[-1].code) == (first, last)


def test_the_only_warnings_are_namesakes_of_other_people() -> None:
    for name, count in [
        ("courtyard-24.csv", 0),
        ("titled-96.xlsx", 0),
        ("garden-432.csv", 9),
        ("roomcode-132.xlsx", 1),
    ]:
        assert [problem.code for problem in sample(name).warnings] == ["roll.same_name_apart"] * count


def test_garden_keeps_shops_parking_and_the_developer_as_what_they_are() -> None:
    roll = sample("garden-432.csv")
    assert Counter(row.use for row in roll.rows) == {Use.DWELLING: 432, Use.SHOP: 6, Use.PARKING: 60}
    assert next(row.code for row in roll.rows if row.use is Use.SHOP) == "1--商01"
    assert {row.entrance for row in roll.rows if row.use is not Use.DWELLING} == {""}
    (developer,) = [person for person in people(roll.rows) if person.kind is not OwnerKind.NATURAL]
    assert (developer.kind, developer.name, len(developer.units)) == (OwnerKind.DEVELOPER, "安居置业有限公司", 12)
    held = Counter(row.status for row in roll.rows if row.owners[0].kind is OwnerKind.DEVELOPER)
    assert held == {Status.UNSOLD: 8, Status.UNDELIVERED: 4}


def test_one_owner_with_a_home_and_a_parking_space_is_one_person() -> None:
    roll = sample("garden-432.csv")
    owner = next(person for person in people(roll.rows) if person.identity == "990106199004266409")
    assert owner.units == ("1-2-601", "地库-B1-008")
    partner = next(person for person in people(roll.rows) if person.name == "陈超" and "1-2-601" in person.units)
    assert partner.units == ("1-2-601",)


def test_exact_areas_from_binary_cells() -> None:
    roll = sample("titled-96.xlsx")
    assert sum(row.area_dm2 for row in roll.rows) == sum(int(row.cells["专有部分面积"].replace(".", "").ljust(
        len(row.cells["专有部分面积"].split(".")[0]) + 2, "0")) for row in roll.rows)  # fmt: skip
    assert (roll.rows[0].number, roll.rows[0].area_dm2, roll.rows[0].built_area_dm2) == (3, 12159, 14712)
    assert next(row for row in roll.rows if row.number == 12).area_dm2 == 4860
    assert roll.heading_row == 2


def test_messy_names_each_bad_row() -> None:
    roll = sample("messy-48.csv")
    assert [(problem.row, problem.column, problem.code, problem.read) for problem in roll.errors] == [
        (10, "专有部分面积", "roll.area_blank", ""),
        (13, "专有部分面积", "roll.area_not_number", "八十九"),
        (16, "专有部分面积", "roll.area_negative", "-56.32"),
        (19, "房号", "roll.unit_twice", "1-2-301"),
        (25, "业主姓名", "roll.owner_blank", ""),
        (37, "专有部分面积", "roll.area_decimals", "89.535"),
    ]
    assert [problem for problem in codes(roll) if problem[0] in {7, 22, 28, 34}] == [
        (7, "业主电话", "roll.phone_damaged"),
        (22, "业主证件号", "roll.identity_lower_case"),
        (22, "业主证件号", "roll.identity_check_digit"),
        (28, "专有部分面积", "roll.area_thousands"),
        (34, "业主证件号", "roll.identity_length"),
    ]
    assert {row.building for row in roll.rows[:6]} == {"1"}
    assert next(row for row in roll.rows if row.number == 28).area_dm2 == 105620
    assert next(row for row in roll.rows if row.number == 22).owners[0].identity == "99010519631114823X"


def test_wrong_heading_says_which_columns_are_missing() -> None:
    with pytest.raises(Unreadable) as refused:
        sample("wrong-heading.csv")
    assert refused.value.code == "roll.headings_missing"
    assert refused.value.details["missing"] == "楼栋、单元、房号、专有部分面积、业主姓名"
