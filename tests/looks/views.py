"""A page in a browser, looked at from every side: axe-core's rules, sideways scrolling, clipped words, small targets.

One loading serves all views: the window, the colours and the letters change in the open page. What depends on none of
these (names, roles, order) is asked once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, Route

from tests.looks.served import LANGUAGES, Look, World

HERE = Path(__file__).parent
AXE = HERE / "tools" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
OF_LOOKS = ("color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block", "meta-viewport")
"""The rules whose answer changes with colours, letters or width."""

MOST_SHIFT = 0.02
SLOW = 0.15
"""Seconds that pictures and scripts are held back, so that the page is painted before they come."""

MEASURES: dict[str, object] = {
    # The community's name at the top ends in … when there is no room; it stands below in full.
    "mayEnd": ".home > span, .vh",
    "wholeTargets": "label.pick, label.choice, label.tick",
    "notTouched": ".skip, .scrim",
}


@dataclass(frozen=True, slots=True)
class View:
    """`zoom` enlarges the letters alone, as the phone's own setting does."""

    name: str
    width: int = 390
    height: int = 844
    is_large: bool = False
    is_dark: bool = False
    zoom: int = 1
    asks_axe: bool = True
    is_print: bool = False


FIRST = View("light 390")
FEW = (
    View("dark 390", is_dark=True),
    View("large 390", is_large=True),
    View("letters 200 % 390", zoom=2, asks_axe=False),
    View("light 320", 320, 700),
    View("large 320", 320, 700, is_large=True, asks_axe=False),
    View("wide", 1280, 900, asks_axe=False),
)
"""Beside `FIRST`, in every run. 320 px is a 640-px window at 200 % and a 1280-px window at 400 % (WCAG 1.4.10); a phone
that doubles its letters keeps its 390 px, which is the harder case of 200 % (WCAG 1.4.4)."""

PRINT = View("on paper", 643, 900, is_print=True)
"""What the browser itself prints of a notice: A4 less its margins, at 96 px an inch. Nothing is touched there."""

EVERY = (
    *FEW,
    View("dark 320", 320, 700, is_dark=True),
    View("large dark 390", is_large=True, is_dark=True),
    View("large dark 320", 320, 700, is_large=True, is_dark=True),
    View("letters 200 % dark 390", zoom=2, is_dark=True),
    View("large 320, axe", 320, 700, is_large=True),
    View("wide, axe", 1280, 900),
)
"""`make sweep`: the whole product."""

_SHIFTS = """
window.lookShifts = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) {
    const who = each.sources.map((s) => s.node && (s.node.outerHTML || s.node.textContent || "").slice(0, 90));
    /* hadRecentInput does not count: a phone's window sets it as it settles, and nobody touches anything here. */
    window.lookShifts.push([each.value, who]);
  }
}).observe({type: "layout-shift", buffered: true});
"""

_SETTLED = """async () => {
  const painted = () => performance.getEntriesByName("first-contentful-paint").length > 0;
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  while (!painted()) await frame();
  await frame();
  await new Promise((done) => setTimeout(done, 80));
  return window.lookShifts;
}"""

_AXE = """async ([tags, rules]) => {
  const runOnly = rules ? {type: "rule", values: rules} : {type: "tag", values: tags};
  const given = {runOnly, resultTypes: ["violations"], iframes: false};
  if (!rules) given.rules = {"target-size": {enabled: true}};
  const answer = await axe.run(document, given);
  return answer.violations.map((each) => [each.id, each.help, each.nodes.length, each.nodes[0].html.slice(0, 160),
    (each.nodes[0].any[0] || each.nodes[0].all[0] || each.nodes[0].none[0] || {}).message || ""]);
}"""

_DRESS = """([large, zoom]) => {
  const html = document.documentElement;
  html.style.fontSize = "";
  if (large) html.dataset.type = "large"; else delete html.dataset.type;
  if (zoom !== 1) html.style.fontSize = parseFloat(getComputedStyle(html).fontSize) * zoom + "px";
}"""

_UNFOLD = "() => { for (const each of document.querySelectorAll('details')) each.open = true; }"


_SWAPPED = """() => new Promise((done, broken) => {
  const late = setTimeout(() => broken(new Error("nothing was swapped in")), 10000);
  document.addEventListener("htmx:afterSettle", () => { clearTimeout(late); setTimeout(done, 50); }, {once: true});
})"""

