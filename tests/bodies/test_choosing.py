"""More than half of all the members, not of those who voted."""

from __future__ import annotations

import pytest

from council.bodies.choosing import chosen, outcome
from council.bodies.model import Post


@pytest.mark.parametrize(
    ("members", "votes", "expected"),
    [
        (5, {1: 3, 2: 2}, 1),
        (5, {1: 2, 2: 2}, None),
        (4, {1: 2, 2: 1}, None),
        (4, {1: 3}, 1),
        (5, {1: 2}, None),
        (1, {1: 1}, 1),
        (3, {}, None),
    ],
)
def test_either_side_of_the_half(members: int, votes: dict[int, int], expected: int | None) -> None:
    assert chosen(members, votes) == expected


def test_more_votes_than_members_is_an_error() -> None:
    with pytest.raises(ValueError, match="one vote"):
        chosen(3, {1: 2, 2: 2})


def test_nobody_holds_both_posts() -> None:
    counts = {Post.CHAIR: {1: 2, 2: 1}, Post.DEPUTY: {1: 2}}
    assert outcome(3, (Post.CHAIR, Post.DEPUTY), counts) == {Post.CHAIR: 1, Post.DEPUTY: None}
    assert outcome(3, (Post.DEPUTY,), counts) == {Post.DEPUTY: 1}
