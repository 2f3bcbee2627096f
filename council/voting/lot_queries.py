"""Lots as they were recorded, those taken back too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.storage.sql import fetch

BETWEEN = "\n"
"""Between the names of witnesses in their column."""


@dataclass(frozen=True, slots=True)
class Lot:
    """`order` as drawn, of the candidates who were equal; it counts once `confirmed_at` is there. One that was taken
    back says by whom and why, and never counts."""

    id: int
    order: tuple[int, ...]
    witnesses: tuple[str, ...]
    drawn_at: datetime
    photo_id: int | None
    person_id: int
    by_name: str
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_by_name: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None

    @property
    def is_live(self) -> bool:
        return self.withdrawn_at is None


async def lots_of(community_id: int, motion_id: int) -> tuple[Lot, ...]:
    """In the order in which they were recorded: at most the last one is live."""
    rows = await fetch(
        "SELECT id, drawn, witnesses, drawn_at, photo_id, person_id, by_name, confirmed_by_name, confirmed_at,"
        " withdrawn_by_name, withdrawn_at, withdrawn_reason FROM lot WHERE community_id = {} AND motion_id = {}"
        " ORDER BY id",
        *(community_id, motion_id),
    )
    return tuple(map(_lot, rows))


async def lot_of(community_id: int, motion_id: int) -> Lot | None:
    """The one that was recorded and not taken back."""
    return next((each for each in await lots_of(community_id, motion_id) if each.is_live), None)


def _lot(row: Mapping[str, Any]) -> Lot:
    order = tuple(int(number) for number in row["drawn"].split())
    kept = {name: value for name, value in row.items() if name != "drawn"}
    return Lot(**{**kept, "witnesses": tuple(row["witnesses"].split(BETWEEN))}, order=order)
