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
from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType
from piccolo.query.base import Query
from piccolo.querystring import QueryString

from council.storage import statements
from council.storage.engine import LiveTransaction, Row
from council.storage.errors import Abandoned, Busy
from council.storage.threads import Threads, as_rows, fetch

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
            raise _busy(exc) from exc
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


def _busy(exc: sqlite3.OperationalError) -> Exception:
    return Busy("another process holds the database") if exc.sqlite_errorname.startswith("SQLITE_BUSY") else exc


class SqliteTransaction(SQLiteTransaction):
    """`BEGIN IMMEDIATE` … `COMMIT`; `async with` inside another one joins it and changes nothing."""

    engine: SqliteEngine

    def __init__(self, engine: SqliteEngine, allow_nested: bool = True) -> None:
        engine.live()
        super().__init__(engine, TransactionType.immediate, allow_nested)
        self.cause: BaseException | None = None
        self.is_over = False
        self._turn: asyncio.Lock | None = None
        # Piccolo's Savepoint calls `transaction.connection.execute`.
        self.connection = self

    async def __aenter__(self) -> SqliteTransaction:
        if self._parent is not None:
            return cast(SqliteTransaction, self._parent)
        self._turn = await self.engine.take_turn()
        try:
            await self.engine.writer.run_surely(_begin)
        except BaseException as exc:
            # Cancelled while beginning: the BEGIN still happens in its thread, and this after it.
            self.engine.writer.submit(_rollback)
            self._turn.release()
            if isinstance(exc, sqlite3.OperationalError):
                raise _busy(exc) from exc
            raise
        self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exc_type: Any, exc: BaseException | None, traceback: Any) -> bool:
        if self._parent is not None:
            return False
        try:
            if exc is not None or self.cause is not None:
                await self.rollback()
            elif not self._committed:
                await self.commit()
        except BaseException:
            # A failed commit leaves its transaction open; a cancelled one is over before this has its turn.
            self.engine.writer.submit(_rollback)
            raise
        finally:
            self._end()
        if exc is None and self.cause is not None:
            raise Abandoned("the transaction was rolled back because a part of it had failed") from self.cause
        return False

    async def commit(self) -> None:
        self._committed = True
        await self.engine.writer.run_surely(_commit)

    async def rollback(self) -> None:
        self._committed = self._rolled_back = True
        await self.engine.writer.run_surely(_rollback)

    def abandon(self, cause: BaseException) -> None:
        if self.cause is None:
            self.cause = cause

    async def run(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        if self.is_over:
            raise RuntimeError("the transaction is over")
        try:
            return await self.engine.writer.run(lambda connection: fetch(connection, sql, args))
        except asyncio.CancelledError as exc:
            # Whether the statement ran is not known any more.
            self.abandon(exc)
            raise

    async def control(self, sql: str) -> None:
        try:
            await self.engine.writer.run_surely(lambda connection: fetch(connection, sql, ()))
        except asyncio.CancelledError as exc:
            self.abandon(exc)
            raise

    async def execute(self, sql: str) -> list[Row]:
        return await self.run(sql)

    def _end(self) -> None:
        self.is_over = True
        self.engine.current_transaction.set(None)
        if self._turn is not None:
            self._turn.release()
            self._turn = None


def _begin(connection: sqlite3.Connection) -> None:
    _rollback(connection)
    connection.execute("BEGIN IMMEDIATE")


def _commit(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")


def _rollback(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


class Batch(BaseBatch):
    """Rows in portions, read on a connection of its own (or the transaction's), so that none are held up."""

    def __init__(self, engine: SqliteEngine, query: Query[Any, Any], size: int) -> None:
        self._engine = engine
        self._query = query
        self._size = size
        self._threads: Threads | None = None
        self._own = False
        self._cursor: sqlite3.Cursor | None = None

    async def __aenter__(self) -> Batch:
        sql, args = self._query.querystrings[0].compile_string(engine_type="sqlite")
        self._own = self._engine.live() is None
        self._threads = (
            Threads(self._engine.file, 1, busy_ms=5000, read_only=True, name="sqlite-batch")
            if self._own
            else self._engine.writer
        )
        self._cursor = await self._threads.run(lambda connection: connection.execute(sql, args))
        return self

    async def __aexit__(self, exc_type: Any, exc: Any, traceback: Any) -> None:
        cursor, threads = self._cursor, self._threads
        if threads is not None and cursor is not None:
            await threads.run_surely(lambda connection: cursor.close())
        if threads is not None and self._own:
            await asyncio.get_running_loop().run_in_executor(None, threads.close)

    def __aiter__(self) -> Batch:
        return self

    async def __anext__(self) -> list[Row]:
        cursor, threads = self._cursor, self._threads
        if cursor is None or threads is None:
            raise RuntimeError("use `async with`")
        rows = await threads.run(lambda connection: as_rows(cursor, cursor.fetchmany(self._size)))
        if not rows:
            raise StopAsyncIteration
        made: list[Row] = await self._query._process_results(rows)
        return made
