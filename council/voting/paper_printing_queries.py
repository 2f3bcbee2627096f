"""Reads of printed ballots and of the acts of printing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch, fetch_one
from council.voting.paper import Layout, Printed, PrintRun

_PRINTED = (
    "SELECT id, motion_id, roll_voter_id, print_id, serial, issue, void_at FROM paper_ballot WHERE community_id = {}"
)
_RUN = (
    "SELECT id, motion_id, key, whom, layout, is_anew, sheets, printed_at, printed_by, printed_by_name"
    " FROM paper_print WHERE community_id = {}"
)


def _run(row: Mapping[str, Any]) -> PrintRun:
    return PrintRun(**{**row, "layout": Layout(row["layout"]), "is_anew": bool(row["is_anew"])})


async def by_serial(community_id: int, serial: str) -> Printed | None:
    row = await fetch_one(_PRINTED + " AND serial = {}", community_id, serial)
    return None if row is None else Printed(**row)


async def live_papers(community_id: int, motion_id: int) -> dict[int, Printed]:
    """The paper in force of each voter that has one, by roll voter."""
    rows = await fetch(_PRINTED + " AND motion_id = {} AND void_at IS NULL", community_id, motion_id)
    return {row["roll_voter_id"]: Printed(**row) for row in rows}


async def run(community_id: int, motion_id: int, print_id: int) -> PrintRun:
    row = await fetch_one(_RUN + " AND motion_id = {} AND id = {}", community_id, motion_id, print_id)
    if row is None:
        raise NotFound
    return _run(row)


async def run_by_key(community_id: int, key: str) -> PrintRun | None:
    row = await fetch_one(_RUN + " AND key = {}", community_id, key)
    return None if row is None else _run(row)


async def runs(community_id: int, motion_id: int) -> list[PrintRun]:
    """Every act of printing, the newest first."""
    return [_run(row) for row in await fetch(_RUN + " AND motion_id = {} ORDER BY id DESC", community_id, motion_id)]


async def papers_of_run(community_id: int, print_id: int) -> list[Printed]:
    """Those of its papers that are in force still, in the order of the roll."""
    rows = await fetch(
        _PRINTED + " AND print_id = {} AND void_at IS NULL ORDER BY roll_voter_id", community_id, print_id
    )
    return [Printed(**row) for row in rows]
