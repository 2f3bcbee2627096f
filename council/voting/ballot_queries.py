"""Reads of ballots. A choice leaves this file for the count after closing and for its own voter, for nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from council.kernel.actor import Actor
from council.kernel.errors import NotFound
from council.storage.sql import fetch
from council.voting.model import Ballot, Channel, Choice
from council.voting.voter import BallotState, CastBallot


async def ballots(community_id: int, motion_id: int, *, wishes: bool = False) -> list[Ballot]:
    """Every ballot received, with its choice: for the count and the bundle only; `wishes`: those beside the count."""
    return (await ballots_of(community_id, [motion_id], wishes=wishes)).get(motion_id, [])


async def ballots_of(community_id: int, motion_ids: Iterable[int], *, wishes: bool = False) -> dict[int, list[Ballot]]:
    """`ballots` of many motions; one query."""
    wanted = sorted(set(motion_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT b.motion_id, b.id, v.number, b.choice, b.channel, b.cast_at, b.invalid FROM ballot b"
        " JOIN roll_voter v ON v.id = b.roll_voter_id"
        " WHERE b.community_id = {} AND b.motion_id IN {} AND b.is_wish = {} ORDER BY b.cast_at, b.id",
        *(community_id, wanted, wishes),
    )
    found: dict[int, list[Ballot]] = defaultdict(list)
    for row in rows:
        choice = Choice(row["choice"]) if row["choice"] else None
        ballot = Ballot(row["id"], row["number"], choice, Channel(row["channel"]), row["cast_at"], row["invalid"])
        found[row["motion_id"]].append(ballot)
    return found


_CAST = (
    "SELECT b.id AS ballot_id, v.number, b.choice, b.channel, b.cast_at, b.code, b.log_seq, b.person_id,"
    " b.roll_voter_id, b.motion_id, b.state, b.is_wish, b.proxy_id FROM roll_voter v JOIN ballot b"
    " ON b.community_id = v.community_id AND b.motion_id = v.motion_id AND b.roll_voter_id = v.id"
    " WHERE b.community_id = {}"
)


def _cast(row: Mapping[str, Any]) -> CastBallot:
    fields = {name: value for name, value in row.items() if name != "motion_id"}
    read = {"channel": Channel(row["channel"]), "state": BallotState(row["state"]), "is_wish": bool(row["is_wish"])}
    return CastBallot(**{**fields, **read})


async def ballots_in_force(community_id: int, roll_voter_ids: Iterable[int]) -> dict[int, CastBallot]:
    """The ballot in force of each voter that has one: the one that counts, before a wish."""
    wanted = sorted(set(roll_voter_ids))
    if not wanted:
        return {}
    rows = await fetch(_CAST + " AND b.state = 'in_force' AND v.id IN {} ORDER BY b.is_wish DESC", community_id, wanted)
    return {row["roll_voter_id"]: _cast(row) for row in rows}


async def own_ballot(actor: Actor, motion_id: int, ballot_id: str) -> CastBallot:
    """A ballot that this very account cast online, or that was cast so for it under a mandate, whatever became of it;
    NotFound for anybody else. A paper's `person_id` is who confirmed it: its opening is not theirs."""
    rows = await fetch(
        _CAST + " AND b.motion_id = {} AND b.id = {} AND b.channel = 'online' AND (b.person_id = {}"
        " OR (b.proxy_id IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM roll_holder h WHERE h.community_id = b.community_id AND h.roll_voter_id = b.roll_voter_id"
        " AND h.is_representative = TRUE AND h.owner_id IN {})))",
        *(actor.community_id, motion_id, ballot_id, actor.person_id, sorted(actor.owner_ids) or [0]),
    )
    if not rows:
        raise NotFound
    return _cast(rows[0])


@dataclass(frozen=True, slots=True)
class BallotPlace:
    """Where a ballot's record stands, for whoever holds its code; no voter and no choice. What became of it is for
    `person_id` alone, who cast it."""

    motion_id: int
    log_seq: int
    state: BallotState
    person_id: int


async def ballot_by_code(community_id: int, code: str) -> BallotPlace | None:
    """The ballot with this code ("K7QF 3M9D WX24")."""
    rows = await fetch(
        "SELECT motion_id, log_seq, state, person_id FROM ballot WHERE community_id = {} AND code = {}"
        " ORDER BY log_seq LIMIT 1",
        *(community_id, code),
    )
    if not rows:
        return None
    row = rows[0]
    return BallotPlace(row["motion_id"], row["log_seq"], BallotState(row["state"]), row["person_id"])
