"""Piccolo on SQLite through one writer and a few readers, all of them threads that outlive the request.

Every write waits its turn for the writer (a fair queue, bounded in length and in time) and runs in
`BEGIN IMMEDIATE`, so that a read followed by a write never fails with "database is locked". Reads outside a
transaction go to the readers, which see what was committed; reads inside one go to its connection and see its
own writes. One process per file: a second one may look, and a command may write between the server's turns.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from piccolo.engine.base import BaseBatch
from piccolo.engine.sqlite import SQLiteEngine, TransactionType
from piccolo.query.base import Query
from piccolo.querystring import QueryString

from council.storage import statements
from council.storage.engine import LiveTransaction, Row
from council.storage.errors import Busy
from council.storage.sqlite_transaction import Batch, SqliteTransaction, busy
from council.storage.threads import Threads, fetch

# Piccolo's converter goes through Decimal; our INTEGER columns hold nothing but integers.
sqlite3.register_converter("INTEGER", int)


class SqliteEngine(SQLiteEngine):
    """`path` is a file (not ":memory:", which every connection would have to itself).

    `queue` bounds how many wait for the writer, and how many reads wait; `wait` is how long one waits, in seconds.
    Beyond either: `Busy`.
    """

    def __init__(
        self, path: Path, *, readers: int = 3, queue: int = 512, wait: float = 15.0, busy_ms: int = 5000
    ) -> None:
        self.file = path
        self._readers_count = readers
        self._queue = queue
        self._wait = wait
        self._busy_ms = busy_ms
        self._waiting = 0
        self._turn_loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Lock()
        self._writer: Threads | None = None
        self._readers: Threads | None = None
        super().__init__(path=str(path))

    async def check_version(self) -> None:
        """Nothing to ask: the library is linked in (3.35 for RETURNING; Debian 12 has 3.40)."""

    # -- opening and closing -------------------------------------------------------------------------------

    async def open(self) -> None:
        """Opens the writer now, so that a file that cannot be opened stops the start. Reopens after `close`."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        await self.writer.run(lambda connection: None)

    async def close(self) -> None:
        """Waits for what is queued, then closes every connection."""
        threads = [each for each in (self._writer, self._readers) if each is not None]
        self._writer = self._readers = None
        for each in reversed(threads):
            await asyncio.get_running_loop().run_in_executor(None, each.close)

    async def start_connection_pool(self) -> None:
        await self.open()

    async def close_connection_pool(self) -> None:
        await self.close()

    @property
    def writer(self) -> Threads:
        if self._writer is None:
            self._writer = Threads(self.file, 1, busy_ms=self._busy_ms, read_only=False, name="sqlite-writer")
        return self._writer

    @property
    def readers(self) -> Threads:
        if self._readers is None:
            self._readers = Threads(
                self.file, self._readers_count, busy_ms=self._busy_ms, read_only=True, name="sqlite-reader"
            )
        return self._readers

    # -- the writer's turn ---------------------------------------------------------------------------------

    async def take_turn(self) -> asyncio.Lock:
        """The lock to release when done; first come, first served."""
        loop = asyncio.get_running_loop()
        if self._turn_loop is not loop:
            self._turn_loop, self._turn, self._waiting = loop, asyncio.Lock(), 0
        turn = self._turn
        if self._waiting >= self._queue:
            raise Busy(f"{self._waiting} writes are waiting")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait):
                await turn.acquire()
        except TimeoutError:
            raise Busy(f"a write waited {self._wait:g} s") from None
        finally:
            self._waiting -= 1
        return turn

    # -- statements ----------------------------------------------------------------------------------------

    def live(self) -> SqliteTransaction | None:
        """The transaction of this context; RuntimeError for one that a task inherited and that is over."""
        live = cast(SqliteTransaction | None, self.current_transaction.get())
        if live is not None and live.is_over:
            raise RuntimeError("this task was started inside a transaction that is over")
        return live

    def join(self, live: LiveTransaction) -> None:
        self.current_transaction.set(live)  # type: ignore[arg-type]

    def transaction_exists(self) -> bool:
        return self.live() is not None

    async def run(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Rows of one statement, with `?` placeholders."""
        live = self.live()
        if live is not None:
            return await live.run(sql, args)
        if statements.is_read(sql):
            if self.readers.waiting >= self._queue:
                raise Busy(f"{self.readers.waiting} reads are waiting")
            return await self.readers.run(lambda connection: fetch(connection, sql, args))
        turn = await self.take_turn()
        try:
            return await self.writer.run_surely(lambda connection: fetch(connection, sql, args))
        except sqlite3.OperationalError as exc:
            raise busy(exc) from exc
        finally:
            turn.release()

    async def run_script(self, sql: str) -> None:
        """Several statements, in a transaction."""
        async with self.transaction():
            for statement in statements.split(sql):
                await self.run(statement)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> list[Row]:
        sql, args = querystring.compile_string(engine_type="sqlite")
        return await self.run(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> list[Row]:
        return await self.run(ddl)

    async def batch(self, query: Query[Any, Any], batch_size: int = 100, node: str | None = None) -> BaseBatch:  # type: ignore[override]
        return Batch(self, query, batch_size)

    def transaction(
        self, transaction_type: TransactionType = TransactionType.immediate, allow_nested: bool = True
    ) -> SqliteTransaction:
        """Always IMMEDIATE, whatever is asked for."""
        return SqliteTransaction(self, allow_nested=allow_nested)
