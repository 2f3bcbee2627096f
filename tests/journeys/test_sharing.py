"""A link is passed on: what a chat application and a neighbour who is signed out make of it, without scripts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar
from PIL import Image
from playwright.async_api import APIResponse, Browser

from tests.documents.test_atom import ATOM, check
from tests.journeys.demo_house import C, demo_house, resident
from tests.journeys.house import House
from tests.journeys.phone import Phone, phone

pytestmark = pytest.mark.journey

TITLE = "2号楼1单元加装电梯"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with demo_house(tmp_path_factory.mktemp("sharing")) as house:
        house.scripts = False
        yield house


async def test_a_proposals_link_is_passed_on(browser: Browser, house: House) -> None:
    member = await resident(browser, house)
    await member.go(f"{C}/proposals")
    await member.follow(TITLE)
    link = await member.page.locator("#share-link").input_value()
    assert link == house.address + member.path

    stranger = await phone(browser, house, "stranger")
    await stranger.go(urlsplit(link).path)
    assert stranger.path.startswith("/login?next=")
    await stranger.sees(f"登录后查看《{TITLE}》")
    card = await _card(stranger)
    assert card["og:title"] == TITLE
    assert card["og:url"] == link
    assert card["og:description"].startswith("正在投票，")
    assert (card["og:image:width"], card["og:image:height"]) == ("1200", "630")
    assert await _size(await _fetched(stranger, card["og:image"], "image/png")) == (1200, 630)

    code = member.page.locator(".share img.qr")
    await member.unfold(code)
    await code.scroll_into_view_if_needed()
    natural = await code.evaluate("async (one) => { await one.decode(); return one.naturalWidth; }")
    assert natural > 100, "the code is drawn on the member's page"
    address = await code.get_attribute("src")
    assert address
    width, height = await _size(await _fetched(stranger, house.address + address, "image/png"))
    assert width == height == natural

    dates = await member.page.locator(".share a[type='text/calendar']").get_attribute("href")
    assert dates
    calendar = Calendar.from_ical(await (await _fetched(stranger, house.address + dates, "text/calendar")).body())
    events = calendar.walk("VEVENT")
    assert events
    assert all(TITLE in str(event["SUMMARY"]) for event in events)


async def test_the_feed_lists_the_vote(browser: Browser, house: House) -> None:
    stranger = await phone(browser, house, "stranger")
    await stranger.go(f"{C}/rules")
    address = await stranger.page.locator("link[type='application/atom+xml']").get_attribute("href")
    assert address
    feed = check(await (await _fetched(stranger, house.address + address, "application/atom+xml")).body())
    told = [entry for entry in feed.iter(f"{ATOM}entry") if TITLE in (entry.findtext(f"{ATOM}title") or "")]
    links = [link.get("href") for entry in told for link in entry.findall(f"{ATOM}link")]
    assert links
    await stranger.go(urlsplit(str(links[0])).path)
    assert await stranger.page.locator("h1").inner_text() == TITLE
    assert (await _card(stranger))["og:title"] == TITLE


async def _card(one: Phone) -> dict[str, str]:
    """What the page tells a chat application: og:* by name."""
    tags = one.page.locator("meta[property^='og:']")
    pairs: list[list[str]] = await tags.evaluate_all(
        "all => all.map(each => [each.getAttribute('property'), each.content])"
    )
    return dict(pairs)


async def _fetched(one: Phone, address: str, kind: str) -> APIResponse:
    answer = await one.context.request.get(address)
    assert answer.status == 200, f"{address}: {answer.status}"
    assert answer.headers["content-type"].startswith(kind)
    return answer


async def _size(answer: APIResponse) -> tuple[int, int]:
    return Image.open(io.BytesIO(await answer.body())).size
