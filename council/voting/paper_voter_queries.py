"""Reads of those in whose names paper ballots are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.registry.rollfile.model import OwnerKind
from council.storage.sql import fetch, fetch_one
from council.voting.succession import Sold


@dataclass(frozen=True, slots=True)
class PaperVoter:
    """Whose name a paper is in: homes in the order of the roll, area in dm², and the frozen owners' names.

    `owners`: (name, whether it may stand in full: a company's or the developer's), who casts for the others first.
    """

    roll_voter_id: int
    number: str
    area_dm2: int
    unit_codes: tuple[str, ...]
    owners: tuple[tuple[str, bool], ...]
    capacity: str = ""
    """As what somebody acts for the owner who casts ("guardian", "agent"), frozen with the roll, and their name."""
    acting_name: str = ""
    is_company: bool = False


async def paper_voters(community_id: int, motion_id: int) -> list[PaperVoter]:
    """Every voter of the roll in its order; two queries."""
    rows = await fetch(
        "SELECT v.id, v.number, v.area_dm2, u.code FROM roll_voter v JOIN roll_unit u ON u.roll_voter_id = v.id"
        " WHERE v.community_id = {} AND v.motion_id = {} ORDER BY v.id, u.id",
        *(community_id, motion_id),
    )
    held = await fetch(
        "SELECT h.roll_voter_id, o.name, o.kind, h.is_representative, h.capacity, h.acting_name"
        " FROM roll_holder h JOIN owner o ON o.id = h.owner_id WHERE h.community_id = {} AND h.motion_id = {}"
        " ORDER BY h.is_representative DESC, h.id",
        *(community_id, motion_id),
    )
    names: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    casting: dict[int, Mapping[str, Any]] = {}
    for row in held:
        if row["is_representative"]:
            casting[row["roll_voter_id"]] = row
        names[row["roll_voter_id"]].append((row["name"], OwnerKind(row["kind"]) is not OwnerKind.NATURAL))
    codes: dict[int, list[str]] = defaultdict(list)
    first: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        codes[row["id"]].append(row["code"])
        first.setdefault(row["id"], row)
    return [
        PaperVoter(
            each,
            row["number"],
            row["area_dm2"],
            tuple(codes[each]),
            tuple(names.get(each, ())),
            casting[each]["capacity"] if each in casting else "",
            casting[each]["acting_name"] if each in casting else "",
            is_company=each in casting and OwnerKind(casting[each]["kind"]) is not OwnerKind.NATURAL,
        )
        for each, row in first.items()
    ]


async def signing_voters(
    community_id: int, motion_id: int, sold: Mapping[int, Sold], printed_at: datetime | None = None
) -> list[PaperVoter]:
    """The same with the names of those who sign: of a home that was sold (by the time of a printing), the buyers'.
    `sold`: `succession.sold`."""
    return [
        _bought(each, sold[each.roll_voter_id])
        if each.roll_voter_id in sold and (printed_at is None or sold[each.roll_voter_id].at < printed_at)
        else each
        for each in await paper_voters(community_id, motion_id)
    ]


def _bought(voter: PaperVoter, sold: Sold) -> PaperVoter:
    if sold.signs is None:
        return voter
    names = tuple((each.name, each.kind is not OwnerKind.NATURAL) for each in sold.owners)
    is_company = sold.signs.kind is not OwnerKind.NATURAL
    return replace(voter, owners=names, capacity="", acting_name="", is_company=is_company)


async def number_of(community_id: int, roll_voter_id: int) -> str:
    """A voter's number on the roll ("v3")."""
    row = await fetch_one(
        "SELECT number FROM roll_voter WHERE community_id = {} AND id = {}", community_id, roll_voter_id
    )
    if row is None:
        raise NotFound
    return str(row["number"])


async def asked_online(community_id: int, motion_id: int) -> list[int]:
    """Roll voters who answered online beside the count and whose paper has not come back."""
    rows = await fetch(
        "SELECT DISTINCT b.roll_voter_id FROM ballot b WHERE b.community_id = {} AND b.motion_id = {}"
        " AND b.is_wish = TRUE AND b.state = 'in_force' AND NOT EXISTS (SELECT 1 FROM paper_return r"
        " WHERE r.community_id = b.community_id AND r.roll_voter_id = b.roll_voter_id AND r.state = 'sealed')"
        " ORDER BY b.roll_voter_id",
        *(community_id, motion_id),
    )
    return [row["roll_voter_id"] for row in rows]


async def owners_on_roll(community_id: int, motion_id: int) -> frozenset[int]:
    rows = await fetch(
        "SELECT DISTINCT owner_id FROM roll_holder WHERE community_id = {} AND motion_id = {}", community_id, motion_id
    )
    return frozenset(row["owner_id"] for row in rows)
