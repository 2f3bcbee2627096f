"""In the lift, in the cellar: what was read opens again, whose it was, and a ballot that was not sent."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.async_api import Browser, Route, async_playwright, expect

from council.cli.demo import PASSWORD
from tests.browser import chromium
from tests.icons import ICONS, STATIC, draw
from tests.journeys.conftest import ARGUMENTS
from tests.journeys.demo_house import RESIDENT, SECRETARY, C, demo_house, open_vote
from tests.journeys.house import House
from tests.journeys.phone import SCREEN, Phone, phone
from tests.journeys.wire import Wire, wire

pytestmark = pytest.mark.journey

KEPT = """() => caches.keys().then((names) => Promise.all(
  names.filter((name) => name.startsWith("pages-")).map((name) => caches.open(name).then((cache) => cache.keys()))
)).then((each) => each.flat().map((one) => one.url.replace(location.origin, "")))"""
AT_WORK = """() => new Promise((done) => navigator.serviceWorker.controller ? done()
  : navigator.serviceWorker.addEventListener("controllerchange", () => done()))"""
ANOTHER = """() => navigator.serviceWorker.getRegistration().then((one) => one.unregister())
  .then(() => navigator.serviceWorker.register("/sw.js")).then(() => new Promise((done) => setTimeout(done, 1500)))"""
OF_OLD = """(path) => caches.match(path, { ignoreVary: true }).then((page) => page.text().then((html) =>
  caches.keys().then((names) => caches.open(names.find((name) => name.startsWith("pages-")))).then((cache) => cache.put(
    path, new Response(html.replace('id="net-late"', 'id="was-not-there"'), { headers: page.headers })))))"""
QUEUED = "() => navigator.serviceWorker.ready.then((one) => one.sync ? one.sync.getTags() : [])"
SLOW = "网络有点慢，还在送出，请稍等一会儿，不用再点。"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with demo_house(tmp_path_factory.mktemp("offline")) as house:
        yield house


async def equipped(browser: Browser, house: House, name: str, locale: str = "zh-CN") -> Phone:
    """A telephone whose worker is at work, at the log-in."""
    one = await phone(browser, house, name, locale=locale, worker=True)
    await one.go("/login")
    await one.page.evaluate(AT_WORK)
    return one


async def logged_in(browser: Browser, house: House, number: str = RESIDENT, locale: str = "zh-CN") -> Phone:
    one = await equipped(browser, house, number, locale)
    await one.log_in(number, PASSWORD)
    return one


async def kept(one: Phone, *paths: str) -> None:
    """Until the worker has written these pages down."""
    await until(one, lambda pages: set(paths) <= pages)


async def until(one: Phone, holds: Callable[[set[str]], bool]) -> None:
    pages: set[str] = set()
    for _ in range(50):
        pages = set(await one.page.evaluate(KEPT))
        if holds(pages):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"the telephone keeps {sorted(pages)}")


async def reads(one: Phone, *paths: str) -> None:
    for path in paths:
        await one.go(path)
    await kept(one, *paths)


# reading


@pytest.mark.parametrize(
    ("locale", "banner", "missing"),
    [
        ("zh-CN", r"您现在没有网络。这是\s*\d+月\d+日（周.）\d\d:\d\d\s*存下的页面。", "您现在没有网络"),
        ("en-GB", r"You have no network now. This is the page as it was kept on", "You have no network now"),
    ],
)
async def test_what_was_read_opens_without_a_network(
    browser: Browser, house: House, locale: str, banner: str, missing: str
) -> None:
    one = await logged_in(browser, house, locale=locale)
    await one.submit("/type")
    large = await one.page.locator("html").get_attribute("data-type")
    await reads(one, f"{C}/", f"{C}/motions", f"{C}/rules", "/me")
    note = one.page.locator("#net-kept")
    await expect(note).to_be_hidden()

    await one.context.set_offline(True)
    await one.go(f"{C}/motions")
    await expect(note).to_have_text(re.compile(banner))
    assert await one.page.get_by_role("status").filter(has_text=re.compile(banner)).count() == 1
    assert await one.page.evaluate("getComputedStyle(document.querySelector('.tabs')).position") == "fixed", "styled"
    await one.go("/")
    assert one.path == f"{C}/", "the start is the courtyard"
    await expect(note).to_be_visible()

    await one.go(f"{C}/projects")
    await expect(one.page.get_by_role("heading", level=1)).to_have_text(missing)
    assert await one.page.locator("html").get_attribute("data-type") == large, "the letters are as they were chosen"
    assert f"{C}/rules" in await one.page.locator("#kept a").evaluate_all("all => all.map((one) => one.pathname)")
    await one.page.locator(f"#kept a[href='{C}/motions']").click()
    await expect(note).to_be_visible()


async def test_the_network_is_back(browser: Browser, house: House) -> None:
    one = await logged_in(browser, house)
    await reads(one, f"{C}/motions")
    await one.context.set_offline(True)
    await one.go(f"{C}/motions")
    await expect(one.page.locator("#net-kept")).to_be_visible()
    await one.context.set_offline(False)
    await expect(one.page.locator("#net-back")).to_be_visible(timeout=20_000)
    await expect(one.page.locator("#net-kept")).to_be_hidden()
    await one.page.locator("#net-back a").click()
    await expect(one.page.locator("#net-back")).to_be_hidden()
    await expect(one.page.locator("#net-kept")).to_be_hidden()


async def test_a_silent_network_is_waited_for_four_seconds(browser: Browser, house: House) -> None:
    async with wire(house) as line:
        one = await logged_in(browser, line.house)
        await reads(one, f"{C}/motions")
        line.becomes(Wire.SILENT)
        await one.go(f"{C}/motions")
        await expect(one.page.locator("#net-late")).to_be_visible()
        await one.sees("网络有点慢，先给您看")
        await expect(one.page.locator("#net-kept")).to_be_hidden()
        line.becomes(Wire.WHOLE)
        await expect(one.page.locator("#net-back")).to_be_visible(timeout=20_000)


async def test_a_page_kept_before_it_knew_of_slow_networks_says_that_it_is_kept(browser: Browser, house: House) -> None:
    async with wire(house) as line:
        one = await logged_in(browser, line.house)
        await reads(one, f"{C}/motions")
        await one.page.evaluate(OF_OLD, f"{C}/motions")
        line.becomes(Wire.SILENT)
        await one.go(f"{C}/motions")
        await expect(one.page.locator("#net-late")).to_have_count(0)
        await expect(one.page.locator("#net-kept")).to_be_visible()


async def test_only_what_may_be_kept_is_kept(browser: Browser, house: House) -> None:
    """Not the ballot, not the receipt, not forms; and of what may be kept, sixty pages."""
    one = await logged_in(browser, house)
    motion = await open_vote(one)
    await reads(one, motion)
    await one.go(f"{motion}/ballot")
    await one.submit("#ballot", choice="abstain")
    await one.submit("#cast")
    await one.go("/me/password")
    await one.go(f"{C}/proposals/new")
    for page in range(61):
        await one.go(f"{C}/rules?page={page}")
    await kept(one, f"{C}/rules?page=60")
    pages = await one.page.evaluate(KEPT)
    assert len(pages) == 60
    assert set(pages) == {f"{C}/rules?page={page}" for page in range(1, 61)}, "the oldest went first"
    await one.context.set_offline(True)
    await one.go(f"{motion}/ballot")
    await one.sees("您现在没有网络")
    await one.misses("您的选择")


async def test_a_new_worker_takes_over_quietly(browser: Browser, house: House) -> None:
    """An update reloads nothing, and a page kept in the last clothes still wears them."""
    one = await logged_in(browser, house)
    await reads(one, f"{C}/motions")
    await one.page.evaluate(
        "caches.open('shell-of-yesterday').then((cache) => cache.put('/static/app.0123456789ab.css',"
        " new Response('main{}', {headers: {'Content-Type': 'text/css'}})))"
    )
    loads: list[str] = []
    one.page.on("load", lambda page: loads.append(page.url))
    await one.page.evaluate(ANOTHER)
    assert loads == []
    await one.context.set_offline(True)
    await one.go(f"{C}/motions")
    await expect(one.page.locator("#net-kept")).to_be_visible()
    assert await one.page.evaluate("fetch('/static/app.0123456789ab.css').then((one) => one.text())") == "main{}"


# whose it is


async def test_nobody_opens_what_somebody_else_has_read(browser: Browser, house: House) -> None:
    one = await logged_in(browser, house)
    await reads(one, f"{C}/", "/me", f"{C}/motions")
    await one.go("/me")
    await one.submit("#logout")
    await one.context.set_offline(True)
    for path in ("/me", f"{C}/", "/"):
        await one.go(path)
        await expect(one.page.locator("#net-kept")).to_be_hidden()
        await one.sees("您现在没有网络")
        await one.misses("周桂兰")
        assert await one.page.locator("#kept a").count() == 0
    await one.context.set_offline(False)
    await one.log_in(SECRETARY, PASSWORD)
    await reads(one, f"{C}/motions")
    await one.context.set_offline(True)
    await one.go("/me")
    await one.sees("您现在没有网络")
    await one.misses("周桂兰")


async def test_nobody_tidied_up_and_still_nothing_is_shown(browser: Browser, house: House) -> None:
    """Another session on this telephone without a log-out in between, and pages left behind."""
    one = await logged_in(browser, house)
    await reads(one, "/me")
    other = await phone(browser, house, "somebody else")
    await other.log_in(SECRETARY, PASSWORD)
    left = "caches.keys().then((names) => names.find((name) => name.startsWith('pages-')))"
    name = await one.page.evaluate(left)
    await one.context.add_cookies(await other.context.cookies())
    await reads(one, f"{C}/motions")
    await one.page.evaluate(
        "(name) => caches.open(name).then((cache) => cache.put('/me', new Response('周桂兰', {headers:"
        " {'X-Kept': String(Date.now()), 'X-Title': 'x', 'Content-Type': 'text/html'}})))",
        name,
    )
    await one.context.set_offline(True)
    await one.go("/me")
    await one.sees("您现在没有网络")
    await one.misses("周桂兰")


async def test_a_session_that_ended_leaves_nothing(browser: Browser, house: House) -> None:
    one = await logged_in(browser, house)
    await reads(one, "/me")
    await one.context.clear_cookies(name="council")
    await one.page.goto(house.address + "/me")
    assert one.path.startswith("/login")
    await until(one, lambda pages: "/me" not in pages)
    await one.context.set_offline(True)
    await one.page.goto(house.address + "/me")
    await one.sees("您现在没有网络")


async def test_a_telephone_that_is_not_ones_own_keeps_nothing(browser: Browser, house: House) -> None:
    one = await equipped(browser, house, "borrowed")
    await one.submit("/login", phone=RESIDENT, password=PASSWORD, keep=None)
    await one.go(f"{C}/motions")
    await one.context.set_offline(True)
    await one.go(f"{C}/motions")
    await one.sees("您现在没有网络")
    assert await one.page.evaluate(KEPT) == []


# sending


async def to_the_button(one: Phone) -> tuple[str, str]:
    """As far as the page that casts: the choice made, the ballot's id."""
    motion = await open_vote(one)
    await one.go(f"{motion}/ballot")
    await one.submit("#ballot", choice="oppose")
    return motion, await one.control(one.form("#cast"), "ballot").input_value()


