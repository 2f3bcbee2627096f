"""Reads of paper ballots that came back: taken, refused, void. No choice leaves this file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch, fetch_one
from council.voting.paper import Brought, Progress, Returned, ReturnRefused, Void

RETURN = (
    "SELECT id, key, motion_id, paper_ballot_id, roll_voter_id, serial, returned_at, channel, person_id, person_name,"
    " image_sha256, image_width, image_height, reason, ballot_id, proxy_id, acting_paper_id"
    " FROM paper_return WHERE community_id = {}"
)


def returned_row(row: Mapping[str, Any]) -> Returned:
    reason = ReturnRefused(row["reason"]) if row["reason"] else None
    return Returned(**{**row, "channel": Brought(row["channel"]), "reason": reason})


async def return_by_key(community_id: int, key: str) -> Returned | None:
    row = await fetch_one(RETURN + " AND key = {}", community_id, key)
    return None if row is None else returned_row(row)


async def returned(community_id: int, motion_id: int, return_id: int) -> Returned:
    """One paper that was taken; NotFound for one of another motion, or that was refused."""
    row = await fetch_one(
        RETURN + " AND motion_id = {} AND id = {} AND state = 'sealed'", community_id, motion_id, return_id
    )
    if row is None:
        raise NotFound
    return returned_row(row)


async def sealed_of_paper(community_id: int, paper_ballot_id: int) -> Returned | None:
    row = await fetch_one(RETURN + " AND paper_ballot_id = {} AND state = 'sealed'", community_id, paper_ballot_id)
    return None if row is None else returned_row(row)


async def sealed_by_serial(community_id: int, motion_id: int, serial: str) -> Returned | None:
    row = await fetch_one(
        RETURN + " AND motion_id = {} AND serial = {} AND state = 'sealed'", community_id, motion_id, serial
    )
    return None if row is None else returned_row(row)


async def received(community_id: int, roll_voter_ids: Iterable[int]) -> dict[int, Returned]:
    """The first paper that came back of each of these voters."""
    wanted = sorted(set(roll_voter_ids))
    if not wanted:
        return {}
    rows = await fetch(
        RETURN + " AND roll_voter_id IN {} AND state = 'sealed' ORDER BY returned_at DESC", community_id, wanted
    )
    return {row["roll_voter_id"]: returned_row(row) for row in rows}


async def returns(community_id: int, motion_id: int, *, refused: bool) -> list[Returned]:
    """What was taken, or what was refused; the newest first."""
    rows = await fetch(
        RETURN + " AND motion_id = {} AND state = {} ORDER BY id DESC",
        *(community_id, motion_id, "refused" if refused else "sealed"),
    )
    return [returned_row(row) for row in rows]


_PROGRESS = (
    "SELECT m.id, (SELECT COUNT(*) FROM paper_ballot p WHERE p.community_id = m.community_id AND p.motion_id = m.id"
    " AND p.void_at IS NULL AND p.replaced_at IS NULL) AS printed,"
    " (SELECT COUNT(*) FROM paper_return r WHERE r.community_id = m.community_id AND r.motion_id = m.id"
    " AND r.state = 'sealed') AS returned,"
    " (SELECT COUNT(*) FROM paper_return r WHERE r.community_id = m.community_id AND r.motion_id = m.id"
    " AND r.state = 'refused') AS refused,"
    " (SELECT COUNT(*) FROM paper_return r WHERE r.community_id = m.community_id AND r.motion_id = m.id"
    " AND r.ballot_id IS NOT NULL) AS decided,"
    " (SELECT COUNT(*) FROM paper_keying k WHERE k.community_id = m.community_id AND k.motion_id = m.id"
    " AND k.round = 1 AND k.undone_at IS NULL) AS keyed_once,"
    " (SELECT COUNT(*) FROM paper_keying k JOIN paper_return r ON r.id = k.return_id"
    " WHERE k.community_id = m.community_id AND k.motion_id = m.id AND k.round = 2 AND r.ballot_id IS NULL) AS disputed"
    " FROM motion m WHERE m.community_id = {} AND m.id IN {}"
)


async def progress_of(community_id: int, motion_ids: Iterable[int]) -> dict[int, Progress]:
    """How far each motion's papers are; one query."""
    wanted = sorted(set(motion_ids))
    if not wanted:
        return {}
    rows = await fetch(_PROGRESS, community_id, wanted)
    return {row["id"]: Progress(**{name: row[name] for name in row if name != "id"}) for row in rows}


@dataclass(frozen=True, slots=True)
class VoidPaper:
    serial: str
    unit_code: str
    invalid: Void


async def void_papers(community_id: int, motion_id: int) -> list[VoidPaper]:
    """The invalid ones with their reasons and their voter's first home, for the count's page."""
    rows = await fetch(
        "SELECT r.serial, b.invalid, (SELECT u.code FROM roll_unit u WHERE u.community_id = r.community_id"
        " AND u.roll_voter_id = r.roll_voter_id ORDER BY u.id LIMIT 1) AS unit_code FROM paper_return r"
        " JOIN ballot b ON b.id = r.ballot_id WHERE r.community_id = {} AND r.motion_id = {}"
        " AND b.invalid IS NOT NULL ORDER BY r.id",
        *(community_id, motion_id),
    )
    return [VoidPaper(row["serial"], row["unit_code"], Void(row["invalid"])) for row in rows]


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper that came back, as an export lists it."""

    motion_id: int
    serial: str
    returned_at: datetime
    channel: Brought
    person_name: str
    reason: ReturnRefused | None
    invalid: Void | None


async def paper_lines(community_id: int, motion_ids: Iterable[int]) -> list[PaperLine]:
    """Of these motions, in the order in which they came back; one query."""
    wanted = sorted(set(motion_ids))
    if not wanted:
        return []
    rows = await fetch(
        "SELECT r.motion_id, r.serial, r.returned_at, r.channel, r.person_name, r.reason, b.invalid"
        " FROM paper_return r LEFT JOIN ballot b ON b.id = r.ballot_id"
        " WHERE r.community_id = {} AND r.motion_id IN {} ORDER BY r.motion_id, r.id",
        *(community_id, wanted),
    )
    return [
        PaperLine(
            row["motion_id"],
            row["serial"],
            row["returned_at"],
            Brought(row["channel"]),
            row["person_name"],
            ReturnRefused(row["reason"]) if row["reason"] else None,
            Void(row["invalid"]) if row["invalid"] else None,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class PaperFate:
    """What became of one's own paper after the count: its code in the record, and why it is void if it is."""

    code: str
    invalid: Void | None


async def fates(community_id: int, ballot_ids: Iterable[str]) -> dict[str, PaperFate]:
    wanted = sorted(set(ballot_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT id, code, invalid FROM ballot WHERE community_id = {} AND id IN {}", community_id, wanted
    )
    return {row["id"]: PaperFate(row["code"], Void(row["invalid"]) if row["invalid"] else None) for row in rows}
