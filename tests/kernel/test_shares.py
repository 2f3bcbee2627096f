"""A sum over many homes: exact to the fen, whatever the weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.kernel.shares import shares

WEIGHTS = st.lists(st.integers(0, 10**7), min_size=1, max_size=60).filter(any)


def test_a_worked_example() -> None:
    """￥100.00 over 89.53, 71.20 and 50.00 ㎡: 4248.56, 3378.73 and 2372.70 fen; the two that are over go to the
    largest fractions."""
    assert shares(10_000, (8953, 7120, 5000)) == (4248, 3379, 2373)
    assert shares(1, (1, 1, 1)) == (1, 0, 0)
    assert shares(0, (5, 3)) == (0, 0)


@given(total=st.integers(0, 10**13), weights=WEIGHTS)
def test_the_shares_are_the_sum_and_nobody_is_a_fen_off(total: int, weights: list[int]) -> None:
    found, whole = shares(total, weights), sum(weights)
    assert sum(found) == total
    for share, weight in zip(found, weights, strict=True):
        assert abs(share * whole - total * weight) < whole
        assert share >= 0


@given(total=st.integers(0, 10**10), weights=WEIGHTS)
def test_more_area_never_pays_less(total: int, weights: list[int]) -> None:
    ordered = sorted(weights, reverse=True)
    found = shares(total, ordered)
    assert list(found) == sorted(found, reverse=True)


@pytest.mark.parametrize(("total", "weights"), [(1, ()), (1, (0, 0)), (-1, (1,)), (1, (2, -1))])
def test_what_cannot_be_shared(total: int, weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shares"):
        shares(total, weights)
