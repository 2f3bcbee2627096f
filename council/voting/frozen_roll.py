"""Who votes, who counts and who stands, written down as they are when a motion is opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from council.elections.slate import Slate
from council.kernel.actor import Actor
from council.voting import electorate
from council.voting.duty import Duty
from council.voting.election_tables import MotionCandidate
from council.voting.grouping import Standing, VoterGroup
from council.voting.motion import MotionDraft
from council.voting.tables import MotionOfficer, RollHolder, RollUnit, RollVoter

_Row = TypeVar("_Row", RollVoter, RollUnit, RollHolder)
_PORTION = 1000
"""Rows of one insert: both databases bound the values of a statement (32,766 and 32,767)."""


async def insert_roll(
    community_id: int,
    motion_id: int,
    groups: Sequence[VoterGroup],
    holdings: electorate.Holdings,
    standings: Mapping[tuple[str, int], Standing],
) -> dict[str, int]:
    """Multi-row inserts, so many rows at a time as a statement has room for. The voters' ids by their numbers."""
    voters = [
        RollVoter(
            community_id=community_id,
            motion_id=motion_id,
            number=group.voter_id,
            area_dm2=group.area_dm2,
            is_developer=group.is_developer,
        )
        for group in groups
    ]
    ids: dict[str, int] = {}
    for some in _portions(voters):
        rows = await RollVoter.insert(*some).returning(RollVoter.id, RollVoter.number)
        ids |= {row["number"]: int(row["id"]) for row in rows}
    units = [
        RollUnit(
            community_id=community_id,
            motion_id=motion_id,
            roll_voter_id=ids[group.voter_id],
            unit_id=unit.unit_id,
            code=unit.code,
            area_dm2=unit.area_dm2,
        )
        for group in groups
        for unit in group.units
    ]
    for some_units in _portions(units):
        await RollUnit.insert(*some_units)
    casting = {group.voter_id: electorate.representative(group, holdings) for group in groups}
    holders = [
        RollHolder(
            community_id=community_id,
            motion_id=motion_id,
            roll_voter_id=ids[group.voter_id],
            owner_id=owner_id,
            is_representative=owner_id == casting[group.voter_id],
            kind=stood.kind,
            bases=" ".join(stood.bases),
            capacity=stood.capacity,
            acting_name=stood.acting_name,
            acting_paper_id=stood.paper_id,
        )
        for group in groups
        for owner_id in sorted(group.owner_ids)
        for stood in [standings[group.voter_id, owner_id]]
    ]
    for some_holders in _portions(holders):
        await RollHolder.insert(*some_holders)
    return ids


def _portions(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    for start in range(0, len(rows), _PORTION):
        yield rows[start : start + _PORTION]


async def insert_officers(community_id: int, motion_id: int, draft: MotionDraft, people: Mapping[int, Actor]) -> None:
    await MotionOfficer.insert(
        *(
            MotionOfficer(
                community_id=community_id,
                motion_id=motion_id,
                person_id=person_id,
                name=people[person_id].name,
                duty=(Duty.SCRUTINEER if person_id == draft.scrutineer_id else Duty.COUNTER).value,
            )
            for person_id in (*dict.fromkeys(draft.counter_ids), draft.scrutineer_id)
        )
    )


async def insert_candidates(community_id: int, motion_id: int, slate: Slate) -> None:
    await MotionCandidate.insert(
        *(
            MotionCandidate(
                community_id=community_id,
                motion_id=motion_id,
                number=each.number,
                candidate_id=each.candidate_id,
                person_id=each.person_id,
                owner_id=each.owner_id or None,
                name=each.name,
                place=each.place,
                channel=each.channel.value,
                statement=each.statement,
            )
            for each in slate.candidates
        )
    )
