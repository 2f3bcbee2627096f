"""Whether the votes still are what the log says: frozen text, roll, rules and period, and every ballot with its choice.

The log holds of a ballot a commitment; what is counted stands in other tables. Whoever can write to the database could
change a choice there, take a ballot out or put one in, and the log would hold as ever. With the motion's secret, which
never leaves the house, each commitment is made again from what would be counted.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from council.audit import commitment, entry
from council.audit import queries as log
from council.audit.model import Record
from council.kernel.errors import NotFound
from council.kernel.text import canonical_json
from council.storage.sql import fetch, instant
from council.voting import ballot_box, queries
from council.voting.election_queries import picks_of
from council.voting.grouping import ROLL_FORMAT
from council.voting.model import Choice
from council.voting.motion import Motion

_AT_ONCE = 1000


class Changed(StrEnum):
    """What is not as the log has it. Words: `VOTES_SAID` in `council/cli/log_verify.py`."""

    TEXT = "text"
    ROLL = "roll"
    RULES = "rules"
    PERIOD = "period"
    GONE = "gone"
    ADDED = "added"
    VOTER = "voter"
    TIME = "time"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Difference:
    """`ballot_id` is None where it is the vote itself."""

    motion_id: int
    what: Changed
    ballot_id: str | None = None


@dataclass
class _Logged:
    """What the log has of one community's votes."""

    opened: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    closes_at: dict[int, str] = field(default_factory=dict)
    ballots: dict[int, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))

    def take(self, record: Record) -> None:
        data = record.data
        if record.kind == "motion.opened":
            self.opened[data["motion"]] = data
            self.closes_at[data["motion"]] = data["closes_at"]
        elif record.kind == "motion.extended":
            self.closes_at[data["motion"]] = data["to"]
        elif record.kind.startswith("ballot."):
            self.ballots[data["motion"]][data["ballot"]] = record


async def differences(community_id: int) -> tuple[int, list[Difference]]:
    """How many ballots were compared, and all that differs. Some 5 ms a ballot, off the loop."""
    logged = _Logged()
    start = 0
    while batch := await log.records(community_id, start=start, limit=_AT_ONCE):
        start = batch[-1].seq + 1
        for record in batch:
            logged.take(record)
    found: list[Difference] = []
    motions = await queries.motions(community_id)
    for motion_id in sorted(set(logged.ballots) - {motion.id for motion in motions}):
        found += [Difference(motion_id, Changed.GONE, ballot_id) for ballot_id in logged.ballots[motion_id]]
    for motion in sorted(motions, key=lambda each: each.id):
        found += [Difference(motion.id, what) for what in await _frozen(motion, logged)]
        found += await _ballots(motion, logged.ballots[motion.id])
    return sum(map(len, logged.ballots.values())), found


async def _frozen(motion: Motion, logged: _Logged) -> list[Changed]:
    """The vote itself, against its first record and those that gave it more time."""
    opened = logged.opened.get(motion.id)
    if opened is None:
        return [Changed.ADDED]
    roll = await queries.roll(motion.community_id, motion.id)
    plain = {
        "format": ROLL_FORMAT,
        "policy": {"area_basis": motion.area_basis, "parking_counted": "yes" if motion.is_parking_counted else "no"},
        "voters": [
            {"voter": each.voter_id, "units": [{"unit": u.code, "area_dm2": u.area_dm2} for u in each.units]}
            for each in roll.voters
        ],
    }
    asked = "SELECT ruleset, procedure FROM motion WHERE community_id = {} AND id = {}"
    (rules,) = await fetch(asked, motion.community_id, motion.id)
    # As they lie there: read and written again, those of an older state would gain what has been settled since.
    procedure = sha256(rules["procedure"].encode()).hexdigest()
    period = (instant(opened["opens_at"]), instant(logged.closes_at[motion.id]))
    held = {
        Changed.TEXT: sha256(motion.text.encode()).hexdigest() == motion.text_sha256 == opened["text_sha256"],
        Changed.ROLL: sha256(canonical_json(plain).encode()).hexdigest() == opened["roll_sha256"] == motion.roll_sha256,
        Changed.RULES: (rules["ruleset"], procedure) == (opened["ruleset"], opened["procedure_sha256"]),
        Changed.PERIOD: (motion.opens_at, motion.closes_at) == period,
    }
    return [what for what, holds in held.items() if not holds]


async def _ballots(motion: Motion, logged: Mapping[str, Record]) -> list[Difference]:
    rows = await fetch(
        "SELECT b.id, b.choice, b.invalid, b.is_wish, b.cast_at, b.log_seq, b.acting_paper_id, b.proxy_id, v.number"
        " FROM ballot b"
        " JOIN roll_voter v ON v.id = b.roll_voter_id WHERE b.community_id = {} AND b.motion_id = {}"
        " ORDER BY b.log_seq",
        *(motion.community_id, motion.id),
    )
    picks = await picks_of(motion.community_id, [motion.id]) if motion.is_election else {}
    found = [Difference(motion.id, Changed.GONE, each) for each in sorted(set(logged) - {row["id"] for row in rows})]
    for row in rows:
        record = logged.get(row["id"])
        what = (
            Changed.ADDED if record is None else await _ballot(motion, row, record, picks.get(row["id"], frozenset()))
        )
        if what is not None:
            found.append(Difference(motion.id, what, row["id"]))
    return found


async def _ballot(motion: Motion, row: Mapping[str, Any], record: Record, picks: frozenset[int]) -> Changed | None:
    private = {} if record.private is None else entry.parse_object(record.private)["data"]
    is_theirs = private.get("voter") == row["number"]
    for name, column in (("acting", "acting_paper_id"), ("proxy", "proxy_id")):
        is_theirs = is_theirs and private.get(name, row[column]) == row[column]  # records before this had neither
    if row["log_seq"] != record.seq or not is_theirs:
        return Changed.VOTER
    # A paper is logged when it is read, so its instant may lie before the record's; never behind it.
    if row["cast_at"] > record.at or (record.kind == "ballot.accepted" and row["cast_at"] not in motion.window):
        return Changed.TIME
    data = record.data
    sealed = data["commitments"] if motion.is_election else [data["commitment"]] * bool(data["commitment"])
    if (row["invalid"] is None) != bool(row["choice"]) or bool(row["is_wish"]) != bool(data.get("wish")):
        return Changed.CHOICE
    if not row["choice"]:
        return Changed.CHOICE if sealed or picks else None
    try:
        opened = await ballot_box.openings(motion, row["id"], Choice(row["choice"]), picks)
    except NotFound:
        return Changed.CHOICE
    return None if await asyncio.to_thread(_made, opened) == sealed else Changed.CHOICE


def _made(opened: Iterable[tuple[str, int]]) -> list[str]:
    return [commitment.commit(choice, r).hex() for choice, r in opened]
