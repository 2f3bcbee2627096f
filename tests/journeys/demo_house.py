"""The demo's house, served: real amounts of words, pictures and people, to weigh and to time pages with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.async_api import Browser, BrowserContext

from council.cli.demo import PASSWORD
from tests.journeys.house import House
from tests.journeys.phone import Phone, phone

RESIDENT = "17000000001"
SECRETARY = "17000000011"
C = "/c/garden"


@contextmanager
def demo_house(folder: Path) -> Iterator[House]:
    """Made anew in `folder`, by the clock of the wall: the demo tells its story up to now."""
    house = House(folder, f"sqlite:///{folder}/demo/council.db")
    house.environment["COUNCIL_DATA"] = f"{folder}/demo"
    del house.environment["COUNCIL_NOW_FILE"]
    made = house.council("demo", "--once", "--data", f"{folder}/demo")
    assert made.returncode == 0, made.stderr
    house.start()
    try:
        yield house
    finally:
        house.stop()


async def resident(browser: Browser, house: House, number: str = RESIDENT) -> Phone:
    """Somebody of the demo, logged in on a phone of their own; that phone has seen one page, the courtyard."""
    one = await phone(browser, house, number)
    await one.log_in(number, PASSWORD)
    return one


async def signed_context(browser: Browser, house: House, signed: BrowserContext) -> Phone:
    """The same person with an empty cache: the cookies of another browser, nothing else of it."""
    fresh = await phone(browser, house, "fresh")
    await fresh.context.add_cookies(await signed.cookies())
    return fresh


async def open_vote(one: Phone) -> str:
    """The path of a vote that this person still has to cast."""
    await one.go(f"{C}/motions")
    links = await one.page.locator("main a[href*='/motions/']").evaluate_all("all => all.map(a => a.pathname)")
    for path in dict.fromkeys(link.removesuffix("/ballot") for link in links):
        await one.go(path)
        if await one.page.locator("a[href$='/ballot']").count():
            return str(path)
    raise AssertionError(f"{one.name} has no vote to cast")
