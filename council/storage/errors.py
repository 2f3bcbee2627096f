"""What can go wrong in a database, in words that do not depend on which one it is."""

from __future__ import annotations

import sqlite3

from asyncpg import exceptions as pg  # type: ignore[import-untyped]

from council.kernel.errors import CouncilError


class Busy(CouncilError):
    """The database has more work waiting than it can take (503): nothing was done, the same request may come again.

    `retry_after` is in seconds.
    """

    def __init__(self, why: str = "the database is busy", *, retry_after: int = 2) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class OutcomeUnknown(CouncilError):
    """The connection broke, or the wait for the replica was cancelled, while a commit was under way.

    It may or may not have been applied. Only a *write* under the same key may tell (a look, or an INSERT that
    does nothing on a conflict, waits for no replica and can acknowledge what is later lost).
    """


class Unreachable(CouncilError):
    """The database cannot be opened: no server, no such file, no permission, not a database."""


class Abandoned(RuntimeError):
    """A transaction that may not commit any more was about to: an inner block failed, or a statement was
    cancelled, and the error was caught without a `savepoint()` around it. Everything was rolled back."""


_LOST_CONNECTION = (
    pg.ConnectionDoesNotExistError,
    pg.InternalClientError,
    pg.InterfaceError,
    pg.ConnectionFailureError,
    pg.AdminShutdownError,
    pg.CrashShutdownError,
    TimeoutError,
    ConnectionError,
)


def unique_violation(exc: BaseException) -> bool:
    """Whether a statement failed because a unique or primary key already holds that value."""
    if isinstance(exc, sqlite3.IntegrityError):
        return exc.sqlite_errorname in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
    return isinstance(exc, pg.UniqueViolationError)


def lost_connection(exc: BaseException) -> bool:
    """Whether the database went away under a statement (during a commit: the outcome is unknown)."""
    return isinstance(exc, _LOST_CONNECTION)


def may_retry(exc: BaseException) -> bool:
    """Whether the transaction was certainly not applied and the same one may be tried again."""
    if isinstance(exc, Busy | ConnectionRefusedError | pg.CannotConnectNowError | pg.ReadOnlySQLTransactionError):
        return True
    if isinstance(exc, pg.SerializationError | pg.DeadlockDetectedError | pg.LockNotAvailableError):
        return True
    return isinstance(exc, sqlite3.OperationalError) and exc.sqlite_errorname.startswith("SQLITE_BUSY")
