"""Reads of deliveries, and of the voters they are for. Receivers, notes and photos are in them: for staff alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch
from council.voting.delivery import Channel, Delivery, How, Receiver, Result, Standing, standing
from council.voting.model import Sums

_DELIVERY = (
    "SELECT d.id, d.motion_id, d.roll_voter_id, d.unit_id, u.code AS unit_code, d.key, d.result, d.channel,"
    " d.receiver_kind, d.receiver, d.witness, d.note, d.photo_id, d.sheet, d.at, d.recorded_at, d.by_person, d.by_name,"
    " d.proves_from, d.confirmed_by, d.confirmed_by_name, d.confirmed_how, d.confirmed_at, d.withdrawn_by,"
    " d.withdrawn_by_name, d.withdrawn_why, d.withdrawn_at, d.asked_by, d.asked_by_name, d.asked_why,"
    " d.asked_at FROM delivery d JOIN unit u ON u.id = d.unit_id"
    " WHERE d.community_id = {} AND d.motion_id = {}"
)


def _delivery(row: Mapping[str, Any]) -> Delivery:
    kind, how = row["receiver_kind"], row["confirmed_how"]
    return Delivery(
        **{
            **row,
            "result": Result(row["result"]),
            "channel": Channel(row["channel"]),
            "receiver_kind": None if kind is None else Receiver(kind),
            "confirmed_how": None if how is None else How(how),
        }
    )


async def deliveries(community_id: int, motion_id: int) -> list[Delivery]:
    """All of a vote's, in the order of their records; withdrawn ones among them."""
    return [_delivery(row) for row in await fetch(_DELIVERY + " ORDER BY d.id", community_id, motion_id)]


async def deliveries_of_motions(community_id: int, motion_ids: Sequence[int]) -> list[Delivery]:
    """Those of many votes, vote by vote; one query."""
    if not motion_ids:
        return []
    asked = _DELIVERY.replace("d.motion_id = {}", "d.motion_id IN {}") + " ORDER BY d.motion_id, d.id"
    return [_delivery(row) for row in await fetch(asked, community_id, list(motion_ids))]


async def deliveries_around(community_id: int, motion_id: int, entrance_id: int) -> list[Delivery]:
    """Those of every voter who has a unit in this entrance, wherever the papers were handed over."""
    rows = await fetch(
        _DELIVERY + " AND d.roll_voter_id IN (SELECT r.roll_voter_id FROM roll_unit r JOIN unit n ON n.id = r.unit_id"
        " WHERE r.community_id = {} AND r.motion_id = {} AND n.entrance_id = {}) ORDER BY d.id",
        *(community_id, motion_id, community_id, motion_id, entrance_id),
    )
    return [_delivery(row) for row in rows]


async def deliveries_by_id(community_id: int, motion_id: int, ids: Iterable[int]) -> list[Delivery]:
    """In the order of their records. NotFound when one of them is not this vote's."""
    wanted = sorted(set(ids))
    rows = await fetch(_DELIVERY + " AND d.id IN {} ORDER BY d.id", community_id, motion_id, wanted) if wanted else []
    if len(rows) != len(wanted):
        raise NotFound
    return [_delivery(row) for row in rows]


async def deliveries_by_form(community_id: int, motion_id: int, key: str) -> list[Delivery]:
    """Those that the form with this key recorded: one, or (".v2" behind it) one a voter."""
    rows = await fetch(
        _DELIVERY + " AND (d.key = {} OR d.key LIKE {}) ORDER BY d.id", community_id, motion_id, key, f"{key}.%"
    )
    return [_delivery(row) for row in rows]


