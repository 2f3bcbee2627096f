"""Reads of paper ballots. No choice leaves this file but in `keyings_of`, for the count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.kernel.errors import NotFound
from council.registry.rollfile.model import OwnerKind
from council.storage.sql import fetch, fetch_one
from council.voting.model import Choice
from council.voting.paper import (
    Brought,
    Keying,
    Layout,
    Mark,
    Printed,
    PrintRun,
    Progress,
    Returned,
    ReturnRefused,
    Void,
)

_PRINTED = (
    "SELECT id, motion_id, roll_voter_id, print_id, serial, issue, void_at FROM paper_ballot WHERE community_id = {}"
)
_RUN = (
    "SELECT id, motion_id, key, whom, layout, is_anew, sheets, printed_at, printed_by, printed_by_name"
    " FROM paper_print WHERE community_id = {}"
)
_RETURN = (
    "SELECT id, key, motion_id, paper_ballot_id, roll_voter_id, serial, returned_at, channel, person_id, person_name,"
    " image_sha256, image_width, image_height, reason, ballot_id FROM paper_return WHERE community_id = {}"
)


def _run(row: Mapping[str, Any]) -> PrintRun:
    return PrintRun(**{**row, "layout": Layout(row["layout"]), "is_anew": bool(row["is_anew"])})


def _returned(row: Mapping[str, Any]) -> Returned:
    reason = ReturnRefused(row["reason"]) if row["reason"] else None
    return Returned(**{**row, "channel": Brought(row["channel"]), "reason": reason})


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


@dataclass(frozen=True, slots=True)
class PaperVoter:
    """Whose name a paper is in: homes in the order of the roll, area in dm², and the frozen owners' names.

    `owners`: (name, whether it may stand in full: a company's or the developer's), who casts for the others first.
    """

    roll_voter_id: int
    number: str
    area_dm2: int
    unit_codes: tuple[str, ...]
    owners: tuple[tuple[str, bool], ...]
    capacity: str = ""
    """As what somebody acts for the owner who casts ("guardian", "agent"), frozen with the roll, and their name."""
    acting_name: str = ""
    is_company: bool = False


async def paper_voters(community_id: int, motion_id: int) -> list[PaperVoter]:
    """Every voter of the roll in its order; two queries."""
    rows = await fetch(
        "SELECT v.id, v.number, v.area_dm2, u.code FROM roll_voter v JOIN roll_unit u ON u.roll_voter_id = v.id"
        " WHERE v.community_id = {} AND v.motion_id = {} ORDER BY v.id, u.id",
        *(community_id, motion_id),
    )
    held = await fetch(
        "SELECT h.roll_voter_id, o.name, o.kind, h.is_representative, h.capacity, h.acting_name"
        " FROM roll_holder h JOIN owner o ON o.id = h.owner_id WHERE h.community_id = {} AND h.motion_id = {}"
        " ORDER BY h.is_representative DESC, h.id",
        *(community_id, motion_id),
    )
    names: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    casting: dict[int, Mapping[str, Any]] = {}
    for row in held:
        if row["is_representative"]:
            casting[row["roll_voter_id"]] = row
        names[row["roll_voter_id"]].append((row["name"], OwnerKind(row["kind"]) is not OwnerKind.NATURAL))
    codes: dict[int, list[str]] = defaultdict(list)
    first: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        codes[row["id"]].append(row["code"])
        first.setdefault(row["id"], row)
    return [
        PaperVoter(
            each,
            row["number"],
            row["area_dm2"],
            tuple(codes[each]),
            tuple(names.get(each, ())),
            casting[each]["capacity"] if each in casting else "",
            casting[each]["acting_name"] if each in casting else "",
            is_company=each in casting and OwnerKind(casting[each]["kind"]) is not OwnerKind.NATURAL,
        )
        for each, row in first.items()
    ]


async def number_of(community_id: int, roll_voter_id: int) -> str:
    """A voter's number on the roll ("v3")."""
    row = await fetch_one(
        "SELECT number FROM roll_voter WHERE community_id = {} AND id = {}", community_id, roll_voter_id
    )
    if row is None:
        raise NotFound
    return str(row["number"])


async def papers_of_run(community_id: int, print_id: int) -> list[Printed]:
    """Those of its papers that are in force still, in the order of the roll."""
    rows = await fetch(
        _PRINTED + " AND print_id = {} AND void_at IS NULL ORDER BY roll_voter_id", community_id, print_id
    )
    return [Printed(**row) for row in rows]


