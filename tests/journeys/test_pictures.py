"""README's picture: a resident's walk through the demo, four phones side by side.

Every run walks it and puts the phones together; whether docs/phone.png is up to date is for eyes:
`make shots` (`--keep-picture`) writes it anew.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser

from tests.journeys.demo_house import C, demo_house, open_vote, resident
from tests.journeys.house import ROOT
from tests.journeys.phone import SCREEN, Phone

pytestmark = pytest.mark.journey

PICTURE = ROOT / "docs" / "phone.png"
GAP, SCALE = 24, 0.62
PAPER = (236, 229, 214)
MOST_BYTES = 150_000


async def test_the_walk_of_the_readmes_picture(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with demo_house(tmp_path) as house:
        sheet = _beside(await _walk(await resident(browser, house)))
    fresh = io.BytesIO()
    sheet.save(fresh, "PNG", optimize=True)
    if request.config.getoption("--keep-picture"):
        PICTURE.write_bytes(fresh.getvalue())
    assert len(fresh.getvalue()) < MOST_BYTES


async def _walk(one: Phone) -> list[Image.Image]:
    """The courtyard, a proposal with its stations, the ballot, a result; each with the words that make it that page."""
    motion = await open_vote(one)
    await one.go(f"{C}/")
    await one.sees("去投票", "院里的进展")
    pictures = [await _picture(one)]
    await one.go(motion)
    proposal = await one.page.locator("a[href*='/proposals/']").first.get_attribute("href")
    await one.go(str(proposal))
    await one.sees("正在投票", "还差")
    pictures.append(await _picture(one))
    await one.go(f"{motion}/ballot")
    await one.sees("同意", "反对", "弃权")
    pictures.append(await _picture(one))
    await one.go(f"{C}/motions")
    decided = await one.page.locator("ul.rows a[href*='/motions/']").last.get_attribute("href")
    await one.go(str(decided))
    await one.sees("通过", "参与门槛")
    pictures.append(await _picture(one))
    return pictures


async def _picture(one: Phone) -> Image.Image:
    picture = Image.open(io.BytesIO(await one.page.screenshot())).convert("RGB")
    assert picture.size == (SCREEN["width"], SCREEN["height"])
    assert len(picture.getcolors(1 << 20) or ()) > 50, "an empty page"
    return picture


def _beside(pictures: list[Image.Image]) -> Image.Image:
    """Side by side on paper, in few colours: a small file."""
    width, height = pictures[0].size
    sheet = Image.new("RGB", ((width + GAP) * len(pictures) + GAP, height + 2 * GAP), PAPER)
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (GAP + index * (width + GAP), GAP))
    small = sheet.resize((int(sheet.width * SCALE), int(sheet.height * SCALE)), Image.Resampling.LANCZOS)
    return small.quantize(96, dither=Image.Dither.NONE)
