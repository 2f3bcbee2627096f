"""Pages that stay current in somebody's hand: what a neighbour does shows on another phone, and nothing jumps."""

from __future__ import annotations

import re
import sqlite3

import pytest
from playwright.async_api import Browser, FloatRect, expect

from tests.journeys import quick
from tests.journeys.house import House
from tests.journeys.phone import Phone, phone
from tests.journeys.quick import C, Quick
from tests.journeys.quiet import Quiet

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]

BENCHES = "1号楼2单元门口添两张长椅"
HOMES = ("101", "102", "201")
SOON = 8_000
"""Milliseconds; some two seconds on a machine that does nothing else."""
WATCHED = """
  window.shifted = 0; window.lines = []; window.told = [];
  var shifts = new PerformanceObserver(list => count(list.getEntries()));
  function count(entries) { entries.forEach(one => { shifted += one.value; }); }
  window.stillNow = () => { shifts.takeRecords(); shifted = 0; };
  window.moved = () => { count(shifts.takeRecords()); return shifted; };
  shifts.observe({ type: "layout-shift", buffered: true });
  if (window.EventSource) {
    var Real = window.EventSource;
    window.EventSource = function (address) {
      var one = new Real(address);
      one.addEventListener("message", event => told.push(JSON.parse(event.data).at));
      window.lines.push(one);
      return one;
    };
  }
"""
"""Every shift counts, also one right after a tap or a key (`hadRecentInput`): a thumb is near what jumps just then."""
HEARD_OF_ITS_OWN = """() => told.length &&
  told[told.length - 1].split(",").includes("talk=" + document.querySelector("[data-talk]").dataset.talk)"""
OPEN_LINES = "() => window.lines.filter(one => one.readyState !== 2).length"
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


async def _begun(house: House) -> tuple[Quick, dict[str, Quiet], str]:
    """Three homes of an entrance, and the proposal that the first has filed and the others endorsed."""
    house.set_clock(2026, 3, 2, 9)
    begun = await quick.begun(house)
    homes = {
        room: await begun.join(f"住户{room}", f"17100000{room}", "住户码", "1号楼2单元", f"{room}室") for room in HOMES
    }
    proposer = homes["101"]
    await proposer.go(f"{C}/proposals/new?kind=resident_matter")
    await proposer.submit(
        "#questions", occupies_common="no", charges_fee="no", brings_operator="no", spends_common_money="no"
    )
    place = re.search(r'name="scope" value="(e\d+)"', proposer.page.text)
    assert place
    await proposer.submit("#new", scope=place[1], title=BENCHES, body="老人等车没处坐，单元门两边各放一张，不挡路。")
    proposal = proposer.path.partition("?")[0]
    for room in ("102", "201"):
        await homes[room].go(proposal)
        await homes[room].submit("#endorse-now")
    number = proposal.rpartition("/")[2]
    await begun.secretary.go(f"{C}/desk?open=answer-{number}")
    await begun.secretary.submit(f"/desk/proposals/{number}/accept")
    return begun, homes, proposal


def _as_if_large(house: House) -> None:
    """Turnout of a vote as small as this one is told of every ten minutes only; of a large one at once."""
    with sqlite3.connect(house.database_url.removeprefix("sqlite:///")) as database:
        assert database.execute("UPDATE motion SET leak_risk = 'low'").rowcount == 1


async def _hand(browser: Browser, house: House, room: str, path: str, *, before: str = WATCHED) -> Phone:
    one = await phone(browser, house, f"住户{room}")
    await one.log_in(f"17100000{room}")
    await one.context.add_init_script(before)
    await one.go(path)
    return one


async def _says(person: Quiet, proposal: str, words: str) -> None:
    await person.go(proposal)
    await person.submit("#say", stance="question", body=words)


async def _at_rest(one: Phone, what: str) -> FloatRect | None:
    """Where something stands once the page has scrolled as far as it will."""
    before, now = None, await one.page.locator(what).bounding_box()
    while before != now:
        await one.page.wait_for_timeout(500)
        before, now = now, await one.page.locator(what).bounding_box()
    return now


async def _reads(one: Phone) -> None:
    """From here on nothing may move by itself."""
    await one.page.evaluate("stillNow()")


async def _shifted(one: Phone) -> float:
    """Since `_reads`, once what is under way has been drawn."""
    await one.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    return float(await one.page.evaluate("moved()"))


