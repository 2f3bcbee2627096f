"""How long ago the turnout of a small vote is told of: pages asked a moment apart tell the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from council.voting.turnout_queries import STEP, told_until
from tests.voting.motions import OPENS

TICK = timedelta(microseconds=1)
"""How far apart ballots are that a clock puts into one instant."""


@pytest.mark.parametrize(
    "later", [timedelta(0), TICK, timedelta(milliseconds=1), timedelta(seconds=1), timedelta(minutes=9, seconds=59)]
)
def test_within_ten_minutes_it_is_the_same(later: timedelta) -> None:
    assert told_until(OPENS + later) == told_until(OPENS)
    assert told_until(OPENS + STEP + later) == told_until(OPENS) + STEP


def test_a_held_clock_shows_its_own_ballots_and_a_going_one_not_those_of_this_second() -> None:
    assert told_until(OPENS) > OPENS + 500 * TICK
    assert told_until(OPENS) <= OPENS + timedelta(milliseconds=1)
    assert told_until(OPENS + timedelta(milliseconds=1)) <= OPENS + timedelta(milliseconds=1)
