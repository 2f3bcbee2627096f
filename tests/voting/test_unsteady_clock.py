"""The clock is moved an hour forth and back around the closing: not one ballot gets in that should not."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta

import pytest

from council.audit import queries as log
from council.kernel.errors import Refused
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import counting, queries
from council.voting.motion import Motion, MotionState
from council.voting.verdicts import decided
from tests.people import Garden, garden
from tests.voting.changing import called_off
from tests.voting.crowd import crowd
from tests.voting.motions import AFTER, CLOSES, cast, opened

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
TICK = timedelta(microseconds=1)


async def votes(motion: Motion) -> list[datetime]:
    kept = await queries.ballots(motion.community_id, motion.id)
    return [ballot.cast_at for ballot in kept]


async def entrance_two(people: Garden, size: int) -> tuple[Motion, list]:
    owners = await crowd(people, size)
    return await opened(people, scope=people.building_scope), owners


async def test_the_closing_instant_itself_still_belongs_to_the_vote(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.grace, motion, at=CLOSES)
    for late in (CLOSES, CLOSES + TICK, CLOSES + SECOND):
        with pytest.raises(Refused, match=r"ballot\.closed"):
            await cast(people.heidi, motion, at=late)
    assert await votes(motion) == [CLOSES], "the second at the closing instant would be later than the first, so late"


@pytest.mark.parametrize("looks", ["count", "list"])
async def test_once_a_count_was_seen_a_clock_that_is_put_back_opens_nothing(db: AnyEngine, looks: str) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.grace, motion)
    if looks == "count":
        await counting.count(motion, CLOSES + SECOND)
    else:
        await decided(people.community_id, [motion], CLOSES + SECOND)
    with pytest.raises(Refused, match=r"ballot\.closed"):
        await cast(people.heidi, motion, at=CLOSES - HOUR)
    sealed = await queries.motion(people.community_id, motion.id)
    assert sealed.state(CLOSES - HOUR) is MotionState.COUNTING
    with pytest.raises(Refused, match=r"motion\.too_late_to_cancel"):
        await called_off(people, motion.id, reason="钟拨回去了", now=CLOSES - HOUR)
    assert (await counting.count(sealed, CLOSES - HOUR)).tally.returned.participants.persons == 1


async def test_what_closed_a_vote_is_in_the_log_once(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.grace, motion)
    for _ in range(2):
        await counting.count(await queries.motion(people.community_id, motion.id), AFTER)
        await counting.count(motion, AFTER)
    rows = await fetch("SELECT seq FROM log_record WHERE kind = 'motion.closed'")
    assert len(rows) == 1
    assert (await log.record(people.community_id, rows[0]["seq"])).data == {"motion": motion.id, "ballots": 1}


@pytest.mark.parametrize("seed", range(8))
async def test_any_hour_forth_and_back(db: AnyEngine, seed: int) -> None:
    """Casting and looking, at random, by a clock that jumps: what was accepted lies before the closing and in the order
    of its acceptance; nothing is accepted once anybody has seen a count; and the count never changes after that."""
    draw = random.Random(seed)
    people = await garden()
    motion, owners = await entrance_two(people, 24)
    accepted, seen = [], None
    for owner in owners:
        # mostly around the closing, sometimes exactly at it
        shift = draw.choice([draw.uniform(-1, 1) * HOUR, draw.uniform(-1, 0.2) * SECOND, timedelta(0), TICK, -TICK])
        at = CLOSES + shift
        if draw.random() < 0.12 and at > CLOSES:
            figures = await counting.count(await queries.motion(people.community_id, motion.id), at)
            assert seen is None or figures == seen
            seen = figures
        (mine,) = await asyncio.gather(cast(owner, motion, at=at), return_exceptions=True)
        if isinstance(mine, BaseException):
            assert (type(mine), str(mine)) == (Refused, "ballot.closed")
            continue
        assert seen is None, "cast after a count was seen"
        assert mine.cast_at <= CLOSES
        accepted.append(mine.cast_at)
    assert accepted == sorted(set(accepted))
    assert await votes(motion) == accepted
    last = await counting.count(await queries.motion(people.community_id, motion.id), CLOSES + HOUR)
    assert last.tally.returned.participants.persons == len(accepted)
    assert seen is None or last == seen
