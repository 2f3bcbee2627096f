"""The browser of the journeys, and a house of their own for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser import chromium
from tests.journeys.house import House

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass(frozen=True)
class Manner:
    """How a story's people read: their language, and whether their browsers run scripts."""

    locale: str = "zh-CN"
    scripts: bool = True


BOTH_MANNERS = pytest.mark.parametrize(
    "manner", [Manner(), Manner("en-GB", scripts=False)], ids=["chinese", "english-without-scripts"], indirect=True
)


@pytest.fixture
def manner(request: pytest.FixtureRequest) -> Manner:
    return getattr(request, "param", Manner())


@pytest.fixture
def house(database_url: str, tmp_path: Path, manner: Manner) -> Iterator[House]:
    """An empty house on a migrated database; the test starts it."""
    house = House(tmp_path, database_url, locale=manner.locale, scripts=manner.scripts)
    yield house
    house.stop()
