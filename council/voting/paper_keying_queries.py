"""Reads of who keyed which paper. No choice leaves this file but in `keyings_of`, for the count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.storage.sql import fetch, fetch_one
from council.voting.model import Choice
from council.voting.paper import Keying, Mark, Returned, Void
from council.voting.paper_return_queries import RETURN, returned_row


def _keying(row: Mapping[str, Any]) -> Keying:
    choice, invalid = row["choice"], row["invalid"]
    picks = tuple(int(number) for number in row["picks"].split())
    mark = Mark(Choice(choice) if choice else None, Void(invalid) if invalid else None, picks)
    kept = {name: value for name, value in row.items() if name not in {"choice", "invalid", "picks"}}
    return Keying(**kept, mark=mark)


async def keyings_of(community_id: int, return_ids: Iterable[int]) -> dict[int, list[Keying]]:
    """What stands of each paper, round by round, with the choices: inside verbs and for the scrutineer alone."""
    wanted = sorted(set(return_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT id, return_id, round, person_id, person_name, choice, invalid, picks, words, at FROM paper_keying"
        " WHERE community_id = {} AND return_id IN {} AND undone_at IS NULL ORDER BY return_id, round",
        *(community_id, wanted),
    )
    found: dict[int, list[Keying]] = defaultdict(list)
    for row in rows:
        found[row["return_id"]].append(_keying(row))
    return found


async def next_for(community_id: int, motion_id: int, person_id: int) -> tuple[Returned | None, int, int]:
    """The next paper that this counter has not read, how many they have read, and how many wait for them; no choice."""
    row = await fetch_one(
        RETURN + " AND motion_id = {} AND state = 'sealed' AND ballot_id IS NULL AND" + _FREE + " ORDER BY id LIMIT 1",
        *(community_id, motion_id, person_id),
    )
    counts = await fetch_one(
        "SELECT (SELECT COUNT(*) FROM paper_keying WHERE community_id = {} AND motion_id = {} AND person_id = {}"
        " AND undone_at IS NULL AND round < 3) AS done, (SELECT COUNT(*) FROM paper_return WHERE community_id = {}"
        " AND motion_id = {} AND state = 'sealed' AND ballot_id IS NULL AND" + _FREE + ") AS waiting",
        *(community_id, motion_id, person_id, community_id, motion_id, person_id),
    )
    done, waiting = (0, 0) if counts is None else (int(counts["done"]), int(counts["waiting"]))
    return (None if row is None else returned_row(row)), done, waiting


_FREE = (
    " NOT EXISTS (SELECT 1 FROM paper_keying k WHERE k.community_id = paper_return.community_id"
    " AND k.return_id = paper_return.id AND k.undone_at IS NULL AND (k.person_id = {} OR k.round = 2))"
)
"""Neither read by this person nor by two others."""


@dataclass(frozen=True, slots=True)
class LastKeyed:
    """A counter's newest reading; `is_open` while nobody has confirmed it."""

    keying_id: int
    return_id: int
    serial: str
    is_open: bool
    at: datetime


async def last_keyed(community_id: int, motion_id: int, person_id: int) -> LastKeyed | None:
    row = await fetch_one(
        "SELECT k.id AS keying_id, k.return_id, r.serial, k.at, (k.round = 1 AND r.ballot_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM paper_keying o WHERE o.community_id = k.community_id"
        " AND o.return_id = k.return_id AND o.round > 1 AND o.undone_at IS NULL)) AS is_open FROM paper_keying k"
        " JOIN paper_return r ON r.id = k.return_id"
        " WHERE k.community_id = {} AND k.motion_id = {} AND k.person_id = {} AND k.undone_at IS NULL"
        " AND k.round < 3 ORDER BY k.id DESC LIMIT 1",
        *(community_id, motion_id, person_id),
    )
    return None if row is None else LastKeyed(**{**row, "is_open": bool(row["is_open"])})


async def disputed(community_id: int, motion_id: int) -> list[Returned]:
    """Papers that both counters have read differently, in the order in which they came back."""
    rows = await fetch(
        RETURN + " AND motion_id = {} AND state = 'sealed' AND ballot_id IS NULL AND EXISTS"
        " (SELECT 1 FROM paper_keying k WHERE k.community_id = paper_return.community_id"
        " AND k.return_id = paper_return.id AND k.round = 2) ORDER BY id",
        *(community_id, motion_id),
    )
    return [returned_row(row) for row in rows]
