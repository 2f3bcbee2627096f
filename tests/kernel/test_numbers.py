"""Areas, money and fractions are integers, read strictly and shown without rounding up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.kernel.area import format_area, parse_area
from council.kernel.fractions import least_at_least, least_more_than, percent
from council.kernel.money import format_money, parse_money

AREAS = st.integers(0, 99_999_999_999)
MONEY = st.integers(0, 999_999_999_999_999)


@pytest.mark.parametrize(
    ("text", "area"), [("89.53", 8953), ("89.5", 8950), ("89", 8900), ("0.01", 1), ("007", 700), ("８９.５", 8950)]
)
def test_areas(text, area):
    assert parse_area(text) == area


@pytest.mark.parametrize(
    "text",
    ["", ".5", "5.", "-1", "+1", "1,000", "1e3", "89.531", " 89", "89\n", "NaN", "0x10", "1234567890"],
)
def test_what_is_not_an_area(text):
    with pytest.raises(ValueError):
        parse_area(text)


@given(AREAS)
def test_an_area_is_read_back(area):
    assert parse_area(format_area(area).replace(",", "")) == area


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("628,460.00", 62_846_000),
        ("50000", 5_000_000),
        ("￥1,234.5", 123_450),
        ("¥0.01", 1),
        (" 7 ", 700),
        ("1200块", 120_000),
        ("1200 元", 120_000),
        ("60万", 60_000_000),
        ("62.846 万元", 62_846_000),
    ],
)
def test_money(text, fen):
    assert parse_money(text) == fen


@pytest.mark.parametrize(
    "text",
    ["", "￥", "-1", "1.234", "1.2.3", "1e5", "一百", "12345678901234", "1.234元", "0.0000001万", "1234567890万", "万"],
)
def test_what_is_not_money(text):
    with pytest.raises(ValueError):
        parse_money(text)


@given(MONEY)
def test_money_is_read_back(fen):
    assert parse_money(format_money(fen)) == fen
    if fen:
        assert format_money(-fen) == f"-{format_money(fen)}"


@given(st.integers(1, 1000), st.integers(1, 1000), st.integers(0, 10**12))
def test_the_least_that_meets_a_threshold(numerator, denominator, whole):
    reached = least_at_least(numerator, denominator, whole)
    assert reached * denominator >= numerator * whole > (reached - 1) * denominator
    passed = least_more_than(numerator, denominator, whole)
    assert passed * denominator > numerator * whole >= (passed - 1) * denominator


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_percentage_is_never_rounded_up(part, whole):
    shown = percent(part, whole)
    integer, _, decimals = shown.partition(".")
    assert len(decimals) == 2
    value = Fraction(int(integer) * 100 + int(decimals), 10_000)
    if whole:
        assert value <= Fraction(part, whole) < value + Fraction(1, 10_000)
    else:
        assert shown == "0.00"


def test_two_thirds_is_not_reached_by_its_rounding():
    assert percent(6666, 10_000) == "66.66"
    assert percent(2, 3) == "66.66"
    assert least_at_least(2, 3, 10_000) == 6667
    assert least_at_least(2, 3, 9) == 6
    assert least_more_than(1, 2, 10) == 6
