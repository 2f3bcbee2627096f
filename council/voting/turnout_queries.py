"""Who has taken part so far, in sums; while a small vote is open, of a while ago.

Where totals could give choices away, areas also tell homes apart: whoever reads turnout just before and just after a
neighbour was seen with a telephone would know that it was their ballot. So everybody who may read turnout (anybody)
reads it as it stood at the last full ten minutes: the vote's page, the courtyard, the steps of the proposal, and
what open pages hear of; so it is with the log's head, which grows with every ballot (`verify_pages`). The staff who go
from door to door have the building board.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from council.storage.sql import fetch, instant
from council.voting.motion import LeakRisk, Motion, Turnout

STEP = timedelta(minutes=10)
_EPOCH = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
_AT_ONCE = timedelta(milliseconds=1)


def last_step(now: datetime) -> datetime:
    """The last full ten minutes."""
    return now - (now - _EPOCH) % STEP


def told_until(now: datetime) -> datetime:
    """The instant before which ballots of a small vote are told of: the last full ten minutes, its first millisecond
    with it. A clock that is held at a full ten minutes, as in trials, puts its ballots a microsecond apart: it shows
    them all. On a clock that goes, a ballot of that one millisecond in 600 000 is told of within it."""
    return last_step(now) + _AT_ONCE


async def small_vote_since(community_id: int, now: datetime) -> datetime | None:
    """When the first of the votes opened of whose ballots only the last full ten minutes may be told now; None: no such
    vote is open. What was recorded before is none of theirs."""
    rows = await fetch(
        "SELECT MIN(opens_at) AS opened_at FROM motion WHERE community_id = {} AND closes_at >= {} AND opens_at <= {}"
        " AND cancelled_at IS NULL AND leak_risk <> {}",
        *(community_id, now, now, LeakRisk.LOW.value),
    )
    return instant(rows[0]["opened_at"])


@dataclass(frozen=True, slots=True)
class TookPart:
    """Voters with a ballot or a paper that came back, and their area in dm²; `papers` of them by a paper alone that
    nobody has read: it may be found void."""

    persons: int = 0
    area_dm2: int = 0
    papers: int = 0


_TOLD = (
    "SELECT told.motion_id, COUNT(*) AS persons, SUM(v.area_dm2) AS area_dm2, SUM(told.is_paper) AS papers FROM"
    " (SELECT motion_id, roll_voter_id, MIN(is_paper) AS is_paper FROM"
    " (SELECT b.motion_id, b.roll_voter_id, 0 AS is_paper FROM ballot b JOIN motion m ON m.id = b.motion_id"
    " WHERE b.community_id = {} AND b.motion_id IN {} AND b.state IN ('in_force', 'replaced')"
    " AND b.is_wish = FALSE"
    " AND (m.leak_risk = {} OR m.closes_at < {} OR b.cast_at < {})"
    " UNION SELECT r.motion_id, r.roll_voter_id, 1 FROM paper_return r JOIN motion m ON m.id = r.motion_id"
    " WHERE r.community_id = {} AND r.motion_id IN {} AND r.state = 'sealed'"
    " AND (r.ballot_id IS NULL OR m.closes_at >= {})"
    " AND (m.leak_risk = {} OR m.closes_at < {} OR r.returned_at < {})) each_way"
    " GROUP BY motion_id, roll_voter_id) told"
    " JOIN roll_voter v ON v.id = told.roll_voter_id GROUP BY told.motion_id"
)


async def took_part(community_id: int, motion_ids: Iterable[int], now: datetime) -> Mapping[int, TookPart]:
    """By motion, without those in which nobody has; one query. A ballot that replaces another changes nothing: nobody
    may see that somebody has changed their mind. A paper that came back takes part until it is read and found void;
    before the closing nobody learns that it was."""
    wanted = sorted(motion_ids)
    if not wanted:
        return {}
    told = (LeakRisk.LOW.value, now, told_until(now))
    rows = await fetch(_TOLD, community_id, wanted, *told, community_id, wanted, now, *told)
    return {row["motion_id"]: TookPart(int(row["persons"]), int(row["area_dm2"]), int(row["papers"])) for row in rows}


async def turnouts(community_id: int, motions: Sequence[Motion], now: datetime) -> dict[int, Turnout]:
    """Persons and area that have taken part so far, by motion, as far as it is told; one query."""
    taken = await took_part(community_id, [motion.id for motion in motions], now)
    return {
        motion.id: Turnout(
            taken.get(motion.id, TookPart()).persons,
            taken.get(motion.id, TookPart()).area_dm2,
            motion.roll_persons,
            motion.roll_area_dm2,
            taken.get(motion.id, TookPart()).papers,
        )
        for motion in motions
    }
