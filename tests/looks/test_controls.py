"""The checks themselves: a page with every fault planted is found out, in each way that we look; the pins hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from tests.browser import chromium
from tests.journeys.conftest import ARGUMENTS
from tests.looks.catalogue import Stop
from tests.looks.served import Look, World
from tests.looks.views import FEW, context_for, look_at, open_page

TOOLS = Path(__file__).parent / "tools"
HEAD = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Planted</title>'
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'

SOUND = f"""{HEAD}{VIEWPORT}<style>
  html {{ font-size: 17px; }} a {{ display: inline-block; min-width: 48px; min-height: 48px; }}
</style></head><body><main><h1>Sound</h1><p>One word.</p><p><a href="/">Home</a></p></main></body></html>"""

FAULTS = {
    "axe color-contrast": '<p style="color: #bbb">pale</p>',
    "axe label": '<input name="x" style="min-width: 48px; min-height: 48px">',
    "axe image-alt": '<img src="data:," width="48" height="48">',
    "axe heading-order": "<h3>Third after first</h3>",
    "axe target-size": '<button style="width: 9px; height: 9px; padding: 0; border: 0" aria-label="t"></button>' * 3,
    "dark 390: axe color-contrast": "<style>@media (prefers-color-scheme: dark) { #d { color: #eee; } }</style>"
    '<p id="d">pale in the dark</p>',
    "large 390: small": "<style>#l { width: 60px; height: 60px; } [data-type=large] #l { width: 20px; }</style>"
    '<button id="l">L</button>',
    "small": '<button style="width: 40px; height: 60px">S</button>',
    "light 320: sideways: the page": '<div style="width: 330px">wide</div>',
    "letters 200 % 390: sideways": '<div style="width: 12rem">twelve letters</div>',
    "wide: sideways": '<div style="width: 1300px">very wide</div>',
    "clipped": '<div style="width: 60px; overflow: hidden; white-space: nowrap">words that are cut</div>',
    "jumps": "<script>new PerformanceObserver(() => setTimeout(() => { const e = document.createElement('div');"
    " e.style.height = '300px'; document.querySelector('h1').before(e); }, 30)).observe({type: 'paint'});</script>",
}


def planted(fault: str) -> str:
    return SOUND.replace("</main>", f"{fault}</main>")


@pytest.mark.journey
async def test_each_planted_fault_is_found_and_a_sound_page_is_left_alone(world: World) -> None:
    missed: dict[str, list[str]] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        context = await browser.new_context(**context_for(world, "en"))
        page = await open_page(context)
        for name, fault in {"": "", **FAULTS}.items():
            look = Look(Stop("anybody", "/"), f"{world.house.address}/planted", 200, _HTML, planted(fault))
            found = await look_at(page, look, FEW)
            is_found = any(name in each for each in found) if name else not found
            if not is_found:
                missed[name] = found
        await browser.close()
    assert missed == {}


_HTML = {"content-type": "text/html; charset=utf-8"}


def test_the_checkers_are_pinned_by_hash_and_name_no_registry() -> None:
    text = (TOOLS / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: each for name, each in json.loads(text)["packages"].items() if name}
    wanted = json.loads((TOOLS / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert {name.removeprefix("node_modules/"): each["version"] for name, each in packages.items()} == wanted
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert "://" not in text
    assert "ignore-scripts=true" in (TOOLS / ".npmrc").read_text(encoding="utf-8").splitlines()
