"""What may still happen to a result: another vote is called in its place. A court's word on it: `court_records`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Refused, require
from council.proposals import queries as proposals
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction
from council.voting import permissions, queries
from council.voting.model import Outcome
from council.voting.motion import Motion
from council.voting.objection import ObjectionOutcome
from council.voting.verdicts import decided


async def call_again(*, actor: Actor, motion_id: int, reason: str, now: datetime) -> None:
    """Frees a matter whose vote came to nothing, so that another can be called: its text may be changed now, a new
    notice has to run, and the old ballots stay with the old vote. Twice is once.

    Refused for a vote that runs, that passed and stands, or that only asked for opinions; "motion.started_file_anew"
    where the matter had begun before a court took its vote away: what was begun is wound up under the old vote, and
    whoever still wants it files the matter anew.
    """
    require(permissions.may_open_motion(actor))
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        if motion.superseded_at is not None:
            return
        if await is_begun_and_revoked(motion):
            raise Refused("motion.started_file_anew")
        if not await came_to_nothing(motion, now):
            raise Refused("motion.cannot_call_again")
        await execute(
            "UPDATE motion SET superseded_at = {}, superseded_by_name = {}, superseded_reason = {}"
            " WHERE community_id = {} AND id = {}",
            *(now, actor.name, reason, actor.community_id, motion_id),
        )
        await audit.record(
            actor.community_id,
            "motion.superseded",
            {"motion": motion_id, "reason": reason, "by": actor.person_id},
            now=now,
        )


async def is_begun_and_revoked(motion: Motion) -> bool:
    """Whether a court has taken away a decision by which the matter had started, or is in effect."""
    if motion.revoked_at is None:
        return False
    return (await proposals.proposal(motion.community_id, motion.proposal_id)).started_at is not None


async def came_to_nothing(motion: Motion, now: datetime) -> bool:
    """Whether another vote may be called in the place of this one."""
    if motion.preset.is_advisory or not motion.is_live or not motion.is_countable(now):
        return False
    if motion.revoked_at is not None:
        return not await is_begun_and_revoked(motion)
    if motion.is_advisory:
        return motion.official_outcome is Outcome.REJECTED
    outcome = (await decided(motion.community_id, [motion], now))[motion.id].outcome
    if outcome is Outcome.UNDETERMINED:
        return True
    if outcome is Outcome.REJECTED:
        return motion.certified_at is not None
    objections = (await queries.objections_of(motion.community_id, [motion.id])).get(motion.id, [])
    return any(each.outcome is ObjectionOutcome.UPHELD for each in objections)


async def lost_texts(community_id: int, versions: Mapping[int, int], now: datetime) -> frozenset[int]:
    """The matters of which the voters rejected the very text that stands now: only another one comes before them again.

    `versions`: the version of each matter's text, by proposal id. One query, and those of `decided` where any is found.
    """
    replaced = await queries.replaced_of(community_id, versions)
    same = [motion for matter, motion in replaced.items() if motion.proposal_version == versions[matter]]
    asked = [motion for motion in same if motion.official_outcome is None]
    found = await decided(community_id, asked, now)
    return frozenset(
        motion.proposal_id
        for motion in same
        if (motion.official_outcome or (found[motion.id].outcome if motion.id in found else None)) is Outcome.REJECTED
    )
