"""A half-written comment: a session that ran out keeps it, one that was posted leaves an empty form; a reply too."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from tests.journeys import quick
from tests.journeys.house import House
from tests.journeys.phone import phone
from tests.journeys.quick import SECRETARY, C

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]

TYPED, ASKED = "我家在一楼，晚上怕吵。", "几点以后不响？"


async def test_a_comment_refused_for_an_expired_session_keeps_its_words(browser: Browser, house: House) -> None:
    house.set_clock(2026, 3, 2, 9)
    quick.founded(house)
    dana = await phone(browser, house, "戴娜")
    await dana.log_in(SECRETARY)
    await dana.go(f"{C}/proposals/new?kind=opinion_poll")
    await dana.submit("#new", title="院里办一次旧书交换", body="孩子们的书看完就放着。")
    address = urlsplit(dana.page.url).path
    words = dana.page.locator("#say textarea")

    await words.fill(TYPED)
    await dana.page.context.clear_cookies()
    await dana.page.locator("#say button").click()
    await dana.page.wait_for_url("**/login**")
    await dana.log_in(SECRETARY)
    await dana.go(address)
    await expect(words).to_have_value(TYPED)
    await dana.sees("您上次写的还在")

    await dana.submit("#say", stance="question")
    await dana.sees(TYPED)
    await expect(words).to_have_value("")
    await dana.go(address)
    await expect(words).to_have_value("")

    reply = dana.page.locator("form[id^=answer-] textarea[name=body]")
    await dana.page.locator("[id^=under-] a").first.click()
    await expect(reply).to_be_focused()
    await reply.fill(ASKED)
    await dana.go(address)
    await dana.page.locator("[id^=under-] a").first.click()
    await expect(reply).to_have_value(ASKED)
    ids = await dana.page.evaluate("Array.from(document.querySelectorAll('[id]'), (each) => each.id)")
    assert len(ids) == len(set(ids))
