"""What bodies begin with: what the desk says of a result, the number, the row, and the end of the term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from council.bodies.model import BodyKind
from council.bodies.tables import Body
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import Refused
from council.storage.errors import unique_violation
from council.storage.sql import fetch_one
from council.storage.transactions import savepoint


@dataclass(frozen=True, slots=True)
class Founding:
    """What the desk says of a result: for which body the vote was, and for how many years a whole committee is chosen.
    Its number is the one after the last that is recorded; a committee from before tells its own (`papers.Earlier`)."""

    key: str
    motion_id: int
    kind: BodyKind
    years: int


async def insert_body(row: Body) -> int:
    """On PostgreSQL two forms can come at once in spite of the lock's order: the numbers are in the schema."""
    try:
        async with savepoint():
            return int((await Body.insert(row))[0]["id"])
    except Exception as exc:
        if unique_violation(exc):
            raise Refused("body.established") from None
        raise


async def next_number(community_id: int, kind: BodyKind) -> int:
    row = await fetch_one(
        "SELECT COALESCE(MAX(number), 0) AS last FROM body WHERE community_id = {} AND kind = {}",
        *(community_id, kind.value),
    )
    return int(row["last"]) + 1 if row else 1


def years_after(start: datetime, years: int) -> datetime:
    """The first instant after a term of whole years whose first day is the day of `start`."""
    day = local_date(start)
    try:
        end = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        end = date(day.year + years, 3, 1)
    return local_midnight(end)
