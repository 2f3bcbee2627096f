"""An instant of a script: so many days from today, and the minute of that day.

It is written "-12 19:40": twelve days ago, twenty to eight in the evening in the courtyard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import CouncilError


class BadScript(CouncilError):
    """The demo's own data is wrong: which file and where."""


@dataclass(frozen=True, slots=True)
class Instant:
    """Days from today (negative: ago) and the minute of that day."""

    days: int
    minute: int

    def before(self, now: datetime) -> datetime:
        """The instant as UTC; what would lie ahead of `now` is a moment before it."""
        at = local_midnight(local_date(now) + timedelta(days=self.days)) + timedelta(minutes=self.minute)
        return min(at, now - timedelta(seconds=90))


def instant(text: str) -> Instant:
    """ "-12 19:40"; ValueError for anything else."""
    days, _, time = text.partition(" ")
    hour, _, minute = time.partition(":")
    return Instant(int(days), int(hour) * 60 + int(minute))


def instants(table: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The same table with the instants of these names read, where they are given."""
    return {**table, **{name: instant(table[name]) for name in names if name in table}}
