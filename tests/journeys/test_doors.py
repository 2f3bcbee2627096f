"""From door to door with a shaky network: a tap is never lost, never doubled, and never called sent before it is."""

from __future__ import annotations

import copy
import io
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, expect

from council.cli.demo import PASSWORD
from tests.journeys.demo_house import RESIDENT, SECRETARY, C, demo_house
from tests.journeys.house import House
from tests.journeys.phone import Phone, phone
from tests.journeys.test_offline import AT_WORK, kept
from tests.journeys.wire import Wire, wire

pytestmark = pytest.mark.journey

UNSENT = "还没送出，有网络时会自动送出"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with demo_house(tmp_path_factory.mktemp("doors")) as house:
        yield house


def asked(house: House, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with sqlite3.connect(Path(house.folder) / "demo" / "council.db") as database:
        return list(database.execute(sql, values))


def tried(house: House, room: str) -> list[tuple[str, str, bool]]:
    """What the secretary recorded for 2-1-<room>: result, who took it, whether there is a photo."""
    rows = asked(
        house,
        "SELECT d.result, d.receiver, d.photo_id FROM delivery d JOIN unit u ON u.id = d.unit_id WHERE u.code = ?"
        " AND d.by_name <> '何立新' ORDER BY d.id",
        f"2-1-{room}",
    )
    return [(result, receiver, photo is not None) for result, receiver, photo in rows]


def board(house: House) -> str:
    """The board of 2-1 with its open vote on a lift."""
    (motion_id,) = asked(house, "SELECT id FROM motion WHERE title = '2号楼1单元加装电梯' AND cancelled_at IS NULL")[0]
    return f"{C}/board/2-1?motion={motion_id}"


async def at_the_board(browser: Browser, house: House, *, worker: bool = False, scripts: bool = True) -> Phone:
    its = copy.copy(house)
    its.scripts = scripts
    one = await phone(browser, its, "secretary", worker=worker)
    if worker:
        await one.go("/login")
        await one.page.evaluate(AT_WORK)
    await one.log_in(SECRETARY, PASSWORD)
    await one.go(board(house))
    return one


def room(one: Phone, number: str) -> Locator:
    return one.page.locator(f"#r{number}")


def waiting(one: Phone) -> Locator:
    return one.page.locator("#queue li")


async def press(one: Phone, word: str) -> None:
    await one.page.locator(".panel").get_by_role("button", name=word, exact=True).click()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "green").save(out, "JPEG")
    return out.getvalue()


async def test_with_a_network_one_tap_is_one_record_and_the_next_home_opens(browser: Browser, house: House) -> None:
    one = await at_the_board(browser, house)
    await room(one, "501").click()
    await expect(one.page.locator("#home-h")).to_have_text(re.compile("501"))
    await press(one, "没遇到")
    await expect(one.page.locator("#home-h")).to_have_text(re.compile("502"))
    await expect(one.page.locator("#queue")).to_be_hidden()
    assert tried(house, "501") == [("not_reached", "", False)]


async def test_without_scripts_it_is_the_same(browser: Browser, house: House) -> None:
    one = await at_the_board(browser, house, scripts=False)
    await room(one, "402").click()
    await one.submit("#door", button="没遇到")
    await one.sees("已记为没遇到")
    assert tried(house, "402") == [("not_reached", "", False)]


