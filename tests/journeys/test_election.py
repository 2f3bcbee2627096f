"""An election on the telephone, with scripts and without: too many names, back to change them, the receipt; then the
lot where two are equal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from council.accounts import sessions
from council.accounts.model import Device
from council.kernel.actor import Actor
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.files.pictures import picture
from tests.journeys.house import House
from tests.people import garden
from tests.voting.elections import election, picks_of, tied
from tests.voting.motions import AFTER, DURING

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]


async def _page(browser: Browser, house: House, actor: Actor, at: datetime, *, scripts: bool) -> Page:
    session = await sessions.start(actor.person_id, device=Device.OTHER, is_own_phone=True, now=at)
    context = await browser.new_context(
        locale="zh-CN", java_script_enabled=scripts, viewport={"width": 390, "height": 844}, is_mobile=True
    )
    await context.add_cookies([{"name": "council", "value": session.token, "url": house.address}])
    return await context.new_page()


@pytest.mark.parametrize("scripts", [True, False])
async def test_names_are_ticked_read_back_and_cast(
    db: AnyEngine, browser: Browser, house: House, scripts: bool
) -> None:
    house.set_clock(2026, 3, 20, 9)
    people = await garden()
    motion = await election(people)
    house.start()
    page = await _page(browser, house, people.grace, DURING, scripts=scripts)
    await page.goto(f"{house.address}/c/garden/motions/{motion.id}")
    await page.click("text=去投票")
    for number in (1, 2, 3, 5):
        await page.check(f"[name=pick][value='{number}']")
    await page.click("form#ballot button")
    await expect(page.locator("#problems")).to_contain_text("最多选3人，您选了4人")
    assert await page.locator("[name=pick]:checked").count() == 4, "what was ticked is still ticked"
    await page.uncheck("[name=pick][value='2']")
    await page.uncheck("[name=pick][value='5']")
    await page.click("form#ballot button")
    told = page.locator("main")
    for name, is_there in (("陈芳", True), ("王秀英", True), ("李国强", False), ("周建国", False)):
        assert (name in await told.inner_text()) is is_there, name
    await page.click("text=返回修改 >> nth=-1")
    assert await page.locator("[name=pick]:checked").count() == 2
    await page.click("form#ballot button")
    await page.click("button[form=cast]")
    await expect(page.locator("main")).to_contain_text("投票成功")
    (ballot,) = await fetch("SELECT id, code FROM ballot")
    assert await picks_of(ballot["id"]) == [1, 3]
    await expect(page.locator("main")).to_contain_text(ballot["code"])
    await page.context.close()


async def test_the_lot_is_recorded_by_one_and_confirmed_by_another(
    db: AnyEngine, browser: Browser, house: House, tmp_path: Path
) -> None:
    house.set_clock(2026, 4, 1, 19, 30)
    people = await garden()
    motion = await tied(people)
    photo = tmp_path / "lot.jpg"
    photo.write_bytes(picture())
    house.start()
    here = f"{house.address}/c/garden/motions/{motion.id}"
    dana = await _page(browser, house, people.dana, AFTER, scripts=False)
    await dana.goto(f"{here}/lot")
    await dana.select_option("#place_01", "3")
    await dana.select_option("#place_02", "2")
    await dana.fill("#drawn_at", "2026-04-01T19:00")
    await dana.fill("#witness_a", "钱见证")
    await dana.fill("#witness_b", "孙见证")
    await dana.set_input_files("#photo", photo)
    await dana.click("form#lot button")
    await expect(dana.locator("main")).to_contain_text("等另一位")
    ken = await _page(browser, house, people.ken, AFTER, scripts=True)
    await ken.goto(f"{here}/lot")
    await ken.click("#confirm button")
    await expect(ken.locator("main")).to_contain_text("抽签结果已经算数")
    await ken.goto(here)
    await expect(ken.locator("main")).to_contain_text("选出了2人，名额已满")
    for page in (dana, ken):
        await page.context.close()
