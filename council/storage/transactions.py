"""`transaction()`, `savepoint()` and `lock_row()` on whichever database is in use."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from council.storage import database
from council.storage.engine import LiveTransaction
from council.storage.errors import Abandoned

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def in_transaction() -> bool:
    """Whether what this task writes now is held back until a commit."""
    return database.current().live() is not None


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Everything inside is saved together, or nothing is.

    Inside another one it joins that. Then an error that leaves the inner block forbids the outer commit, even if
    it is caught in between (`Abandoned`): put a `savepoint()` around what may fail. No `asyncio.gather` inside.
    """
    engine = database.current()
    live = engine.live()
    if live is None:
        async with engine.transaction():
            yield
        return
    try:
        yield
    except BaseException as exc:
        live.abandon(exc)
        raise


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """A part of a transaction that can fail alone: an error undoes the part and goes on upwards.

    Outside a transaction it is one.
    """
    live = database.current().live()
    if live is None:
        async with transaction():
            yield
        return
    async with part_of(live):
        yield


@asynccontextmanager
async def part_of(live: LiveTransaction) -> AsyncIterator[None]:
    """A savepoint in a given transaction."""
    # A name of its own: if an inner one was cancelled half-way, ROLLBACK TO must not stop at that.
    name = f"part_{live.get_savepoint_id()}"
    before = live.cause
    await live.control(f"SAVEPOINT {name}")
    try:
        yield
        if live.cause is not before:
            raise Abandoned("a part of the savepoint had failed, and the error was caught") from live.cause
    except BaseException:
        await live.control(f"ROLLBACK TO SAVEPOINT {name}")
        live.cause = before
        await live.control(f"RELEASE SAVEPOINT {name}")
        raise
    await live.control(f"RELEASE SAVEPOINT {name}")


async def lock_row(table: str, row_id: int, *, is_referred_to: bool = False) -> None:
    """Keeps other transactions from changing or locking a row until this one ends.

    PostgreSQL: SELECT … FOR UPDATE. With `is_referred_to` FOR NO KEY UPDATE: rows that refer to it may be written
    meanwhile, and of two who have each written one neither waits for the other's. SQLite: nothing, the one writer is
    the lock. A row that does not exist is not locked and not an error. RuntimeError outside a transaction, where it
    would lock nothing.
    """
    engine = database.current()
    live = engine.live()
    if live is None:
        raise RuntimeError("lock_row outside a transaction locks nothing")
    if _NAME.fullmatch(table) is None:
        raise ValueError(f"not a table's name: {table!r}")
    if engine.engine_type == "postgres":
        how = "FOR NO KEY UPDATE" if is_referred_to else "FOR UPDATE"
        await live.run(f'SELECT id FROM "{table}" WHERE id = $1 {how}', (row_id,))
