"""The pictures of the installed application, drawn from static/mark.svg: `make icons` writes static/icon-*.png.

`any` has the mark's own rounded corners; a maskable one is cut by the phone to a shape of its own, so its ground
reaches every edge and the mark keeps to the middle; an Apple one is square, and iOS rounds it.
"""

from __future__ import annotations

import asyncio
import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, async_playwright

from tests.browser import chromium
from tests.journeys.conftest import ARGUMENTS

STATIC = Path(__file__).parents[1] / "static"


@dataclass(frozen=True)
class Icon:
    """`inset` is the part of the side that stays ground on each edge; None: the mark as it is, corners see-through."""

    name: str
    size: int
    inset: float | None = None


ICONS = (
    Icon("icon-180.png", 180, 0.0),
    Icon("icon-192.png", 192),
    Icon("icon-512.png", 512),
    Icon("icon-maskable-512.png", 512, 0.12),
)


async def draw(browser: Browser, icon: Icon) -> Image.Image:
    """One icon at its size, RGBA."""
    page = await browser.new_page(viewport={"width": icon.size, "height": icon.size})
    try:
        await page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:100vw}}</style>{_svg(icon)}")
        return Image.open(io.BytesIO(await page.screenshot(omit_background=True))).convert("RGBA")
    finally:
        await page.close()


def _svg(icon: Icon) -> str:
    mark = (STATIC / "mark.svg").read_text(encoding="utf-8")
    if icon.inset is None:
        return mark
    square, changed = re.subn(r' rx="[\d.]+"', "", mark)
    margin = 24 * icon.inset / (1 - 2 * icon.inset)
    side = 24 + 2 * margin
    square, widened = re.subn(
        r'viewBox="0 0 24 24"><rect width="24" height="24"',
        f'viewBox="{-margin} {-margin} {side} {side}"><rect x="{-margin}" y="{-margin}" width="{side}" height="{side}"',
        square,
    )
    if (changed, widened) != (1, 1):
        raise ValueError("static/mark.svg: its ground is not where it was")
    return square


async def main() -> int:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for icon in ICONS:
            picture = await draw(browser, icon)
            few = picture.quantize(32, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
            few.save(STATIC / icon.name, optimize=True)
            print(f"{icon.name}: {(STATIC / icon.name).stat().st_size} bytes")
        await browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
