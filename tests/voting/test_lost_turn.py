"""Two who write wait for each other: PostgreSQL sends one of them back, and what was sent counts once all the same.

SQLite has one writer, who waits for nobody: there the same happens without a knot.
"""

from __future__ import annotations

import asyncio
import json
import logging

import httpx
import pytest

from council.audit import service as audit
from council.storage.database import AnyEngine
from council.storage.sql import fetch, fetch_one
from council.storage.transactions import lock_row, transaction
from council.voting.motion import Motion
from council.web.again import tries_again
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.voting.motions import DURING, opened


async def tied_up(db: AnyEngine) -> None:
    """Until somebody waits for what this transaction holds."""
    async with asyncio.timeout(30):
        while db.engine_type == "postgres":
            row = await fetch_one("SELECT COUNT(*) AS n FROM pg_locks WHERE NOT granted")
            if row is not None and row["n"]:
                return
            await asyncio.sleep(0.01)


@tries_again
async def against_the_order(db: AnyEngine, motion: Motion, held: asyncio.Event) -> None:
    """The log first and the vote after it: a ballot takes them the other way round."""
    async with transaction():
        await audit.record(motion.community_id, "test.crossed", {"motion": motion.id}, now=DURING)
        held.set()
        await tied_up(db)
        await lock_row("motion", motion.id)


async def ballot_page(people: Garden, motion: Motion, grace: httpx.AsyncClient) -> httpx.Response:
    page = await grace.get(f"/c/garden/motions/{motion.id}/ballot")
    return await submit(grace, page, "#ballot", choice="agree")


async def test_a_ballot_that_meets_another_is_cast_once_and_nobody_sees_an_error(
    db: AnyEngine, enter, clock, caplog: pytest.LogCaptureFixture
) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    second = await ballot_page(people, motion, grace)
    held = asyncio.Event()

    async def sent() -> httpx.Response:
        await held.wait()
        return await submit(grace, second, "#cast")

    with caplog.at_level(logging.WARNING, "council.web"):
        _, answer = await asyncio.gather(against_the_order(db, motion, held), sent())
    assert answer.status_code == 303
    assert "投票成功" in (await grace.get(answer.headers["location"])).text
    assert [row["state"] for row in await fetch("SELECT state FROM ballot")] == ["in_force"]
    kinds = [row["kind"] for row in await fetch("SELECT kind FROM log_record ORDER BY seq")]
    assert sorted(kinds[-2:]) == ["ballot.accepted", "test.crossed"]
    assert (kinds.count("ballot.accepted"), kinds.count("test.crossed")) == (1, 1)
    tried = [line for line in caplog.messages if "tried again" in line]
    assert len(tried) == (1 if db.engine_type == "postgres" else 0)


async def test_two_forms_that_meet_are_both_saved_once(db: AnyEngine, enter, clock) -> None:
    """Each holds its own vote and waits for the other's."""
    people = await garden()
    motions = [await opened(people, title=f"第{number}件事") for number in (1, 2)]
    clock(DURING)
    both = asyncio.Barrier(2)
    met: list[int] = []

    @tries_again
    async def crossing(first: Motion, then: Motion) -> None:
        async with transaction():
            await lock_row("motion", first.id)
            met.append(first.id)
            if db.engine_type == "postgres" and len(met) <= 2:
                await both.wait()
            await lock_row("motion", then.id)
            await audit.record(first.community_id, "test.crossed", {"motion": first.id}, now=DURING)

    one, two = motions
    await asyncio.wait_for(asyncio.gather(crossing(one, two), crossing(two, one)), 60)
    assert len(met) == (3 if db.engine_type == "postgres" else 2)
    rows = await fetch("SELECT body FROM log_record WHERE kind = 'test.crossed' ORDER BY seq")
    assert sorted(json.loads(row["body"])["data"]["motion"] for row in rows) == [one.id, two.id]
