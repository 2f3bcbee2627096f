"""Piccolo on PostgreSQL through a pool that a broken commit, a cancelled request or a lost server cannot drain."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeVar, cast

import asyncpg  # type: ignore[import-untyped]
from piccolo.engine.base import BaseBatch
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.query.base import Query
from piccolo.querystring import QueryString

from council.storage.engine import LiveTransaction, Row
from council.storage.errors import Abandoned, Busy, OutcomeUnknown, lost_connection

T = TypeVar("T")
REPLICA_WAIT_CANCELLED = "canceling wait for synchronous replication"


class PostgresqlEngine(PostgresEngine):
    """`dsn` is a postgresql:// address. Times are in seconds.

    `queue` bounds how many wait for one of `pool_size` connections, `wait` how long one waits; beyond: `Busy`.
    """

    def __init__(
        self,
        dsn: str,
        *,
        pool_size: int = 10,
        queue: int = 512,
        wait: float = 15.0,
        connect_timeout: float = 3.0,
        command_timeout: float = 30.0,
    ) -> None:
        self._pool_size = pool_size
        self._queue = queue
        self._wait = wait
        self._waiting = 0
        self._pool_loop: asyncio.AbstractEventLoop | None = None
        self._opening: asyncio.Lock | None = None
        self.finishing: set[asyncio.Task[Any]] = set()
        super().__init__(
            config={
                "dsn": dsn,
                "timeout": connect_timeout,
                "command_timeout": command_timeout,
                "server_settings": {"application_name": "council", "timezone": "UTC"},
            }
        )

    async def check_version(self) -> None:
        """Constructing must not connect (a frozen server would block the import for a minute)."""

    async def prep_database(self) -> None:
        """No extensions are needed."""

    # -- opening and closing -------------------------------------------------------------------------------

    async def open(self) -> None:
        """Opens the pool in this event loop, if it is not."""
        loop = asyncio.get_running_loop()
        if self.pool is not None and self._pool_loop is loop:
            return
        if self._pool_loop is not loop or self._opening is None:
            if self.pool is not None:
                _forget(self.pool)
                self.pool = None
            self._pool_loop, self._opening, self._waiting = loop, asyncio.Lock(), 0
        async with self._opening:
            if self.pool is None:
                self.pool = await asyncpg.create_pool(
                    **self.config, min_size=1, max_size=self._pool_size, init=_prepare
                )

    async def close(self) -> None:
        if self.finishing:
            await asyncio.wait(self.finishing, timeout=5)
        pool, self.pool = self.pool, None
        if pool is None:
            return
        if self._pool_loop is not asyncio.get_running_loop():
            _forget(pool)
            return
        try:
            async with asyncio.timeout(5):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    async def start_connection_pool(self, **kwargs: Any) -> None:
        await self.open()

    async def close_connection_pool(self) -> None:
        await self.close()

    async def acquire(self) -> Any:
        """A connection from the pool; `release` it."""
        await self.open()
        assert self.pool is not None  # noqa: S101 - open() has just made it
        if self._waiting >= self._queue:
            raise Busy(f"{self._waiting} requests are waiting for a connection")
        self._waiting += 1
        try:
            return await self.pool.acquire(timeout=self._wait)
        except TimeoutError:
            raise Busy(f"no connection within {self._wait:g} s") from None
        finally:
            self._waiting -= 1

    async def release(self, connection: Any) -> None:
        """Gives a connection back; one in an unclear state must be terminated first."""
        if self.pool is not None:
            await self.pool.release(connection, timeout=5)
        else:
            connection.terminate()

    async def surely(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs to its end even when the caller is cancelled meanwhile."""
        task = asyncio.ensure_future(work)
        self.finishing.add(task)
        task.add_done_callback(self.finishing.discard)
        return await asyncio.shield(task)

    # -- statements ----------------------------------------------------------------------------------------

    def live(self) -> PostgresqlTransaction | None:
        """The transaction of this context; RuntimeError for one that a task inherited and that is over."""
        live = cast(PostgresqlTransaction | None, self.current_transaction.get())
        if live is not None and live.is_over:
            raise RuntimeError("this task was started inside a transaction that is over")
        return live

    def join(self, live: LiveTransaction) -> None:
        self.current_transaction.set(live)  # type: ignore[arg-type]

    def transaction_exists(self) -> bool:
        return self.live() is not None

    async def run(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Rows of one statement, with `$1` placeholders."""
        live = self.live()
        if live is not None:
            return await live.run(sql, args)
        connection = await self.acquire()
        try:
            return [dict(row) for row in await connection.fetch(sql, *args)]
        finally:
            await self.release(connection)

    async def run_script(self, sql: str) -> None:
        """Several statements, in a transaction."""
        async with self.transaction() as live:
            await live.connection.execute(sql)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[Row]:
        sql, args = querystring.compile_string(engine_type="postgres")
        return await self.run(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[Row]:
        return await self.run(ddl)

    def transform_response_to_dicts(self, results: list[Row]) -> list[Row]:
        return results

    async def batch(self, query: Query[Any, Any], batch_size: int = 100, node: str | None = None) -> BaseBatch:  # type: ignore[override]
        return Batch(self, query, batch_size)

    def transaction(self, allow_nested: bool = True) -> PostgresqlTransaction:
        return PostgresqlTransaction(self, allow_nested)


def _forget(pool: Any) -> None:
    """Ends a pool of another event loop; when that is closed, so are its connections."""
    with suppress(RuntimeError):
        pool.terminate()


async def _prepare(connection: Any) -> None:
    """SUM(bigint) is numeric in PostgreSQL: whole numbers come back as int, as on SQLite."""
    await connection.set_type_codec(
        "numeric", schema="pg_catalog", encoder=str, decoder=lambda text: Decimal(text) if "." in text else int(text)
    )


class PostgresqlTransaction(PostgresTransaction):
    """READ COMMITTED; `async with` inside another one joins it and changes nothing.

    COMMIT and ROLLBACK run to their end when the task is cancelled; a connection that is not clean afterwards is
    thrown away; the context variable is reset and the connection given back whatever happens.
    """

    engine: PostgresqlEngine
    connection: Any

    def __init__(self, engine: PostgresqlEngine, allow_nested: bool = True) -> None:
        engine.live()
        super().__init__(engine, allow_nested)
        self.cause: BaseException | None = None
        self.is_over = False
        self._is_gone = False
        self._warnings: list[str] = []

    async def __aenter__(self) -> PostgresqlTransaction:
        if self._parent is not None:
            return cast(PostgresqlTransaction, self._parent)
        self.connection = await self.engine.acquire()
        try:
            self.connection.add_log_listener(self._heard)
            await self.connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        except BaseException:
            self._throw_away()
            raise
        self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exc_type: Any, exc: BaseException | None, traceback: Any) -> bool:
        if self._parent is not None:
            return False
        self.engine.current_transaction.set(None)
        self.is_over = True
        await self.engine.surely(self._finish(exc is None and self.cause is None))
        if exc is None and self.cause is not None:
            raise Abandoned("the transaction was rolled back because a part of it had failed") from self.cause
        return False

    async def commit(self) -> None:
        """COMMIT; `OutcomeUnknown` when the answer did not come or the replica was not waited for."""
        self._committed = True
        try:
            status = await self.connection.execute("COMMIT")
        except Exception as exc:
            if lost_connection(exc):
                raise OutcomeUnknown("the database went away during the commit") from exc
            raise
        if status != "COMMIT":
            # PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error.
            raise Abandoned("a statement had failed, and the error was caught without a savepoint")
        if any(REPLICA_WAIT_CANCELLED in text for text in self._warnings):
            raise OutcomeUnknown("the commit did not wait for the replica")

    async def rollback(self) -> None:
        self._committed = self._rolled_back = True
        await self.connection.execute("ROLLBACK")

    def abandon(self, cause: BaseException) -> None:
        if self.cause is None:
            self.cause = cause

    async def run(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        if self.is_over:
            raise RuntimeError("the transaction is over")
        try:
            return [dict(row) for row in await self.connection.fetch(sql, *args)]
        except asyncio.CancelledError as exc:
            # Whether the statement ran is not known any more.
            self.abandon(exc)
            raise

    async def control(self, sql: str) -> None:
        try:
            await self.engine.surely(self.connection.execute(sql))
        except asyncio.CancelledError as exc:
            self.abandon(exc)
            raise

    async def _finish(self, commit: bool) -> None:
        try:
            if self._committed or self._rolled_back:
                pass
            elif commit:
                await self.commit()
            else:
                await self._rollback_quietly()
        except BaseException:
            self._throw_away()
            raise
        finally:
            await self._give_back()

    async def _rollback_quietly(self) -> None:
        try:
            await self.rollback()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            # The server rolls back what it loses the connection to; the error that led here is what matters.
            self._throw_away()

    def _throw_away(self) -> None:
        """Closes the connection without another word; its place in the pool is free at once."""
        self._is_gone = True
        with suppress(asyncpg.InterfaceError):  # the pool may have noticed before us
            self.connection.terminate()

    async def _give_back(self) -> None:
        if not self._is_gone:
            with suppress(asyncpg.InterfaceError):
                self.connection.remove_log_listener(self._heard)
            await self.engine.release(self.connection)

    def _heard(self, connection: Any, message: Any) -> None:
        self._warnings.append(str(message))


class Batch(BaseBatch):
    """Rows in portions from a cursor of the server's, in a transaction of its own unless there is one."""

    def __init__(self, engine: PostgresqlEngine, query: Query[Any, Any], size: int) -> None:
        self._engine = engine
        self._query = query
        self._size = size
        self._transaction = engine.transaction()
        self._cursor: Any = None

    async def __aenter__(self) -> Batch:
        live = await self._transaction.__aenter__()
        sql, args = self._query.querystrings[0].compile_string(engine_type="postgres")
        self._cursor = await live.connection.cursor(sql, *args)
        return self

    async def __aexit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        await self._transaction.__aexit__(exc_type, exc, traceback)

    def __aiter__(self) -> Batch:
        return self

    async def __anext__(self) -> list[Row]:
        rows = [dict(row) for row in await self._cursor.fetch(self._size)]
        if not rows:
            raise StopAsyncIteration
        made: list[Row] = await self._query._process_results(rows)
        return made
