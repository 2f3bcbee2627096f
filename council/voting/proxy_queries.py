"""Reads of mandates, and of who works for the property manager."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from council.kernel.errors import NotFound
from council.storage.sql import fetch, fetch_one
from council.voting.motion import Motion
from council.voting.proxy import Mandate, MandateChannel, MandateEnd
from council.voting.voter import VotingVoter

_MANDATE = (
    "SELECT p.id, p.community_id, p.motion_id, p.roll_voter_id, p.channel, p.giver_name, p.giver_person_id,"
    " p.giver_paper_id, p.holder_person_id, p.holder_name, p.words, p.scan_id, p.given_at, p.given_by,"
    " p.given_by_name, p.confirmed_at, p.confirmed_by_name, p.ended_at, p.ended_by_name, p.end_reason,"
    " (SELECT MAX(b.id) FROM ballot b"
    " WHERE b.community_id = p.community_id AND b.proxy_id = p.id AND b.state = 'in_force') AS ballot_id,"
    " EXISTS (SELECT 1 FROM paper_return r WHERE r.community_id = p.community_id AND r.proxy_id = p.id) AS is_on_paper"
    " FROM proxy p WHERE p.community_id = {}"
)


async def mandate(community_id: int, proxy_id: int) -> Mandate:
    found = await _mandates(community_id, " AND p.id = {}", proxy_id)
    if not found:
        raise NotFound("proxy")
    return found[0]


async def mandate_by_key(community_id: int, key: str) -> Mandate | None:
    found = await _mandates(community_id, " AND p.key = {}", key)
    return found[0] if found else None


async def mandates_of(community_id: int, motion_id: int) -> list[Mandate]:
    """Every mandate of a motion, the newest first."""
    return await _mandates(community_id, " AND p.motion_id = {} ORDER BY p.id DESC", motion_id)


async def live_of_voters(community_id: int, roll_voter_ids: Iterable[int]) -> dict[int, Mandate]:
    """The mandate of each voter that has not ended, confirmed or not."""
    wanted = sorted(set(roll_voter_ids))
    if not wanted:
        return {}
    found = await _mandates(community_id, " AND p.ended_at IS NULL AND p.roll_voter_id IN {}", wanted)
    return {each.roll_voter_id: each for each in found}


async def given_by(motion: Motion, voters: Iterable[VotingVoter]) -> dict[int, Mandate]:
    """The mandates by which somebody else may still cast for these voters of an account, by roll voter; no query where
    the vote takes none."""
    if motion.procedure.proxies.value != "yes":
        return {}
    mine = [voter.roll_voter_id for voter in voters if voter.may_appoint]
    found = await live_of_voters(motion.community_id, mine) if mine else {}
    return {voter: each for voter, each in found.items() if each.confirmed_at is not None and not each.has_cast}


async def held_in(community_id: int, motion_id: int, person_id: int) -> int:
    """How many mandates of a motion somebody holds, those that wait for a second person among them."""
    row = await fetch_one(
        "SELECT COUNT(*) AS held FROM proxy WHERE community_id = {} AND motion_id = {} AND holder_person_id = {}"
        " AND ended_at IS NULL",
        *(community_id, motion_id, person_id),
    )
    return 0 if row is None else int(row["held"])


async def owners_on_roll(community_id: int, motion_id: int) -> frozenset[int]:
    """Those it was frozen with, and whoever owns one of its homes today."""
    rows = await fetch(
        "SELECT owner_id FROM roll_holder WHERE community_id = {} AND motion_id = {} UNION"
        " SELECT o.owner_id FROM roll_unit u JOIN ownership o ON o.community_id = u.community_id"
        " AND o.unit_id = u.unit_id AND o.ended_at IS NULL WHERE u.community_id = {} AND u.motion_id = {}",
        *(community_id, motion_id) * 2,
    )
    return frozenset(row["owner_id"] for row in rows)


async def has_ballot(community_id: int, roll_voter_id: int) -> bool:
    """Whether this voter has a ballot that counts, or a wish, in force, or a paper that came back and is not read."""
    rows = await fetch(
        "SELECT 1 AS one FROM ballot WHERE community_id = {} AND roll_voter_id = {} AND state = 'in_force'"
        " UNION ALL SELECT 1 AS one FROM paper_return WHERE community_id = {} AND roll_voter_id = {}"
        " AND state = 'sealed' AND ballot_id IS NULL",
        *(community_id, roll_voter_id) * 2,
    )
    return bool(rows)


async def voter_of_unit(community_id: int, motion_id: int, unit_code: str) -> tuple[int, str] | None:
    """The roll's voter that a unit belongs to, with the names of its owners ("甲、乙"); None when it is not on it."""
    rows = await fetch(
        "SELECT u.roll_voter_id, o.name FROM roll_unit u"
        " LEFT JOIN roll_holder h ON h.roll_voter_id = u.roll_voter_id LEFT JOIN owner o ON o.id = h.owner_id"
        " WHERE u.community_id = {} AND u.motion_id = {} AND u.code = {} ORDER BY h.id",
        *(community_id, motion_id, unit_code),
    )
    if not rows:
        return None
    return rows[0]["roll_voter_id"], "、".join(row["name"] for row in rows if row["name"])