async def test_two_homes_in_a_stairwell_without_a_network(browser: Browser, house: House) -> None:
    """Recorded, told as not sent, there after a reload, one of them with its photo; sent by itself, once each."""
    one = await at_the_board(browser, house, worker=True)
    await kept(one, board(house))
    await room(one, "502").click()
    await expect(one.page.locator("#home-h")).to_have_text(re.compile("502"))
    await one.context.set_offline(True)
    await one.page.locator("summary", has_text="姓名、照片").click()
    await one.page.locator("#door [name=receiver_kind][value=household]").check()
    await one.page.locator("#door [name=receiver]").fill("女儿王小妹")
    await one.page.locator("#door [name=photo]").set_input_files(
        {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    await press(one, "已送达")
    await expect(waiting(one)).to_have_count(1)
    await expect(waiting(one).first).to_contain_text("502 已送达")
    await expect(waiting(one).first).to_contain_text(UNSENT)
    await expect(room(one, "502")).to_contain_text("还没送出")
    # the next home opens from the page itself; nothing is known of it, and it can be recorded
    await expect(one.page.locator("#home-h")).to_have_text("101")
    await expect(one.page.locator(".panel")).to_contain_text("现在没有网络")
    await expect(one.page.locator("#queue-kept")).to_have_text("502 已送达 已存在手机里，现在是下一户。")
    await press(one, "没遇到")
    await expect(waiting(one)).to_have_count(2)
    assert (tried(house, "502"), tried(house, "101")) == ([], [])

    await one.page.reload()
    await expect(one.page.locator("#net-kept")).to_be_visible()
    await expect(waiting(one)).to_have_count(2)
    await expect(waiting(one).nth(1)).to_contain_text(UNSENT)

    await one.context.set_offline(False)
    await expect(one.page.locator("#queue-sent")).to_be_visible(timeout=30_000)
    await expect(one.page.locator("#queue")).to_be_hidden()
    assert tried(house, "502") == [("delivered", "女儿王小妹", True)]
    assert tried(house, "101") == [("not_reached", "", False)]
    await one.go(board(house))
    await expect(room(one, "502")).to_have_class(re.compile("check"))
    await expect(room(one, "101")).to_have_class(re.compile("missed"))


async def test_an_answer_that_is_lost_makes_no_second_record(browser: Browser, house: House) -> None:
    """The house takes the record and nobody hears it: it stays as not sent, goes out again, and counts once."""
    async with wire(house) as line:
        one = await at_the_board(browser, line.house)
        await room(one, "602").click()
        await expect(one.page.locator("#home-h")).to_have_text(re.compile("602"))
        line.becomes(Wire.DEAF)
        await press(one, "没遇到")
        await expect(waiting(one).first).to_contain_text(UNSENT)
        assert len(tried(house, "602")) == 1
        line.becomes(Wire.CUT)
        await one.page.evaluate("window.dispatchEvent(new Event('online'))")
        await expect(waiting(one).first).to_contain_text(UNSENT)
        line.becomes(Wire.WHOLE)
        await one.page.evaluate("window.dispatchEvent(new Event('online'))")
        await expect(one.page.locator("#queue-sent")).to_be_visible(timeout=20_000)
    assert tried(house, "602") == [("not_reached", "", False)]


async def test_what_the_house_does_not_take_stays_with_its_reason(browser: Browser, house: House) -> None:
    """A refusal without a witness, recorded without a network: it is told, sent again or thrown away by hand."""
    one = await at_the_board(browser, house)
    await room(one, "301").click()
    await expect(one.page.locator("#home-h")).to_have_text(re.compile("301"))
    await one.context.set_offline(True)
    await press(one, "拒收")
    await expect(waiting(one)).to_have_count(1)
    await one.context.set_offline(False)
    await expect(waiting(one).first).to_contain_text("没有记上", timeout=20_000)
    await expect(waiting(one).first).to_contain_text("见证人")
    assert tried(house, "301") == []
    await one.go(board(house))
    await expect(waiting(one).first).to_contain_text("没有记上")
    await waiting(one).get_by_role("button", name="不要了，删除").click()
    await expect(one.page.locator("#queue")).to_be_hidden()


async def test_a_log_in_that_ran_out_loses_nothing_and_nobody_else_sends_it(browser: Browser, house: House) -> None:
    one = await at_the_board(browser, house)
    await room(one, "601").click()
    await expect(one.page.locator("#home-h")).to_have_text(re.compile("601"))
    cookies = await one.context.cookies()
    await one.context.clear_cookies(name="council")
    await press(one, "没遇到")
    await expect(waiting(one).first).to_contain_text("请重新登录")
    assert tried(house, "601") == []
    other = await phone(browser, house, "grid worker")
    await other.log_in(RESIDENT, PASSWORD)
    await one.context.add_cookies([each for each in await other.context.cookies() if each["name"] == "council"])
    await one.go(board(house).partition("?")[0])
    assert tried(house, "601") == []
    await one.context.add_cookies([each for each in cookies if each["name"] == "council"])
    await one.go(board(house))
    await expect(one.page.locator("#queue-sent")).to_be_visible(timeout=20_000)
    assert tried(house, "601") == [("not_reached", "", False)]
