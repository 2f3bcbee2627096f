"""Many small writes in one commit: in order, each on its own, all answered only when it is durable."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from contextvars import ContextVar

import pytest

from council.storage import database, group_commit, sql
from council.storage.errors import Abandoned, Busy
from council.storage.group_commit import submit
from council.storage.transactions import in_transaction, savepoint, transaction

LANGUAGE: ContextVar[str] = ContextVar("LANGUAGE")


@contextmanager
def counted_transactions():
    """How many real transactions begin inside, and what may go wrong at their end."""
    engine = database.current()
    began = []
    kind = type(engine.transaction())
    commit = kind.commit

    async def counting(self):
        began.append(self)
        await commit(self)

    kind.commit = counting
    try:
        yield began
    finally:
        kind.commit = commit


async def test_results_and_order(notes):
    async def write(number):
        await notes.write(str(number))
        assert in_transaction()
        return number * 2

    with counted_transactions() as commits:
        results = await asyncio.gather(*(submit(lambda n=n: write(n)) for n in range(200)))
    assert results == [n * 2 for n in range(200)]
    assert await notes.bodies() == [str(n) for n in range(200)]
    assert len(commits) <= 200 // group_commit.BATCH + 2


async def test_a_failure_is_its_own(notes):
    async def write(number):
        await notes.write(str(number))
        if number % 5 == 0:
            raise KeyError(number)
        if number % 7 == 0:
            await notes.write(str(number))
        return number

    results = await asyncio.gather(*(submit(lambda n=n: write(n)) for n in range(60)), return_exceptions=True)
    good = [n for n in range(60) if n % 5 and n % 7]
    assert [result for result in results if isinstance(result, int)] == good
    assert all(isinstance(results[n], KeyError) and results[n].args == (n,) for n in range(0, 60, 5))
    assert await notes.bodies() == [str(n) for n in good]


async def test_nothing_is_answered_before_the_commit(notes):
    answered_at_commit = []
    engine = database.current()
    kind = type(engine.transaction())
    commit = kind.commit
    tasks = []

    async def looking(self):
        answered_at_commit.extend(task.done() for task in tasks)
        await commit(self)

    kind.commit = looking
    try:
        tasks += [asyncio.create_task(submit(lambda n=n: notes.write(str(n)))) for n in range(40)]
        await asyncio.gather(*tasks)
    finally:
        kind.commit = commit
    assert answered_at_commit[:40] == [False] * 40


async def test_a_failed_commit_is_everybodys(notes):
    kind = type(database.current().transaction())
    commit = kind.commit

    async def failing(self):
        raise OSError("no space left")

    kind.commit = failing
    try:
        results = await asyncio.gather(
            *(submit(lambda n=n: notes.write(str(n))) for n in range(20)), return_exceptions=True
        )
    finally:
        kind.commit = commit
    assert all(isinstance(result, OSError) for result in results)
    assert await notes.bodies() == []
    await submit(lambda: notes.write("afterwards"))
    assert await notes.bodies() == ["afterwards"]


async def test_each_unit_keeps_its_callers_context(notes):
    async def write():
        await notes.write(LANGUAGE.get())
        LANGUAGE.set("changed")
        return LANGUAGE.get()

    async def request(language):
        LANGUAGE.set(language)
        await submit(write)
        assert not in_transaction()
        return LANGUAGE.get()

    languages = [f"language {n}" for n in range(20)]
    assert await asyncio.gather(*(asyncio.create_task(request(each)) for each in languages)) == languages
    assert await notes.bodies() == languages


async def test_inside_a_transaction_it_joins(notes):
    with pytest.raises(KeyError):
        async with transaction():
            await submit(lambda: notes.write("one"))
            raise KeyError
    assert await notes.bodies() == []


async def test_nested_transactions_and_savepoints_inside_a_unit(notes):
    async def good():
        async with transaction():
            await notes.write("good")
            async with savepoint():
                await notes.write("better")

    async def swallows():
        await notes.write("bad")
        try:
            async with transaction():
                await notes.write("worse")
                raise KeyError
        except KeyError:
            return "as if nothing had happened"

    results = await asyncio.gather(submit(swallows), submit(good), return_exceptions=True)
    assert isinstance(results[0], Abandoned)
    assert await notes.bodies() == ["good", "better"]


async def test_a_unit_that_hangs_is_given_up(notes, monkeypatch):
    monkeypatch.setattr(group_commit, "PATIENCE", 0.1)

    async def hang():
        await notes.write("hanging")
        await asyncio.sleep(60)

    results = await asyncio.gather(
        submit(hang), *(submit(lambda n=n: notes.write(str(n))) for n in range(3)), return_exceptions=True
    )
    assert isinstance(results[0], TimeoutError)
    assert await notes.bodies() == ["0", "1", "2"]


async def test_too_many_waiting_is_busy(notes, monkeypatch):
    monkeypatch.setattr(group_commit, "QUEUE", 10)
    results = await asyncio.gather(
        *(submit(lambda n=n: notes.write(str(n))) for n in range(30)), return_exceptions=True
    )
    busy = [result for result in results if isinstance(result, Busy)]
    assert len(busy) == 20
    assert await notes.count() == 10


async def test_cancelled_while_waiting_is_not_begun(notes):
    first = asyncio.create_task(submit(lambda: notes.write("first")))
    second = asyncio.create_task(submit(lambda: notes.write("second")))
    await asyncio.sleep(0)
    second.cancel()
    await first
    await asyncio.gather(second, return_exceptions=True)
    await submit(lambda: notes.write("third"))
    assert await notes.bodies() == ["first", "third"]


async def test_one_counter_under_a_lock(notes):
    """The shape of casting a ballot: read the head, write the next record."""

    async def append():
        row = await sql.fetch_one("SELECT COUNT(*) AS n FROM note")
        await notes.write(f"record {row['n']}")
        return row["n"]

    assert sorted(await asyncio.gather(*(submit(append) for _ in range(150)))) == list(range(150))


async def test_faster_than_one_by_one(notes):
    async def one_by_one(number):
        async with transaction():
            await notes.write(f"single {number}")

    async def measured(works):
        started = time.perf_counter()
        await asyncio.gather(*works)
        return time.perf_counter() - started

    if database.current().engine_type == "postgres":
        # No disk is waited for here: what counts is that as few commits are made.
        with counted_transactions() as commits:
            await measured(submit(lambda n=n: notes.write(f"group {n}")) for n in range(300))
        assert len(commits) <= 8
    else:
        slow = await measured(one_by_one(n) for n in range(300))
        quick = await measured(submit(lambda n=n: notes.write(f"group {n}")) for n in range(300))
        print(f"300 writes one by one {slow * 1000:.0f} ms, in groups {quick * 1000:.0f} ms")
        assert quick < slow
