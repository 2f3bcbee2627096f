"""The verdicts of many closed motions at once, in a constant number of queries: for steppers and lists.

A certified count is read as it was signed; one that nobody certified yet is counted from the ballots as they lie.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.storage.sql import fetch
from council.voting import ballot_queries, election_queries, roll_queries
from council.voting.electing import electing, verdict_of
from council.voting.judge import judge
from council.voting.model import Outcome, Verdict
from council.voting.motion import Motion
from council.voting.sealing import seal
from council.voting.tally import tally


@dataclass(frozen=True, slots=True)
class Decided:
    """How a closed vote came out; `failed` names the legs that were not met as (counts, of, basis)."""

    outcome: Outcome
    failed: tuple[tuple[str, str, str], ...] = ()


async def decided(community_id: int, motions: Iterable[Motion], now: datetime) -> dict[int, Decided]:
    """By motion id; left out are motions that are open, not open yet or cancelled, or whose papers are not all read.
    At most five queries, and once a motion what closes it for good (`sealing.seal`)."""
    closed = [motion for motion in motions if motion.is_countable(now)]
    certified = [motion.id for motion in closed if motion.certified_at is not None]
    waiting = [motion for motion in closed if motion.certified_at is None]
    return {**await _certified(community_id, certified), **await _counted(community_id, waiting, now)}


async def _certified(community_id: int, motion_ids: Sequence[int]) -> dict[int, Decided]:
    if not motion_ids:
        return {}
    rows = await fetch("SELECT id, result FROM motion WHERE community_id = {} AND id IN {}", community_id, motion_ids)
    return {row["id"]: _read(json.loads(row["result"])["verdict"]) for row in rows}


def _read(verdict: dict[str, Any]) -> Decided:
    legs = [(leg["counts"], leg["of"], leg["basis"]) for leg in verdict["comparisons"] if not leg["met"]]
    return Decided(Outcome(verdict["outcome"]), tuple(legs))


async def _counted(community_id: int, motions: Sequence[Motion], now: datetime) -> dict[int, Decided]:
    if not motions:
        return {}
    motion_ids = [motion.id for motion in motions]
    await seal(motions, now)
    rolls = await roll_queries.rolls(community_id, motion_ids)
    ballots = await ballot_queries.ballots_of(community_id, motion_ids)
    found = {}
    elections = [motion.id for motion in motions if motion.is_election]
    picks = await election_queries.picks_of(community_id, elections)
    standing = await election_queries.candidates_of(community_id, elections)
    for motion in motions:
        if motion.is_election:
            result = electing(
                motion, rolls[motion.id], ballots.get(motion.id, []), picks, standing.get(motion.id, ())
            ).result
            found[motion.id] = _decided(verdict_of(motion.ruleset, result))
            continue
        counted = tally(motion.ruleset, rolls[motion.id], ballots.get(motion.id, []), motion.window)
        found[motion.id] = _decided(judge(motion.ruleset, counted))
    return found


def _decided(verdict: Verdict) -> Decided:
    legs = [(leg.threshold.counts, leg.threshold.of, leg.threshold.basis) for leg in verdict.failed]
    return Decided(verdict.outcome, tuple((str(a), str(b), str(c)) for a, b, c in legs))
