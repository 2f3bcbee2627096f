"""A paper comes back: taken and sealed at once, or refused with its reason; either way the attempt is kept.

A late paper is refused at the door and is no ballot (`council.decision/1`): its row stays, with the instant, and the
count's page lists it. What the box still holds is therefore recorded before the closing, not after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.audit import service as audit
from council.files.service import Sealed
from council.kernel.actor import Actor
from council.kernel.clock import Clock
from council.kernel.errors import NotFound, Refused
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction
from council.voting import (
    casting,
    paper_printing_queries,
    paper_return_queries,
    paper_voter_queries,
    proxies,
    proxy_ends,
    queries,
    standing_queries,
    succession,
)
from council.voting.motion import Motion, MotionState
from council.voting.paper import Brought, Printed, Returned, ReturnRefused
from council.voting.paper_printing_queries import ActsNow
from council.voting.paper_staff import require_handling
from council.voting.succession import Sold

_NOT_NOW = {
    MotionState.NOTICE: ReturnRefused.EARLY,
    MotionState.COUNTING: ReturnRefused.LATE,
    MotionState.CERTIFIED: ReturnRefused.LATE,
    MotionState.CANCELLED: ReturnRefused.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Brings:
    """What the form says: the serial as it was read, which way it came, the photo if there is one, and whether the
    holder of a mandate filled it in and not the owner."""

    key: str
    serial: str
    channel: Brought
    image: Sealed | None = None
    is_by_mandate: bool = False


async def take_back(*, actor: Actor, motion_id: int, brings: Brings, clock: Clock) -> Returned:
    """Seals a paper of this motion, or keeps why it was not taken (`Returned.reason`).

    The same form again answers its first result; with another paper in it, form.used_before. The clock is read under
    the motion's lock: a paper's instant stands in one order with the online ballots'. One that a mandate's holder
    brings is refused with words, and not kept, where no mandate of that voter is in force ("paper.no_mandate") or its
    holder may not cast by it now; one that the owner filled in ends a mandate, as an own ballot does,
    whatever is read on it after the closing (`proxy_ends`). Whoever printed one voter's paper does not take it in
    ("paper.printed_by_you"): else one person alone would stand between the press and the box.
    """
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        await require_handling(actor, motion)
        before = await paper_return_queries.return_by_key(actor.community_id, brings.key)
        if before is not None:
            return _same(before, motion, brings, actor)
        at = casting.next_instant(motion, clock.now())
        printed = await paper_printing_queries.by_serial(actor.community_id, brings.serial)
        acting, sold = None, await succession.sold(actor.community_id, motion.id)
        if printed is not None and printed.motion_id == motion.id and not brings.is_by_mandate:
            acting = (await paper_printing_queries.acting_now(actor.community_id, motion.id, sold, at)).get(
                printed.roll_voter_id
            )
        reason = await _refusal(motion, printed, at)
        if reason is None and printed is not None:
            now_held = sold.get(printed.roll_voter_id)
            reason = not_theirs(printed, now_held, acting, is_by_mandate=brings.is_by_mandate)
        taken = printed if reason is None else None
        if taken is not None:
            await _require_other_hands(actor, taken)
        mandate = None
        if taken is not None and brings.is_by_mandate:
            mandate = await proxies.to_cast_by(motion, taken.roll_voter_id, at)
        voided = 0 if taken is None else await _void_others(motion, taken, at)
        became = _Became(reason, mandate, None if acting is None else acting.paper_id, voided)
        kept = await _keep(actor, motion, brings, printed, became, at)
        if taken is not None and mandate is None and motion.procedure.proxies.value == "yes":
            await proxy_ends.ended_by_own_ballot(actor, motion, taken.roll_voter_id, at)
        return kept


async def _require_other_hands(actor: Actor, taken: Printed) -> None:
    printing = await paper_printing_queries.run(actor.community_id, taken.motion_id, taken.print_id)
    if printing.whom.startswith("voter-") and printing.printed_by == actor.person_id:
        raise Refused("paper.printed_by_you")


def not_theirs(
    printed: Printed, sold: Sold | None, acting: ActsNow | None, *, is_by_mandate: bool = False
) -> ReturnRefused | None:
    """Why nobody may sign the paper any more: it names an owner who has sold, or somebody who acts for them no more."""
    if sold is not None and sold.is_for_former(printed.printed_at):
        return ReturnRefused.SOLD
    return ReturnRefused.AUTHORITY_OVER if not is_by_mandate and is_authority_over(printed, acting) else None


def is_authority_over(printed: Printed, acting: ActsNow | None) -> bool:
    """Whether the paper names a guardian or an agent who is not the one acting now: then nobody may sign it. One that
    names nobody is signed by whoever acts now; a renewed authority is the same person's."""
    return printed.acting_person_id is not None and (
        acting is None or acting.person_id != printed.acting_person_id or acting.capacity != printed.capacity
    )


