"""The building board 楼栋图 as a chart: which room stands on which floor, and what is said of it. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from council.kernel.actor import Actor, Role
from council.registry.model import Unit
from council.voting.delivery import Standing
from council.voting.motion import Motion

_ROOM = re.compile(r"(?P<floor>[1-9]\d?)(?P<place>(?!00)\d\d)(?P<rest>[A-Za-z]?)", re.ASCII)


class RoomState(StrEnum):
    """What the board says of a home: never a choice. From `check` to `none`, to those who deliver, while they do."""

    IN = "in"
    CHECK = "check"
    SENT = "sent"
    POSTED = "posted"
    REFUSED = "refused"
    MISSED = "missed"
    NONE = "none"
    YET = "yet"
    OFF = "off"
    """Not on the roll of this vote."""
    PLAIN = "plain"


_BY_DELIVERY = {
    Standing.DELIVERED: RoomState.SENT,
    Standing.WAITING: RoomState.CHECK,
    Standing.POSTED: RoomState.POSTED,
    Standing.REFUSED: RoomState.REFUSED,
    Standing.NOT_REACHED: RoomState.MISSED,
    Standing.NOT_YET: RoomState.NONE,
}

ALWAYS = (RoomState.IN, RoomState.CHECK, RoomState.SENT, RoomState.NONE)
SOMETIMES = (RoomState.POSTED, RoomState.REFUSED, RoomState.MISSED)
"""Keys of the legend while papers are delivered: these four, and those of the others that some home is in."""


def delivery_state(where: Standing, *, took_part: bool) -> RoomState:
    """Whoever has voted needs no papers any more, whatever is recorded of them."""
    return RoomState.IN if took_part else _BY_DELIVERY[where]


@dataclass(frozen=True, slots=True)
class Room:
    unit: Unit
    state: RoomState


@dataclass(frozen=True, slots=True)
class Chart:
    """`floors`: (floor, its rooms from left to right), the top one first; `others` have no place on the chart."""

    floors: tuple[tuple[int, tuple[Room, ...]], ...]
    others: tuple[Room, ...]


def floor_of(room: str, told: int | None = None) -> int | None:
    """The floor a room number stands on: 502 → 5, 3412 → 34, 502A → 5; what the register was `told` goes before.

    None for whatever is no room number (S1, B101, 地下室3, 1, 500000): those stand apart.
    """
    found = _ROOM.fullmatch(room)
    if found is None:
        return None
    return int(found["floor"]) if told is None else told


def chart(units: Iterable[Unit], states: Mapping[int, RoomState], *, show: RoomState | None = None) -> Chart:
    """Every unit once, in its place; `states` by unit id (plain without one), `show` keeps one state's alone."""
    floors: dict[int, list[Room]] = defaultdict(list)
    others: list[Room] = []
    for unit in units:
        room = Room(unit, states.get(unit.id, RoomState.PLAIN))
        if show is not None and room.state is not show:
            continue
        floor = floor_of(unit.room, unit.floor)
        (others if floor is None else floors[floor]).append(room)
    return Chart(
        tuple((floor, tuple(sorted(floors[floor], key=_along))) for floor in sorted(floors, reverse=True)),
        tuple(sorted(others, key=_along)),
    )


def _along(room: Room) -> tuple[tuple[int, str], ...]:
    """Sort key: S2 before S10, 901 before 1001."""
    parts = re.split(r"(\d+)", room.unit.room)
    return (*((int(part), "") if part.isdecimal() else (-1, part) for part in parts if part), (-2, room.unit.code))


def next_to_do(drawn: Chart, states: Mapping[int, RoomState], after: str) -> str | None:
    """The room to go to next: the first one after this room, floor by floor from the top as the chart stands, to which
    nothing was brought yet; after the last one, from the beginning. None when there is none left."""
    walk = [room.unit for _, rooms in drawn.floors for room in rooms] + [room.unit for room in drawn.others]
    at = next((place for place, unit in enumerate(walk) if unit.room == after), -1)
    onward = [*walk[at + 1 :], *walk[: max(at, 0)]]
    return next((unit.room for unit in onward if states.get(unit.id) is RoomState.NONE), None)


def counts(states: Iterable[RoomState]) -> dict[RoomState, int]:
    found = dict.fromkeys(RoomState, 0)
    for state in states:
        found[state] += 1
    return found


def concerns(motion: Motion, building: str, entrance: str) -> bool:
    """Whether a vote reaches this entrance: its own, its building's, or everybody's."""
    return motion.scope_code in {"", building, f"{building}-{entrance}"}


def follows_turnout(actor: Actor) -> bool:
    """Who goes from door to door, or watches it, knows which homes are still missing while a vote is open."""
    return actor.has(Role.SECRETARY, Role.GRID_WORKER, Role.AUDITOR)