async def test_a_neighbours_words_wait_to_be_asked_for(browser: Browser, house: House) -> None:
    begun, homes, proposal = await _begun(house)
    reader = await _hand(browser, house, "101", proposal)
    page = reader.page
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    await page.wait_for_function("() => window.lines.length === 1 && window.lines[0].readyState === 1")
    await reader.control(reader.form("#say"), "body").fill("我写到一半")
    before = await _at_rest(reader, "#say")
    await _reads(reader)

    await _says(homes["102"], proposal, "长椅放在哪一边？")
    news = page.locator("[data-news]")
    await expect(news).to_have_text("1\u00a0条新发言，点这里看", timeout=SOON)
    await expect(page.locator("#live")).to_contain_text("条新发言")
    assert await page.locator("#say").bounding_box() == before, "nothing has moved"
    assert await _shifted(reader) < 0.02
    assert "长椅放在哪一边" not in await reader.text()
    await _says(homes["201"], proposal, "雨天会不会积水？")
    await expect(news).to_have_text("2\u00a0条新发言，点这里看", timeout=SOON)
    await news.click()
    await reader.sees("长椅放在哪一边？", "雨天会不会积水？")
    focused = page.locator("article:focus")
    await expect(focused).to_contain_text("雨天会不会积水？")
    assert await reader.control(reader.form("#say"), "body").input_value() == "我写到一半"

    # One's own words are no news, and only one connection served all of this.
    await reader.submit("#say", stance="agree", body="放在左边吧。")
    await reader.sees("放在左边吧。")
    await page.wait_for_function(HEARD_OF_ITS_OWN, timeout=SOON)
    assert "new" not in (await page.locator(".news").get_attribute("class") or "").split()
    assert await page.evaluate(OPEN_LINES) == 1
    assert broken == []

    # An official answer, sent in place, is on the steps without loading the page anew.
    asked = await page.locator("article", has_text="雨天会不会积水？").get_attribute("id")
    assert asked
    comment = asked.removeprefix("comment-")
    await begun.secretary.go(f"{proposal}/comments/{comment}")
    await begun.secretary.submit("#question", answer_from="物业", days="7")
    dana = await phone(browser, house, "戴娜")
    await dana.log_in(quick.SECRETARY)
    await dana.go(proposal)
    steps = await dana.page.locator("#way").inner_text()
    await dana.tap(dana.page.locator(f"#under-{comment} a").first)
    await dana.submit(f"#answer-{comment}", body="地面有坡度，不积水。", office="物业服务中心")
    await expect(dana.page.locator("#way")).not_to_have_text(steps, timeout=SOON, use_inner_text=True)


async def test_a_page_that_nobody_sees_holds_no_line(browser: Browser, house: House) -> None:
    _, homes, proposal = await _begun(house)
    reader = await _hand(browser, house, "101", proposal)
    page = reader.page
    await page.wait_for_function("() => window.lines.length === 1 && window.lines[0].readyState === 1")
    await page.evaluate(HIDE, True)
    assert await page.evaluate(OPEN_LINES) == 0
    heard = await page.evaluate("told.length")
    seen = await _hand(browser, house, "201", proposal)
    await _says(homes["102"], proposal, "长椅放在哪一边？")
    await expect(seen.page.locator("[data-news]")).to_have_text("1\u00a0条新发言，点这里看", timeout=SOON)
    await expect(page.locator("[data-news]")).to_have_text("看看有没有新发言")
    assert await page.evaluate("told.length") == heard
    await page.evaluate(HIDE, False)
    await expect(page.locator("[data-news]")).to_have_text("1\u00a0条新发言，点这里看", timeout=SOON)


async def test_without_the_stream_the_page_asks_now_and_then(browser: Browser, house: House) -> None:
    _, homes, proposal = await _begun(house)
    reader = await _hand(browser, house, "101", proposal, before="delete window.EventSource")
    await _says(homes["102"], proposal, "长椅放在哪一边？")
    await expect(reader.page.locator("[data-news]")).to_have_text("1\u00a0条新发言，点这里看", timeout=30_000)


async def test_turnout_and_the_end_of_a_vote(browser: Browser, house: House) -> None:
    begun, homes, proposal = await _begun(house)
    house.set_clock(2026, 3, 6, 9)
    motion = await begun.publish(proposal, "住户201")
    _as_if_large(house)
    house.set_clock(2026, 3, 10, 12)
    reader = await _hand(browser, house, "101", motion)
    page = reader.page
    await page.wait_for_function("() => window.lines.length === 1 && window.lines[0].readyState === 1")
    await expect(page.locator(".act")).to_be_visible()
    await page.locator("#turnout").scroll_into_view_if_needed()
    turnout, shown = page.locator("[id^=turnout-] table"), await page.locator("[id^=turnout-] table").inner_text()

    await _at_rest(reader, "#turnout")
    await _reads(reader)
    await homes["102"].go(f"{motion}/ballot")
    await homes["102"].submit("#ballot", choice="agree")
    await homes["102"].submit("#cast")
    await expect(turnout).not_to_have_text(shown, timeout=SOON, use_inner_text=True)
    await expect(page.locator("#live .vh")).to_have_text(await page.locator("#gap").inner_text())
    assert await _shifted(reader) < 0.02

    house.set_clock(2026, 3, 25, 12)
    await expect(page.locator("#standing a")).to_have_text("投票已结束，点这里看最新情况", timeout=25_000)
    assert await page.locator(".act a").all_inner_texts() == ["投票已结束，点这里看最新情况"]
    assert await _shifted(reader) < 0.02
    await reader.follow("投票已结束")
    await reader.sees("表决结果")
