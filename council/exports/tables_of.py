"""Each export as typed columns and rows. A column's name is its key in JSON and, as `column.<name>`, its title.

Areas are in dm², money in fen; the sheet writers show them in ㎡ and yuan. No choice and no telephone is in any of
these but the roll, which is the secretary's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.audit import queries as audit
from council.documents.cells import Cell, Kind
from council.exports.model import What
from council.kernel.errors import NotFound
from council.kernel.scope import Scope, ScopeKind
from council.ledger import queries as ledger
from council.proposals import queries as proposals
from council.registry import queries as registry
from council.voting import queries as voting
from council.voting.electing import candidate_id
from council.voting.election_view import Came
from council.voting.motion import Motion

T, C, A, M, I = Kind.TEXT, Kind.COUNT, Kind.AREA, Kind.MONEY, Kind.INSTANT  # noqa: E741 - a table reads better so

COLUMNS: dict[What, tuple[tuple[str, Kind], ...]] = {
    What.PROPOSALS: (
        ("proposal", C),
        ("title", T),
        ("kind", T),
        ("scope", T),
        ("state", T),
        ("proposer_place", T),
        ("filed_at", I),
        ("accepted_at", I),
        ("endorsing_households", C),
        ("cost", M),
        ("started_at", I),
    ),
    What.MOTIONS: (
        ("motion", C),
        ("title", T),
        ("kind", T),
        ("scope", T),
        ("advisory", T),
        ("opens_at", I),
        ("closes_at", I),
        ("roll_persons", C),
        ("roll_area", A),
        ("participants_persons", C),
        ("participants_area", A),
        ("agree_persons", C),
        ("agree_area", A),
        ("oppose_persons", C),
        ("oppose_area", A),
        ("abstain_persons", C),
        ("abstain_area", A),
        ("outcome", T),
        ("certified_at", I),
        ("text_sha256", T),
        ("roll_sha256", T),
    ),
    What.PARTICIPATION: (
        ("motion", C),
        ("title", T),
        ("unit", T),
        ("area", A),
        ("took_part", T),
    ),
    What.DELIVERIES: (
        ("motion", C),
        ("title", T),
        ("unit", T),
        ("delivery_result", T),
        ("delivery_channel", T),
        ("sheet", C),
        ("at", I),
        ("recorded_at", I),
        ("recorded_by", T),
        ("confirmed_by", T),
        ("confirmed_at", I),
        ("confirmed_how", T),
        ("proves_from", I),
        ("taken_back_by", T),
        ("taken_back_at", I),
    ),
    What.PAPERS: (
        ("motion", C),
        ("title", T),
        ("serial", T),
        ("returned_at", I),
        ("paper_channel", T),
        ("taken", T),
        ("paper_reason", T),
        ("void", T),
        ("taken_by", T),
    ),
    What.CANDIDATES: (
        ("motion", C),
        ("title", T),
        ("seats", C),
        ("number", C),
        ("candidate", T),
        ("nominated", T),
        ("chosen_persons", C),
        ("chosen_area", A),
        ("came", T),
        ("place_in_result", C),
        ("drawn", C),
        ("comparisons", T),
        ("certified_at", I),
    ),
    What.PROJECTS: (
        ("project", C),
        ("title", T),
        ("scope", T),
        ("budget", M),
        ("opened_at", I),
        ("motion", C),
        ("milestone", T),
        ("milestone_due_at", I),
        ("milestone_done_at", I),
    ),
    What.ROLL: (
        ("unit", T),
        ("building", T),
        ("entrance", T),
        ("room", T),
        ("area", A),
        ("use", T),
        ("unit_status", T),
        ("owners", T),
        ("identity_numbers", T),
        ("telephones", T),
    ),
    What.AUDIT_LOG: (
        ("seq", C),
        ("at", I),
        ("kind_of_record", T),
        ("body", T),
        ("leaf_hash", T),
    ),
}

Label = Callable[[str, object], str]
"""`label(kind, value)`: the word of an enum's value."""


@dataclass(frozen=True, slots=True)
class Content:
    columns: tuple[tuple[str, Kind], ...]
    rows: Sequence[Sequence[Cell]]


