"""README's picture, from the demo: `make shots` writes docs/phone.png.

Four phones side by side: the courtyard, a proposal with its stations, the ballot, a result.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, async_playwright

from tests.browser import chromium
from tests.journeys.conftest import ARGUMENTS
from tests.journeys.house import House
from tests.journeys.phone import Phone, phone

PICTURE = Path(__file__).parents[1] / "docs" / "phone.png"
RESIDENT = "17000000001"
GAP, SCALE = 24, 0.62
PAPER = (236, 229, 214)


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), f"sqlite:///{folder}/demo/council.db")
        house.environment |= {"COUNCIL_DATA": f"{folder}/demo"}
        del house.environment["COUNCIL_NOW_FILE"]
        made = house.council("demo", "--once", "--data", f"{folder}/demo")
        if made.returncode:
            print(made.stderr, file=sys.stderr)
            return 1
        password = next(line.rsplit(" ", 1)[1] for line in made.stdout.splitlines() if "password of everybody" in line)
        house.start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
                pictures = await _pictures(browser, house, password)
        finally:
            house.stop()
    _beside(pictures).save(PICTURE, optimize=True)
    print(f"{PICTURE.name}: {PICTURE.stat().st_size // 1024} KB")
    return 0


async def _pictures(browser: Browser, house: House, password: str) -> list[Image.Image]:
    resident = await phone(browser, house, "resident")
    await resident.log_in(RESIDENT, password)
    pictures = []
    await resident.go("/c/garden/")
    pictures.append(await _picture(resident))
    motion = await resident.page.locator("a[href*='/motions/']").first.get_attribute("href")
    assert motion is not None
    motion = motion.removesuffix("/ballot")
    await resident.go(motion)
    proposal = await resident.page.locator("a[href*='/proposals/']").first.get_attribute("href")
    await resident.go(str(proposal))
    pictures.append(await _picture(resident))
    await resident.go(f"{motion}/ballot")
    await resident.page.locator("fieldset").first.scroll_into_view_if_needed()
    pictures.append(await _picture(resident))
    await resident.go("/c/garden/motions")
    decided = await resident.page.locator("ul.rows a[href*='/motions/']").last.get_attribute("href")
    await resident.go(str(decided))
    pictures.append(await _picture(resident))
    return pictures


async def _picture(one: Phone) -> Image.Image:
    return Image.open(io.BytesIO(await one.page.screenshot())).convert("RGB")


def _beside(pictures: list[Image.Image]) -> Image.Image:
    """Side by side on paper, in few colours: a small file."""
    width, height = pictures[0].size
    sheet = Image.new("RGB", ((width + GAP) * len(pictures) + GAP, height + 2 * GAP), PAPER)
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (GAP + index * (width + GAP), GAP))
    small = sheet.resize((int(sheet.width * SCALE), int(sheet.height * SCALE)), Image.Resampling.LANCZOS)
    return small.quantize(96, dither=Image.Dither.NONE)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
