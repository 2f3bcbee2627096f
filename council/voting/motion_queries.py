"""Reads of motions and of who counts them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from council.bylaws.procedure_json import from_json as procedure_from_json
from council.kernel.errors import NotFound
from council.pathways.model import Electorate, Kind
from council.pathways.presets import from_json as preset_from_json
from council.storage.sql import fetch
from council.voting.duty import Duty, Officer
from council.voting.model import Channel, Outcome
from council.voting.motion import Convener, LeakRisk, Motion
from council.voting.ruleset_json import ruleset_from_json

_MOTION = (
    "SELECT id, community_id, proposal_id, proposal_version, kind, preset, title, scope_code, text, text_sha256,"
    " ruleset, procedure, electorate, is_advisory, channels, counted, convener_kind, convener_name, notice_at,"
    " opens_at, closes_at, roll_sha256, roll_persons, roll_area_dm2, area_basis, is_parking_counted, leak_risk,"
    " last_cast_at, cancelled_at, cancelled_by_name, cancel_reason, certified_at, result_notice_at, official_outcome,"
    " official_document, official_at, preliminary_at, revoked_at, revoked_by_name, revoked_document, revoked_reason,"
    " superseded_at, superseded_by_name, superseded_reason, seats, plan_id,"
    " (SELECT recalls_name FROM proposal p WHERE p.community_id = motion.community_id AND p.id = motion.proposal_id)"
    " AS recalls_name, CASE WHEN EXISTS (SELECT 1 FROM objection o WHERE o.community_id = motion.community_id"
    " AND o.motion_id = motion.id AND o.outcome = 'upheld') THEN 1 ELSE 0 END AS is_upheld,"
    " (SELECT COUNT(*) FROM paper_return r"
    " WHERE r.community_id = motion.community_id AND r.motion_id = motion.id AND r.state = 'sealed'"
    " AND r.ballot_id IS NULL) AS papers_waiting FROM motion WHERE community_id = {}"
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
        procedure=procedure_from_json(row["procedure"]),
        electorate=Electorate(row["electorate"]),
        is_advisory=bool(row["is_advisory"]),
        channels=tuple(Channel(name) for name in json.loads(row["channels"])),
        counted=tuple(Channel(name) for name in json.loads(row["counted"])),
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
        preliminary_at=row["preliminary_at"],
        is_upheld=bool(row["is_upheld"]),
        revoked_at=row["revoked_at"],
        revoked_by_name=row["revoked_by_name"],
        revoked_document=row["revoked_document"],
        revoked_reason=row["revoked_reason"],
        superseded_at=row["superseded_at"],
        superseded_by_name=row["superseded_by_name"],
        superseded_reason=row["superseded_reason"],
        papers_waiting=int(row["papers_waiting"]),
        seats=row["seats"],
        plan_id=row["plan_id"],
        recalls_name=row["recalls_name"] or "",
    )


async def motion(community_id: int, motion_id: int) -> Motion:
    rows = await fetch(_MOTION + " AND id = {}", community_id, motion_id)
    if not rows:
        raise NotFound
    return _motion(rows[0])


async def motion_by_key(community_id: int, key: str) -> Motion | None:
    """The motion that the form with this key opened, if it did."""
    rows = await fetch(_MOTION + " AND key = {}", community_id, key)
    return _motion(rows[0]) if rows else None


async def motions(community_id: int) -> list[Motion]:
    """All of a community's motions, the newest first."""
    rows = await fetch(_MOTION + " ORDER BY closes_at DESC, id DESC", community_id)
    return [_motion(row) for row in rows]


async def motions_of(community_id: int, proposal_ids: Iterable[int]) -> dict[int, Motion]:
    """The live (or else the newest cancelled) motion of each proposal; one query. One in whose place another was called
    is history (`replaced_of`)."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(_MOTION + " AND proposal_id IN {} AND superseded_at IS NULL ORDER BY id", community_id, wanted)
    found: dict[int, Motion] = {}
    for row in rows:
        earlier = found.get(row["proposal_id"])
        if earlier is None or earlier.cancelled_at is not None:
            found[row["proposal_id"]] = _motion(row)
    return found


async def replaced_of(community_id: int, proposal_ids: Iterable[int]) -> dict[int, Motion]:
    """Of each matter the last vote in whose place another one was called; one query."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(
        _MOTION + " AND proposal_id IN {} AND superseded_at IS NOT NULL ORDER BY id", community_id, wanted
    )
    return {row["proposal_id"]: _motion(row) for row in rows}


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
