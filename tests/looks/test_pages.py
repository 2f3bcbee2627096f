"""Every page, in every state, in both languages, looked at from every side: nothing is wrong with any of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser import chromium
from tests.journeys.conftest import ARGUMENTS
from tests.looks.catalogue import PARTS
from tests.looks.served import LANGUAGES, World
from tests.looks.stops import Stop
from tests.looks.views import View, become, context_for, look_at, open_page

AT_ONCE = 2
"""Pages looked at side by side: one waits for its pictures while the other is measured."""


@pytest.mark.journey
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
async def test_nothing_is_wrong_with_any_page(world: World, views: Sequence[View], part: str, language: str) -> None:
    people: dict[str, list[Stop]] = {}
    for stop in PARTS[part]():
        people.setdefault(stop.who, []).append(stop)
    waiting = list(people.items())
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            hands = (_look_as(browser, world, waiting, views, language) for _ in range(AT_ONCE))
            found = [each for one in await asyncio.gather(*hands) for each in one]
        finally:
            await browser.close()
    assert not found, f"{len(found)} things are wrong:\n{_summed_up(found)}"


async def _look_as(
    browser: Browser, world: World, waiting: list[tuple[str, list[Stop]]], views: Sequence[View], language: str
) -> list[tuple[str, str]]:
    """Takes stops, one person at a time, until none are left; (stop, what is wrong)."""
    found: list[tuple[str, str]] = []
    async with await browser.new_context(**context_for(world, language)) as context:
        page = await open_page(context)
        while waiting:
            who, stops = waiting[0]
            await become(context, world, who)
            while stops:
                stop = stops.pop(0)
                try:
                    look = await world.look(stop, language)
                    found += [(stop.name, each) for each in await look_at(page, look, views)]
                except AssertionError as error:
                    found.append((stop.name, str(error)))
            if waiting and waiting[0][1] is stops:
                waiting.pop(0)
    return found


def _summed_up(found: list[tuple[str, str]]) -> str:
    """The same fault of many pages and views in one entry: how often, and where it was seen first."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for where, what in found:
        kinds.setdefault(re.sub(r"“[^”]*”|\d+", "…", what.partition(": ")[2]), []).append((where, what))
    told = (f"{len(each)} × {each[0][1]}\n      in {each[0][0]}" for each in kinds.values())
    return "\n".join(sorted(told, key=lambda each: -int(each.partition(" ")[0])))
