"""The long tests are dealt out to all workers, first; nothing is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.fixtures.order import LONGEST, shared

LONG = [f"{path}x{number}" for path in LONGEST[:4] for number in range(5)]
NAMES = [*(f"tests/kernel/test_x.py::{number}" for number in range(60)), *reversed(LONG), "tests/web/test_y.py::1"]


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_every_share_begins_with_its_part_of_the_long_ones(workers: int) -> None:
    order = shared(NAMES, workers)
    assert sorted(order) == list(range(len(NAMES)))
    begins = [0]
    for worker in range(workers):
        begins.append(begins[-1] + (len(NAMES) - begins[-1]) // (workers - worker))
    for begin, end in pairwise(begins):
        own = [NAMES[place] in LONG for place in order[begin:end]]
        count = sum(own)
        assert own == [True] * count + [False] * (len(own) - count)
        assert len(LONG) // workers <= count <= -(-len(LONG) // workers)
    assert NAMES[order[0]].startswith(LONGEST[0])


@pytest.mark.parametrize("names", [[], ["a"], LONG, NAMES[:60]])
def test_nothing_is_lost(names: list[str]) -> None:
    assert sorted(shared(names, 2)) == list(range(len(names)))
