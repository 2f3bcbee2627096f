"""How numbers, sums, areas and times are written in each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from markupsafe import Markup

from council.documents.lines import titled
from council.kernel.area import format_area
from council.kernel.clock import CHINA, Clock
from council.kernel.fractions import percent
from council.kernel.money import format_money

NBSP = "\u00a0"
_WEEK_ZH = "一二三四五六日"
_WEEK_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def m2(area_dm2: int) -> str:
    """89.53 ㎡ from 8953 dm²."""
    return f"{format_area(area_dm2)}{NBSP}㎡"


def yuan(fen: int) -> str:
    """￥1,234.56 from 123456 fen; −￥1.00 for a negative sum."""
    return ("−￥" if fen < 0 else "￥") + format_money(abs(fen))


def count(number: int) -> str:
    """1,234"""
    return f"{number:,}"


def whole(title: str) -> Markup:
    """A title whose lines end between words; goes into an element of class "whole"."""
    return Markup("<wbr>").join(titled(title))


def percentage(part: int, whole: int) -> str:
    """66.66% of a whole, truncated: never shown larger than it is."""
    return percent(part, whole) + "%"


def day_words(day: date, locale: str, this_year: int) -> str:
    """3月15日（周日） / Sun 15 Mar, with the year when it is not this one."""
    if locale == "zh_CN":
        year = "" if day.year == this_year else f"{day.year}年"
        return f"{year}{day.month}月{day.day}日（周{_WEEK_ZH[day.weekday()]}）"
    year = "" if day.year == this_year else f"{NBSP}{day.year}"
    return f"{_WEEK_EN[day.weekday()]}{NBSP}{day.day}{NBSP}{_MONTH_EN[day.month - 1]}{year}"


def time_filters(locale: str, clock: Clock) -> Mapping[str, Callable[..., Any]]:
    """`when` (an instant), `until` (an end: midnight is 24:00 of the day before), `date`, `clock_time`;
    `full_date` says the year also when it is this one, as a span over years and a document do.

    Instants are aware; all are shown in the courtyard's zone. `date` also takes a `date`.
    """
    gap = "" if locale == "zh_CN" else " "

    def this_year() -> int:
        return clock.now().astimezone(CHINA).year

    def element(machine: str, words: str) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(machine, words)

    def when(instant: datetime) -> Markup:
        local = instant.astimezone(CHINA)
        words = f"{day_words(local.date(), locale, this_year())}{gap}{local:%H:%M}"
        return element(local.isoformat(timespec="minutes"), words)

    def until(instant: datetime) -> Markup:
        local = instant.astimezone(CHINA)
        if (local.hour, local.minute) != (0, 0):
            return when(instant)
        eve = local.date() - timedelta(days=1)
        return element(local.isoformat(timespec="minutes"), f"{day_words(eve, locale, this_year())}{gap}24:00")

    def on_day(day: date | datetime) -> Markup:
        plain = day.astimezone(CHINA).date() if isinstance(day, datetime) else day
        return element(plain.isoformat(), day_words(plain, locale, this_year()))

    def full_date(day: date | datetime) -> Markup:
        plain = day.astimezone(CHINA).date() if isinstance(day, datetime) else day
        return element(plain.isoformat(), day_words(plain, locale, 0))

    def clock_time(instant: datetime) -> Markup:
        local = instant.astimezone(CHINA)
        return element(local.isoformat(timespec="minutes"), f"{local:%H:%M}")

    return {"when": when, "until": until, "date": on_day, "full_date": full_date, "clock_time": clock_time}
