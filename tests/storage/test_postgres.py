"""What only the PostgreSQL engine has to do: its pool outlives broken commits, lost connections, lost servers."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from council.storage import database, ddl, sql
from council.storage.errors import Busy, LostTurn, OutcomeUnknown
from council.storage.group_commit import submit
from council.storage.postgres import PostgresqlEngine
from council.storage.transactions import transaction
from tests.fixtures.databases import postgres_database
from tests.storage.conftest import NOTES, Notes


@pytest.fixture
async def engine(postgres_server):
    async with postgres_database(postgres_server, "template1") as url:
        engine = PostgresqlEngine(url, pool_size=2, wait=2)
        with database.using(engine):
            await ddl.run(NOTES)
            yield engine
        await engine.close()


async def kill_backends(engine):
    admin = await asyncpg.connect(engine.config["dsn"])
    await admin.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await admin.close()


async def test_read_committed_and_utc(engine):
    async with transaction():
        [row] = await sql.fetch("SHOW transaction_isolation")
        assert row == {"transaction_isolation": "read committed"}
    assert await sql.fetch("SHOW timezone") == [{"TimeZone": "UTC"}]


async def test_connections_lost_in_a_transaction_do_not_drain_the_pool(engine):
    for number in range(6):
        with pytest.raises(Busy):
            async with transaction():
                await Notes().write(f"lost {number}")
                await kill_backends(engine)
                await Notes().write(f"never {number}")
    async with asyncio.timeout(5):
        await asyncio.gather(*(Notes().write(str(number)) for number in range(6)))
    assert sorted(await Notes().bodies()) == [str(number) for number in range(6)]


async def test_a_connection_lost_at_the_commit_leaves_the_outcome_unknown(engine):
    for number in range(6):
        with pytest.raises(OutcomeUnknown):
            async with transaction():
                await Notes().write(str(number))
                await kill_backends(engine)
        assert engine.transaction_exists() is False
    async with asyncio.timeout(5), transaction():
        await Notes().write("later")
    assert await Notes().bodies() == ["later"]


async def test_idle_connections_lost_are_not_noticed_by_the_next_request(engine):
    await Notes().write("one")
    for _ in range(6):
        await asyncio.gather(Notes().bodies(), Notes().bodies())
        await kill_backends(engine)
        assert await asyncio.gather(Notes().bodies(), Notes().bodies()) == [["one"], ["one"]]
        await asyncio.gather(Notes().bodies(), Notes().bodies())
        await kill_backends(engine)
        async with transaction():
            await sql.execute("UPDATE note SET amount = amount + 1")
    assert await sql.fetch("SELECT amount FROM note") == [{"amount": 6}]


async def test_a_commit_that_takes_too_long_leaves_the_outcome_unknown(postgres_server):
    async with postgres_database(postgres_server, "template1") as url:
        engine = PostgresqlEngine(url, pool_size=2, command_timeout=0.3)
        with database.using(engine):
            await ddl.run(
                NOTES
                + """
                CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_sleep(5); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW WHEN (NEW.body LIKE 'slow%') EXECUTE FUNCTION dawdle();
                """
            )
            for number in range(5):
                with pytest.raises(OutcomeUnknown):
                    async with transaction():
                        await Notes().write(f"slow {number}")
            async with asyncio.timeout(2):
                await Notes().write("quick")
            assert await Notes().bodies() == ["quick"]
        await engine.close()


async def test_a_deferred_constraint_that_fails_at_the_commit_is_that_error(engine):
    await sql.execute("ALTER TABLE note ADD CONSTRAINT later UNIQUE (amount) DEFERRABLE INITIALLY DEFERRED")
    await Notes().write("one")
    with pytest.raises(asyncpg.UniqueViolationError):
        async with transaction():
            await Notes().write("two")
    assert await Notes().bodies() == ["one"]


async def test_a_wait_for_the_replica_that_was_cancelled_is_not_success(engine):
    with pytest.raises(OutcomeUnknown, match="replica"):
        async with transaction():
            await Notes().write("one")
            await ddl.run(
                "DO $$ BEGIN RAISE WARNING 'canceling wait for synchronous replication due to user request'; END $$"
            )
    await Notes().write("two")


async def test_a_server_that_is_not_there_is_busy(engine):
    nowhere = PostgresqlEngine("postgresql://postgres@127.0.0.1:1/none")
    with pytest.raises(OSError):
        await nowhere.open()
    with database.using(nowhere):
        with pytest.raises(Busy):
            await Notes().bodies()
        with pytest.raises(Busy):
            await Notes().write("one")


async def test_a_standby_takes_nothing(engine):
    with pytest.raises(Busy):
        async with transaction():
            await sql.execute("SET TRANSACTION READ ONLY")
            await Notes().write("one")


async def crossed(mine: str, other: str, both: asyncio.Barrier) -> None:
    async with transaction():
        await sql.execute("UPDATE note SET amount = amount + 1 WHERE body = {}", mine)
        await both.wait()
        await sql.execute("UPDATE note SET amount = amount + 1 WHERE body = {}", other)


async def test_of_two_that_wait_for_each_other_one_is_sent_back(engine):
    await Notes().write("one")
    await Notes().write("two")
    both = asyncio.Barrier(2)
    ends = await asyncio.gather(crossed("one", "two", both), crossed("two", "one", both), return_exceptions=True)
    assert sorted(type(end) for end in ends if end is not None) == [LostTurn]
    assert [row["amount"] for row in await sql.fetch("SELECT amount FROM note")] == [1, 1]


async def test_a_unit_that_is_sent_back_says_so_and_the_others_are_saved(engine):
    await Notes().write("one")
    await Notes().write("two")
    both = asyncio.Barrier(2)

    async def quick():
        await Notes().write("three")

    async def waits_first():
        """The one that waits first finds the knot first, and is the one to go."""
        await sql.execute("UPDATE note SET amount = amount + 1 WHERE body = 'one'")
        await both.wait()
        await sql.execute("UPDATE note SET amount = amount + 1 WHERE body = 'two'")

    async def holds():
        async with transaction():
            await sql.execute("UPDATE note SET amount = amount + 10 WHERE body = 'two'")
            await both.wait()
            await asyncio.sleep(0.5)
            await sql.execute("UPDATE note SET amount = amount + 10 WHERE body = 'one'")

    ends = await asyncio.gather(submit(quick), submit(waits_first), holds(), return_exceptions=True)
    assert [type(end) for end in ends] == [type(None), LostTurn, type(None)]
    assert await sql.fetch("SELECT body, amount FROM note ORDER BY body") == [
        {"body": "one", "amount": 10},
        {"body": "three", "amount": 0},
        {"body": "two", "amount": 10},
    ]


def test_one_engine_in_several_event_loops(postgres_server):
    engine = PostgresqlEngine(postgres_server, pool_size=2)

    async def use():
        return await sql.fetch("SELECT 1 AS one")

    with database.using(engine):
        assert [asyncio.run(use()) for _ in range(3)] == [[{"one": 1}]] * 3
        asyncio.run(engine.close())
