"""Cells as offices write them."""

from __future__ import annotations

import pytest

from council.registry.rollfile import cells, owners
from council.registry.rollfile.model import OwnerKind, Status, Use
from council.registry.rollfile.numerals import plain_number


@pytest.mark.parametrize(
    "text", ["1#", "1栋", "１号楼", " 1 ", "1", "01", "1幢", "第1栋", "一号楼", "1.0", "1座", "#1", "'1"]
)
def test_building_one(text: str) -> None:
    assert cells.building(text) == "1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("十二栋", "12"),
        ("a座", "A"),
        ("地库", "地库"),
        ("甲1号楼", "甲1"),
        ("", ""),
        ("-", ""),
        ("10", "10"),
        ("东楼", "东楼"),
    ],
)
def test_building(text: str, expected: str) -> None:
    assert cells.building(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("101室", "101"),
        ("0101", "101"),
        ("１２０３", "1203"),
        ("商01", "商01"),
        ("B1-001", "B1-001"),
        ("001", "001"),
        ("-101", "-101"),
        ("101.0", "101"),
        ("无", ""),
    ],
)
def test_room(text: str, expected: str) -> None:
    assert cells.room(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01-01-0101", ("1", "1", "101")),
        ("1—1—101", ("1", "1", "101")),
        ("1-商01", ("1", "", "商01")),
        ("1--商01", ("1", "", "商01")),
        ("1号楼1单元101室", ("1", "1", "101")),
        ("3幢502", ("3", "", "502")),
        ("2#-1-301", ("2", "1", "301")),
        ("地库-B1-001", ("地库", "B1", "001")),
        ("101", None),
        ("", None),
        ("1--", None),
    ],
)
def test_code_in_one_cell(text: str, expected: tuple[str, str, str] | None) -> None:
    assert cells.split_code(text) == expected


def test_the_code_is_the_same_from_one_column_and_from_three() -> None:
    three = cells.code(cells.building("地库"), cells.entrance(""), cells.room("B1-001"))
    one = cells.split_code("地库-B1-001")
    assert one is not None
    assert three == cells.code(*one) == "地库-B1-001"
    assert cells.without_prefix("1-1-101", "1", "1") == "101"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("89.53", (8953, None)),
        ("89.5", (8950, None)),
        ("89", (8900, None)),
        ("０.01", (1, None)),
        ("89.53㎡", (8953, None)),
        ("89.53 平方米", (8953, None)),
        ("1,056.20", (105620, "roll.area_thousands")),
        ("", (0, "roll.area_blank")),
        ("—", (0, "roll.area_blank")),
        ("-", (0, "roll.area_blank")),
        ("0", (0, "roll.area_zero")),
        ("0.00", (0, "roll.area_zero")),
        ("-56.32", (0, "roll.area_negative")),
        ("－56.32", (0, "roll.area_negative")),
        ("89.535", (0, "roll.area_decimals")),
        ("八十九", (0, "roll.area_not_number")),
        ("1,05.2", (0, "roll.area_not_number")),
        ("8.9E+1", (0, "roll.area_not_number")),
        ("٨٩", (0, "roll.area_not_number")),
        ("=1+1", (0, "roll.area_not_number")),
        ("89,53", (0, "roll.area_not_number")),
        ("nan", (0, "roll.area_not_number")),
    ],
)
def test_area(text: str, expected: tuple[int, str | None]) -> None:
    assert cells.area(text) == expected


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("89.5", "89.5"),
        ("89.530000000000001", "89.53"),
        ("89.53000000000000", "89.53"),
        ("89.530000000001", "89.53"),
        ("89.535", "89.535"),
        ("1056.2000000000001", "1056.2"),
        ("1", "1"),
        ("1.0", "1"),
        ("13800000000.0", "13800000000"),
        ("1.3812345678E10", "13812345678"),
        ("1E2", "100"),
        ("5E-2", "0.05"),
        ("-56.32", "-56.32"),
        ("0", "0"),
        ("99999999.995", "99999999.995"),
        ("9.9010119451004902E+17", "9.90101194510049E+17"),
        ("990101194510049707", "990101194510049707"),
        ("990101194510049000", "9.90101194510049E+17"),
        ("1E999", "1E999"),
        ("abc", "abc"),
        ("", ""),
    ],
)
def test_numbers_as_a_spreadsheet_stores_them(stored: str, shown: str) -> None:
    assert plain_number(stored) == shown


