"""What a management committee is made of: either side of every leg."""

from __future__ import annotations

import pytest

from council.bodies import composition
from council.bodies.composition import Seat
from council.bodies.model import Post, Side


def made(owners: int, others: int, *, chair: Side = Side.NEIGHBOURHOOD, deputy: Side = Side.OWNER) -> list[Seat]:
    """So many owners and others, chair and deputy among them."""
    seats = [Seat("主任", chair, Post.CHAIR), Seat("副主任", deputy, Post.DEPUTY)]
    owners -= sum(each.side is Side.OWNER for each in seats)
    others -= sum(each.side is not Side.OWNER for each in seats)
    seats += [Seat("业主", Side.OWNER, Post.MEMBER)] * owners
    return seats + [Seat("其他", Side.USER, Post.MEMBER)] * others


def missed(seats: list[Seat]) -> dict[str, tuple[int, int]]:
    return {leg.name: (leg.got, leg.needed) for leg in composition.legs(seats) if not leg.met}


@pytest.mark.parametrize(
    ("owners", "others", "expected"),
    [
        (4, 3, {}),
        (3, 2, {"size": (5, 7)}),
        (4, 4, {"odd": (8, 1)}),
        (3, 4, {"owners": (3, 4)}),
        (5, 4, {}),
        (4, 5, {"owners": (4, 5)}),
        (3, 3, {"size": (6, 7), "odd": (6, 1)}),
    ],
)
def test_either_side_of_size_and_owners(owners: int, others: int, expected: dict[str, tuple[int, int]]) -> None:
    assert missed(made(owners, others)) == expected


def test_the_street_may_send_the_chair_and_an_owner_may_not() -> None:
    assert missed(made(4, 3, chair=Side.STREET)) == {}
    assert missed(made(5, 2, chair=Side.OWNER)) == {"chair_of_office": (0, 1)}
    assert missed(made(4, 3, deputy=Side.NEIGHBOURHOOD)) == {"deputy_owner": (0, 1)}


def test_one_chair_and_one_deputy() -> None:
    without = [Seat(each.name, each.side, Post.MEMBER) for each in made(4, 3)]
    assert missed(without) == {
        "one_chair": (0, 1),
        "chair_of_office": (0, 1),
        "one_deputy": (0, 1),
        "deputy_owner": (0, 1),
    }
    two = [*made(4, 2), Seat("又一个", Side.STREET, Post.CHAIR)]
    assert missed(two) == {"one_chair": (2, 1), "chair_of_office": (2, 1)}


def test_every_failed_leg_is_named_with_its_numbers() -> None:
    wrong = composition.failed(made(2, 4))
    assert wrong is not None
    assert wrong.errors == {
        "leg_size": "composition.size",
        "leg_odd": "composition.odd",
        "leg_owners": "composition.owners",
    }
    assert (wrong.details["leg_owners.got"], wrong.details["leg_owners.needed"]) == (2, 3)
    assert composition.failed(made(4, 3)) is None
