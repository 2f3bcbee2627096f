"""Which times the form that opens a motion starts from. Pure: the preset and the moment of the notice decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from council.pathways.model import Preset
from council.pathways.periods import earliest_opening, planned_closing

MORNING = timedelta(hours=9)


@dataclass(frozen=True, slots=True)
class Times:
    """`earliest` is the first instant the rules allow; `opens_at` and `closes_at` are what we offer."""

    earliest: datetime
    opens_at: datetime
    closes_at: datetime


def suggested_times(preset: Preset, published_at: datetime) -> Times:
    """Opening at 9:00 on the first day after the notice's days, closing at 24:00 of the vote's last day.

    Where the preset has no notice the vote may open at once, and that is what is offered.
    """
    earliest = earliest_opening(preset, published_at)
    opens_at = earliest + MORNING if preset.days.notice else published_at
    return Times(earliest, opens_at, planned_closing(preset, opens_at))


def earliest_closing(preset: Preset, opens_at: datetime) -> datetime:
    """The vote runs its preset's days, hour to hour: a vote that opens at 9:00 may close at 9:00."""
    return opens_at + timedelta(days=preset.days.vote)
