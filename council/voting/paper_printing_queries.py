"""Reads of printed ballots and of the acts of printing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch, fetch_one
from council.voting import succession
from council.voting.paper import Layout, Printed, PrintRun
from council.voting.succession import Sold

_PRINTED = (
    "SELECT b.id, b.motion_id, b.roll_voter_id, b.print_id, b.serial, b.issue, b.void_at, b.replaced_at, p.printed_at,"
    " COALESCE(a.says, '') AS capacity, COALESCE(a.acting_name, '') AS acting_name, a.person_id AS acting_person_id"
    " FROM paper_ballot b JOIN paper_print p ON p.id = b.print_id"
    " LEFT JOIN holder_paper a ON a.community_id = b.community_id AND a.id = b.acting_paper_id"
    " WHERE b.community_id = {}"
)
_NEWEST = " AND b.void_at IS NULL AND b.replaced_at IS NULL"
_RUN = (
    "SELECT id, motion_id, key, whom, layout, is_anew, sheets, printed_at, printed_by, printed_by_name"
    " FROM paper_print WHERE community_id = {}"
)


def _run(row: Mapping[str, Any]) -> PrintRun:
    return PrintRun(**{**row, "layout": Layout(row["layout"]), "is_anew": bool(row["is_anew"])})


async def by_serial(community_id: int, serial: str) -> Printed | None:
    row = await fetch_one(_PRINTED + " AND b.serial = {}", community_id, serial)
    return None if row is None else Printed(**row)


async def live_papers(community_id: int, motion_id: int) -> dict[int, Printed]:
    """The newest good paper of each voter that has one, by roll voter. One that it replaced may be good as well."""
    rows = await fetch(_PRINTED + " AND b.motion_id = {}" + _NEWEST, community_id, motion_id)
    return {row["roll_voter_id"]: Printed(**row) for row in rows}


async def good_papers(community_id: int, roll_voter_id: int) -> int:
    """How many papers of this voter would be taken: the newest, and those that it replaced."""
    row = await fetch_one(
        "SELECT COUNT(*) AS good FROM paper_ballot WHERE community_id = {} AND roll_voter_id = {} AND void_at IS NULL",
        *(community_id, roll_voter_id),
    )
    return 0 if row is None else int(row["good"])


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
    """Those of its papers for which there is no newer one, and which are not void, in the order of the roll."""
    rows = await fetch(
        _PRINTED + " AND b.print_id = {}" + _NEWEST + " ORDER BY b.roll_voter_id", community_id, print_id
    )
    return [Printed(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class ActsNow:
    """Who acts for the owner who casts, by the paper in force now; they sign a ballot that is printed today."""

    paper_id: int
    person_id: int | None
    capacity: str
    acting_name: str
    valid_until: datetime | None = None
    """None: until it is ended."""


async def acting_now(community_id: int, motion_id: int, sold: Mapping[int, Sold], now: datetime) -> dict[int, ActsNow]:
    """By roll voter, for those who do not sign themselves. A guardian named after the notice is among them: the frozen
    roll stays as it was, and who signs is asked of the papers as they are. Of a home that was sold, for whoever casts
    after the seller; the seller's guardian acts for nobody here. `sold`: `succession.sold`."""
    bought = [each.signs.owner_id for each in sold.values() if each.signs is not None]
    rows = await fetch(
        "SELECT h.roll_voter_id, h.owner_id, a.id, a.person_id, a.says, a.acting_name, a.valid_until"
        " FROM roll_holder h JOIN holder_paper a"
        " ON a.community_id = h.community_id AND a.owner_id = h.owner_id AND a.person_id IS NOT NULL"
        " AND a.confirmed_at IS NOT NULL AND a.ended_at IS NULL AND (a.valid_until IS NULL OR a.valid_until > {})"
        " WHERE h.community_id = {} AND h.motion_id = {} AND h.is_representative = TRUE",
        *(now, community_id, motion_id),
    )
    found = {row["roll_voter_id"]: _acts(row) for row in rows if row["roll_voter_id"] not in sold}
    if bought:
        papers = await fetch(
            "SELECT owner_id, id, person_id, says, acting_name, valid_until FROM holder_paper WHERE community_id = {}"
            " AND owner_id IN {} AND person_id IS NOT NULL AND confirmed_at IS NOT NULL AND ended_at IS NULL"
            " AND (valid_until IS NULL OR valid_until > {})",
            *(community_id, bought, now),
        )
        by_owner = {row["owner_id"]: _acts(row) for row in papers}
        for voter_id, each in sold.items():
            if each.signs is not None and each.signs.owner_id in by_owner:
                found[voter_id] = by_owner[each.signs.owner_id]
    return found


def _acts(row: Mapping[str, Any]) -> ActsNow:
    return ActsNow(row["id"], row["person_id"], row["says"], row["acting_name"], row["valid_until"])


async def to_print_anew(community_id: int, motion_id: int, now: datetime) -> list[int]:
    """Voters whose paper is out and names another signer than who acts for them now, in the order of the roll; those
    whose home was sold among them, unless they have voted."""
    live = await live_papers(community_id, motion_id)
    sold = await succession.sold(community_id, motion_id)
    acting = await acting_now(community_id, motion_id, sold, now)
    voted = await succession.voted(community_id, list(sold))
    back = await fetch(
        "SELECT roll_voter_id FROM paper_return WHERE community_id = {} AND motion_id = {} AND state = 'sealed'",
        *(community_id, motion_id),
    )
    returned = {row["roll_voter_id"] for row in back}
    nobody = ActsNow(0, None, "", "")
    return sorted(
        voter_id
        for voter_id, paper in live.items()
        for now_signs in [acting.get(voter_id, nobody)]
        if voter_id not in returned
        and voter_id not in voted
        and (
            (paper.capacity, paper.acting_person_id) != (now_signs.capacity, now_signs.person_id)
            or (voter_id in sold and sold[voter_id].is_for_former(paper.printed_at))
        )
    )
