"""What only the SQLite engine has to do: pragmas, threads, another process on the same file."""

from __future__ import annotations

import asyncio
import sqlite3
import threading

import pytest

from council.storage import database, sql
from council.storage.errors import Abandoned, Busy
from council.storage.sqlite import SqliteEngine
from council.storage.transactions import transaction
from tests.storage.conftest import Notes


@pytest.fixture
async def engine(tmp_path):
    engine = SqliteEngine(tmp_path / "new folder" / "北.db", readers=2, busy_ms=100)
    await engine.open()
    with database.using(engine):
        await sql.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE)")
        yield engine
    await engine.close()


async def test_pragmas(engine):
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 100}
    for name, value in wanted.items():
        [row] = await sql.fetch(f"PRAGMA {name}")
        assert list(row.values()) == [value], name
    [row] = await engine.readers.run(lambda connection: connection.execute("PRAGMA query_only").fetchall())
    assert row == (1,)


async def test_foreign_keys_hold(engine):
    await sql.execute("CREATE TABLE page (id INTEGER PRIMARY KEY, note_id BIGINT NOT NULL REFERENCES note (id))")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await sql.execute("INSERT INTO page (note_id) VALUES (7)")


async def test_a_reader_cannot_write(engine):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await engine.readers.run(lambda connection: connection.execute("INSERT INTO note (body) VALUES ('x')"))


async def test_threads_are_few_and_gone_after_closing(tmp_path):
    def threads():
        return [each.name for each in threading.enumerate() if each.name.startswith("sqlite-")]

    before = len(threads())
    engine = SqliteEngine(tmp_path / "a.db", readers=2)
    with database.using(engine):
        await sql.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)")
        await asyncio.gather(*(Notes().write(str(n)) for n in range(50)), *(Notes().count() for _ in range(50)))
        assert len(threads()) == before + 3, "one that writes and two that read"
        await engine.close()
        assert len(threads()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db"], "the log is folded in when the last one closes"


async def test_it_opens_again_after_closing(engine):
    await Notes().write("one")
    await engine.close()
    assert await Notes().bodies() == ["one"]


async def test_a_file_that_cannot_be_opened_stops_the_start(tmp_path):
    with pytest.raises(sqlite3.OperationalError):
        await SqliteEngine(tmp_path).open()
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is not a database, whatever it says" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        await SqliteEngine(broken).open()


async def test_another_process_that_holds_the_file(engine):
    other = sqlite3.connect(engine.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        await Notes().write("one")
    with pytest.raises(Busy):
        async with transaction():
            await Notes().write("two")
    assert await Notes().bodies() == [], "reading goes on"
    other.execute("ROLLBACK")
    other.close()
    async with transaction():
        await Notes().write("three")
    assert await Notes().bodies() == ["three"]


async def test_a_deferred_constraint_that_fails_at_the_commit(engine):
    await sql.execute(
        "CREATE TABLE page (id INTEGER PRIMARY KEY,"
        " note_id BIGINT NOT NULL REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    with pytest.raises(sqlite3.IntegrityError):
        async with transaction():
            await sql.execute("INSERT INTO page (note_id) VALUES (7)")
    assert await sql.fetch("SELECT id FROM page") == []
    await Notes().write("one")
    assert await Notes().bodies() == ["one"]


async def test_a_savepoint_that_cannot_be_undone_spoils_the_transaction(engine):
    with pytest.raises(Abandoned):
        async with transaction():
            await Notes().write("one")
            live = engine.live()
            await live.control("ROLLBACK TO SAVEPOINT nowhere")
    assert await Notes().bodies() == []
    await Notes().write("two")


def test_one_engine_in_several_event_loops(tmp_path):
    engine = SqliteEngine(tmp_path / "a.db")

    async def use(number):
        async def write(body):
            async with transaction():
                await Notes().write(body)

        await asyncio.gather(*(write(f"{number} {n}") for n in range(5)))
        return await Notes().count()

    with database.using(engine):
        asyncio.run(engine.run_script("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)"))
        assert [asyncio.run(use(number)) for number in range(3)] == [5, 10, 15]
        asyncio.run(engine.close())
