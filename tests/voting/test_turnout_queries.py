"""How long ago the turnout of a small vote is told of: pages asked a moment apart tell the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from council.progress import desk_jobs
from council.progress.courtyard import turnout_words
from council.storage.database import AnyEngine
from council.voting import queries
from council.voting.turnout_queries import STEP, told_until
from tests.people import garden
from tests.voting.motions import AFTER, DURING, OPENS, cast
from tests.voting.papers import brought, on_paper, paper_of, printed, returned

TICK = timedelta(microseconds=1)
"""How far apart ballots are that a clock puts into one instant."""


@pytest.mark.parametrize(
    "later", [timedelta(0), TICK, timedelta(milliseconds=1), timedelta(seconds=1), timedelta(minutes=9, seconds=59)]
)
def test_within_ten_minutes_it_is_the_same(later: timedelta) -> None:
    assert told_until(OPENS + later) == told_until(OPENS)
    assert told_until(OPENS + STEP + later) == told_until(OPENS) + STEP


def test_a_held_clock_shows_its_own_ballots_and_a_going_one_not_those_of_this_second() -> None:
    assert told_until(OPENS) > OPENS + 500 * TICK
    assert told_until(OPENS) <= OPENS + timedelta(milliseconds=1)
    assert told_until(OPENS + timedelta(milliseconds=1)) <= OPENS + timedelta(milliseconds=1)


async def test_papers_that_nobody_has_read_are_told_apart(db: AnyEngine, enter, clock) -> None:
    """So that nobody relies on a threshold that an invalid paper takes away again."""
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    await cast(people.heidi, motion)
    await returned(people, motion, "v1", "v2")
    now = DURING + STEP
    turnout = (await queries.turnouts(people.community_id, [motion], now))[motion.id]
    assert (turnout.persons, turnout.papers) == (3, 2)
    clock(now)
    page = await (await enter(people.grace)).get(f"/c/garden/motions/{motion.id}")
    assert "已参与的里面有 2 张纸质票还没看，无效的不算。" in page.text.replace("\xa0", " ")
    assert turnout_words(motion, turnout).code == "turnout.owners.both"
    reached = replace(turnout, persons=turnout.roll_persons, area_dm2=turnout.roll_area_dm2)
    assert turnout_words(motion, reached).code == "turnout.owners.unread"
    assert turnout_words(motion, reached).details["papers"] == 2
    assert turnout_words(motion, replace(reached, papers=0)).code == "turnout.owners.nothing"


async def test_papers_not_taken_leave_the_desk_after_some_days(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    paper = await paper_of(motion, "v1")
    late = AFTER + timedelta(minutes=1)
    assert (await brought(people, motion, paper.serial, at=late)).reason == "late"
    key = f"refused_papers-{motion.id}"
    assert (await desk_jobs.queue(people.dana, late)).find(key) is not None
    assert (await desk_jobs.queue(people.dana, motion.closes_at + timedelta(days=14))).find(key) is not None
    assert (await desk_jobs.queue(people.dana, motion.closes_at + timedelta(days=15))).find(key) is None
