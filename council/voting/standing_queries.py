"""The roll of one vote as the desk reads it: voter by voter, who stands behind it and what is in dispute. No choice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from council.kernel.errors import NotFound
from council.storage.sql import fetch, fetch_one
from council.voting.model import RollUnit


@dataclass(frozen=True, slots=True)
class Holder:
    owner_id: int
    name: str
    is_representative: bool
    kind: str = ""
    bases: tuple[str, ...] = ()
    capacity: str = ""
    acting_name: str = ""


@dataclass(frozen=True, slots=True)
class Suspension:
    reason: str
    by_name: str
    suspended_at: datetime
    confirmed_by_name: str | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    unit_code: str
    words: str
    by_name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RollLine:
    """One voter: its units with their frozen areas, its holders, whether it is suspended, and disputed areas."""

    roll_voter_id: int
    number: str
    units: tuple[RollUnit, ...]
    is_developer: bool
    holders: tuple[Holder, ...]
    suspension: Suspension | None
    disputes: tuple[Dispute, ...]

    @property
    def area_dm2(self) -> int:
        return sum(unit.area_dm2 for unit in self.units)


async def line(community_id: int, motion_id: int, number: str) -> RollLine:
    """NotFound for a number that is not on this roll."""
    found = await _lines(community_id, motion_id, "v.number = {}", number)
    if not found:
        raise NotFound
    return found[0]


async def lines(community_id: int, motion_id: int) -> list[RollLine]:
    """Every voter in the order of the roll; four queries however many there are."""
    return await _lines(community_id, motion_id, "v.motion_id = {}", motion_id)


async def _lines(community_id: int, motion_id: int, which: str, value: str | int) -> list[RollLine]:
    rows = await fetch(
        "SELECT v.id, v.number, v.is_developer, u.code, u.area_dm2 FROM roll_voter v"
        " JOIN roll_unit u ON u.community_id = v.community_id AND u.roll_voter_id = v.id"
        f" WHERE v.community_id = {{}} AND v.motion_id = {{}} AND {which} ORDER BY v.id, u.id",
        *(community_id, motion_id, value),
    )
    units: dict[int, list[RollUnit]] = defaultdict(list)
    for row in rows:
        units[row["id"]].append(RollUnit(row["code"], row["area_dm2"]))
    if not units:
        return []
    ids = list(units)
    holders: dict[int, list[Holder]] = defaultdict(list)
    for row in await fetch(
        "SELECT h.roll_voter_id, h.owner_id, o.name, h.is_representative, h.kind, h.bases, h.capacity, h.acting_name"
        " FROM roll_holder h"
        " JOIN owner o ON o.id = h.owner_id WHERE h.community_id = {} AND h.motion_id = {}"
        " AND h.roll_voter_id IN {} ORDER BY h.id",
        *(community_id, motion_id, ids),
    ):
        holders[row["roll_voter_id"]].append(
            Holder(
                row["owner_id"],
                row["name"],
                bool(row["is_representative"]),
                row["kind"],
                tuple(row["bases"].split()),
                row["capacity"],
                row["acting_name"],
            )
        )
    suspended = {
        row["roll_voter_id"]: Suspension(row["reason"], row["by_name"], row["suspended_at"], row["confirmed_by_name"])
        for row in await fetch(
            "SELECT roll_voter_id, reason, by_name, suspended_at, confirmed_by_name FROM roll_suspension"
            " WHERE community_id = {} AND motion_id = {} AND lifted_at IS NULL",
            *(community_id, motion_id),
        )
    }
    disputes: dict[int, list[Dispute]] = defaultdict(list)
    for row in await fetch(
        "SELECT roll_voter_id, unit_code, words, by_name, recorded_at FROM area_dispute"
        " WHERE community_id = {} AND motion_id = {} ORDER BY id",
        *(community_id, motion_id),
    ):
        told = Dispute(row["unit_code"], row["words"], row["by_name"], row["recorded_at"])
        disputes[row["roll_voter_id"]].append(told)
    first = {row["id"]: row for row in reversed(rows)}
    return [
        RollLine(
            each,
            first[each]["number"],
            tuple(held),
            bool(first[each]["is_developer"]),
            tuple(holders[each]),
            suspended.get(each),
            tuple(disputes[each]),
        )
        for each, held in units.items()
    ]


async def is_suspended(community_id: int, motion_id: int, roll_voter_id: int) -> bool:
    row = await fetch_one(
        "SELECT 1 AS found FROM roll_suspension WHERE community_id = {} AND motion_id = {} AND roll_voter_id = {}"
        " AND lifted_at IS NULL",
        *(community_id, motion_id, roll_voter_id),
    )
    return row is not None


async def has_ballot(community_id: int, roll_voter_id: int) -> bool:
    """Whether one is in force, or a paper lies sealed; a wish is none."""
    rows = await fetch(
        "SELECT 1 AS found FROM ballot WHERE community_id = {} AND roll_voter_id = {} AND state = 'in_force'"
        " AND is_wish = FALSE UNION ALL SELECT 1 AS found FROM paper_return WHERE community_id = {}"
        " AND roll_voter_id = {} AND state = 'sealed' AND ballot_id IS NULL",
        *(community_id, roll_voter_id) * 2,
    )
    return bool(rows)
