"""The public count by the keyboard alone: forty papers, read by two, with scripts and without.

What is measured is the machine's share of a paper: from the key that is pressed until the next paper stands on the
screen, photo included. 200 papers an hour are one in 18 seconds; what the machine does not take of them is the eyes'.
"""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from council.accounts import sessions
from council.accounts.model import Device
from council.files import store
from council.files.service import save_sealed
from council.kernel.actor import Actor
from council.registry.tables import Owner, Ownership, Unit
from council.settings import Settings
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting.motion import Motion
from tests.journeys.house import House
from tests.people import LONG_AGO, Garden, garden
from tests.voting.motions import AFTER, DURING, draft, filed, open_filed
from tests.voting.papers import brought, printed

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]

PAPERS = 40
AN_HOUR = 200
MACHINE_SECONDS = 3.0
"""Of the 18 that a paper has; on a machine that does nothing else it is a quarter of one."""


async def _twenty_more(people: Garden) -> None:
    for number in range(20):
        code = f"1-2-{7 + number // 2}0{1 + number % 2}"
        unit = Unit(
            community_id=people.community_id,
            building_id=people.building_id,
            entrance_id=people.entrances["2"],
            code=code,
            room=code.rpartition("-")[2],
            floor=7 + number // 2,
            area_dm2=8000 + number,
            use="dwelling",
            status="occupied",
            note="",
            added_at=LONG_AGO,
            changed_at=LONG_AGO,
        )
        unit_id = (await Unit.insert(unit))[0]["id"]
        owner = Owner(
            community_id=people.community_id, name=f"业主{code}", kind="natural", phones="[]", added_at=LONG_AGO
        )
        await Ownership.insert(
            Ownership(
                community_id=people.community_id,
                unit_id=unit_id,
                owner_id=(await Owner.insert(owner))[0]["id"],
                position=0,
                is_representative=True,
                began_at=LONG_AGO,
            )
        )


async def _forty_back(people: Garden, house: House) -> Motion:
    """A photo of a sheet with each: a telephone's, made smaller as the house does."""
    store.use(Settings.from_env(house.environment).files)
    proposal_id = await filed(people, scope=people.building_scope, title="1号楼换两部电梯")
    motion = await open_filed(people, proposal_id, draft(people, is_on_paper=True))
    await printed(people, motion)
    sheet = io.BytesIO()
    Image.effect_noise((2400, 3200), 40).convert("RGB").save(sheet, "JPEG", quality=80)
    sealed = await save_sealed(actor=people.dana, data=sheet.getvalue(), name="sheet.jpg")
    rows = await fetch("SELECT serial FROM paper_ballot WHERE motion_id = {} ORDER BY id", motion.id)
    assert len(rows) >= PAPERS
    for row in rows[:PAPERS]:
        assert (await brought(people, motion, row["serial"], at=DURING, image=sealed)).reason is None
    return motion


async def _page(browser: Browser, house: House, actor: Actor, *, scripts: bool = True) -> Page:
    session = await sessions.start(actor.person_id, device=Device.OTHER, is_own_phone=True, now=AFTER)
    context = await browser.new_context(locale="zh-CN", java_script_enabled=scripts)
    await context.add_cookies([{"name": "council", "value": session.token, "url": house.address}])
    return await context.new_page()


async def _read(page: Page, address: str, figures: list[str], *, with_enter: bool) -> tuple[int, float]:
    """Types one figure after the other; the keys that it took, and the machine's seconds."""
    await page.goto(address)
    keys, seconds = 0, 0.0
    for place, figure in enumerate(figures, start=1):
        await expect(page.locator("[name=mark]")).to_be_focused()  # no eye is quicker
        before = time.perf_counter()
        for key in (*figure, *(["Enter"] if with_enter else [])):
            await page.keyboard.press(key)
            keys += 1
        await expect(page.locator("main .kicker").first).to_contain_text(f"您已看 {place} 张", timeout=15_000)
        await page.wait_for_load_state()
        seconds += time.perf_counter() - before
    return keys, seconds


async def test_forty_papers_by_the_keyboard(db: AnyEngine, browser: Browser, house: House) -> None:
    house.set_clock(2026, 4, 1, 19, 30)
    people = await garden()
    await _twenty_more(people)
    motion = await _forty_back(people, house)
    house.start()
    here = f"{house.address}/c/garden/motions/{motion.id}"
    figures = ["2" if place % 5 == 4 else "1" for place in range(PAPERS - 1)] + ["93"]
    erin = await _page(browser, house, people.erin)
    keys, quick = await _read(erin, f"{here}/paper/keying", figures, with_enter=False)
    assert keys == PAPERS + 1, "one key a paper, two for the void one"
    await expect(erin.locator("main")).to_contain_text("要您看的票都看完了")

    frank = await _page(browser, house, people.frank, scripts=False)
    keys, plain = await _read(frank, f"{here}/paper/keying", ["3", *figures[1:]], with_enter=True)
    assert keys == 2 * PAPERS + 1
    for name, seconds in (("with scripts", quick), ("without", plain)):
        print(
            f"{name}: {seconds / PAPERS:.2f} s a paper of the machine's; {3600 * PAPERS / seconds:,.0f} an hour at most"
        )
        assert seconds / PAPERS < MACHINE_SECONDS
        assert 3600 / AN_HOUR - seconds / PAPERS > 15, "seconds of each paper that are the reader's"

    ken = await _page(browser, house, people.ken)
    await ken.goto(f"{here}/paper/disputes")
    await ken.select_option("select[name=mark]", "agree")
    await ken.fill("textarea[name=why]", "勾在同意格里，看得很清楚。")
    await ken.click("form[action$='/decide'] .main")
    for officer in (erin, ken):
        await officer.goto(f"{here}/count")
        await expect(officer.locator("main")).to_contain_text("已看定 40 张")
        await officer.click("#certify .main")
    await expect(ken.locator("main")).to_contain_text("有涂改")
    (row,) = await fetch("SELECT certified_at, result FROM motion WHERE id = {}", motion.id)
    assert row["certified_at"] is not None
    stands = await fetch("SELECT choice, COUNT(*) AS n FROM ballot WHERE motion_id = {} GROUP BY choice", motion.id)
    assert {each["choice"]: each["n"] for each in stands} == {"agree": 32, "oppose": 7, None: 1}
