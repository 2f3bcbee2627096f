"""SQL by hand, for the few reads where building a query costs more than running it.

`{}` is a value's place on both databases; a list, tuple or set becomes "(…, …)" for `IN {}`. Braces of the SQL's
own are doubled. Columns come as their type on both (BOOLEAN bool, TIMESTAMPTZ aware UTC datetime, SUM int); an
*expression* over instants, as MAX(cast_at), is text on SQLite: pass it through `instant()`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from council.storage import database
from council.storage.engine import Row
from council.storage.statements import compiled


async def fetch(sql: str, *args: Any) -> list[Row]:
    """Every row, as a dict by column name."""
    engine = database.current()
    text, values = _bound(sql, args, engine.engine_type)
    return await engine.run(text, values)


async def fetch_one(sql: str, *args: Any) -> Row | None:
    """The first row, or None."""
    rows = await fetch(sql, *args)
    return rows[0] if rows else None


async def execute(sql: str, *args: Any) -> None:
    """A statement whose rows do not matter."""
    await fetch(sql, *args)


def instant(value: datetime | str | None) -> datetime | None:
    """An aware UTC datetime from an expression's value on either database."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return None if value is None else value.astimezone(UTC)


def _bound(sql: str, args: Sequence[Any], engine_type: str) -> tuple[str, list[Any]]:
    widths: list[int | None] = []
    values: list[Any] = []
    for arg in args:
        if isinstance(arg, datetime) and arg.tzinfo is None:
            raise ValueError("an instant needs a zone")
        if isinstance(arg, list | tuple | set | frozenset):
            widths.append(len(arg))
            values.extend(arg)
        else:
            widths.append(None)
            values.append(arg)
    return compiled(sql, engine_type, tuple(widths)), values
