"""A transaction on PostgreSQL, and rows in portions, that give their connection back whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import asyncpg  # type: ignore[import-untyped]
from piccolo.engine.base import BaseBatch
from piccolo.engine.postgres import PostgresTransaction
from piccolo.query.base import Query

from council.storage.engine import Row
from council.storage.errors import Abandoned, Busy, OutcomeUnknown, in_plain_words, lost_connection, was_dead

if TYPE_CHECKING:
    from council.storage.postgres import PostgresqlEngine

ATTEMPTS = 3
"""How often a BEGIN or a lone read, which change nothing, is tried when the pooled connection proves dead."""
REPLICA_WAIT_CANCELLED = "canceling wait for synchronous replication"


class PostgresqlTransaction(PostgresTransaction):
    """READ COMMITTED; `async with` inside another one joins it and changes nothing.

    COMMIT and ROLLBACK run to their end when the task is cancelled; a connection that is not clean afterwards is
    thrown away; the context variable is reset and the connection given back whatever happens. An error after which
    nothing is saved and the same may be tried again leaves as `Busy` or `LostTurn`.
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
        for attempt in range(ATTEMPTS):
            self.connection = await self.engine.acquire()
            self._is_gone = False
            try:
                self.connection.add_log_listener(self._heard)
                await self.connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
                break
            except BaseException as exc:
                self._throw_away()
                if not was_dead(exc):
                    raise
                if attempt + 1 == ATTEMPTS:
                    raise Busy("the database goes away again and again") from exc
        self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exc_type: Any, exc: BaseException | None, traceback: Any) -> bool:
        if self._parent is not None:
            return False
        self.engine.current_transaction.set(None)
        self.is_over = True
        try:
            await self.engine.surely(self._finish(exc is None and self.cause is None))
        except asyncpg.PostgresError as failed:
            if (busy := in_plain_words(failed)) is not None:
                raise busy from failed
            raise
        cause = exc or self.cause
        if cause is not None and (busy := in_plain_words(cause)) is not None:
            raise busy from cause
        if exc is None and cause is not None:
            raise Abandoned("the transaction was rolled back because a part of it had failed") from cause
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
