"""Rows that a form creates: the same form again is the same row, however often and from wherever it comes.

The form's key is unique in the schema, so the insert itself decides who was first; nothing is looked up before it.
"""

from __future__ import annotations

from collections.abc import Iterable

from piccolo.table import Table

from council.kernel.errors import Refused
from council.storage.errors import unique_violation
from council.storage.sql import fetch_one
from council.storage.transactions import savepoint


async def insert_once(row: Table, *, same: Iterable[str], column: str = "key") -> tuple[int, bool]:
    """(id, whether it is new) of `row`, a row with `community_id` and the unique `column`, in the caller's transaction.

    Where the key is there already, the columns `same` must say what `row` says: then it is that row's id, and nothing
    is written. Refused "form.used_before" where they differ. Any other unique constraint that stands in the way is
    raised as it came.
    """
    names = list(same)
    table = type(row)._meta.tablename
    try:
        async with savepoint():
            return int((await type(row).insert(row))[0]["id"]), True
    except Exception as exc:
        if not unique_violation(exc):
            raise
        before = await fetch_one(
            f"SELECT {', '.join(['id', *names])} FROM {table} WHERE community_id = {{}} AND {column} = {{}}",
            *(getattr(row, name) for name in ("community_id", column)),
        )
        if before is None:
            raise
        if any(before[name] != getattr(row, name) for name in names):
            raise Refused("form.used_before") from None
        return int(before["id"]), False
