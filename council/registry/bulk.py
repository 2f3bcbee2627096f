"""Many rows in few statements, for writing a roll: as many statements for four hundred rows as for twelve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from council.storage.sql import execute, fetch

_MOST_VALUES = 30_000
"""Both databases bound the values of one statement (32,766 and 32,767)."""


def _portions(rows: Sequence[Sequence[Any]]) -> Iterator[Sequence[Sequence[Any]]]:
    size = _MOST_VALUES // max(1, len(rows[0])) if rows else 1
    for first in range(0, len(rows), size):
        yield rows[first : first + size]


async def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """The ids of the new rows, in their order."""
    ids: list[int] = []
    marks = f"({', '.join(['{}'] * len(columns))})"
    for portion in _portions(rows):
        made = await fetch(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * len(portion))} RETURNING id",
            *(value for row in portion for value in row),
        )
        # Ids are given out in the order of the rows; nothing promises that they come back in it.
        ids += sorted(row["id"] for row in made)
    return ids


async def update(
    table: str,
    community_id: int,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[Any]],
    fixed: str = "",
    *also: Any,
) -> None:
    """Sets `columns` (name → SQL type) of rows of (id, value, …); `fixed` is one more assignment, the same for all."""
    names = ["id", *columns]
    types = ["BIGINT", *columns.values()]
    first = f"({', '.join(f'CAST({{}} AS {kind})' for kind in types)})"
    more = f"({', '.join(['{}'] * len(names))})"
    sets = ", ".join([*(f"{name} = v.{name}" for name in columns), *([fixed] if fixed else [])])
    for portion in _portions(rows):
        marks = ", ".join([first, *([more] * (len(portion) - 1))])
        await execute(
            f"WITH v ({', '.join(names)}) AS (VALUES {marks}) UPDATE {table} SET {sets} FROM v"
            f" WHERE {table}.community_id = {{}} AND {table}.id = v.id",
            *(value for row in portion for value in row),
            *also,
            community_id,
        )
