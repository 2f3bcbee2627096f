"""What moved in a community, the newest first: the courtyard's second half."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby

from council.kernel.clock import end_of_days, local_date
from council.progress.happenings import Happening, Source, happenings

PAGE = 10
"""Lines of one page."""
FIRST = 5
"""Lines on the courtyard itself, where what somebody can do stands above them and the ways to everything below."""
MOST = 8 * PAGE
"""Moves that are read for one page: several of them make one line."""

Day = tuple[date, list[Happening]]

_SHOWN = (Source.PROPOSAL, Source.MOTION, Source.MILESTONE)


def by_day(lines: Iterable[Happening]) -> list[Day]:
    return [(day, list(of_day)) for day, of_day in groupby(lines, key=lambda line: local_date(line.at))]


async def page(community_id: int, *, before: datetime | None, now: datetime) -> tuple[list[Day], datetime | None]:
    """A line a matter and day, with what happened to it last on that day; and before which instant to go on.
    The newest page, which `before` None asks for, is the short one.

    The whole day of `before` is read, so that a matter whose line stood on the page before does not come again.
    """
    end = now + timedelta(microseconds=1) if before is None else end_of_days(before, 0)
    lines = await happenings(community_id, _SHOWN, before=end, most=MOST)
    latest: dict[tuple[date, int], Happening] = {}
    for line in lines:
        latest.setdefault((local_date(line.at), line.matter), line)
    shown = [line for line in latest.values() if before is None or line.at < before]
    size = FIRST if before is None else PAGE
    last = shown[size - 1].at if len(shown) > size else lines[-1].at if len(lines) == MOST else None
    return by_day(shown if last is None else [line for line in shown if line.at >= last]), last
