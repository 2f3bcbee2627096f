"""A request that is cancelled, at whatever step, leaves everything or nothing, and the next one works."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from council.storage import database
from council.storage.group_commit import submit
from council.storage.transactions import savepoint, transaction

STEPS = 120


async def cancelled_after(steps: int, work) -> bool:
    """Runs `work` for so many turns of the event loop, then cancels it; whether it ended by itself."""
    task = asyncio.create_task(work)
    for step in range(steps):
        await asyncio.sleep(0 if step % 2 else 0.0003)
        if task.done():
            break
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return False
    return True


async def settle() -> None:
    engine = database.current()
    if engine.engine_type == "postgres":
        for task in list(engine.finishing):
            with contextlib.suppress(Exception):
                await task


@pytest.mark.parametrize("shape", ["transaction", "savepoint", "group"])
async def test_all_or_nothing_at_every_step(notes, shape):
    async def pair(number: int):
        await notes.write(f"{number} a")
        await notes.write(f"{number} b")

    async def work(number: int):
        if shape == "transaction":
            async with transaction():
                await pair(number)
        elif shape == "savepoint":
            async with transaction(), savepoint():
                await pair(number)
        else:
            await submit(lambda: pair(number))

    finished = set()
    for number in range(STEPS):
        if await cancelled_after(number // 3, work(number)):
            finished.add(number)
        async with asyncio.timeout(5):
            await notes.write(f"{number} next")
    await settle()
    bodies = set(await notes.bodies())
    for number in range(STEPS):
        assert (f"{number} a" in bodies) == (f"{number} b" in bodies), f"half of {number} was saved"
        assert f"{number} next" in bodies
        if number in finished:
            assert f"{number} a" in bodies, "what was answered is there"
    cut = STEPS - len(finished)
    assert 0 < cut < STEPS, "some were cut off and some were not, or this proved nothing"


async def test_a_storm_of_cancellations(notes):
    async def work(number: int):
        async with transaction():
            await notes.write(f"{number} a")
            await asyncio.sleep(0)
            await notes.write(f"{number} b")

    tasks = [asyncio.create_task(work(number)) for number in range(150)]
    for number, task in enumerate(tasks):
        if number % 3:
            await asyncio.sleep(0.0005)
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await settle()
    bodies = set(await notes.bodies())
    for number, task in enumerate(tasks):
        assert (f"{number} a" in bodies) == (f"{number} b" in bodies)
        if not task.cancelled():
            assert f"{number} a" in bodies
    assert all(not task.cancelled() for number, task in enumerate(tasks) if not number % 3)
    async with asyncio.timeout(5):
        await asyncio.gather(*(notes.write(f"after {number}") for number in range(20)))


async def test_a_time_limit_inside_a_transaction_undoes_it(notes):
    with pytest.raises(TimeoutError):
        async with transaction():
            await notes.write("one")
            async with asyncio.timeout(0.02):
                await asyncio.sleep(5)
    assert await notes.bodies() == []
    await notes.write("two")


async def test_a_time_limit_around_a_transaction_undoes_it(notes):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), transaction():
            await notes.write("one")
            await asyncio.sleep(5)
    assert await notes.bodies() == []
    await notes.write("two")
    assert await notes.bodies() == ["two"]


async def test_cancelled_reads_do_not_use_up_the_readers(notes):
    await notes.write("one")
    for _ in range(60):
        task = asyncio.create_task(notes.bodies())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):
        assert await asyncio.gather(*(notes.bodies() for _ in range(30))) == [["one"]] * 30
