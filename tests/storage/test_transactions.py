"""What is saved together, what is undone together."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from council.storage import ddl, sql
from council.storage.errors import Abandoned, unique_violation
from council.storage.transactions import in_transaction, lock_row, savepoint, transaction


@pytest.fixture(autouse=True)
async def notes(db):
    await ddl.run("CREATE TABLE note (id {pk}, body TEXT NOT NULL UNIQUE, written_at TIMESTAMPTZ, is_kept BOOLEAN)")


async def write(body):
    await sql.execute("INSERT INTO note (body) VALUES ({})", body)


async def bodies():
    return [row["body"] for row in await sql.fetch("SELECT body FROM note ORDER BY id")]


async def test_a_transaction_is_seen_by_others_only_after_it(db):
    async with transaction():
        await write("one")
        assert await bodies() == ["one"]
        seen = await asyncio.create_task(bodies(), context=__import__("contextvars").Context())
        assert seen == []
        assert in_transaction()
    assert not in_transaction()
    assert await bodies() == ["one"]


async def test_an_error_undoes_everything(db):
    with pytest.raises(KeyError):
        async with transaction():
            await write("one")
            raise KeyError
    assert await bodies() == []
    await write("two")
    assert await bodies() == ["two"]
