"""The main job as a story: a lift for 1号楼1单元, from the household roll to "approved to start" and the exports.

Told in Chinese on SQLite with scripts running, and in English on PostgreSQL without any; the pages are the same.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.journeys.house import House
from tests.journeys.lift import deciding, exporting, founding, joining, proposing, voting
from tests.journeys.lift.story import Story


@pytest.mark.journey
async def test_a_lift_for_one_entrance(browser: Browser, house: House, engine_kind: str, tmp_path: Path) -> None:
    if engine_kind == "postgres":
        house.scripts = False
        house.locale = "en-GB"
    story = Story(house, browser, tmp_path)
    house.set_clock(2026, 3, 2, 9)
    founding.found(house)
    house.start()
    await founding.take_the_roll(story)
    await founding.let_online_votes_count(story)
    await founding.print_slips(story)
    house.set_clock(2026, 3, 2, 14)
    await joining.join(story)
    await joining.verify(story)

    house.set_clock(2026, 3, 3, 10)
    await proposing.propose(story)
    await proposing.endorse(story)
    await proposing.find_feasible_and_accept(story)
    house.set_clock(2026, 3, 5, 19)
    await proposing.talk(story)
    await proposing.agree_to_the_shaft(story)

    house.set_clock(2026, 3, 11, 9)
    await voting.publish(story)
    house.set_clock(2026, 3, 26, 23, 59)
    await voting.wait_for_the_opening(story)
    house.set_clock(2026, 3, 28, 10)
    await voting.vote(story)

    house.set_clock(2026, 4, 12, 9)
    await deciding.certify(story)
    await deciding.read_the_result(story)
    house.set_clock(2026, 4, 14, 9)
    await deciding.object(story)
    house.set_clock(2026, 4, 20, 9)
    await deciding.answer_the_objection(story)
    house.set_clock(2026, 4, 30, 9)
    await deciding.start(story)

    await exporting.download_the_ledger(story)
    await exporting.take_the_bundle(story)
    await exporting.verify_the_log(story)
    exporting.read_the_servers_log(story)