async def content(
    community_id: int, what: What, label: Label, *, now: datetime, motion_id: int | None = None
) -> Content:
    """One export's rows; `motion_id` narrows participation and deliveries to one decision. NotFound for another
    community's."""
    match what:
        case What.PROPOSALS:
            rows = await _proposals(community_id, label)
        case What.MOTIONS:
            rows = await _motions(community_id, label)
        case What.PARTICIPATION:
            rows = await _participation(community_id, label, now, motion_id)
        case What.DELIVERIES:
            rows = await _deliveries(community_id, label, motion_id)
        case What.PAPERS:
            rows = await _papers(community_id, label, now)
        case What.CANDIDATES:
            rows = await _candidates(community_id, label)
        case What.PROJECTS:
            rows = await _projects(community_id, label)
        case What.ROLL:
            rows = await _roll(community_id, label)
        case What.AUDIT_LOG:
            rows = await _audit_log(community_id)
    return Content(COLUMNS[what], rows)


async def _proposals(community_id: int, label: Label) -> list[list[Cell]]:
    listed = await proposals.proposals(community_id)
    endorsed = await proposals.endorsed_units(community_id, [each.id for each in listed])
    return [
        [
            each.id,
            each.title,
            label("kind", each.kind),
            each.scope.code,
            label("proposal_state", each.state),
            each.proposer_place,
            each.filed_at,
            each.accepted_at,
            len(endorsed.get(each.id, ())),
            each.cost_fen,
            each.started_at,
        ]
        for each in reversed(listed)
    ]


async def _motions(community_id: int, label: Label) -> list[list[Cell]]:
    results = await voting.results(community_id)
    return [
        [
            motion.id,
            motion.title,
            label("kind", motion.kind),
            motion.scope_code,
            label("yes_no", motion.is_advisory),
            motion.opens_at,
            motion.closes_at,
            motion.roll_persons,
            motion.roll_area_dm2,
            *_figures(results.get(motion.id)),
            _outcome(motion, results.get(motion.id), label),
            motion.certified_at,
            motion.text_sha256,
            motion.roll_sha256,
        ]
        for motion in reversed(await voting.motions(community_id))
    ]


def _figures(result: dict[str, Any] | None) -> list[Cell]:
    """Persons and area of participants, agree, oppose, abstain; empty until the count is certified. Of an election who
    took part and who chose nobody: each candidate has a row of their own in `What.CANDIDATES`."""
    if result is None:
        return [None] * 8
    if "result" in result:
        part, nobody = result["tally"]["participants"], result["tally"]["nobody"]
        return [part["persons"], part["area_dm2"], None, None, None, None, nobody["persons"], nobody["area_dm2"]]
    counted = result["tally"]["counted"]
    return [
        counted[side][basis]
        for side in ("participants", "agree", "oppose", "abstain")
        for basis in ("persons", "area_dm2")
    ]


def _outcome(motion: Motion, result: dict[str, Any] | None, label: Label) -> str:
    if motion.cancelled_at is not None:
        return label("motion_state", "cancelled")
    return label("outcome", result["verdict"]["outcome"]) if result else ""


async def _participation(community_id: int, label: Label, now: datetime, motion_id: int | None) -> list[list[Cell]]:
    """Closed motions only: who has voted so far is nobody's business while the vote is open."""
    motions = await voting.motions(community_id)
    if motion_id is not None:
        motions = [motion for motion in motions if motion.id == motion_id]
        if not motions:
            raise NotFound
    closed = [motion for motion in reversed(motions) if motion.is_closed(now)]
    listed = await voting.participations(community_id, [motion.id for motion in closed])
    return [
        [motion.id, motion.title, line.unit_code, line.area_dm2, label("yes_no", line.took_part)]
        for motion in closed
        for line in listed.get(motion.id, ())
    ]


async def _deliveries(community_id: int, label: Label, motion_id: int | None) -> list[list[Cell]]:
    """Every record, those taken back among them. Whether anybody has voted is not in it."""
    titles = {motion.id: motion.title for motion in await voting.motions(community_id)}
    if motion_id is not None and motion_id not in titles:
        raise NotFound
    wanted = sorted(titles) if motion_id is None else [motion_id]
    return [
        [
            each.motion_id,
            titles[each.motion_id],
            each.unit_code,
            label("delivery_result", each.result),
            label("delivery_channel", each.channel),
            each.sheet,
            each.at,
            each.recorded_at,
            each.by_name,
            each.confirmed_by_name,
            each.confirmed_at,
            label("confirmed_how", each.confirmed_how) if each.confirmed_how else "",
            each.proves_from,
            each.withdrawn_by_name,
            each.withdrawn_at,
        ]
        for each in await voting.deliveries_of_motions(community_id, wanted)
    ]


