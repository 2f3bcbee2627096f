"""What is saved together, what is undone together."""

from __future__ import annotations

import asyncio
import contextlib
from contextvars import Context

import pytest

from council.storage import database, sql
from council.storage.errors import Abandoned, unique_violation
from council.storage.transactions import in_transaction, lock_row, savepoint, transaction


async def elsewhere(work):
    """The result as another request sees it."""
    return await asyncio.create_task(work, context=Context())


async def test_others_see_it_only_afterwards(notes):
    async with transaction():
        await notes.write("one")
        assert in_transaction()
        assert await notes.bodies() == ["one"]
        assert await elsewhere(notes.bodies()) == []
    assert not in_transaction()
    assert await elsewhere(notes.bodies()) == ["one"]


async def test_an_error_undoes_everything(notes):
    with pytest.raises(KeyError):
        async with transaction():
            await notes.write("one")
            raise KeyError
    assert await notes.bodies() == []
    await notes.write("two")
    assert await notes.bodies() == ["two"]


async def test_an_inner_transaction_joins_the_outer(notes):
    with pytest.raises(KeyError):
        async with transaction():
            async with transaction():
                await notes.write("inner")
            raise KeyError
    assert await notes.bodies() == []


async def test_an_inner_failure_cannot_be_half_saved(notes):
    with pytest.raises(Abandoned):
        async with transaction():
            await notes.write("outer")
            with contextlib.suppress(KeyError):
                async with transaction():
                    await notes.write("inner")
                    raise KeyError
    assert await notes.bodies() == []


async def test_a_savepoint_fails_alone(notes):
    async with transaction():
        await notes.write("outer")
        for body in ("first", "outer", "second"):
            with contextlib.suppress(Exception):
                async with savepoint():
                    await notes.write(body)
                    if body == "first":
                        raise KeyError
    assert await notes.bodies() == ["outer", "second"]


async def test_savepoints_nest(notes):
    async with transaction():
        with contextlib.suppress(KeyError):
            async with savepoint():
                await notes.write("one")
                with contextlib.suppress(ValueError):
                    async with savepoint():
                        await notes.write("two")
                        raise ValueError
                assert await notes.bodies() == ["one"]
                raise KeyError
        async with savepoint(), transaction():
            await notes.write("three")
    assert await notes.bodies() == ["three"]


async def test_a_failure_inside_a_savepoint_stays_inside(notes):
    async with transaction():
        await notes.write("outer")
        with contextlib.suppress(KeyError):
            async with savepoint(), transaction():
                await notes.write("inner")
                raise KeyError
    assert await notes.bodies() == ["outer"]


async def test_a_failure_swallowed_inside_a_savepoint_undoes_the_savepoint(notes):
    async with transaction():
        await notes.write("outer")
        with pytest.raises(Abandoned):
            async with savepoint():
                with contextlib.suppress(KeyError):
                    async with transaction():
                        await notes.write("inner")
                        raise KeyError
    assert await notes.bodies() == ["outer"]


async def test_a_savepoint_outside_is_a_transaction(notes):
    with pytest.raises(KeyError):
        async with savepoint():
            await notes.write("one")
            raise KeyError
    assert await notes.bodies() == []


async def test_a_statement_cancelled_inside_cannot_be_half_saved(notes):
    async def cancelled_half_way():
        async with transaction():
            await notes.write("one")
            task = asyncio.current_task()
            asyncio.get_running_loop().call_soon(task.cancel)
            with contextlib.suppress(asyncio.CancelledError):
                await notes.write("two")
            task.uncancel()

    with pytest.raises(Abandoned):
        await cancelled_half_way()
    assert await notes.bodies() == []


async def test_the_same_value_twice_is_a_unique_violation(notes):
    await notes.write("one")
    with pytest.raises(Exception) as caught:
        await notes.write("one")
    assert unique_violation(caught.value)
    with pytest.raises(Exception) as caught:
        await sql.execute("INSERT INTO note (body) VALUES (NULL)")
    assert not unique_violation(caught.value)


async def test_a_primary_key_twice_is_a_unique_violation(notes):
    await sql.execute("INSERT INTO note (id, body) VALUES (7, 'one')")
    with pytest.raises(Exception) as caught:
        await sql.execute("INSERT INTO note (id, body) VALUES (7, 'two')")
    assert unique_violation(caught.value)


async def test_ids_are_never_used_again(notes):
    await notes.write("one")
    await sql.execute("DELETE FROM note")
    await notes.write("two")
    assert (await sql.fetch_one("SELECT id FROM note"))["id"] == 2


async def test_a_locked_row_waits(notes):
    await notes.write("one")
    entered = []

    async def add(amount):
        async with transaction():
            await lock_row("note", 1)
            row = await sql.fetch_one("SELECT amount FROM note WHERE id = 1")
            entered.append(amount)
            await asyncio.sleep(0.01)
            await sql.execute("UPDATE note SET amount = {} WHERE id = 1", row["amount"] + amount)

    await asyncio.gather(*(add(2**n) for n in range(8)))
    assert (await sql.fetch_one("SELECT amount FROM note"))["amount"] == 255
    assert sorted(entered) == [2**n for n in range(8)]


async def test_locking_needs_a_transaction_and_a_name(notes):
    with pytest.raises(RuntimeError):
        await lock_row("note", 1)
    with pytest.raises(ValueError):
        async with transaction():
            await lock_row('note" --', 1)
    async with transaction():
        await lock_row("note", 4711)


async def test_a_task_left_over_from_a_transaction_is_told(notes):
    ready = asyncio.Event()

    async def late():
        await ready.wait()
        await notes.write("late")

    async with transaction():
        task = asyncio.create_task(late())
    ready.set()
    with pytest.raises(RuntimeError, match="is over"):
        await task
    assert await notes.bodies() == []


async def test_an_error_caught_without_a_savepoint(notes):
    """PostgreSQL answers the COMMIT of such a transaction with ROLLBACK and no error; we do not stay silent."""
    await notes.write("one")

    async def careless():
        async with transaction():
            await notes.write("two")
            with contextlib.suppress(Exception):
                await notes.write("one")

    if database.current().engine_type == "postgres":
        with pytest.raises(Abandoned):
            await careless()
        assert await notes.bodies() == ["one"]
    else:
        await careless()
        assert await notes.bodies() == ["one", "two"]
