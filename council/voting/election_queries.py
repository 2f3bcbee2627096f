"""Reads of elections. Which names a ballot holds leaves this file for the count and for the ballot's own voter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from council.storage.sql import fetch
from council.voting.slate import OnBallot

_CANDIDATE = (
    "SELECT motion_id, number, candidate_id, person_id, owner_id, name, place, channel, statement, place_in_result,"
    " is_reserve, drawn FROM motion_candidate WHERE community_id = {}"
)


def _standing(row: Mapping[str, Any]) -> OnBallot:
    fields = {name: value for name, value in row.items() if name != "motion_id"}
    return OnBallot(**{**fields, "is_reserve": bool(row["is_reserve"])})


async def candidates(community_id: int, motion_id: int) -> tuple[OnBallot, ...]:
    """Who stands in this election, by number; nobody in any other vote."""
    return (await candidates_of(community_id, [motion_id])).get(motion_id, ())


async def candidates_of(community_id: int, motion_ids: Iterable[int]) -> dict[int, tuple[OnBallot, ...]]:
    wanted = sorted(set(motion_ids))
    if not wanted:
        return {}
    rows = await fetch(_CANDIDATE + " AND motion_id IN {} ORDER BY motion_id, number", community_id, wanted)
    found: dict[int, list[OnBallot]] = defaultdict(list)
    for row in rows:
        found[row["motion_id"]].append(_standing(row))
    return {motion_id: tuple(standing) for motion_id, standing in found.items()}


async def picks_of(community_id: int, motion_ids: Iterable[int]) -> dict[str, frozenset[int]]:
    """The numbers on each ballot of these elections, by ballot id; one without names is left out. For the count."""
    wanted = sorted(set(motion_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT p.ballot_id, p.number FROM ballot_pick p JOIN ballot b ON b.id = p.ballot_id"
        " WHERE p.community_id = {} AND b.motion_id IN {}",
        *(community_id, wanted),
    )
    return _by_ballot(rows)


async def picks(community_id: int, ballot_id: str) -> frozenset[int]:
    """The numbers on one ballot: for whoever has been found to be its voter."""
    rows = await fetch(
        "SELECT ballot_id, number FROM ballot_pick WHERE community_id = {} AND ballot_id = {}", community_id, ballot_id
    )
    return _by_ballot(rows).get(ballot_id, frozenset())


def _by_ballot(rows: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        found[row["ballot_id"]].add(int(row["number"]))
    return {ballot_id: frozenset(numbers) for ballot_id, numbers in found.items()}