@pytest.mark.parametrize(
    ("room", "use", "floor"),
    [
        ("1203", Use.DWELLING, 12),
        ("101", Use.DWELLING, 1),
        ("商01", Use.SHOP, None),
        ("B1-001", Use.PARKING, None),
        ("101", Use.PARKING, None),
        ("100", Use.DWELLING, None),
        ("12", Use.DWELLING, None),
        ("10101", Use.DWELLING, None),
    ],
)
def test_floor_where_it_is_clear(room: str, use: Use, floor: int | None) -> None:
    assert cells.floor("", room, use) == floor


def test_a_written_floor_comes_first() -> None:
    assert cells.floor("第7层", "101", Use.DWELLING) == 7
    assert cells.floor("-1", "5", Use.PARKING) == -1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("郑春晓、罗斌欣", ("郑春晓", "罗斌欣")),
        ("甲,乙，丙/丁", ("甲", "乙", "丙", "丁")),
        ("张\u3000三", ("张三",)),
        ("John Smith", ("John Smith",)),
        ("张三\n李四", ("张三", "李四")),
        (" 、 ", ()),
        ("无", ()),
        ("Acme Co., Ltd", ("Acme Co. Ltd",)),
    ],
)
def test_owner_names(text: str, names: tuple[str, ...]) -> None:
    assert owners.names(text) == names


@pytest.mark.parametrize(
    "text", ["110***1234", "无", "-", "000000", "000000000000000000", "****", "XXXX", "N/A", "1234", "暂无"]
)
def test_a_stand_in_is_no_identity(text: str) -> None:
    assert all(number is None for number, _, _ in owners.identities(text))


@pytest.mark.parametrize("text", ["91110105MA00XXXX7K", "E12345678", "H08123456", "110105450210031"])
def test_other_papers_are_taken_as_they_are(text: str) -> None:
    assert owners.identities(text) == [(text, text, [])]
    assert owners.identity_trouble(text, OwnerKind.LEGAL) is None


def test_check_digits_are_of_personal_numbers_only() -> None:
    assert owners.identity_trouble("11010519491231002X", OwnerKind.NATURAL) is None
    assert owners.identity_trouble("110105194912310021", OwnerKind.NATURAL) == "roll.identity_check_digit"
    assert owners.identity_trouble("911101051234567893", OwnerKind.LEGAL) is None
    assert owners.identity_trouble("11010519491231002X1", OwnerKind.NATURAL) == "roll.identity_length"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("+852 6123 4567", ["+85261234567"]),
        ("001-212-555-0123", ["0012125550123"]),
        ("(010)65550123", ["01065550123"]),
        ("+86 138-0013-8000", ["13800138000"]),
        ("17000066510、17000066511", ["17000066510", "17000066511"]),
        ("17000066510（妻）", ["17000066510"]),
        ("无", []),
        ("13800138000.0", ["13800138000"]),
    ],
)
def test_telephones(text: str, numbers: list[str]) -> None:
    assert owners.phones(text) == (numbers, [])


@pytest.mark.parametrize("text", ["1.38E+10", "1.38e10", "13800000000"])
def test_a_rounded_telephone_is_not_kept(text: str) -> None:
    assert owners.phones(text) == ([], [("roll.phone_damaged", text)])


@pytest.mark.parametrize(
    ("name", "status", "note", "expected"),
    [
        ("张三", Status.OCCUPIED, "", OwnerKind.NATURAL),
        ("张三", Status.UNDELIVERED, "", OwnerKind.NATURAL),
        ("某某银行", Status.OCCUPIED, "", OwnerKind.LEGAL),
        ("安居置业有限公司", Status.OCCUPIED, "", OwnerKind.DEVELOPER),
        ("某某有限公司", Status.UNSOLD, "", OwnerKind.DEVELOPER),
        ("某某有限公司", Status.OCCUPIED, "建设单位", OwnerKind.DEVELOPER),
        ("建设单位", Status.UNSOLD, "", OwnerKind.DEVELOPER),
    ],
)
def test_kinds_of_owners(name: str, status: Status, note: str, expected: OwnerKind) -> None:
    assert owners.kind(name, None, status, note) is expected


def test_uses_and_statuses() -> None:
    assert cells.use("商业", "1", "101") == (Use.SHOP, True)
    assert cells.use("", "1", "商01") == (Use.SHOP, True)
    assert cells.use("", "地库", "B1-1") == (Use.PARKING, True)
    assert cells.use("", "1", "101") == (Use.DWELLING, True)
    assert cells.use("飞船", "1", "101") == (Use.OTHER, False)
    assert cells.status("已售未交付") == (Status.UNDELIVERED, True)
    assert cells.status("") == (Status.UNKNOWN, True)
    assert cells.status("住着") == (Status.UNKNOWN, False)
