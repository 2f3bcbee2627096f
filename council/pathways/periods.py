"""When periods of days end: the day of posting is not counted, the last day runs to 24:00."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.kernel.clock import end_of_days, local_date
from council.pathways.model import Preset


def period_end(start: datetime, days: int) -> datetime:
    """The first instant after a period; `start` itself where the preset leaves the period out (0 days)."""
    return end_of_days(start, days) if days else start


def days_left(now: datetime, end: datetime) -> int:
    """Courtyard days after today up to the last one; 0 on the last day itself and once it is over.

    A period that ends at 24:00 of the 8th and a vote that closes on the 8th at 18:00 have the same last day, so a
    discussion of seven days has 7 left on the day it begins (that day is not counted, Civil Code art. 201).
    """
    last = local_date(end - timedelta(microseconds=1))
    return max(0, (last - local_date(now)).days)


def earliest_opening(preset: Preset, published_at: datetime) -> datetime:
    """The first instant at which the vote may open after its notice was published."""
    return period_end(published_at, preset.days.notice)


def planned_closing(preset: Preset, opens_at: datetime) -> datetime:
    """The closing time the desk is offered: the preset's days of voting, to 24:00 of the last one."""
    return period_end(opens_at, preset.days.vote)


def result_notice_end(preset: Preset, published_at: datetime) -> datetime:
    """Until when (exclusive) objections may be filed and the start has to wait."""
    return period_end(published_at, preset.days.result)