async def person_called(name: str, phone: str) -> int | None:
    """The one account with this telephone and this name; neither alone finds anybody."""
    rows = await fetch(
        "SELECT p.id FROM person p JOIN person_phone n ON n.person_id = p.id AND n.removed_at IS NULL"
        " WHERE n.phone = {} AND p.name = {} AND p.closed_at IS NULL",
        *(phone, name),
    )
    return rows[0]["id"] if len(rows) == 1 else None


async def is_property_staff(community_id: int, person_id: int) -> bool:
    row = await fetch_one(
        "SELECT 1 AS one FROM property_staff WHERE community_id = {} AND person_id = {} AND ended_at IS NULL",
        *(community_id, person_id),
    )
    return row is not None


async def property_staff_ids(community_id: int) -> frozenset[int]:
    rows = await fetch(
        "SELECT person_id FROM property_staff WHERE community_id = {} AND ended_at IS NULL", community_id
    )
    return frozenset(row["person_id"] for row in rows)


async def property_staff(community_id: int) -> list[dict[str, Any]]:
    """Who works for the property manager: person_id, name, marked_at, marked_by_name."""
    return await fetch(
        "SELECT s.person_id, p.name, s.marked_at, s.marked_by_name FROM property_staff s"
        " JOIN person p ON p.id = s.person_id WHERE s.community_id = {} AND s.ended_at IS NULL ORDER BY s.id",
        community_id,
    )


async def _mandates(community_id: int, where: str, *args: object) -> list[Mandate]:
    rows = await fetch(_MANDATE + where, community_id, *args)
    codes = await _codes(community_id, [row["roll_voter_id"] for row in rows])
    return [_mandate(row, codes) for row in rows]


async def _codes(community_id: int, roll_voter_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    if not roll_voter_ids:
        return {}
    rows = await fetch(
        "SELECT roll_voter_id, code FROM roll_unit WHERE community_id = {} AND roll_voter_id IN {} ORDER BY id",
        *(community_id, sorted(set(roll_voter_ids))),
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["roll_voter_id"], []).append(row["code"])
    return {voter: tuple(listed) for voter, listed in found.items()}


def _mandate(row: Mapping[str, Any], codes: Mapping[int, tuple[str, ...]]) -> Mandate:
    return Mandate(
        **{
            **row,
            "unit_codes": codes.get(row["roll_voter_id"], ()),
            "channel": MandateChannel(row["channel"]),
            "is_on_paper": bool(row["is_on_paper"]),
            "end_reason": MandateEnd(row["end_reason"]) if row["end_reason"] else None,
        }
    )