_BESIDE_THE_SHEET = """() => [...document.querySelectorAll("body *")].filter((each) => {
  const box = each.getBoundingClientRect();
  const says = [...each.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim());
  return box.width > 1 && box.height > 1 && (says || each.matches("svg, img")) && !each.closest(".a4");
}).map((each) => "printed beside the sheet: " + each.outerHTML.slice(0, 90))"""


async def look_at(page: Page, look: Look, views: Sequence[View]) -> list[str]:
    """Everything wrong with one answer, each as "view: what"; [] when nothing is."""
    found = await _load(page, look)
    await page.evaluate(_UNFOLD)
    if look.taps:
        await _tap(page, look.taps)
        await page.evaluate(_UNFOLD)
    if is_sheet := "/notice" in look.stop.path:
        views = (*views, PRINT)
    measures = (HERE / "measures.js").read_text(encoding="utf-8")
    for view in (FIRST, *views):
        if view is not FIRST:
            await _dress(page, view)
        touch = view.width < 1000 and not view.is_print
        said = await page.evaluate(measures, {**MEASURES, "touch": touch, "zoom": view.zoom})
        if is_sheet and view.is_print:
            said += await page.evaluate(_BESIDE_THE_SHEET)
        if view.asks_axe:
            said += [_told(each) for each in await page.evaluate(_AXE, [TAGS, None if view is FIRST else OF_LOOKS])]
        found += [f"{view.name}: {each}" for each in said]
    return found


async def _tap(page: Page, selector: str) -> None:
    """Taps something whose answer htmx swaps into the open page, and waits until it is there."""
    swapped = asyncio.ensure_future(page.evaluate(_SWAPPED))
    await page.locator(selector).first.tap(timeout=10_000)
    await swapped


async def _load(page: Page, look: Look) -> list[str]:
    """Opens exactly what was answered, at its address, and says whether anything jumped. Where something is tapped the
    page comes from the house itself: its form must be taken there."""

    async def answer(route: Route) -> None:
        if route.request.is_navigation_request() and not look.taps:
            await route.fulfill(status=look.status, headers=look.headers, body=look.text)
        else:
            await route.continue_()

    async def late(route: Route) -> None:
        await asyncio.sleep(SLOW)
        await route.continue_()

    await _dress(page, FIRST)
    await page.unroute_all()
    await page.route("**/files/**", late)
    await page.route("**/*.js", late)
    await page.route(look.address.partition("#")[0], answer)
    await page.goto(look.address)
    shifts: list[Any] = await page.evaluate(_SETTLED)
    total = sum(value for value, _ in shifts)
    return [f"jumps: layout shift {total:.3f} {shifts[:2]}"] if total >= MOST_SHIFT else []


async def _dress(page: Page, view: View) -> None:
    size = {"width": view.width, "height": view.height}
    if page.viewport_size != size:
        await page.set_viewport_size({"width": view.width, "height": view.height})
    await page.emulate_media(
        color_scheme="dark" if view.is_dark else "light", media="print" if view.is_print else "screen"
    )
    await page.evaluate(_DRESS, [view.is_large, view.zoom])


def _told(violation: list[Any]) -> str:
    rule, means, count, where, message = violation
    return f"axe {rule} ({means}) × {count}: {where} — {message}"


async def open_page(context: BrowserContext) -> Page:
    """A page of this context, with axe-core in it and layout shifts noted from the first."""
    await context.add_init_script(_SHIFTS)
    await context.add_init_script(path=AXE)
    return await context.new_page()


def context_for(world: World, language: str) -> dict[str, Any]:
    """How a phone's browser is opened: a service worker would answer from what it kept, so there is none."""
    return {
        "viewport": {"width": FIRST.width, "height": FIRST.height},
        "is_mobile": True,
        "has_touch": True,
        "locale": LANGUAGES[language],
        "timezone_id": "Asia/Shanghai",
        "service_workers": "block",
    }


async def become(context: BrowserContext, world: World, who: str) -> None:
    """The cookies of this person, for the pictures of their pages."""
    await context.clear_cookies()
    if who != "anybody":
        await context.add_cookies([{"name": "council", "value": world.cookie(who), "url": world.house.address}])
