"""The present, read at the edges only; everything below takes `now` as a parameter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has one zone and no daylight saving; a fixed offset needs no zone database."""


class Clock:
    """UTC now, or the instant written in a file (trials and tests: `COUNCIL_NOW_FILE`)."""

    def __init__(self, now_file: Path | None = None) -> None:
        self._now_file = now_file

    def now(self) -> datetime:
        if self._now_file is None:
            return datetime.now(UTC)
        return parse_instant(self._now_file.read_text(encoding="utf-8").strip())


def parse_instant(text: str) -> datetime:
    """An aware UTC datetime from RFC 3339; ValueError when it has no zone."""
    instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC)


def local_date(instant: datetime) -> date:
    """The calendar day in the courtyard."""
    return instant.astimezone(CHINA).date()


def local_midnight(day: date) -> datetime:
    """The first instant of a courtyard day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)


def end_of_days(start: datetime, days: int) -> datetime:
    """When a period of whole days that began at `start` is over.

    The day of the event is not counted and the last day runs to 24:00 (Civil Code art. 201, 203):
    a notice posted on 1 March for 15 days ends at the first instant of 17 March.
    """
    return local_midnight(local_date(start) + timedelta(days=days + 1))
