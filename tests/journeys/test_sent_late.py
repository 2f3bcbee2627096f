"""Words that were sent when the log-in had run out, or from a page too old; and forms that bring a file.

With scripts at work: without them `tests/web/test_kept.py` walks the same ways.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from council.cli.demo import PASSWORD
from tests.journeys.demo_house import RESIDENT, SECRETARY, C, demo_house, open_vote, resident
from tests.journeys.house import House
from tests.journeys.phone import Phone

pytestmark = pytest.mark.journey

NOT_LOST = "您写的没有丢"
GROUND = "公告栏里的那份和这里的不一样，第二条少了一句。"
ANSWER = "已经问过施工单位，下周一上午来看现场。"
TITLE, BODY = "院里办一次旧书交换", "孩子们的书看完就放着，可以换着看。"
FORM = f"{C}/proposals/new?kind=opinion_poll"
DRAFTS = "Object.keys(sessionStorage).filter((name) => name.startsWith('draft:'))"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with demo_house(tmp_path_factory.mktemp("late")) as house:
        yield house


def count(house: House, table: str, column: str, words: str) -> int:
    with sqlite3.connect(Path(house.folder) / "demo" / "council.db") as database:
        asked = f"SELECT count(*) FROM {table} WHERE {column} = ?"
        return int(database.execute(asked, (words,)).fetchone()[0])


async def press(one: Phone, form: str) -> None:
    """Its button, with nothing awaited: a script sends it, and the page it ends at may be any."""
    await (await one._button(one.form(form), None)).click()


async def test_an_objection_comes_through_the_log_in(browser: Browser, house: House) -> None:
    one = await resident(browser, house)
    await one.go(f"{C}/motions")
    links = await one.page.locator("main a[href*='/motions/']").evaluate_all("all => all.map((one) => one.pathname)")
    for path in dict.fromkeys(link.removesuffix("/ballot") for link in links):
        await one.go(path)
        if await one.form("#object").count():
            break
    ground = one.form("#object").locator("textarea")
    await one.unfold(ground)
    await ground.fill(GROUND)
    await one.context.clear_cookies(name="council")
    await press(one, "#object")
    await one.sees(NOT_LOST)
    assert count(house, "objection", "ground", GROUND) == 0
    await one.submit("#login", phone=RESIDENT, password=PASSWORD)
    await expect(one.form("#again").locator("textarea")).to_have_value(GROUND)
    assert count(house, "objection", "ground", GROUND) == 0, "nothing is sent by itself"
    await one.submit("#again")
    await one.sees(GROUND)
    assert count(house, "objection", "ground", GROUND) == 1


async def open_job(dana: Phone, kind: str) -> str:
    """Opens the desk's first job of this kind; its path."""
    await dana.go(f"{C}/desk")
    links = await dana.page.locator(f"a[href*='open={kind}-']").evaluate_all("all => all.map((one) => one.href)")
    path = str(links[0]).removeprefix(dana.house.address).partition("#")[0]
    await dana.go(path)
    return path


async def test_an_answer_at_the_desk_stands_there_again(browser: Browser, house: House) -> None:
    dana = await resident(browser, house, SECRETARY)
    question = await open_job(dana, "question")
    words = dana.form("#answer").locator("textarea")
    await words.fill(ANSWER)
    await dana.context.clear_cookies(name="council")
    await press(dana, "#answer")
    await dana.page.wait_for_url("**/login**")
    await dana.submit("#login", phone=SECRETARY, password=PASSWORD)
    await dana.go(question)
    await expect(words).to_have_value(ANSWER)
    await dana.submit("#answer")
    await dana.sees("官方答复已发布")
    assert count(house, "comment", "body", ANSWER) == 1
    assert await dana.page.evaluate(DRAFTS) == []


async def test_a_draft_under_a_fold_opens_it(browser: Browser, house: House) -> None:
    """What was typed before is seen; what the form brings along by itself is no draft and hides none."""
    dana = await resident(browser, house, SECRETARY)
    matter = await open_job(dana, "answer")
    reason = dana.form("/return").locator("textarea")
    await expect(reason).to_be_hidden()
    await dana.unfold(reason)
    await reason.fill(ANSWER)
    await dana.go(matter)
    await expect(reason).to_be_visible()
    await expect(reason).to_have_value(ANSWER)
    await expect(dana.form("/merge").locator("textarea")).to_be_hidden()


async def typed(page: Page) -> None:
    await page.fill("#title", TITLE)
    await page.fill("#body", BODY)


async def test_what_was_sent_from_a_page_too_old_does_not_come_back(browser: Browser, house: House) -> None:
    dana = await resident(browser, house, SECRETARY)
    await dana.go(FORM)
    await typed(dana.page)
    other = await dana.context.new_page()
    await dana.context.clear_cookies(name="council")
    await other.goto(house.address + "/login")
    await other.fill("[name=phone]", SECRETARY)
    await other.fill("[name=password]", PASSWORD)
    async with other.expect_navigation():
        await other.locator("#login button").click()
    await expect(dana.page.locator("#title")).to_have_value(TITLE)
    await press(dana, "#new")
    await dana.sees("那页开得太久了")
    assert len(await dana.page.evaluate(DRAFTS)) == 1, "it is not sent yet"
    await dana.submit("#again")
    await dana.sees(TITLE)
    assert count(house, "proposal", "title", TITLE) == 1
    await dana.go(FORM)
    await expect(dana.page.locator("#title")).to_have_value("")
    assert await dana.page.evaluate(DRAFTS) == []


async def test_a_file_that_has_come_is_not_still_being_sent(browser: Browser, house: House, tmp_path: Path) -> None:
    dana = await resident(browser, house, SECRETARY)
    await dana.go(f"{C}/desk/slips")
    await dana.page.select_option("[name=scope]", index=2)
    pile = await dana.download(dana.page.locator("button[form=pile]"), tmp_path / "slips.pdf")
    assert pile.read_bytes().startswith(b"%PDF")
    await dana.page.wait_for_timeout(4500)
    await expect(dana.page.locator("#net-slow")).to_be_hidden()

    one = await resident(browser, house)
    await one.go(f"{await open_vote(one)}/ballot")
    await one.submit("#ballot", choice="abstain")
    await one.submit("#cast")
    assert re.search(r"/ballots/\w+", one.path)
    await one.go(one.path.partition("?")[0] + "/opened")
    opened = await one.download(one.page.locator("button[form=opened]"), tmp_path / "opened")
    assert opened.stat().st_size > 0
    await one.page.wait_for_timeout(4500)
    await expect(one.page.locator("#net-slow")).to_be_hidden()
