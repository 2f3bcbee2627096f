"""What a management committee is made of (《北京市物业管理条例》第五十三条, a preset elsewhere). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from council.bodies.model import Post, Side
from council.kernel.errors import Invalid

LEAST = 7
"""Seven or more, an odd number."""

OFFICES = (Side.NEIGHBOURHOOD, Side.STREET)
"""Whose representative the chair is, by rule."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One line of an appointment. `place`: of an owner the home they own."""

    name: str
    side: Side
    post: Post
    place: str = ""
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One thing that the rule asks: the figure found, the figure asked for, and whether it is met."""

    name: str
    got: int
    needed: int
    met: bool


def legs(seats: Sequence[Seat]) -> tuple[Leg, ...]:
    """Every leg with its figures, met or not, in the order in which pages list them.

    "At least half" includes the half itself (Civil Code art. 1259).
    """
    owners = sum(each.side is Side.OWNER for each in seats)
    chairs = [each for each in seats if each.post is Post.CHAIR]
    deputies = [each for each in seats if each.post is Post.DEPUTY]
    by_office = sum(each.side in OFFICES for each in chairs)
    by_owner = sum(each.side is Side.OWNER for each in deputies)
    return (
        Leg("size", len(seats), LEAST, len(seats) >= LEAST),
        Leg("odd", len(seats), 1, len(seats) % 2 == 1),
        Leg("owners", owners, -(-len(seats) // 2), 2 * owners >= len(seats) > 0),
        Leg("one_chair", len(chairs), 1, len(chairs) == 1),
        Leg("chair_of_office", by_office, 1, by_office == len(chairs) == 1),
        Leg("one_deputy", len(deputies), 1, len(deputies) == 1),
        Leg("deputy_owner", by_owner, 1, by_owner == len(deputies) == 1),
    )


def listed_twice(seats: Sequence[Seat]) -> Invalid | None:
    """One owner, one seat: by the line on which somebody stands again."""
    seen: set[int] = set()
    errors: dict[str, str] = {}
    details: dict[str, str | int] = {}
    for at, each in enumerate(seats):
        if each.owner_id is not None and each.owner_id in seen:
            errors[f"name_{at}"] = "body.listed_twice"
            details[f"name_{at}.name"] = each.name
        elif each.owner_id is not None:
            seen.add(each.owner_id)
    return Invalid(errors, **details) if errors else None


def failed(seats: Sequence[Seat]) -> Invalid | None:
    """Every leg that is not met, by its own code with both figures; None for a body that may be."""
    missed = [leg for leg in legs(seats) if not leg.met]
    if not missed:
        return None
    details = {
        f"leg_{leg.name}.{what}": value for leg in missed for what, value in (("got", leg.got), ("needed", leg.needed))
    }
    return Invalid({f"leg_{leg.name}": f"composition.{leg.name}" for leg in missed}, **details)