async def unsent(one: Phone, words: str) -> None:
    """The note is there, has the focus and the role; the page and the choice are as they were."""
    note = one.page.get_by_role("alert").filter(has_text=words)
    await expect(note).to_be_visible()
    await expect(note).to_be_focused()
    await expect(note).to_contain_text("您的选择还在")
    await expect(one.page.locator("#cast .big")).to_have_text(re.compile("不同意|反对"))


def ballots(house: House, ballot_id: str) -> int:
    with sqlite3.connect(Path(house.folder) / "demo" / "council.db") as database:
        return int(database.execute("SELECT count(*) FROM ballot WHERE id = ?", (ballot_id,)).fetchone()[0])


@pytest.mark.parametrize("worker", [True, False])
async def test_a_ballot_without_a_network_is_not_sent_and_not_lost(
    browser: Browser, house: House, worker: bool
) -> None:
    number = "17000000003" if worker else "17000000004"
    one = await (equipped(browser, house, number) if worker else phone(browser, house, number))
    await one.log_in(number, PASSWORD)
    _, ballot_id = await to_the_button(one)
    address = one.path
    await one.context.set_offline(True)
    button = await one.target("确认投票")
    for _ in range(2):
        await button.click()
        await unsent(one, "没有送出。您现在没有网络。")
        assert one.path == address
    await one.context.set_offline(False)
    if worker:
        assert await one.page.evaluate(QUEUED) == [], "nothing waits to be sent behind their back"
    await one.page.wait_for_timeout(700)
    assert ballots(house, ballot_id) == 0, "nothing was sent by itself"
    await one.tap(button)
    await one.sees("投票成功")
    assert one.path.endswith(f"/ballots/{ballot_id}")
    assert ballots(house, ballot_id) == 1


