"""A transaction on SQLite, and rows in portions."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from piccolo.engine.base import BaseBatch
from piccolo.engine.sqlite import SQLiteTransaction, TransactionType
from piccolo.query.base import Query

from council.storage.engine import Row
from council.storage.errors import Abandoned, Busy
from council.storage.threads import Threads, as_rows, fetch

if TYPE_CHECKING:
    from council.storage.sqlite import SqliteEngine


def busy(exc: sqlite3.OperationalError) -> Exception:
    return Busy("another process holds the database") if exc.sqlite_errorname.startswith("SQLITE_BUSY") else exc


class SqliteTransaction(SQLiteTransaction):
    """`BEGIN IMMEDIATE` … `COMMIT`; `async with` inside another one joins it and changes nothing."""

    engine: SqliteEngine

    def __init__(self, engine: SqliteEngine, allow_nested: bool = True) -> None:
        engine.live()
        super().__init__(engine, TransactionType.immediate, allow_nested)
        self.cause: BaseException | None = None
        self.is_over = False
        self._broken: BaseException | None = None
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
                raise busy(exc) from exc
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

        def work(connection: sqlite3.Connection) -> None:
            if self._broken is not None:
                raise Abandoned("a savepoint could not be made or undone") from self._broken
            connection.execute("COMMIT")

        await self.engine.writer.run_surely(work)

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
        # Nothing is waited for: the thread does it before whatever is asked of it next, cancelled or not.
        def work(connection: sqlite3.Connection) -> None:
            try:
                connection.execute(sql)
            except BaseException as exc:
                self._broken = exc

        self.engine.writer.submit(work)

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
