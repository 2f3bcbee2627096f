"""Which database this process works on: `use(engine)` once at the start, and every Piccolo table follows.

Tables look their engine up once and keep it. What they find in `council.piccolo_conf` is a `Switch`: it has no
connection of its own and hands every call to the engine that is in use at that moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from piccolo.engine.base import BaseAtomic, BaseBatch, Engine
from piccolo.query.base import Query
from piccolo.querystring import QueryString

from council.settings import Settings
from council.storage.errors import Unreachable
from council.storage.postgres import PostgresqlEngine
from council.storage.sqlite import SqliteEngine

AnyEngine = SqliteEngine | PostgresqlEngine

_engine: AnyEngine | None = None


def use(engine: AnyEngine | None) -> None:
    """Makes this the engine of the whole process (None: of nothing)."""
    global _engine  # noqa: PLW0603 - one database per process is what this module is about
    _engine = engine


def current() -> AnyEngine:
    """The engine in use; LookupError before the first `use`."""
    if _engine is None:
        raise LookupError("no database is in use: call council.storage.database.use(engine) first")
    return _engine


@contextmanager
def using(engine: AnyEngine) -> Iterator[None]:
    """`use` for a while (tests)."""
    before = _engine
    use(engine)
    try:
        yield
    finally:
        use(before)


def engine_from(settings: Settings) -> AnyEngine:
    """The engine that `DATABASE_URL` names; nothing is opened yet."""
    path = settings.sqlite_path
    if path is not None:
        return SqliteEngine(path)
    return PostgresqlEngine(settings.database_url, pool_size=settings.pool_size)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[AnyEngine]:
    """The settings' engine, open and in use (the command line, the app's lifespan); else `Unreachable`."""
    engine = engine_from(settings)
    try:
        await engine.open()
    except (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
        await engine.close()
        raise Unreachable(f"the database cannot be opened: {exc or type(exc).__name__}") from exc
    try:
        with using(engine):
            yield engine
    finally:
        await engine.close()


class Switch(Engine[Any]):
    """Piccolo's engine of every table: whatever `current()` is."""

    def __init__(self) -> None:
        # Deliberately not Engine.__init__, which asks a database for its version.
        pass

    @property
    def engine_type(self) -> str:  # type: ignore[override]
        return current().engine_type

    @property
    def current_transaction(self) -> ContextVar[Any]:  # type: ignore[override]
        return current().current_transaction

    async def get_version(self) -> float:
        return await current().get_version()

    def get_version_sync(self) -> float:
        return current().get_version_sync()

    async def prep_database(self) -> None:
        await current().prep_database()

    async def batch(self, query: Query[Any, Any], batch_size: int = 100, node: str | None = None) -> BaseBatch:
        return await current().batch(query, batch_size, node)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        return await current().run_querystring(querystring, in_pool)

    def transform_response_to_dicts(self, results: Any) -> list[dict[str, Any]]:
        return current().transform_response_to_dicts(results)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        return await current().run_ddl(ddl, in_pool)

    def transaction(self, *args: Any, **kwargs: Any) -> Any:
        return current().transaction(*args, **kwargs)

    def atomic(self) -> BaseAtomic:
        return current().atomic()

    def transaction_exists(self) -> bool:
        return current().transaction_exists()