async def test_a_refusal_is_shown_as_ever(browser: Browser, house: House) -> None:
    """What a script sent and the house refused comes as the ordinary page, with its status."""
    one = await logged_in(browser, house)
    await to_the_button(one)
    await one.page.evaluate("document.querySelector('#cast [name=choice]').value = 'perhaps'")
    await one.submit("#cast", status=422)
    assert await one.page.get_by_role("alert").count()


async def test_a_wire_that_is_cut_and_an_answer_that_is_lost(browser: Browser, house: House) -> None:
    """First nothing gets through; then the house takes the ballot and nobody hears it; then the telephone loses its
    network after the ballot has set out; then it takes six seconds. The same ballot each time, one receipt, and never
    a word that is not so: what is under way is not called unsent."""
    async with wire(house) as line:
        one = await logged_in(browser, line.house)
        motion, ballot_id = await to_the_button(one)
        button = await one.target("确认投票")
        for state, arrived in ((Wire.CUT, 0), (Wire.DEAF, 1)):
            line.becomes(state)
            await button.click()
            await expect(one.page.locator("#cast[data-sent]")).to_have_count(0)
            await unsent(one, "可能没有送出")
            assert ballots(house, ballot_id) == arrived
        line.becomes(Wire.WHOLE)

        await one.page.route("**/ballots", _lost)
        await button.click()
        await unsent(one, "可能没有送出")
        assert await one.page.evaluate("navigator.onLine") is False
        await one.context.set_offline(False)
        await one.page.unroute("**/ballots")

        shown: list[str] = []

        async def slowly(route: Route) -> None:
            for _ in range(24):
                await asyncio.sleep(0.25)
                shown.extend(await one.page.locator("#net .note:visible").all_inner_texts())
            await route.continue_()

        await one.page.route("**/ballots", slowly)
        await button.click()
        await one.page.wait_for_url(f"**/ballots/{ballot_id}", timeout=30_000)
        await one.sees("投票成功")
        assert {text.strip() for text in shown} == {SLOW}
        assert one.path == f"{motion}/ballots/{ballot_id}"
        assert ballots(house, ballot_id) == 1


