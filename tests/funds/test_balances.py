"""A table of sub-accounts, as offices write them."""

from __future__ import annotations

import pytest

from council.documents.cells import Column, Kind
from council.documents.sheets import Sheet, xlsx_bytes
from council.funds.balances import read_balances
from council.funds.model import Account, Balance
from council.registry.rollfile.model import Unreadable

UNITS = {"1-1-101": 11, "1-1-102": 12, "1-1-201": 21, "1--S1": 31}

TABLE = """花园小区住宅专项维修资金分户账,,,,
楼栋,单元,房号,分户账余额（元）,首期交存额
1号楼,1单元,101室,"5,600.50",9000
1,1,102,***,
1,1,201,未建账,
1,,S1,￥0.07,
1,9,999,1,
1,1,101.5,1,
,,,5,
合计,,,5600.57,
"""


def test_amounts_masks_and_lines_that_cannot_be_taken() -> None:
    table = read_balances("余额.csv", TABLE.encode("gb18030"), UNITS)
    assert table.balances == {
        11: Balance(Account.KNOWN, 560050, 900000),
        12: Balance(Account.MASKED),
        21: Balance(Account.NONE),
        31: Balance(Account.KNOWN, 7),
    }
    assert [(each.line, each.code) for each in table.faults] == [
        (7, "fund.row.unknown_home"),
        (8, "fund.row.unknown_home"),
        (9, "fund.row.no_home"),
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [("-3.00", "fund.row.negative"), ("3.005", "fund.row.not_money"), ("很多", "fund.row.not_money")],
)
def test_what_is_no_amount(written: str, code: str) -> None:
    table = read_balances("a.csv", f"房间号,余额\n1-1-101,{written}\n1-1-102,8\n".encode(), UNITS)
    assert [(each.line, each.code, each.read) for each in table.faults] == [(2, code, written)]
    assert table.balances == {12: Balance(Account.KNOWN, 800)}


def test_of_two_lines_for_one_home_neither_is_taken() -> None:
    table = read_balances("a.csv", "房间号,余额\n1-1-101,8\n1-1-101,9\n1-1-102,\n".encode(), UNITS)
    assert table.balances == {}
    assert [(each.line, each.code) for each in table.faults] == [(2, "fund.row.twice"), (3, "fund.row.twice")]


def test_a_workbook() -> None:
    columns = [Column("房间号"), Column("余额", Kind.MONEY)]
    data = xlsx_bytes([Sheet("分户账", columns, [("1-1-101", 560050), ("1-1-102", 10)])])
    table = read_balances("余额.xlsx", data, UNITS)
    assert {unit: held.balance_fen for unit, held in table.balances.items()} == {11: 560050, 12: 10}


def test_a_table_without_a_balance_is_told_what_is_missing() -> None:
    with pytest.raises(Unreadable) as refused:
        read_balances("a.csv", "楼栋,单元,房号,面积\n1,1,101,80\n".encode(), UNITS)
    assert refused.value.code == "fund.headings_missing"
    assert refused.value.details["read"] == "楼栋、单元、房号、面积"
