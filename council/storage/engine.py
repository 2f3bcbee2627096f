"""What the rest of the house may ask of either engine, and what both kinds of transaction have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

Row = dict[str, Any]


class LiveTransaction(Protocol):
    """A transaction under way. `abandon` forbids its commit; rolling back to a savepoint allows it again."""

    cause: BaseException | None

    async def run(self, sql: str, args: Sequence[Any] = ()) -> list[Row]: ...

    async def control(self, sql: str) -> None:
        """SAVEPOINT, RELEASE, ROLLBACK TO: carried out even when the task is cancelled meanwhile."""

    def get_savepoint_id(self) -> int: ...

    def abandon(self, cause: BaseException) -> None: ...


class Transactional(Protocol):
    """`async with engine.transaction() as live:`"""

    async def __aenter__(self) -> LiveTransaction: ...

    async def __aexit__(self, *exc: Any) -> bool: ...


class CouncilEngine(Protocol):
    """`SqliteEngine` and `PostgresqlEngine`; placeholders in `sql` are the engine's own (`?` or `$1`)."""

    engine_type: str

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def run(self, sql: str, args: Sequence[Any] = ()) -> list[Row]: ...

    async def run_script(self, sql: str) -> None: ...

    def live(self) -> LiveTransaction | None: ...

    def join(self, live: LiveTransaction) -> None:
        """Makes the current context part of a transaction that another task began (group commit)."""

    def transaction(self) -> Transactional: ...