async def deliveries_of_voters(community_id: int, motion_id: int, voter_ids: Iterable[int]) -> list[Delivery]:
    wanted = sorted(set(voter_ids))
    if not wanted:
        return []
    rows = await fetch(_DELIVERY + " AND d.roll_voter_id IN {} ORDER BY d.id", community_id, motion_id, wanted)
    return [_delivery(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Door:
    """One unit on the roll, and the voter behind it. `area_dm2` in dm², of this unit."""

    unit_id: int
    code: str
    area_dm2: int
    roll_voter_id: int
    number: str
    is_developer: bool
    took_part: bool


_DOOR = (
    "SELECT r.unit_id, r.code, r.area_dm2, r.roll_voter_id, v.number, v.is_developer,"
    " EXISTS (SELECT 1 FROM ballot b WHERE b.community_id = r.community_id AND b.motion_id = r.motion_id"
    " AND b.roll_voter_id = r.roll_voter_id AND b.state = 'in_force' AND b.is_wish = FALSE) AS took_part"
    " FROM roll_unit r JOIN roll_voter v ON v.id = r.roll_voter_id"
    " WHERE r.community_id = {} AND r.motion_id = {}"
)


def _door(row: Mapping[str, Any]) -> Door:
    return Door(**{**row, "is_developer": bool(row["is_developer"]), "took_part": bool(row["took_part"])})


async def doors(community_id: int, motion_id: int) -> list[Door]:
    """Every unit on the roll."""
    return [_door(row) for row in await fetch(_DOOR + " ORDER BY r.id", community_id, motion_id)]


async def doors_around(community_id: int, motion_id: int, entrance_id: int) -> list[Door]:
    """Every unit on the roll of the voters who have one in this entrance."""
    rows = await fetch(
        _DOOR + " AND r.roll_voter_id IN (SELECT o.roll_voter_id FROM roll_unit o JOIN unit n ON n.id = o.unit_id"
        " WHERE o.community_id = {} AND o.motion_id = {} AND n.entrance_id = {}) ORDER BY r.id",
        *(community_id, motion_id, community_id, motion_id, entrance_id),
    )
    return [_door(row) for row in rows]


async def doors_of(community_id: int, motion_id: int, codes: Sequence[str]) -> list[Door]:
    """The units with these codes. NotFound when one of them is not on this roll."""
    rows = await fetch(_DOOR + " AND r.code IN {} ORDER BY r.id", community_id, motion_id, list(codes)) if codes else []
    if len(rows) != len(set(codes)):
        raise NotFound
    return [_door(row) for row in rows]


async def units_of_voters(community_id: int, motion_id: int, voter_ids: Iterable[int]) -> set[int]:
    """Ids of all units of these voters."""
    wanted = sorted(set(voter_ids))
    rows = await fetch(
        "SELECT unit_id FROM roll_unit WHERE community_id = {} AND motion_id = {} AND roll_voter_id IN {}",
        *(community_id, motion_id, wanted),
    )
    return {row["unit_id"] for row in rows}


async def owners_of_voters(community_id: int, motion_id: int, voter_ids: Iterable[int]) -> set[int]:
    """Ids of the owners that stand behind these voters on the frozen roll."""
    rows = await fetch(
        "SELECT owner_id FROM roll_holder WHERE community_id = {} AND motion_id = {} AND roll_voter_id IN {}",
        *(community_id, motion_id, sorted(set(voter_ids))),
    )
    return {row["owner_id"] for row in rows}


def by_voter(records: Iterable[Delivery]) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = defaultdict(list)
    for each in records:
        found[each.roll_voter_id].append(each)
    return found


async def delivery_sums(community_id: int, motion_id: int, now: datetime) -> dict[Standing, Sums]:
    """Persons and dm² by where they stand, everybody on the roll once; two queries."""
    voters = await fetch(
        "SELECT id, area_dm2 FROM roll_voter WHERE community_id = {} AND motion_id = {}", community_id, motion_id
    )
    records = by_voter(await deliveries(community_id, motion_id))
    found = dict.fromkeys(Standing, Sums())
    for voter in voters:
        where = standing(records.get(voter["id"], ()), now)
        found[where] += Sums(1, voter["area_dm2"])
    return found


@dataclass(frozen=True, slots=True)
class OpenWork:
    """`waiting` voters whose delivery a second person has to look at, and `asked` records that somebody wants taken
    back, by `recorders`; `missed` voters who were tried in vain and have not voted; `silent` of `roll` voters, those
    missed included, have neither a delivery that stands nor a ballot."""

    waiting: int
    asked: int
    recorders: frozenset[int]
    missed: int
    silent: int
    roll: int


async def open_work(community_id: int, motion_ids: Sequence[int], now: datetime) -> dict[int, OpenWork]:
    """By motion; three queries, however many there are."""
    if not motion_ids:
        return {}
    asked_for = (community_id, list(motion_ids))
    found = await deliveries_of_motions(community_id, motion_ids)
    cast = await fetch(
        "SELECT motion_id, roll_voter_id FROM ballot WHERE community_id = {} AND motion_id IN {}"
        " AND state = 'in_force' AND is_wish = FALSE",
        *asked_for,
    )
    rolls = await fetch(
        "SELECT motion_id, COUNT(*) AS voters FROM roll_voter WHERE community_id = {} AND motion_id IN {}"
        " GROUP BY motion_id",
        *asked_for,
    )
    voted = {row["roll_voter_id"] for row in cast}
    reached: dict[int, set[int]] = defaultdict(set)
    for row in cast:
        reached[row["motion_id"]].add(row["roll_voter_id"])
    waiting: dict[int, set[int]] = defaultdict(set)
    missed: dict[int, set[int]] = defaultdict(set)
    recorders: dict[int, set[int]] = defaultdict(set)
    asked: dict[int, int] = defaultdict(int)
    for each in found:
        if each.is_asked_back and each.asked_by is not None:
            asked[each.motion_id] += 1
            recorders[each.motion_id].add(each.asked_by)
    for voter, records in by_voter(found).items():
        where, motion_id = standing(records, now), records[0].motion_id
        if where in {Standing.DELIVERED, Standing.POSTED}:
            reached[motion_id].add(voter)
        if where is Standing.WAITING:
            waiting[motion_id].add(voter)
            recorders[motion_id] |= {each.by_person for each in records if each.is_waiting}
        elif where in {Standing.REFUSED, Standing.NOT_REACHED} and voter not in voted:
            missed[motion_id].add(voter)
    voters = {row["motion_id"]: int(row["voters"]) for row in rolls}
    return {
        each: OpenWork(
            waiting=len(waiting[each]),
            asked=asked[each],
            recorders=frozenset(recorders[each]),
            missed=len(missed[each]),
            silent=voters.get(each, 0) - len(reached[each]),
            roll=voters.get(each, 0),
        )
        for each in sorted(motion_ids)
    }
