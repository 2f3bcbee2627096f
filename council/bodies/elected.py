"""Whom an election came to, before anybody of them is a member."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Elected:
    """One of those whom the owners elected, in the order of the result (`place` from 1); a reserve is an alternate.

    `unit_place` is where they own, `channel` who nominated them. `persons` and `area_dm2` (dm²) chose them, where the
    result has figures; `drawn`: where they came in a lot, if one was drawn.
    """

    name: str
    place: int
    is_reserve: bool
    owner_id: int | None
    person_id: int | None = None
    candidate_id: int | None = None
    channel: str = ""
    unit_place: str = ""
    is_representing: bool = False
    persons: int | None = None
    area_dm2: int | None = None
    drawn: int | None = None
