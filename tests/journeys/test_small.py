"""Shorter stories: what goes wrong on an ordinary day, and what people do about it."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.async_api import Browser

from tests.journeys import quick
from tests.journeys.conftest import BOTH_MANNERS
from tests.journeys.house import House
from tests.journeys.phone import PASSWORD, phone
from tests.journeys.quick import ROLLS, SECRETARY, C
from tests.journeys.quiet import quiet

pytestmark = [pytest.mark.journey, BOTH_MANNERS, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]
"""The pages are the same on both databases: the lift's story is told on each."""

FAULTS = {
    10: ("专有部分面积", "48.86"),
    13: ("专有部分面积", "73.73"),
    16: ("专有部分面积", "56.32"),
    19: ("房号", "302"),
    25: ("业主姓名", "周文"),
}
"""What the clerk finds in the papers for the rows of `messy-48.csv`; row 37 is dropped."""


async def test_a_roll_with_faults_is_mended_in_place(browser: Browser, house: House, tmp_path: Path) -> None:
    house.set_clock(2026, 3, 2, 9)
    quick.founded(house, roll=None)
    dana = await phone(browser, house, "戴娜")
    await dana.log_in(SECRETARY)
    await dana.go(f"{C}/desk/roll")
    await dana.submit("#upload", files={"file": ROLLS / "wrong-heading.csv"}, status=422)
    await dana.submit("#upload", files={"file": ROLLS / "messy-48.csv"})
    for row in (*FAULTS, 37):
        await dana.sees(f"第 {row} 行")

    returned = await dana.download(dana.page.locator("a[href$='/file']"), tmp_path / "faults.xlsx")
    sheet = openpyxl.load_workbook(returned).active
    coloured = {cell.row for line in sheet.iter_rows() for cell in line if cell.fill.fgColor.rgb not in {"00000000", 0}}
    assert {*FAULTS, 37} <= coloured

    await dana.page.locator("#mend-10").get_by_label("专有部分面积").fill("四十八")
    await dana.submit("#mend-10")
    await dana.sees("专有部分面积不是数字")
    assert await dana.page.locator("#mend-10").get_by_label("专有部分面积").input_value() == "四十八"
    for row, (cell, right) in FAULTS.items():
        await dana.page.locator(f"#mend-{row}").get_by_label(cell).first.fill(right)
        await dana.submit(f"#mend-{row}")
        await dana.page.locator(f"#mend-{row}").wait_for(state="detached")
    await dana.submit("#drop-37", reason="测绘报告还没有出，下个月再补")
    await dana.sees("测绘报告还没有出")
    await dana.submit("#confirm")
    await dana.go(f"{C}/desk/register")
    await dana.sees("48.86 ㎡", "73.73 ㎡")


async def test_a_lost_phone(browser: Browser, house: House) -> None:
    """A new slip: the old code is dead, whoever joined with it is out; a slip from the desk sets a new password."""
    house.set_clock(2026, 3, 2, 9)
    begun = await quick.begun(house)
    old = quick.slips.code(begun.slips, "住户码", "1号楼2单元", "502室")
    hu = await phone(browser, house, "胡芳")
    await hu.go(f"/join/{old}")
    await hu.submit("#join", name="胡芳", phone="17000076865", password=PASSWORD)
    await hu.go(f"{C}/proposals")

    dana = await phone(browser, house, "戴娜")
    await dana.log_in(SECRETARY)
    await dana.go(f"{C}/desk/people?room=1-2-502")
    await dana.tap(dana.page.locator("a[href*='/desk/people/units/']").first)
    await dana.tap(dana.page.locator("a[href*='/slips/new/dwelling/']"))
    await dana.submit("#new", reason="手机和纸条一起丢了")
    new = (await dana.page.locator(".ticket .code").inner_text()).replace(" ", "")
    assert new != old

    await hu.go(f"{C}/proposals")
    assert hu.path.startswith("/login"), "the lost phone is out"
    await hu.go(f"/join/{old}", status=404)
    finder = quiet(house, "捡到手机的人")
    await finder.go("/join")
    await finder.submit("/join", code=old, status=422)

    fresh = await phone(browser, house, "胡芳的新手机")
    await fresh.log_in("17000076865")
    await fresh.go(f"/join/{new}")
    await fresh.submit("#join")
    await fresh.go(f"{C}/proposals")


async def test_a_log_in_that_fails_tells_nobody_why(browser: Browser, house: House) -> None:
    house.set_clock(2026, 3, 2, 9)
    quick.founded(house, roll=None)
    said = []
    for number in (SECRETARY, "17099999999"):
        visitor = await phone(browser, house, "试密码的人")
        await visitor.go("/login")
        await visitor.submit("/login", phone=number, password="not the password", status=422)
        assert await visitor.control(visitor.form("/login"), "phone").input_value() == number
        assert await visitor.control(visitor.form("/login"), "password").input_value() == ""
        said.append(await visitor.text())
    assert said[0] == said[1], "a wrong password and an unknown number look the same"


async def test_language_and_large_type_are_remembered(browser: Browser, house: House) -> None:
    """Chosen before the log-in, they outlive it, and a log-out."""
    house.set_clock(2026, 3, 2, 9)
    quick.founded(house, roll=None)
    dana = await phone(browser, house, "戴娜")
    await dana.go("/login")
    root = dana.page.locator("html")
    first, second = ("zh-CN", "en") if house.locale == "zh-CN" else ("en", "zh-CN")
    assert await root.get_attribute("lang") == first
    await dana.submit("/locale")
    await dana.submit("/type")
    await dana.submit("/login", phone=SECRETARY, password=PASSWORD)
    for path in (f"{C}/", f"{C}/desk", "/me"):
        await dana.go(path)
        assert await root.get_attribute("lang") == second, path
        assert await root.get_attribute("data-type") == "large", path
    await dana.sees(re.compile("Secretary" if second == "en" else "社区书记"))
    await dana.submit("#logout")
    assert await root.get_attribute("lang") == second
    english = await phone(browser, house, "a newcomer", locale="en-GB")
    await english.go("/login")
    await english.sees("Log in")
