"""What may still happen to a result: a court takes it away, or another vote is called in its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Refused, require
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction
from council.voting import permissions, queries
from council.voting.model import Outcome
from council.voting.motion import Motion
from council.voting.objection import ObjectionOutcome
from council.voting.verdicts import decided


async def record_revocation(*, actor: Actor, motion_id: int, document: str, reason: str, now: datetime) -> None:
    """A court has revoked the decision (Civil Code art. 280, second paragraph): recorded with its judgment, once.

    The matter is not approved any more; what was counted and signed stays readable as it was.
    """
    require(permissions.may_open_motion(actor))
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        if motion.certified_at is None and motion.official_at is None:
            raise Refused("motion.nothing_to_revoke")
        if motion.revoked_at is not None:
            if (motion.revoked_document, motion.revoked_reason) == (document, reason):
                return
            raise Refused("motion.revoked_already")
        await execute(
            "UPDATE motion SET revoked_at = {}, revoked_by_name = {}, revoked_document = {}, revoked_reason = {}"
            " WHERE community_id = {} AND id = {}",
            *(now, actor.name, document, reason, actor.community_id, motion_id),
        )
        await audit.record(
            actor.community_id,
            "motion.revoked",
            {"motion": motion_id, "document": document, "reason": reason, "by": actor.person_id},
            now=now,
        )


async def call_again(*, actor: Actor, motion_id: int, reason: str, now: datetime) -> None:
    """Frees a matter whose vote came to nothing, so that another can be called: its text may be changed now, a new
    notice has to run, and the old ballots stay with the old vote. Twice is once.

    Refused for a vote that runs, that passed and stands, or that only asked for opinions.
    """
    require(permissions.may_open_motion(actor))
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        if motion.superseded_at is not None:
            return
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


async def came_to_nothing(motion: Motion, now: datetime) -> bool:
    """Whether another vote may be called in the place of this one."""
    if motion.preset.is_advisory or not motion.is_live or not motion.is_countable(now):
        return False
    if motion.revoked_at is not None:
        return True
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
