"""Deadlines as iCalendar (RFC 5545), for the calendar of a telephone. Pure: words, instants and addresses come in.

Written by hand: we need one kind of component with nine properties, and the library that does it well brings three
further packages and a zone database. All instants are in UTC, so no VTIMEZONE is needed; a telephone shows its own
time. The tests read every file back with that library.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MEDIA_TYPE = "text/calendar"
_LINE = 75
"""Octets a line may have, its end not counted (3.1)."""
_HOUR = timedelta(hours=1)
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Event:
    """One appointment.

    `uid` is permanent; `changed_at` is when what stands here was last decided, and `sequence` counts such changes
    (0 at first): a calendar that knows the event replaces it when the number is higher. `reminder` is how long before
    the start it rings; none when it was called off.
    """

    uid: str
    title: str
    text: str
    url: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int = 0
    is_cancelled: bool = False
    reminder: timedelta | None = None


def deadline(end: datetime) -> tuple[datetime, datetime]:
    """The hour before an end: what ends at 24:00 of the 15th then stands on the 15th, not on the 16th."""
    return end - _HOUR, end


def moment(start: datetime) -> tuple[datetime, datetime]:
    """The hour after a beginning."""
    return start, start + _HOUR


def before_deadline(days: int) -> timedelta:
    """The reminder that rings whole days before the end of `deadline`."""
    return timedelta(days=days) - _HOUR


def calendar(name: str, events: Sequence[Event], *, language: str) -> bytes:
    """A whole calendar, the same bytes for the same events. `language` is a tag such as "zh-CN"."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Council//Deadlines//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME;LANGUAGE={language}:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        *(line for event in events for line in _event(event, language)),
        "END:VCALENDAR",
    ]
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _event(event: Event, language: str) -> Iterable[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_instant(event.changed_at)}"
    yield f"LAST-MODIFIED:{_instant(event.changed_at)}"
    yield f"DTSTART:{_instant(event.starts_at)}"
    yield f"DTEND:{_instant(event.ends_at)}"
    yield f"SUMMARY;LANGUAGE={language}:{_text(event.title)}"
    yield f"DESCRIPTION;LANGUAGE={language}:{_text(event.text)}"
    yield f"URL:{event.url}"
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    if event.reminder is not None and not event.is_cancelled:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION;LANGUAGE={language}:{_text(event.title)}"
        yield f"TRIGGER:-{_duration(event.reminder)}"
        yield "END:VALARM"
    yield "END:VEVENT"


def _text(words: str) -> str:
    """TEXT of 3.3.11; other control characters have no place in it."""
    kept = "".join(sign for sign in words if sign >= " " or sign == "\n")
    return kept.translate(_ESCAPED)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _duration(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    return f"PT{minutes // 60}H" + (f"{minutes % 60}M" if minutes % 60 else "")


def _folded(line: str) -> Iterable[bytes]:
    """The line in parts of at most 75 octets, those after the first led by a space, no character torn apart."""
    part = b""
    for sign in line:
        octets = sign.encode()
        if len(part) + len(octets) > _LINE:
            yield part
            part = b" "
        part += octets
    yield part
