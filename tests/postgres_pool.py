"""A PostgreSQL database that a test has used is emptied and used again: making one takes ten times as long.

Only what is as it was made is kept: the same tables, columns, constraints, triggers and functions, the same rows and
numbers where migrations wrote some. Anything else is dropped, and so is what has served `MOST_TESTS`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

import asyncpg

MOST_TESTS = 25
"""Rows that were deleted stay on their pages; nothing tidies up behind the tests."""

_SHAPE = """
SELECT md5(string_agg(one, E'\\n' ORDER BY one)) FROM (
  SELECT concat('column ', attrelid::regclass, ' ', attname, ' ', atttypid::regtype, attnotnull) AS one
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
  UNION ALL SELECT concat('index ', indexrelid::regclass, ' ', indisvalid, indisunique)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat('constraint ', conrelid::regclass, ' ', conname, ' ', pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT concat('trigger ', tgrelid::regclass, ' ', tgname, tgenabled)
    FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT concat('function ', proname, ' ', prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS all_of_it
"""
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
    one = free.pop() if free else await _make(server, template)
    yield one.name
    one.tests += 1
    if one.tests < MOST_TESTS and await _emptied(server, one):
        free.append(one)
    else:
        await _on(server, "postgres", f'DROP DATABASE "{one.name}" WITH (FORCE)')


def address(server: str, name: str) -> str:
    """The server's address with another database's name."""
    return server.replace("/postgres?", f"/{name}?")


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
    try:
        tables = [row["relname"] for row in await connection.fetch(_TABLES)]
        kept = [each for each in tables if await connection.fetchval(f'SELECT EXISTS (SELECT 1 FROM "{each}")')]
        numbers = [row["sequencename"] for row in await connection.fetch(_NUMBERS)]
        return _Database(name, kept, numbers, await _looks(connection, kept))
    finally:
        await connection.close()


async def _looks(connection: asyncpg.Connection, kept: list[str]) -> str:
    """What has to be the same afterwards."""
    rows = [await connection.fetch(f'SELECT md5(one::text) FROM "{table}" AS one ORDER BY 1') for table in kept]
    return f"{await connection.fetchval(_SHAPE)} {rows} {await connection.fetch(_NUMBERS)}"


async def _emptied(server: str, one: _Database) -> bool:
    """Whether the database is again as it was made."""
    try:
        connection = await asyncpg.connect(address(server, one.name))
        try:
            await connection.execute(_ALONE)
            kept = {"kept": ",".join(one.kept), "kept_numbers": ",".join(one.kept_numbers)}
            await connection.execute(_EMPTY % kept)
            return one.looks == await _looks(connection, one.kept)
        finally:
            await connection.close()
    except asyncpg.PostgresError:
        return False
