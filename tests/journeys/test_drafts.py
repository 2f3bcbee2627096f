"""A half-written proposal: left by a wrong tap it is there again; handed in, or logged out, it is gone."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.journeys import quick
from tests.journeys.house import House
from tests.journeys.phone import Phone, phone
from tests.journeys.quick import SECRETARY, C

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]

FORM = f"{C}/proposals/new?kind=opinion_poll"
TITLE, BODY = "院里办一次旧书交换", "孩子们的书看完就放着，可以换着看。"


async def test_what_was_typed_outlives_a_wrong_tap_and_a_session(browser: Browser, house: House) -> None:
    house.set_clock(2026, 3, 2, 9)
    quick.founded(house)
    dana = await phone(browser, house, "戴娜")
    await dana.log_in(SECRETARY)
    await dana.go(FORM)
    await dana.page.fill("#title", TITLE)
    await dana.page.fill("#body", BODY)
    await dana.go(f"{C}/")
    await dana.go(FORM)
    await expect(dana.page.locator("#title")).to_have_value(TITLE)
    await expect(dana.page.locator("#body")).to_have_value(BODY)
    await dana.sees("您上次写的还在")
    await dana.page.context.clear_cookies()
    await dana.log_in(SECRETARY)
    await dana.go(FORM)
    await expect(dana.page.locator("#title")).to_have_value(TITLE)
    await dana.submit("#new")
    await dana.sees(TITLE)
    await dana.go(FORM)
    await expect(dana.page.locator("#title")).to_have_value("")
    await dana.page.fill("#title", TITLE)
    await dana.go("/me")
    await dana.submit("#logout")
    await dana.log_in(SECRETARY)
    await dana.go(FORM)
    await expect(dana.page.locator("#title")).to_have_value("")


NEIGHBOUR = "17100000101"
DRAFTS = "Object.keys(sessionStorage).filter((name) => name.startsWith('draft:'))"


async def _dana_beside_a_neighbour(browser: Browser, house: House) -> Phone:
    """The secretary, logged in on a telephone that a neighbour with an account uses after her."""
    house.set_clock(2026, 3, 2, 9)
    begun = await quick.begun(house)
    await begun.join("邻居", NEIGHBOUR, "住户码", "1号楼2单元", "101室")
    dana = await phone(browser, house, "戴娜")
    await dana.log_in(SECRETARY)
    return dana


async def test_whoever_leaves_or_comes_clears_every_tab(browser: Browser, house: House) -> None:
    dana = await _dana_beside_a_neighbour(browser, house)
    left = await dana.context.new_page()
    for how in ("log-out", "another log-in"):
        await left.goto(house.address + FORM)
        await left.fill("#body", BODY)
        assert len(await left.evaluate(DRAFTS)) == 1
        if how == "log-out":
            await dana.go("/me")
            await dana.submit("#logout")
            await expect(left.locator("#body")).to_have_value("")
        else:  # this session ends elsewhere; in the tab in front somebody else logs in
            await dana.page.context.clear_cookies()
            await dana.log_in(NEIGHBOUR)
            await expect(left.locator("#body")).to_have_value("")
        assert await left.evaluate(DRAFTS) == []
        if how == "log-out":
            await dana.log_in(SECRETARY)


async def test_what_is_typed_after_a_log_out_is_not_there_for_the_next(browser: Browser, house: House) -> None:
    dana = await _dana_beside_a_neighbour(browser, house)
    left = await dana.context.new_page()
    await left.goto(house.address + FORM)
    await dana.go("/me")
    await dana.submit("#logout")
    await left.fill("#body", BODY)
    assert len(await left.evaluate(DRAFTS)) == 1
    await dana.log_in(NEIGHBOUR)
    await expect(left.locator("#body")).to_have_value("")
    assert await left.evaluate(DRAFTS) == []
    await left.fill("#body", BODY)
    await left.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(left.locator("#body")).to_have_value(BODY)  # nobody else has come since


async def test_a_tab_that_slept_through_it_finds_out(browser: Browser, house: House) -> None:
    dana = await _dana_beside_a_neighbour(browser, house)
    await dana.go(FORM)
    await dana.page.fill("#body", BODY)
    await dana.page.context.clear_cookies()
    await dana.page.evaluate("localStorage.clear()")
    await dana.log_in(NEIGHBOUR)
    assert await dana.page.evaluate(DRAFTS) == []
