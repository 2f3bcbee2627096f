"""Many at once: nobody is lost, nobody is told "database is locked", readers do not wait for writers."""

from __future__ import annotations

import asyncio

import pytest

from council.storage import database, sql
from council.storage.errors import Busy, unique_violation
from council.storage.postgres import PostgresqlEngine
from council.storage.sqlite import SqliteEngine
from council.storage.transactions import lock_row, transaction


async def test_two_hundred_writers(notes):
    async def write(number):
        async with transaction():
            await notes.write(str(number))

    await asyncio.gather(*(write(number) for number in range(200)))
    assert sorted(map(int, await notes.bodies())) == list(range(200))


async def test_two_hundred_writes_without_a_transaction(notes):
    await asyncio.gather(*(notes.write(str(number)) for number in range(200)))
    assert await notes.count() == 200


async def test_read_then_write_loses_no_update(notes):
    await notes.write("sum")

    async def add():
        async with transaction():
            await lock_row("note", 1)
            row = await sql.fetch_one("SELECT amount FROM note WHERE id = 1")
            await asyncio.sleep(0)
            await sql.execute("UPDATE note SET amount = {} WHERE id = 1", row["amount"] + 1)

    await asyncio.gather(*(add() for _ in range(20)))
    assert (await sql.fetch_one("SELECT amount FROM note"))["amount"] == 20


async def test_the_same_value_at_once_is_written_once(notes):
    async def write():
        async with transaction():
            await notes.write("one")

    results = await asyncio.gather(*(write() for _ in range(30)), return_exceptions=True)
    assert results.count(None) == 1
    assert all(unique_violation(result) for result in results if result is not None)
    assert await notes.bodies() == ["one"]


async def test_reads_go_on_during_a_write(notes):
    await notes.write("before")
    async with asyncio.timeout(10):
        inside, done = asyncio.Event(), asyncio.Event()

        async def slow_write():
            async with transaction():
                await notes.write("after")
                inside.set()
                await done.wait()

        task = asyncio.create_task(slow_write())
        await inside.wait()
        seen = await asyncio.gather(*(notes.bodies() for _ in range(40)))
        done.set()
        await task
    assert seen == [["before"]] * 40
    assert await notes.bodies() == ["before", "after"]


async def test_a_reader_sees_what_it_was_told_is_saved(notes):
    for number in range(50):
        await notes.write(str(number))
        assert await notes.count() == number + 1


@pytest.fixture
async def narrow(db, notes):
    """The same database through an engine with room for very few."""
    if isinstance(db, SqliteEngine):
        engine = SqliteEngine(db.file, queue=2, wait=0.2)
    else:
        engine = PostgresqlEngine(db.config["dsn"], pool_size=1, queue=2, wait=0.2)
    with database.using(engine):
        yield engine
    await engine.close()


async def test_beyond_the_queue_it_says_busy_and_does_nothing(narrow, notes):
    release = asyncio.Event()

    async def hold():
        async with transaction():
            await notes.write("held")
            await release.wait()

    holder = asyncio.create_task(hold())
    await asyncio.sleep(0.1)
    started = asyncio.get_running_loop().time()
    others = [asyncio.create_task(notes.write(str(number))) for number in range(5)]
    done, _ = await asyncio.wait(others, timeout=0.1)
    assert len(done) == 3, "three of five find the queue full and are told at once"
    results = await asyncio.gather(*others, return_exceptions=True)
    assert all(isinstance(result, Busy) for result in results), "the two in the queue were told after their wait"
    assert asyncio.get_running_loop().time() - started < 5
    release.set()
    await holder
    await notes.write("later")
    assert await notes.bodies() == ["held", "later"]