async def _void_others(motion: Motion, taken: Printed, at: datetime) -> int:
    """This paper is the voter's one now; how many others that were good are void. The void ones leave first: one newest
    a voter is the schema's rule."""
    rows = await fetch(
        "UPDATE paper_ballot SET void_at = {}, void_reason = 'printed_anew' WHERE community_id = {} AND motion_id = {}"
        " AND roll_voter_id = {} AND id <> {} AND void_at IS NULL RETURNING id",
        *(at, motion.community_id, motion.id, taken.roll_voter_id, taken.id),
    )
    if taken.replaced_at is not None:
        await execute(
            "UPDATE paper_ballot SET replaced_at = NULL WHERE community_id = {} AND id = {}",
            *(motion.community_id, taken.id),
        )
    return len(rows)


@dataclass(frozen=True, slots=True)
class _Became:
    """Why it was not taken, or: the mandate by which it was filled in, the paper by which it was signed for the owner,
    and how many other papers of the voter are void by it."""

    reason: ReturnRefused | None
    proxy_id: int | None
    acting_paper_id: int | None
    voided: int


def _same(before: Returned, motion: Motion, brings: Brings, actor: Actor) -> Returned:
    is_by_mandate = brings.is_by_mandate and before.reason is None
    sent = (brings.serial, brings.channel, actor.person_id, is_by_mandate)
    if before.motion_id != motion.id or sent != (
        *(before.serial, before.channel, before.person_id),
        before.proxy_id is not None,
    ):
        raise Refused("form.used_before")
    return before


async def _refusal(motion: Motion, printed: Printed | None, at: datetime) -> ReturnRefused | None:
    """The first that applies. A serial that was used is said so, whatever the hour."""
    if printed is None:
        return ReturnRefused.UNKNOWN_SERIAL
    if printed.motion_id != motion.id:
        return ReturnRefused.WRONG_MOTION
    if await paper_return_queries.sealed_of_paper(motion.community_id, printed.id) is not None:
        return ReturnRefused.SERIAL_USED
    if printed.void_at is not None:
        return ReturnRefused.VOID_SERIAL
    if await standing_queries.is_suspended(motion.community_id, motion.id, printed.roll_voter_id):
        return ReturnRefused.SUSPENDED
    return _NOT_NOW.get(motion.state(at))


async def _keep(
    actor: Actor,
    motion: Motion,
    brings: Brings,
    printed: Printed | None,
    became: _Became,
    at: datetime,
) -> Returned:
    reason = became.reason
    acting_paper_id = became.acting_paper_id if reason is None else None
    own = printed if printed is not None and printed.motion_id == motion.id else None
    image = brings.image if reason is None else None
    rows = await fetch(
        "INSERT INTO paper_return (community_id, key, motion_id, paper_ballot_id, roll_voter_id, serial, returned_at,"
        " channel, person_id, person_name, image_sha256, image_width, image_height, state, reason, proxy_id,"
        " acting_paper_id) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) RETURNING id",
        *(motion.community_id, brings.key, motion.id, None if own is None else own.id),
        *(None if own is None else own.roll_voter_id, brings.serial, at, brings.channel.value),
        *(actor.person_id, actor.name),
        *((None, None, None) if image is None else (image.sha256, image.width, image.height)),
        *("sealed" if reason is None else "refused", None if reason is None else reason.value),
        *(became.proxy_id, acting_paper_id),
    )
    return_id = int(rows[0]["id"])
    if reason is None:
        await execute("UPDATE motion SET last_cast_at = {} WHERE id = {}", at, motion.id)
    data = {"motion": motion.id, "return": return_id, "channel": brings.channel.value, "by": actor.person_id}
    if reason is not None:
        data["reason"] = reason.value
    else:
        data["voided"] = became.voided
    if image is not None:
        data["image_sha256"] = image.sha256
    voter = None if own is None else await paper_voter_queries.number_of(motion.community_id, own.roll_voter_id)
    await audit.record(
        motion.community_id,
        "paper.returned" if reason is None else "paper.refused",
        data,
        now=at,
        private={"serial": brings.serial, "voter": voter, "proxy": became.proxy_id, "acting": acting_paper_id},
    )
    kept = await paper_return_queries.return_by_key(motion.community_id, brings.key)
    if kept is None:
        raise NotFound
    return kept


async def add_photo(*, actor: Actor, motion_id: int, return_id: int, image: Sealed, now: datetime) -> None:
    """The photo of a paper that was taken back without one, while its choice is not decided: once, and never another
    in its place. Who and when stands in the log. The same picture again changes nothing; Refused "paper.has_photo",
    "paper.decided"."""
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        await require_handling(actor, motion)
        paper = await paper_return_queries.returned(actor.community_id, motion_id, return_id)
        if paper.image_sha256 == image.sha256:
            return
        if paper.image_sha256 is not None:
            raise Refused("paper.has_photo")
        if paper.ballot_id is not None:
            raise Refused("paper.decided")
        await execute(
            "UPDATE paper_return SET image_sha256 = {}, image_width = {}, image_height = {} WHERE community_id = {}"
            " AND id = {} AND image_sha256 IS NULL",
            *(image.sha256, image.width, image.height, motion.community_id, return_id),
        )
        data = {"motion": motion_id, "return": return_id, "image_sha256": image.sha256, "by": actor.person_id}
        await audit.record(motion.community_id, "paper.photographed", data, now=now)
