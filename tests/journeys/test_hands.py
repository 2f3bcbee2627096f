"""A vote without a finger on the glass: by the keyboard alone, and as a screen reader is told it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.demo_house import C, demo_house, open_vote, resident
from tests.journeys.house import House
from tests.journeys.phone import Phone

pytestmark = pytest.mark.journey

MOST_TABS = 60
FOCUSED = """() => {
  const one = document.activeElement, seen = one.closest("label") || one, box = seen.getBoundingClientRect();
  const shown = getComputedStyle(one.matches("label.choice input") ? one.nextElementSibling : one);
  const bar = document.querySelector(".act, .tabs"), top = bar ? bar.getBoundingClientRect().top : innerHeight;
  const fixed = bar && getComputedStyle(bar).position === "fixed" && !bar.contains(one);
  return {
    name: (one.getAttribute("aria-label") || seen.textContent || "").replace(/\\s+/g, " ").trim(),
    tag: one.tagName, type: one.type || "", href: one.getAttribute("href") || "", value: one.value || "",
    outlined: shown.outlineStyle !== "none" && parseFloat(shown.outlineWidth) >= 2,
    hidden: box.bottom < 1 || box.top > innerHeight - 1 || (fixed && box.top > top - 1),
  };
}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with demo_house(tmp_path_factory.mktemp("hands")) as house:
        yield house


async def test_a_vote_by_keyboard_alone(browser: Browser, house: House) -> None:
    """From the vote's page to the checked receipt with Tab, the arrows, Space and Enter; the focus is always seen."""
    one = await resident(browser, house, "17000000003")
    motion = await open_vote(one)
    page = one.page
    await one.go(motion)
    await page.emulate_media(reduced_motion="reduce")
    await page.keyboard.press("Tab")
    assert (await page.evaluate(FOCUSED))["href"] == "#main", "the first stop leads past the frame"
    await _tab_to(one, href=f"{motion}/ballot")
    await _enter(page)
    await _tab_to(one, type="radio", value="agree")
    await page.keyboard.press("ArrowDown")
    assert (await page.evaluate(FOCUSED))["value"] == "oppose"
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Space")
    await _tab_to(one, tag="BUTTON", name="下一步")
    await _enter(page)
    await _tab_to(one, tag="BUTTON", name="确认投票")
    await _enter(page)
    await one.sees("投票成功")
    await _tab_to(one, name="核验这张凭证")
    await _enter(page)
    assert "/verify" in one.path
    code = re.search(r"code=([^&]+)", one.path)
    assert code, "the receipt's code goes along"
    await one.sees("在记录里")


async def test_a_vote_as_it_is_read_aloud(browser: Browser, house: House) -> None:
    """Roles, names, order and live regions of the five pages of a vote."""
    one = await resident(browser, house, "17000000004")
    motion = await open_vote(one)
    await one.go(f"{C}/")
    await _reads(one, "banner", "main", "heading", "link", "navigation", "link")
    await one.go(motion)
    await _reads(one, "banner", "main", r'heading ".+" \[level=1\]', "heading", "navigation|region")
    await one.go(f"{motion}/ballot")
    await _reads(
        one,
        r'heading ".+" \[level=1\]',
        'group "您的选择"',
        'radio "同意',
        'radio "反对',
        'radio "弃权',
        'button "下一步',
    )
    assert await _live_regions(one.page) >= {"polite"}
    await one.page.get_by_role("radio", name="弃权").check(force=True)
    assert 'radio "弃权' in await _checked(one)
    await one.submit("#ballot")
    await _reads(one, r'heading ".+" \[level=1\]', "term|text: 投票人", 'button "')
    await one.submit("#cast")
    await _reads(one, "status", "投票成功", 'img "', "link")


async def test_a_missed_choice_is_told(browser: Browser, house: House) -> None:
    """Sent without a choice, the page says so in an alert that leads to the choice, and at the choice, in sight."""
    one = await resident(browser, house, "17000000001")
    motion = await open_vote(one)
    await one.go(f"{motion}/ballot")
    await one.submit("#ballot", status=422)
    await _reads(one, "alert", "link", 'group "您的选择"')
    for told in (one.page.locator("#choice-e"), one.page.locator("label.choice").last):
        await expect(told).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scripts", [True, False])
async def test_one_main_button_a_screen(
    browser: Browser, house: House, scripts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bar that leads to a form steps aside at the form, which has a main button of its own, and comes back."""
    monkeypatch.setattr(house, "scripts", scripts)
    one = await resident(browser, house, "17000000001")
    await one.go(f"{C}/proposals")
    await one.follow("2号楼1单元加装电梯")
    bar = one.page.locator(".act")
    await expect(bar).to_be_visible()
    await bar.locator("a[href='#say']").click()
    await expect(one.page.locator("#say .btn.main")).to_be_visible()
    await expect(bar).to_be_hidden()
    await one.page.locator("#say textarea").click()
    await expect(bar).to_be_hidden()
    await one.page.locator("h1").click()
    await expect(bar).to_be_visible()


async def _tab_to(one: Phone, **wanted: str) -> None:
    """Presses Tab until the focus is there; every stop on the way is outlined and in sight."""
    stops = []
    for _ in range(MOST_TABS):
        await one.page.keyboard.press("Tab")
        focused = await one.page.evaluate(FOCUSED)
        stops.append(focused)
        if focused["tag"] == "BODY":  # past the last stop the focus is the browser's own for one press
            continue
        assert focused["outlined"], focused
        assert not focused["hidden"], focused
        if all(text in str(focused[key]) for key, text in wanted.items()):
            return
    raise AssertionError(f"{wanted} was not reached: {[stop['name'][:20] for stop in stops]}")


async def _enter(page: Page) -> None:
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def _reads(one: Phone, *wanted: str) -> None:
    """The accessibility tree has these, in this order."""
    tree = await one.page.locator("body").aria_snapshot()
    at = 0
    for each in wanted:
        found = re.compile(each).search(tree, at)
        assert found, f"{one.path}: {each!r} does not follow in\n{tree}"
        at = found.end()


async def _checked(one: Phone) -> str:
    tree = await one.page.locator("body").aria_snapshot()
    return "\n".join(line for line in tree.splitlines() if "[checked]" in line)


async def _live_regions(page: Page) -> set[str]:
    """What the browser tells assistive technology is live, by its manner."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    return {
        str(each["value"]["value"])
        for node in tree["nodes"]
        for each in node.get("properties", [])
        if each["name"] == "live"
    }
