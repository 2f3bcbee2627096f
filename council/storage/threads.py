"""SQLite connections, each used by one thread of its own: one that writes, a few that only read.

A thread's queue is first in, first out. That is what makes cancellation safe: whatever a cancelled request still
had under way is over before the ROLLBACK that follows it, and that before the next request's BEGIN.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

Row = dict[str, Any]
T = TypeVar("T")


def connect(path: Path, *, busy_ms: int, read_only: bool = False) -> sqlite3.Connection:
    """A connection with our pragmas; usable in whichever thread, one at a time."""
    connection = sqlite3.connect(
        path,
        isolation_level=None,
        detect_types=sqlite3.PARSE_DECLTYPES,
        check_same_thread=False,
        cached_statements=512,
    )
    # The order matters: switching to WAL needs a lock, so the wait for locks is set first.
    connection.execute(f"PRAGMA busy_timeout = {busy_ms:d}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -8000")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


def as_rows(cursor: sqlite3.Cursor, values: list[tuple[Any, ...]]) -> list[Row]:
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, each, strict=True)) for each in values]


def fetch(connection: sqlite3.Connection, sql: str, args: Sequence[Any]) -> list[Row]:
    cursor = connection.execute(sql, args)
    return as_rows(cursor, cursor.fetchall())


class Threads:
    """`count` threads, each with its own connection, opened at first use."""

    def __init__(self, path: Path, count: int, *, busy_ms: int, read_only: bool, name: str) -> None:
        self._path = path
        self._busy_ms = busy_ms
        self._read_only = read_only
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._executor = ThreadPoolExecutor(count, thread_name_prefix=name)
        self.waiting = 0

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queues work; it is dropped only if its future is cancelled before the thread comes to it."""
        return self._executor.submit(self._with_connection, work)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The work's result. Cancelled while queued, it is dropped; cancelled while running, it runs on."""
        self.waiting += 1
        try:
            return await asyncio.wrap_future(self.submit(work))
        finally:
            self.waiting -= 1

    async def run_surely(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As `run`, but the work is done even when the caller is cancelled before its turn."""
        return await asyncio.shield(asyncio.wrap_future(self.submit(work)))

    def close(self) -> None:
        """Blocks until everything queued is done."""
        self._executor.shutdown(wait=True)
        for connection in self._opened:
            connection.close()
        self._opened.clear()

    def _with_connection(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect(self._path, busy_ms=self._busy_ms, read_only=self._read_only)
            self._local.connection = connection
            self._opened.append(connection)
        return work(connection)
