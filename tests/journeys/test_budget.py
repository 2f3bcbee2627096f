"""What a page costs on a resident's phone: kilobytes over the wire, seconds on a slow network, and nothing that jumps.

The budgets are the design's: a first visit of 60 KB, later pages of 15 KB, text within 2.5 s and a ballot cast within
3 s on a phone four times slower than this machine with 400 ms of latency and 400 kbit/s.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, CDPSession, Page

from tests.journeys.demo_house import C, demo_house, open_vote, resident, signed_context
from tests.journeys.house import House
from tests.journeys.phone import Phone

pytestmark = pytest.mark.journey

FIRST_VISIT, LATER_PAGE = 60_000, 15_000
"""Bytes on the wire, headers included."""
TEXT_WITHIN, CAST_WITHIN = 2.5, 3.0
MOST_SHIFT = 0.02
TRIES = 3
"""A budget is about the product: the quietest of three tries is it, the rest is what else this machine did."""

PAGES = (f"{C}/", f"{C}/proposals", f"{C}/motions", f"{C}/projects", f"{C}/rules", "/me")

WHEN_PAINTED = """() => new Promise((found) => new PerformanceObserver((list) => found(
  Math.max(...list.getEntries().map((entry) => entry.startTime)))).observe(
  {type: "largest-contentful-paint", buffered: true}))"""
SHIFTED = """() => new Promise((found) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; }).observe(
    {type: "layout-shift", buffered: true});
  setTimeout(() => found(sum), 300);
})"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with demo_house(tmp_path_factory.mktemp("budget")) as house:
        yield house


class Meter:
    """Bytes that crossed the wire since the last reading, photos apart."""

    def __init__(self, session: CDPSession) -> None:
        self.pages = self.photos = 0
        self._kinds: dict[str, str] = {}
        session.on("Network.responseReceived", self._kind)
        session.on("Network.loadingFinished", self._add)

    def _kind(self, event: dict[str, object]) -> None:
        answer = event["response"]
        assert isinstance(answer, dict)
        self._kinds[str(event["requestId"])] = str(answer["url"])

    def _add(self, event: dict[str, object]) -> None:
        size = int(str(event["encodedDataLength"]))
        if "/files/" in self._kinds.get(str(event["requestId"]), ""):
            self.photos += size
        else:
            self.pages += size

    def read(self) -> int:
        total, self.pages = self.pages, 0
        return total


async def metered(page: Page) -> Meter:
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    return Meter(session)


async def test_first_visits_and_later_pages_are_light(browser: Browser, house: House) -> None:
    """Every page by an empty cache, then by a warm one. Photos are the neighbours' and load when they are reached."""
    one = await resident(browser, house)
    motion = await open_vote(one)
    proposal = await _of(one, f"{C}/proposals", "ul.rows a[href*='/proposals/']")
    result = await _of(one, f"{C}/motions?show=ended", "ul.rows a[href*='/motions/']", last=True)
    project = await _of(one, f"{C}/projects", "ul.rows a[href*='/projects/']")
    too_heavy = []
    for path in (*PAGES, motion, f"{motion}/ballot", proposal, result, f"{result}/notice", project):
        fresh = await signed_context(browser, house, one.context)
        meter = await metered(fresh.page)
        await fresh.go(path)
        await _settled(fresh.page)
        first = meter.read()
        await fresh.go(path)
        await _settled(fresh.page)
        later = meter.read()
        print(f"{path}: first {first}, later {later}, photos {meter.photos}")
        if first > FIRST_VISIT or later > LATER_PAGE:
            too_heavy.append((path, first, later))
        await fresh.context.close()
    assert not too_heavy


async def test_a_slow_phone_shows_text_soon(browser: Browser, house: House) -> None:
    """Nothing in the cache, scripts and styles to fetch: the hardest visit."""
    one = await resident(browser, house)
    proposal = await _of(one, f"{C}/proposals", "ul.rows a[href*='/proposals/']")
    seconds = {}
    for path in (f"{C}/", proposal):

        async def visit(path: str = path) -> float:
            fresh = await signed_context(browser, house, one.context)
            async with slow(fresh.page):
                await fresh.go(path)
                painted = await fresh.page.evaluate(WHEN_PAINTED)
            await fresh.context.close()
            return float(painted) / 1000

        seconds[path] = await quietest(visit, TEXT_WITHIN)
    print(seconds)
    assert max(seconds.values()) <= TEXT_WITHIN


async def test_a_slow_phone_casts_soon(browser: Browser, house: House) -> None:
    """From the tap on the button to the receipt's code on the screen."""
    numbers = iter(("17000000001", "17000000002", "17000000003"))

    async def cast() -> float:
        one = await resident(browser, house, next(numbers))
        motion = await open_vote(one)
        async with slow(one.page):
            await one.go(f"{motion}/ballot")
            await one.submit("#ballot", choice="abstain")
            began = time.monotonic()
            await one.page.locator("button[form=cast], #cast button").locator("visible=true").first.tap()
            await one.page.locator(".ticket .code").first.wait_for()
            taken = time.monotonic() - began
        await one.context.close()
        return taken

    taken = await quietest(cast, CAST_WITHIN)
    print(f"cast in {taken:.2f} s")
    assert taken <= CAST_WITHIN


async def test_nothing_jumps(browser: Browser, house: House) -> None:
    one = await resident(browser, house)
    motion = await open_vote(one)
    proposal = await _of(one, f"{C}/proposals", "ul.rows a[href*='/proposals/']")
    jumps = {}
    for path in (*PAGES, motion, f"{motion}/ballot", f"{motion}/notice", proposal):
        fresh = await signed_context(browser, house, one.context)
        async with slow(fresh.page):
            await fresh.go(path)
            await fresh.page.wait_for_load_state("load")
            await fresh.page.mouse.wheel(0, 3000)
            jumps[path] = await fresh.page.evaluate(SHIFTED)
        await fresh.context.close()
    assert max(jumps.values()) < MOST_SHIFT, jumps


async def test_a_jump_would_be_noticed(browser: Browser, house: House) -> None:
    """The measure of the test above, on a page that does jump."""
    one = await resident(browser, house)
    await one.page.evaluate(
        "() => requestAnimationFrame(() => { const late = document.createElement('p'); late.textContent = '迟到';"
        " late.className = 'big'; document.querySelector('main').prepend(late); })"
    )
    assert await one.page.evaluate(SHIFTED) >= MOST_SHIFT


@asynccontextmanager
async def slow(page: Page) -> AsyncIterator[None]:
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    bits = 400 * 1024 // 8
    await session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": bits, "uploadThroughput": bits},
    )
    await session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    yield
    await session.detach()


async def quietest(measure: Callable[[], Awaitable[float]], within: float) -> float:
    """The least of up to three measurements, as soon as one holds."""
    best = await measure()
    for _ in range(TRIES - 1):
        if best <= within:
            break
        best = min(best, await measure())
    return best


async def _settled(page: Page) -> None:
    await page.wait_for_load_state("load")
    await asyncio.sleep(0.3)


async def _of(one: Phone, path: str, links: str, *, last: bool = False) -> str:
    await one.go(path)
    found = one.page.locator(links)
    address = await (found.last if last else found.first).get_attribute("href")
    assert address is not None
    return address.partition("?")[0]