async def _lost(route: Route) -> None:
    await route.request.frame.page.context.set_offline(True)
    await route.abort("internetdisconnected")


async def test_what_was_typed_stays(browser: Browser, house: House) -> None:
    one = await logged_in(browser, house)
    await one.go(f"{C}/proposals")
    proposal = await one.page.locator("ul.rows a[href*='/proposals/']").first.get_attribute("href")
    assert proposal is not None
    await one.go(proposal)
    await kept(one, proposal)
    say = one.form("#say")
    await one.unfold(say)
    await say.locator("textarea").fill("雨天路滑，先铺防滑垫。")
    await one.context.set_offline(True)
    await say.locator("button:not([type=button])").last.click()
    await expect(one.page.get_by_role("alert")).to_contain_text("没有送出")
    assert await say.locator("textarea").input_value() == "雨天路滑，先铺防滑垫。"

    await one.go(proposal)
    await expect(one.page.locator("#net-kept")).to_be_visible()
    await one.page.locator("form[action='/locale'] button").click()
    await expect(one.page.get_by_role("alert")).to_contain_text("没有送出")
    assert one.path == proposal, "a button of a kept page pretends nothing"
    await one.context.set_offline(False)
    await one.submit("/locale")
    await expect(one.page.locator("html")).to_have_attribute("lang", "en")


# installing


async def test_a_browser_would_install_it(house: House, tmp_path: Path) -> None:
    """By the browser's own check; in a profile of its own, for private windows install nothing."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium(), args=ARGUMENTS, viewport=SCREEN
        )
        page = await context.new_page()
        await page.goto(house.address + "/login")
        await page.evaluate(AT_WORK)
        session = await context.new_cdp_session(page)
        faults = (await session.send("Page.getInstallabilityErrors"))["installabilityErrors"]
        manifest = await session.send("Page.getAppManifest")
        await context.close()
    assert faults == []
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/manifest.webmanifest?locale=en") or manifest["url"].endswith("zh_CN")


async def test_the_pictures_are_the_mark(browser: Browser) -> None:
    """`make icons` would draw what is committed."""
    for icon in ICONS:
        drawn = await draw(browser, icon)
        committed = Image.open(STATIC / icon.name).convert("RGBA")
        assert drawn.size == committed.size
        unlike = ImageStat.Stat(ImageChops.difference(drawn, committed)).mean
        assert max(unlike) < 2, f"{icon.name} differs by {unlike} of 255: `make icons`"
