"""Delivery sheets 送达签收表: which homes stand on which sheet. Pure.

The roll is locked, so the sheets of a vote are too: the same twelve homes stand on sheet 3 whenever it is printed, and
nothing has to be kept of a printing. On a sheet stand rooms and no names: it goes from door to door, and whoever signs
in the twelfth row has the other eleven before their eyes. The roll with its names is for staff; who is an owner and who
a tenant is no neighbour's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from council.voting.board import floor_of
from council.voting.delivery import ROWS_OF_A_SHEET
from council.voting.delivery_queries import Door


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One voter, at one home of theirs; `others` is how many more they have."""

    code: str
    roll_voter_id: int
    others: int


@dataclass(frozen=True, slots=True)
class DeliverySheet:
    """`number` counts from 1 through the whole vote, `page` of `pages` through one entrance ("2-1")."""

    number: int
    entrance: str
    page: int
    pages: int
    rows: tuple[SheetRow, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(row.code for row in self.rows)


def sheets(doors: Iterable[Door]) -> tuple[DeliverySheet, ...]:
    """Every voter once, at the first of their homes that has a door in a stairwell (else a shop, a garage), entrance by
    entrance, twelve to a sheet."""
    held: dict[int, list[Door]] = {}
    for door in doors:
        held.setdefault(door.roll_voter_id, []).append(door)
    first = [(min(of_it, key=_at_home), len(of_it) - 1) for of_it in held.values()]
    entrances: dict[str, list[SheetRow]] = {}
    for door, others in sorted(first, key=lambda each: natural(each[0].code)):
        entrances.setdefault(entrance_of(door.code), []).append(SheetRow(door.code, door.roll_voter_id, others))
    made: list[DeliverySheet] = []
    for entrance, rows in entrances.items():
        parts = [rows[start : start + ROWS_OF_A_SHEET] for start in range(0, len(rows), ROWS_OF_A_SHEET)]
        for page, part in enumerate(parts, start=1):
            made.append(DeliverySheet(len(made) + 1, entrance, page, len(parts), tuple(part)))
    return tuple(made)


def entrance_of(code: str) -> str:
    """ "2-1" from "2-1-502", "2-" from "2--S1"."""
    return "-".join(code.split("-", 2)[:2])


def _at_home(door: Door) -> tuple[bool, tuple[tuple[int, int, str], ...]]:
    return floor_of(door.code.rsplit("-", 1)[-1]) is None, natural(door.code)


def natural(code: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key as people count: 2-1-901 before 2-1-1001."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", code) if part)


def find(of: Sequence[DeliverySheet], number: int) -> DeliverySheet | None:
    return of[number - 1] if 0 < number <= len(of) else None
