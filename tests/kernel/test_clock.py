"""Periods of whole days as the Civil Code counts them, in the courtyard's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.kernel.clock import CHINA, Clock, end_of_days, local_date, local_midnight, parse_instant

INSTANTS = st.integers(0, 100 * 365 * 86_400 * 10**6).map(
    lambda microseconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)


def test_a_notice_of_fifteen_days():
    posted = datetime(2026, 3, 1, 9, tzinfo=CHINA)
    end = end_of_days(posted, 15)
    assert end == datetime(2026, 3, 17, tzinfo=CHINA)
    assert end.utcoffset() == timedelta(0)


def test_the_hour_of_posting_does_not_matter_but_the_courtyards_day_does():
    first = datetime(2026, 2, 28, 16, tzinfo=UTC)
    last = datetime(2026, 3, 1, 15, 59, 59, 999999, tzinfo=UTC)
    assert end_of_days(first, 15) == end_of_days(last, 15)
    assert end_of_days(last + timedelta(microseconds=1), 15) == end_of_days(last, 15) + timedelta(days=1)


@given(INSTANTS, st.integers(0, 400))
def test_a_period_is_at_least_its_days_and_less_than_one_more(start, days):
    length = end_of_days(start, days) - start
    assert timedelta(days=days) < length <= timedelta(days=days + 1)


@given(INSTANTS)
def test_a_day_begins_at_its_midnight(instant):
    begin = local_midnight(local_date(instant))
    assert begin <= instant < begin + timedelta(days=1)
    assert local_date(begin) == local_date(instant)
    assert local_date(begin - timedelta(microseconds=1)) == local_date(instant) - timedelta(days=1)


@given(INSTANTS)
def test_an_instant_is_read_back_as_it_was_written(instant):
    assert parse_instant(instant.isoformat()) == instant
    assert parse_instant(instant.astimezone(CHINA).isoformat()) == instant
    assert parse_instant(instant.isoformat().replace("+00:00", "Z")).tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-03-01T09:00:00", "2026-03-01", "now", "", "2026-02-30T00:00:00Z"])
def test_an_instant_without_a_zone_is_refused(text):
    with pytest.raises(ValueError):
        parse_instant(text)


def test_the_clock_is_the_machines_unless_a_file_says_otherwise(tmp_path):
    before = datetime.now(UTC)
    now = Clock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)

    path = tmp_path / "now"
    clock = Clock(path)
    path.write_text("2026-03-15T18:00:00+08:00\n")
    assert clock.now() == datetime(2026, 3, 15, 10, tzinfo=UTC)
    path.write_text("2026-03-16T00:00:00+08:00")
    assert local_date(clock.now()) == date(2026, 3, 16)
