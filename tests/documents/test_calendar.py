"""Calendars, read back by another hand; lines, escapes and instants by the letter of RFC 5545."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from council.documents.calendar import Event, before_deadline, calendar, deadline, moment
from council.kernel.clock import local_date

AT = datetime(2026, 3, 15, 10, tzinfo=UTC)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("\n;,\\:\"'"), max_size=200
)


PLAIN = Event(
    uid="garden-motion-1-closes@council.example",
    title="投票截止：2号楼1单元加装电梯",
    text="请投票。",
    url="https://council.example/c/garden/motions/1",
    starts_at=AT - timedelta(hours=1),
    ends_at=AT,
    changed_at=AT - timedelta(days=30),
    reminder=before_deadline(1),
)


def read(data: bytes) -> Calendar:
    found = Calendar.from_ical(data)
    assert isinstance(found, Calendar)
    return found


def test_another_reader_finds_the_same() -> None:
    whole = read(calendar("花园小区", [PLAIN], language="zh-CN"))
    assert (whole["VERSION"], whole["METHOD"], str(whole["X-WR-CALNAME"])) == ("2.0", "PUBLISH", "花园小区")
    (one,) = whole.walk("VEVENT")
    assert str(one["SUMMARY"]) == "投票截止：2号楼1单元加装电梯"
    assert (one["DTSTART"].dt, one["DTEND"].dt) == (AT - timedelta(hours=1), AT)
    assert one["DTSTAMP"].dt == one["LAST-MODIFIED"].dt == AT - timedelta(days=30)
    assert (str(one["STATUS"]), one["SEQUENCE"], str(one["URL"])) == ("CONFIRMED", 0, PLAIN.url)


def test_it_rings_a_day_before_the_end() -> None:
    (one,) = read(calendar("x", [PLAIN], language="en")).walk("VEVENT")
    (alarm,) = one.walk("VALARM")
    assert one["DTSTART"].dt + alarm["TRIGGER"].dt == AT - timedelta(days=1)
    assert str(alarm["ACTION"]) == "DISPLAY"


def test_what_is_called_off_says_so_and_does_not_ring() -> None:
    off = replace(PLAIN, is_cancelled=True, sequence=1)
    (one,) = read(calendar("x", [off], language="en")).walk("VEVENT")
    assert (str(one["STATUS"]), one["SEQUENCE"], one["UID"]) == ("CANCELLED", 1, PLAIN.uid)
    assert one.walk("VALARM") == []


def test_a_day_that_ends_at_midnight_keeps_its_deadline() -> None:
    """24:00 of the 15th in the courtyard is 16:00 UTC: the appointment begins on the 15th."""
    end = datetime(2026, 3, 15, 16, tzinfo=UTC)
    assert deadline(end) == (datetime(2026, 3, 15, 15, tzinfo=UTC), end)
    assert local_date(deadline(end)[0]).day == 15
    assert moment(AT) == (AT, AT + timedelta(hours=1))


@given(WORDS, WORDS)
def test_any_words_come_back_as_they_were(title: str, text: str) -> None:
    data = calendar("x", [replace(PLAIN, title=title, text=text)], language="zh-CN")
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() is not None for line in lines)  # no character is torn apart
    assert b"\n" not in data.replace(b"\r\n", b"")
    (one,) = read(data).walk("VEVENT")
    assert str(one["SUMMARY"]) == title
    assert str(one["DESCRIPTION"]) == text


@pytest.mark.parametrize("sign", ["\r", "\x00", "\x1b", "\x7f"])
def test_no_word_can_begin_a_line_of_its_own(sign: str) -> None:
    data = calendar("x", [replace(PLAIN, title=f"甲{sign}\nBEGIN:VALARM{sign}")], language="zh-CN")
    (one,) = read(data).walk("VEVENT")
    assert len(one.walk("VALARM")) == 1
    assert b"\nBEGIN:VALARM" not in data.replace(b"\r\nBEGIN:VALARM", b"", 1)