async def asked_online(community_id: int, motion_id: int) -> list[int]:
    """Roll voters who answered online beside the count and whose paper has not come back."""
    rows = await fetch(
        "SELECT DISTINCT b.roll_voter_id FROM ballot b WHERE b.community_id = {} AND b.motion_id = {}"
        " AND b.is_wish = TRUE AND b.state = 'in_force' AND NOT EXISTS (SELECT 1 FROM paper_return r"
        " WHERE r.community_id = b.community_id AND r.roll_voter_id = b.roll_voter_id AND r.state = 'sealed')"
        " ORDER BY b.roll_voter_id",
        *(community_id, motion_id),
    )
    return [row["roll_voter_id"] for row in rows]


# what came back


async def return_by_key(community_id: int, key: str) -> Returned | None:
    row = await fetch_one(_RETURN + " AND key = {}", community_id, key)
    return None if row is None else _returned(row)


async def returned(community_id: int, motion_id: int, return_id: int) -> Returned:
    """One paper that was taken; NotFound for one of another motion, or that was refused."""
    row = await fetch_one(
        _RETURN + " AND motion_id = {} AND id = {} AND state = 'sealed'", community_id, motion_id, return_id
    )
    if row is None:
        raise NotFound
    return _returned(row)


async def sealed_of_paper(community_id: int, paper_ballot_id: int) -> Returned | None:
    row = await fetch_one(_RETURN + " AND paper_ballot_id = {} AND state = 'sealed'", community_id, paper_ballot_id)
    return None if row is None else _returned(row)


async def sealed_by_serial(community_id: int, motion_id: int, serial: str) -> Returned | None:
    row = await fetch_one(
        _RETURN + " AND motion_id = {} AND serial = {} AND state = 'sealed'", community_id, motion_id, serial
    )
    return None if row is None else _returned(row)


async def received(community_id: int, roll_voter_ids: Iterable[int]) -> dict[int, Returned]:
    """The first paper that came back of each of these voters."""
    wanted = sorted(set(roll_voter_ids))
    if not wanted:
        return {}
    rows = await fetch(
        _RETURN + " AND roll_voter_id IN {} AND state = 'sealed' ORDER BY returned_at DESC", community_id, wanted
    )
    return {row["roll_voter_id"]: _returned(row) for row in rows}


async def returns(community_id: int, motion_id: int, *, refused: bool) -> list[Returned]:
    """What was taken, or what was refused; the newest first."""
    rows = await fetch(
        _RETURN + " AND motion_id = {} AND state = {} ORDER BY id DESC",
        *(community_id, motion_id, "refused" if refused else "sealed"),
    )
    return [_returned(row) for row in rows]


_PROGRESS = (
    "SELECT m.id, (SELECT COUNT(*) FROM paper_ballot p WHERE p.community_id = m.community_id AND p.motion_id = m.id"
    " AND p.void_at IS NULL) AS printed,"
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


# who keyed what


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
        _RETURN + " AND motion_id = {} AND state = 'sealed' AND ballot_id IS NULL AND" + _FREE + " ORDER BY id LIMIT 1",
        *(community_id, motion_id, person_id),
    )
    counts = await fetch_one(
        "SELECT (SELECT COUNT(*) FROM paper_keying WHERE community_id = {} AND motion_id = {} AND person_id = {}"
        " AND undone_at IS NULL AND round < 3) AS done, (SELECT COUNT(*) FROM paper_return WHERE community_id = {}"
        " AND motion_id = {} AND state = 'sealed' AND ballot_id IS NULL AND" + _FREE + ") AS waiting",
        *(community_id, motion_id, person_id, community_id, motion_id, person_id),
    )
    done, waiting = (0, 0) if counts is None else (int(counts["done"]), int(counts["waiting"]))
    return (None if row is None else _returned(row)), done, waiting


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
        _RETURN + " AND motion_id = {} AND state = 'sealed' AND ballot_id IS NULL AND EXISTS"
        " (SELECT 1 FROM paper_keying k WHERE k.community_id = paper_return.community_id"
        " AND k.return_id = paper_return.id AND k.round = 2) ORDER BY id",
        *(community_id, motion_id),
    )
    return [_returned(row) for row in rows]


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


async def owners_on_roll(community_id: int, motion_id: int) -> frozenset[int]:
    rows = await fetch(
        "SELECT DISTINCT owner_id FROM roll_holder WHERE community_id = {} AND motion_id = {}", community_id, motion_id
    )
    return frozenset(row["owner_id"] for row in rows)
