"""Homes that changed hands since the notice: who holds them now, where nobody of the frozen roll casts any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.registry.rollfile.model import OwnerKind
from council.storage.sql import fetch
from council.voting.holder_queries import GONE

_SOLD = (
    "SELECT v.id AS roll_voter_id, u.id AS roll_unit_id, n.owner_id, o.name, o.kind, n.is_representative, n.began_at,"
    " EXISTS (SELECT 1 FROM roll_holder r WHERE r.community_id = v.community_id AND r.roll_voter_id = v.id"
    " AND r.owner_id = n.owner_id) AS is_of_roll"
    " FROM roll_holder h JOIN roll_voter v ON v.id = h.roll_voter_id"
    " JOIN roll_unit u ON u.community_id = v.community_id AND u.roll_voter_id = v.id"
    " LEFT JOIN ownership n ON n.community_id = u.community_id AND n.unit_id = u.unit_id AND n.ended_at IS NULL"
    " LEFT JOIN owner o ON o.id = n.owner_id"
    " WHERE h.community_id = {} AND h.motion_id = {} AND h.is_representative = TRUE"
    f" AND {GONE} ORDER BY v.id, u.id, n.is_representative DESC, n.position"
)


@dataclass(frozen=True, slots=True)
class Successor:
    owner_id: int
    name: str
    kind: OwnerKind
    is_representative: bool


@dataclass(frozen=True, slots=True)
class Sold:
    """When the voter's home last changed hands, and who casts for it now, the one who represents the others first.

    Nobody where one of the frozen roll holds it still, or no one owner holds all of the voter's homes: then a
    representative is to be named for the vote.
    """

    at: datetime
    owners: tuple[Successor, ...]

    @property
    def signs(self) -> Successor | None:
        return next((each for each in self.owners if each.is_representative), None)

    def is_for_former(self, printed_at: datetime) -> bool:
        """Whether a paper that was printed then names somebody who casts for the home no more."""
        return self.signs is None or printed_at <= self.at


async def sold(community_id: int, motion_id: int) -> dict[int, Sold]:
    """By roll voter; one query, and no rows where nothing changed hands."""
    by_voter: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in await fetch(_SOLD, community_id, motion_id):
        by_voter[row["roll_voter_id"]].append(row)
    return {voter_id: _sold(rows) for voter_id, rows in by_voter.items()}


def _sold(rows: list[dict[str, Any]]) -> Sold:
    held = [row for row in rows if row["owner_id"] is not None]
    at = max(row["began_at"] for row in held)
    if any(row["is_of_roll"] for row in held):
        return Sold(at, ())
    homes = {row["roll_unit_id"] for row in rows}
    theirs: dict[int, set[int]] = defaultdict(set)
    for row in held:
        theirs[row["owner_id"]].add(row["roll_unit_id"])
    owners = {
        row["owner_id"]: Successor(row["owner_id"], row["name"], OwnerKind(row["kind"]), bool(row["is_representative"]))
        for row in reversed(held)
        if theirs[row["owner_id"]] == homes
    }
    return Sold(at, tuple(reversed(owners.values())))


async def voted(community_id: int, roll_voter_ids: Collection[int]) -> set[int]:
    """Those of them who have a ballot that counts in force, or a paper that lies sealed: nobody casts after them."""
    if not roll_voter_ids:
        return set()
    of = (community_id, sorted(roll_voter_ids))
    rows = await fetch(
        "SELECT roll_voter_id FROM ballot WHERE community_id = {} AND roll_voter_id IN {} AND state = 'in_force'"
        " AND is_wish = FALSE UNION SELECT roll_voter_id FROM paper_return WHERE community_id = {}"
        " AND roll_voter_id IN {} AND state = 'sealed' AND ballot_id IS NULL",
        *of,
        *of,
    )
    return {row["roll_voter_id"] for row in rows}
