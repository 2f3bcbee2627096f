"""Piccolo on PostgreSQL through a pool that a broken commit, a cancelled request or a lost server cannot drain."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeVar, cast

import asyncpg  # type: ignore[import-untyped]
from piccolo.engine.base import BaseBatch
from piccolo.engine.postgres import PostgresEngine
from piccolo.query.base import Query
from piccolo.querystring import QueryString

from council.storage.engine import LiveTransaction, Row
from council.storage.errors import Busy, in_plain_words, was_dead
from council.storage.postgres_transaction import ATTEMPTS, Batch, PostgresqlTransaction
from council.storage.statements import is_read

T = TypeVar("T")


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
        """A connection from the pool; `release` it. Busy where none is free in time, or no server answers."""
        try:
            await self.open()
            return await self._a_free_one()
        except TimeoutError:
            raise Busy(f"no connection within {self._wait:g} s") from None
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as exc:
            if (busy := in_plain_words(exc)) is not None:
                raise busy from exc
            raise

    async def _a_free_one(self) -> Any:
        assert self.pool is not None  # noqa: S101 - open() has just made it
        if self._waiting >= self._queue:
            raise Busy(f"{self._waiting} requests are waiting for a connection")
        self._waiting += 1
        try:
            return await self.pool.acquire(timeout=self._wait)
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
        if not is_read(sql):
            # A transaction of its own: its BEGIN finds out whether the connection is alive, and a lost COMMIT says so.
            async with self.transaction() as own:
                return await own.run(sql, args)
        for attempt in range(ATTEMPTS):
            connection = await self.acquire()
            try:
                return [dict(row) for row in await connection.fetch(sql, *args)]
            except Exception as exc:
                if not was_dead(exc):
                    raise
                if attempt + 1 == ATTEMPTS:
                    raise Busy("the database goes away again and again") from exc
            finally:
                await self.release(connection)
        raise AssertionError("unreachable")

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
