"""The verdicts of many closed motions at once, in a constant number of queries: for steppers and lists.

A certified count is read as it was signed; one that nobody certified yet is counted from the ballots as they lie.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.storage.sql import fetch
from council.voting.judge import judge
from council.voting.model import Ballot, Channel, Choice, Outcome, Roll, RollUnit, Voter
from council.voting.motion import Motion
from council.voting.tally import tally


@dataclass(frozen=True, slots=True)
class Decided:
    """How a closed vote came out; `failed` names the legs that were not met as (counts, of, basis)."""

    outcome: Outcome
    failed: tuple[tuple[str, str, str], ...] = ()


async def decided(community_id: int, motions: Iterable[Motion], now: datetime) -> dict[int, Decided]:
    """By motion id; motions that are still open, not open yet or cancelled are left out. At most three queries."""
    closed = [motion for motion in motions if motion.is_closed(now)]
    certified = [motion.id for motion in closed if motion.certified_at is not None]
    waiting = [motion for motion in closed if motion.certified_at is None]
    return {**await _certified(community_id, certified), **await _counted(community_id, waiting)}


async def _certified(community_id: int, motion_ids: Sequence[int]) -> dict[int, Decided]:
    if not motion_ids:
        return {}
    rows = await fetch("SELECT id, result FROM motion WHERE community_id = {} AND id IN {}", community_id, motion_ids)
    return {row["id"]: _read(json.loads(row["result"])["verdict"]) for row in rows}


def _read(verdict: dict[str, Any]) -> Decided:
    legs = [(leg["counts"], leg["of"], leg["basis"]) for leg in verdict["comparisons"] if not leg["met"]]
    return Decided(Outcome(verdict["outcome"]), tuple(legs))


async def _counted(community_id: int, motions: Sequence[Motion]) -> dict[int, Decided]:
    if not motions:
        return {}
    motion_ids = [motion.id for motion in motions]
    rolls = await _rolls(community_id, motion_ids)
    ballots = await _ballots(community_id, motion_ids)
    found = {}
    for motion in motions:
        counted = tally(motion.ruleset, rolls[motion.id], ballots[motion.id], motion.window)
        verdict = judge(motion.ruleset, counted)
        legs = [(leg.threshold.counts, leg.threshold.of, leg.threshold.basis) for leg in verdict.failed]
        found[motion.id] = Decided(verdict.outcome, tuple((str(a), str(b), str(c)) for a, b, c in legs))
    return found


async def _rolls(community_id: int, motion_ids: Sequence[int]) -> dict[int, Roll]:
    rows = await fetch(
        "SELECT v.motion_id, v.number, v.delivered_at, u.code, u.area_dm2 FROM roll_voter v"
        " JOIN roll_unit u ON u.community_id = v.community_id AND u.roll_voter_id = v.id"
        " WHERE v.community_id = {} AND v.motion_id IN {} ORDER BY v.id, u.id",
        community_id,
        motion_ids,
    )
    units: dict[int, dict[str, list[RollUnit]]] = {motion_id: defaultdict(list) for motion_id in motion_ids}
    delivered = set()
    for row in rows:
        units[row["motion_id"]][row["number"]].append(RollUnit(row["code"], row["area_dm2"]))
        if row["delivered_at"] is not None:
            delivered.add((row["motion_id"], row["number"]))
    return {
        motion_id: Roll(
            tuple(Voter(number, tuple(held), (motion_id, number) in delivered) for number, held in of_it.items())
        )
        for motion_id, of_it in units.items()
    }


async def _ballots(community_id: int, motion_ids: Sequence[int]) -> dict[int, list[Ballot]]:
    rows = await fetch(
        "SELECT b.motion_id, b.id, v.number, b.choice, b.channel, b.cast_at FROM ballot b"
        " JOIN roll_voter v ON v.id = b.roll_voter_id WHERE b.community_id = {} AND b.motion_id IN {}",
        community_id,
        motion_ids,
    )
    found: dict[int, list[Ballot]] = {motion_id: [] for motion_id in motion_ids}
    for row in rows:
        choice = Choice(row["choice"]) if row["choice"] else None
        invalid = None if choice else "blank"
        ballot = Ballot(row["id"], row["number"], choice, Channel(row["channel"]), row["cast_at"], invalid)
        found[row["motion_id"]].append(ballot)
    return found
