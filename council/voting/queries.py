"""Reads of motions, rolls, ballots and objections. Choices leave this file only for the count and for their voter."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from council.kernel.actor import Actor
from council.kernel.errors import NotFound
from council.pathways.model import Electorate, Kind
from council.pathways.presets import from_json as preset_from_json
from council.storage.sql import fetch
from council.voting.model import Ballot, Channel, Choice, Outcome, Roll, RollUnit, Voter
from council.voting.motion import (
    CastBallot,
    Convener,
    Duty,
    LeakRisk,
    Motion,
    Objection,
    ObjectionOutcome,
    Officer,
    Participation,
    Turnout,
    VotingVoter,
)
from council.voting.ruleset_json import ruleset_from_json

_MOTION = (
    "SELECT id, community_id, proposal_id, proposal_version, kind, preset, title, scope_code, text, text_sha256,"
    " ruleset,"
    " electorate, is_advisory, channels, convener_kind, convener_name, notice_at, opens_at, closes_at, roll_sha256,"
    " roll_persons, roll_area_dm2, area_basis, is_parking_counted, leak_risk, last_cast_at,"
    " cancelled_at, cancelled_by_name, cancel_reason, certified_at, result_notice_at, official_outcome,"
    " official_document, official_at FROM motion WHERE community_id = {}"
)


def _motion(row: Mapping[str, Any]) -> Motion:
    return Motion(
        id=row["id"],
        community_id=row["community_id"],
        proposal_id=row["proposal_id"],
        proposal_version=row["proposal_version"],
        kind=Kind(row["kind"]),
        preset=preset_from_json(row["preset"]),
        title=row["title"],
        scope_code=row["scope_code"],
        text=row["text"],
        text_sha256=row["text_sha256"],
        ruleset=ruleset_from_json(row["ruleset"]),
        electorate=Electorate(row["electorate"]),
        is_advisory=bool(row["is_advisory"]),
        channels=tuple(Channel(name) for name in json.loads(row["channels"])),
        convener=Convener(row["convener_kind"]),
        convener_name=row["convener_name"],
        notice_at=row["notice_at"],
        opens_at=row["opens_at"],
        closes_at=row["closes_at"],
        roll_sha256=row["roll_sha256"],
        roll_persons=row["roll_persons"],
        roll_area_dm2=row["roll_area_dm2"],
        area_basis=row["area_basis"],
        is_parking_counted=bool(row["is_parking_counted"]),
        leak_risk=LeakRisk(row["leak_risk"]),
        last_cast_at=row["last_cast_at"],
        cancelled_at=row["cancelled_at"],
        cancelled_by_name=row["cancelled_by_name"],
        cancel_reason=row["cancel_reason"],
        certified_at=row["certified_at"],
        result_notice_at=row["result_notice_at"],
        official_outcome=Outcome(row["official_outcome"]) if row["official_outcome"] else None,
        official_document=row["official_document"],
        official_at=row["official_at"],
    )


async def motion(community_id: int, motion_id: int) -> Motion:
    rows = await fetch(_MOTION + " AND id = {}", community_id, motion_id)
    if not rows:
        raise NotFound
    return _motion(rows[0])


async def motions(community_id: int) -> list[Motion]:
    """All of a community's motions, the newest first."""
    rows = await fetch(_MOTION + " ORDER BY closes_at DESC, id DESC", community_id)
    return [_motion(row) for row in rows]


