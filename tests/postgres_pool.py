"""A PostgreSQL database that a test has used is emptied and used again: making one takes forty times as long.

One connection to each stays open for that, on an event loop that outlives the tests': a new one has the whole
catalogue to read before it can empty anything. Only what is as it was made is kept: the same tables, columns,
constraints, triggers and functions, the same rows and numbers where migrations wrote some. Anything else is dropped,
and so is what has served `MOST_TESTS`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from threading import Thread
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")

MOST_TESTS = 100
"""Rows that were deleted stay on their pages; nothing tidies up behind the tests."""

_SHAPE = """
SELECT md5(string_agg(one, E'\\n' ORDER BY one)) FROM (
  SELECT concat_ws(' ', 'column', attrelid, attname, atttypid, attnotnull) AS one
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
  UNION ALL SELECT concat_ws(' ', 'index', indrelid, indexrelid, indisvalid, indisunique)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', 'constraint', conrelid, conname, contype, conkey, confrelid, confkey, conbin)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', 'trigger', tgrelid, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT concat_ws(' ', 'function', proname, prosrc)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS all_of_it
"""
"""Of one database at two times: the numbers of its tables and types are as good as their names, and quicker read."""
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
_NUMBERS = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL ORDER BY 1"
_ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = """
SET lock_timeout = '5s';
SET session_replication_role = replica;
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
      AND relkind = 'r' AND relname <> ALL ('{%(kept)s}') LOOP
    EXECUTE format('DELETE FROM %%s', one.name);
  END LOOP;
  PERFORM setval(format('%%I.%%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL AND sequencename <> ALL ('{%(kept_numbers)s}');
END $$;
RESET session_replication_role;
"""


@dataclass
class _Database:
    name: str
    connection: asyncpg.Connection
    kept: list[str]
    kept_numbers: list[str]
    looks: str
    tests: int = 0


_free: dict[str, list[_Database]] = {}
_numbers = count(1)


@asynccontextmanager
async def database(server: str, template: str) -> AsyncIterator[str]:
    """The name of a database like `template`, this test's alone."""
    free = _free.setdefault(f"{server} {template}", [])
    one = free.pop() if free else await _elsewhere(_make(server, template))
    yield one.name
    one.tests += 1
    if one.tests < MOST_TESTS and await _elsewhere(_emptied(one)):
        free.append(one)
    else:
        await _elsewhere(_dropped(server, one))


def address(server: str, name: str) -> str:
    """The server's address with another database's name."""
    return server.replace("/postgres?", f"/{name}?")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for all tests of this process, in a thread of its own."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="postgres-pool", daemon=True).start()
    return loop


async def _elsewhere(work: Coroutine[Any, Any, T]) -> T:
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, _loop()))


async def _on(server: str, name: str, statement: str) -> None:
    connection = await asyncpg.connect(address(server, name))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _make(server: str, template: str) -> _Database:
    name = f"t_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{next(_numbers)}"
    await _on(server, "postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection = await asyncpg.connect(address(server, name))
    tables = [row["relname"] for row in await connection.fetch(_TABLES)]
    kept = [each for each in tables if await connection.fetchval(f'SELECT EXISTS (SELECT 1 FROM "{each}")')]
    numbers = [row["sequencename"] for row in await connection.fetch(_NUMBERS)]
    return _Database(name, connection, kept, numbers, await _looks(connection, kept))


async def _looks(connection: asyncpg.Connection, kept: list[str]) -> str:
    """What has to be the same afterwards."""
    rows = [await connection.fetch(f'SELECT md5(one::text) FROM "{table}" AS one ORDER BY 1') for table in kept]
    return f"{await connection.fetchval(_SHAPE)} {rows} {await connection.fetch(_NUMBERS)}"


async def _emptied(one: _Database) -> bool:
    """Whether the database is again as it was made."""
    try:
        await one.connection.execute(_ALONE)
        kept = {"kept": ",".join(one.kept), "kept_numbers": ",".join(one.kept_numbers)}
        await one.connection.execute(_EMPTY % kept)
        return one.looks == await _looks(one.connection, one.kept)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return False  # a test has ended our connection, changed what we look at, or holds a lock


async def _dropped(server: str, one: _Database) -> None:
    one.connection.terminate()
    await _on(server, "postgres", f'DROP DATABASE "{one.name}" WITH (FORCE)')
