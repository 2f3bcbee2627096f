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


class LostTurn(Busy):
    """Two waited for each other, and this one was sent back: nothing was done. At once again it gets through."""


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


def was_dead(exc: BaseException) -> bool:
    """Whether the connection was gone (a statement that merely took too long is none of that)."""
    return lost_connection(exc) and not isinstance(exc, TimeoutError)


def in_plain_words(exc: BaseException) -> Busy | None:
    """What PostgreSQL's error means to whoever wrote, where that is certain to have changed nothing; else None.

    A transaction that was rolled back for another's sake is `LostTurn`. A server that is starting, has gone away
    before the commit, or only follows another: `Busy`.
    """
    if isinstance(exc, pg.SerializationError | pg.DeadlockDetectedError):
        return LostTurn(f"rolled back for another's sake ({type(exc).__name__})")
    if isinstance(exc, pg.CannotConnectNowError | pg.ReadOnlySQLTransactionError):
        return Busy(f"the database takes nothing now ({type(exc).__name__})")
    return Busy(f"the database went away ({type(exc).__name__})") if was_dead(exc) else None