async def motions_of(community_id: int, proposal_ids: Iterable[int]) -> dict[int, Motion]:
    """The live (or else the newest cancelled) motion of each proposal; one query."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(_MOTION + " AND proposal_id IN {} ORDER BY id", community_id, wanted)
    found: dict[int, Motion] = {}
    for row in rows:
        earlier = found.get(row["proposal_id"])
        if earlier is None or earlier.cancelled_at is not None:
            found[row["proposal_id"]] = _motion(row)
    return found


async def officers(community_id: int, motion_id: int) -> tuple[Officer, ...]:
    return (await officers_of(community_id, [motion_id])).get(motion_id, ())


async def officers_of(community_id: int, motion_ids: Iterable[int]) -> dict[int, tuple[Officer, ...]]:
    """Counters, then the scrutineer, by motion."""
    wanted = sorted(set(motion_ids))
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT motion_id, person_id, name, duty, signed_at FROM motion_officer"
        " WHERE community_id = {} AND motion_id IN {} ORDER BY motion_id, duty, id",
        community_id,
        wanted,
    )
    found: dict[int, list[Officer]] = defaultdict(list)
    for row in rows:
        found[row["motion_id"]].append(Officer(row["person_id"], row["name"], Duty(row["duty"]), row["signed_at"]))
    return {motion_id: tuple(named) for motion_id, named in found.items()}


async def roll(community_id: int, motion_id: int) -> Roll:
    """The locked roll, ready to be counted."""
    rows = await fetch(
        "SELECT v.number, v.delivered_at, u.code, u.area_dm2 FROM roll_voter v"
        " JOIN roll_unit u ON u.roll_voter_id = v.id"
        " WHERE v.community_id = {} AND v.motion_id = {} ORDER BY v.id, u.id",
        community_id,
        motion_id,
    )
    units: dict[str, list[RollUnit]] = defaultdict(list)
    delivered: dict[str, bool] = {}
    for row in rows:
        units[row["number"]].append(RollUnit(row["code"], row["area_dm2"]))
        delivered[row["number"]] = row["delivered_at"] is not None
    return Roll(tuple(Voter(number, tuple(held), delivered[number]) for number, held in units.items()))


async def ballots(community_id: int, motion_id: int) -> list[Ballot]:
    """Every ballot received, with its choice: for the count and the bundle only."""
    rows = await fetch(
        "SELECT b.id, v.number, b.choice, b.channel, b.cast_at FROM ballot b"
        " JOIN roll_voter v ON v.id = b.roll_voter_id"
        " WHERE b.community_id = {} AND b.motion_id = {} ORDER BY b.cast_at, b.id",
        community_id,
        motion_id,
    )
    return [
        Ballot(
            row["id"],
            row["number"],
            Choice(row["choice"]) if row["choice"] else None,
            Channel(row["channel"]),
            row["cast_at"],
            None if row["choice"] else "blank",
        )
        for row in rows
    ]


async def turnouts(community_id: int, motions_: Sequence[Motion]) -> dict[int, Turnout]:
    """Persons and area that have taken part so far, by motion; one query."""
    if not motions_:
        return {}
    rows = await fetch(
        "SELECT b.motion_id, COUNT(*) AS persons, SUM(v.area_dm2) AS area_dm2 FROM ballot b"
        " JOIN roll_voter v ON v.id = b.roll_voter_id"
        " WHERE b.community_id = {} AND b.state = 'in_force' AND b.motion_id IN {} GROUP BY b.motion_id",
        community_id,
        [motion_.id for motion_ in motions_],
    )
    taken = {row["motion_id"]: (int(row["persons"]), int(row["area_dm2"])) for row in rows}
    return {
        motion_.id: Turnout(*taken.get(motion_.id, (0, 0)), motion_.roll_persons, motion_.roll_area_dm2)
        for motion_ in motions_
    }


async def participation(community_id: int, motion_id: int) -> list[Participation]:
    """Room, area, took part: the list that is public in scope after closing."""
    rows = await fetch(
        "SELECT u.code, u.area_dm2, b.id AS ballot FROM roll_unit u"
        " LEFT JOIN ballot b ON b.roll_voter_id = u.roll_voter_id AND b.state = 'in_force'"
        " WHERE u.community_id = {} AND u.motion_id = {} ORDER BY u.id",
        community_id,
        motion_id,
    )
    return [Participation(row["code"], row["area_dm2"], row["ballot"] is not None) for row in rows]


async def voters_for(actor: Actor, motion_: Motion) -> list[VotingVoter]:
    """The voters of this motion that the actor belongs to, those they may cast for first."""
    return (await voters_for_motions(actor, [motion_])).get(motion_.id, [])


async def voters_for_motions(actor: Actor, motions_: Sequence[Motion]) -> dict[int, list[VotingVoter]]:
    """`voters_for`, for many motions at once: one query for owners' motions, one for residents'."""
    rows = await _held_by_owner(actor, [m for m in motions_ if m.electorate is Electorate.OWNERS])
    rows += await _lived_in(actor, [m for m in motions_ if m.electorate is Electorate.RESIDENTS])
    grouped: dict[tuple[int, int], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["motion_id"], row["roll_voter_id"]].append(row)
    found: dict[int, list[VotingVoter]] = defaultdict(list)
    for (motion_id, roll_voter_id), of_it in grouped.items():
        first = of_it[0]
        found[motion_id].append(
            VotingVoter(
                roll_voter_id,
                first["number"],
                tuple(dict.fromkeys(row["code"] for row in of_it)),
                first["area_dm2"],
                any(row["may_cast"] for row in of_it),
                first["representative"],
            )
        )
    for listed in found.values():
        listed.sort(key=lambda voter: (not voter.may_cast, voter.roll_voter_id))
    return found


async def _held_by_owner(actor: Actor, motions_: Sequence[Motion]) -> list[dict[str, Any]]:
    if not motions_ or not actor.owner_ids:
        return []
    owner_ids = sorted(actor.owner_ids)
    return await fetch(
        "SELECT h.motion_id, h.roll_voter_id, v.number, v.area_dm2, u.code, h.is_representative AS may_cast,"
        " (SELECT o.name FROM roll_holder r JOIN owner o ON o.id = r.owner_id"
        "  WHERE r.roll_voter_id = h.roll_voter_id AND r.is_representative) AS representative"
        " FROM roll_holder h JOIN roll_voter v ON v.id = h.roll_voter_id JOIN roll_unit u ON u.roll_voter_id = v.id"
        " WHERE h.community_id = {} AND h.owner_id IN {}"
        " AND h.motion_id IN {} ORDER BY h.motion_id, v.id, u.id",
        actor.community_id,
        owner_ids,
        [motion_.id for motion_ in motions_],
    )


async def _lived_in(actor: Actor, motions_: Sequence[Motion]) -> list[dict[str, Any]]:
    if not motions_ or not actor.unit_ids:
        return []
    unit_ids = sorted(actor.unit_ids)
    return await fetch(
        "SELECT v.motion_id, v.id AS roll_voter_id, v.number, v.area_dm2, u.code, TRUE AS may_cast,"
        " NULL AS representative FROM roll_unit u JOIN roll_voter v ON v.id = u.roll_voter_id"
        " WHERE u.community_id = {} AND u.unit_id IN {}"
        " AND u.motion_id IN {} ORDER BY v.motion_id, v.id, u.id",
        actor.community_id,
        unit_ids,
        [motion_.id for motion_ in motions_],
    )


_CAST = (
    "SELECT b.id AS ballot_id, v.number, b.choice, b.channel, b.cast_at, b.code, b.log_seq, b.person_id,"
    " b.roll_voter_id, b.motion_id FROM ballot b JOIN roll_voter v ON v.id = b.roll_voter_id WHERE b.community_id = {}"
)


def _cast(row: Mapping[str, Any]) -> CastBallot:
    fields = {name: value for name, value in row.items() if name != "motion_id"}
    return CastBallot(**{**fields, "channel": Channel(row["channel"])})


async def ballots_in_force(community_id: int, roll_voter_ids: Iterable[int]) -> dict[int, CastBallot]:
    """The ballot in force of each voter that has one."""
    wanted = sorted(set(roll_voter_ids))
    if not wanted:
        return {}
    rows = await fetch(_CAST + " AND b.state = 'in_force' AND b.roll_voter_id IN {}", community_id, wanted)
    return {row["roll_voter_id"]: _cast(row) for row in rows}


async def own_ballot(actor: Actor, motion_id: int, ballot_id: str) -> CastBallot:
    """A ballot that this very account cast, whatever became of it; NotFound for anybody else."""
    rows = await fetch(
        _CAST + " AND b.motion_id = {} AND b.id = {} AND b.person_id = {}",
        actor.community_id,
        motion_id,
        ballot_id,
        actor.person_id,
    )
    if not rows:
        raise NotFound
    return _cast(rows[0])


_OBJECTION = (
    "SELECT id, motion_id, person_id, by_name, by_place, ground, filed_at, answer_due_at, outcome, reply, remedy,"
    " closed_by_name, closed_at FROM objection WHERE community_id = {}"
)


def _objection(row: Mapping[str, Any]) -> Objection:
    return Objection(**{**row, "outcome": ObjectionOutcome(row["outcome"]) if row["outcome"] else None})


async def objections_of(community_id: int, motion_ids: Iterable[int]) -> dict[int, list[Objection]]:
    wanted = sorted(set(motion_ids))
    if not wanted:
        return {}
    rows = await fetch(_OBJECTION + " AND motion_id IN {} ORDER BY id", community_id, wanted)
    found: dict[int, list[Objection]] = defaultdict(list)
    for row in rows:
        found[row["motion_id"]].append(_objection(row))
    return found


async def objection(community_id: int, objection_id: int) -> Objection:
    rows = await fetch(_OBJECTION + " AND id = {}", community_id, objection_id)
    if not rows:
        raise NotFound
    return _objection(rows[0])


async def open_objections(community_id: int) -> list[Objection]:
    """What the desk still has to answer, the oldest first."""
    rows = await fetch(_OBJECTION + " AND outcome IS NULL ORDER BY answer_due_at, id", community_id)
    return [_objection(row) for row in rows]