async def _papers(community_id: int, label: Label, now: datetime) -> list[list[Cell]]:
    """Papers that came back in votes that are counted: taken or why not, valid or why not; no voter and no choice."""
    motions = {each.id: each for each in await voting.motions(community_id) if each.is_countable(now)}
    return [
        [
            line.motion_id,
            motions[line.motion_id].title,
            line.serial,
            line.returned_at,
            label("paper_channel", line.channel),
            label("yes_no", line.reason is None),
            "" if line.reason is None else label("paper_reason", line.reason),
            "" if line.invalid is None else label("void", line.invalid),
            line.person_name,
        ]
        for line in await voting.paper_lines(community_id, motions)
    ]


async def _candidates(community_id: int, label: Label) -> list[list[Cell]]:
    """Everybody who stood in an election that is certified, in the order of its result, with every comparison as
    "agree/participants/persons 9*2>1*9"."""
    results = await voting.results(community_id)
    certified = [each for each in reversed(await voting.motions(community_id)) if each.is_election]
    certified = [each for each in certified if each.id in results]
    standing = await voting.candidates_of(community_id, [each.id for each in certified])
    rows: list[list[Cell]] = []
    for motion in certified:
        by_id = {candidate_id(each.number): each for each in standing[motion.id]}
        found = results[motion.id]["result"]
        for line in found["standings"]:
            one = by_id[line["candidate"]]
            passes = line["verdict"]["outcome"] == "passed"
            came = Came.ELECTED if one.place_in_result else Came.RESERVE if one.is_reserve else None
            rows.append(
                [
                    motion.id,
                    motion.title,
                    motion.seats,
                    one.number,
                    one.name,
                    label("nominated", one.channel) if one.channel else "",
                    line["chosen"]["persons"],
                    line["chosen"]["area_dm2"],
                    label("came", came or (Came.PASSED if passes else Came.MISSED)),
                    one.place_in_result,
                    one.drawn,
                    "; ".join(map(_compared, line["verdict"]["comparisons"])),
                    motion.certified_at,
                ]
            )
    return rows


def _compared(leg: dict[str, Any]) -> str:
    sign = {"at_least": ">=", "more_than": ">", "at_most": "<="}[leg["comparison"]]
    met = "" if leg["met"] else " (not met)"
    sides = f"{leg['denominator']}*{leg['got']} {sign} {leg['numerator']}*{leg['whole']}"
    return f"{leg['counts']}/{leg['of']}/{leg['basis']} {sides}{met}"


async def _projects(community_id: int, label: Label) -> list[list[Cell]]:
    listed = await ledger.projects(community_id)
    milestones = await ledger.milestones_of(community_id, [each.id for each in listed])
    return [
        [
            each.id,
            each.title,
            each.scope_code,
            each.budget_fen,
            each.opened_at,
            each.motion_id,
            label("milestone", milestone.code),
            milestone.due_at,
            milestone.done_at,
        ]
        for each in listed
        for milestone in milestones.get(each.id, ())
    ]


async def _roll(community_id: int, label: Label) -> list[list[Cell]]:
    units = await registry.units_in(community_id, Scope(ScopeKind.COMMUNITY))
    holdings = await registry.holdings_in(community_id, Scope(ScopeKind.COMMUNITY))
    owners = {owner.id: owner for owner in await registry.owners(community_id)}
    rows: list[list[Cell]] = []
    for unit in units:
        held = [owners[holding.owner_id] for holding in holdings.get(unit.id, ())]
        rows.append(
            [
                unit.code,
                unit.building,
                unit.entrance,
                unit.room,
                unit.area_dm2,
                label("use", unit.use),
                label("status", unit.status),
                "、".join(owner.name for owner in held),
                "、".join(owner.identity_number or "" for owner in held),
                "、".join(dict.fromkeys(phone for owner in held for phone in owner.phones)),
            ]
        )
    return rows


async def _audit_log(community_id: int) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    while batch := await audit.records(community_id, start=len(rows), limit=1000):
        rows += [[each.seq, each.at, each.kind, each.body, each.leaf_hash.hex()] for each in batch]
    return rows
