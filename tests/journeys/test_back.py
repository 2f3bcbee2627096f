"""The Back button after something was handed in: the filled form is there again, and counts once."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.journeys import quick
from tests.journeys.conftest import BOTH_MANNERS
from tests.journeys.house import House
from tests.journeys.phone import Phone, phone
from tests.journeys.quick import SECRETARY, C

pytestmark = [pytest.mark.journey, BOTH_MANNERS, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]

TITLE, BODY = "院里办一次旧书交换", "孩子们的书看完就放着，可以换着看。"
QUESTION = "书先放在谁家？"


async def _back(one: Phone) -> None:
    await one.page.go_back()
    await one.page.wait_for_load_state()


async def test_back_and_handed_in_again_is_one_matter(browser: Browser, house: House) -> None:
    house.set_clock(2026, 3, 2, 9)
    quick.founded(house)
    dana = await phone(browser, house, "戴娜")
    await dana.log_in(SECRETARY)
    await dana.go(f"{C}/proposals/new")
    await dana.tap(dana.page.locator("a[href*='kind=opinion_poll']"))
    await dana.submit("#new", title=TITLE, body=BODY)
    filed = dana.path.partition("?")[0]

    await _back(dana)
    await expect(dana.page.locator("#title")).to_have_value(TITLE)
    await dana.sees("这张表已经交过了")
    await dana.submit("#new")
    assert dana.path == f"{filed}?said=proposal.filed_already"

    await _back(dana)
    await dana.page.fill("#title", f"{TITLE}和换花")
    await dana.submit("#new", status=409)
    await expect(dana.page.locator("#title")).to_have_value(f"{TITLE}和换花")
    await dana.submit("#new")
    assert dana.path.endswith("?said=proposal.filed")
    assert not dana.path.startswith(f"{filed}?")


async def test_back_and_posted_again_is_one_comment(browser: Browser, house: House) -> None:
    house.set_clock(2026, 3, 2, 9)
    quick.founded(house)
    dana = await phone(browser, house, "戴娜")
    await dana.log_in(SECRETARY)
    await dana.go(f"{C}/proposals/new?kind=opinion_poll")
    await dana.submit("#new", title=TITLE, body=BODY)
    matter = dana.path.partition("?")[0]
    await dana.go(matter)
    await dana.submit("#say", stance="question", body=QUESTION)
    comment = dana.page.locator("article.say", has_text=QUESTION)
    await expect(comment.get_by_role("status")).to_be_in_viewport()
    if not house.scripts:  # with them the thread is renewed in place: there is nothing to go back to
        await _back(dana)
        await expect(dana.page.locator("#say textarea")).to_have_value(QUESTION)
        await dana.submit("#say")
        await expect(comment.get_by_role("status")).to_be_in_viewport()
    await dana.go(matter)
    await expect(comment).to_have_count(1)
