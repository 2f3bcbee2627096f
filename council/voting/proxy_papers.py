"""Mandates on paper: one of the desk records what was signed, and by whom; a second person compares it with the scan.

Who signed decides how long it lives: a guardian's mandate lives no longer than the guardian's own paper, and an agent
hands on nothing. Every act locks the motion, as casting does.
"""

from __future__ import annotations

from datetime import datetime

from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.storage.sql import fetch
from council.storage.transactions import lock_row, transaction
from council.voting import paper_printing_queries, proxies, proxy_ends, proxy_queries, queries, succession
from council.voting.holding import Capacity
from council.voting.motion import Motion
from council.voting.paper_printing_queries import ActsNow
from council.voting.proxies import Giver
from council.voting.proxy import (
    Mandate,
    MandateDraft,
    MandateSigner,
    may_confirm,
    may_record,
    why_not_now,
    why_not_signed,
)
from council.voting.succession import Sold


async def giver_of(motion: Motion, unit_code: str, signed_by: MandateSigner, now: datetime) -> Giver:
    """Whose vote it is, and who has let somebody cast it. Invalid by field: a home that is not on the roll, or a paper
    that whoever signed it could not sign (`why_not_signed`)."""
    found = await proxy_queries.voter_of_unit(motion.community_id, motion.id, unit_code)
    if found is None:
        raise Invalid({"unit": "proxy.not_on_roll"})
    sold, acting = await _holding(motion, found[0], now)
    if sold is not None and sold.signs is None:
        raise Invalid({"unit": "proxy.nobody_named"})
    if (why := why_not_signed(signed_by, None if acting is None else Capacity(acting.capacity))) is not None:
        raise Invalid({"signed_by": why})
    if acting is None or signed_by is MandateSigner.OWNER:
        owners = found[1] if sold is None else "、".join(each.name for each in sold.owners)
        return Giver(found[0], owners, None)
    return Giver(found[0], acting.acting_name, None, acting.paper_id, acting.valid_until)


async def record_paper(
    *,
    actor: Actor,
    motion_id: int,
    unit_code: str,
    signed_by: MandateSigner,
    draft: MandateDraft,
    scan_id: int,
    now: datetime,
) -> int:
    """The desk records a mandate that was signed on paper, with its scan; it waits for a second person."""
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        require(may_record(actor, await proxy_queries.owners_on_roll(actor.community_id, motion_id)))
        if (before := await proxy_queries.mandate_by_key(actor.community_id, draft.key)) is not None:
            found = await proxy_queries.voter_of_unit(actor.community_id, motion_id, unit_code)
            return proxies.same(before, actor, motion, draft, None if found is None else found[0])
        giver = await giver_of(motion, unit_code, signed_by, now)
        scan = await files.stored_file(actor.community_id, scan_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        holder = await proxies.find_holder(actor, motion, giver, draft, now)
        return await proxies.insert(actor, motion, giver, holder, draft, (scan.id, scan.sha256), now)


async def confirm(*, actor: Actor, proxy_id: int, now: datetime) -> None:
    """A second person has compared the scan; from now on the holder may cast. Refused "proxy.moved_on" when it is
    confirmed or ended already, or its voter has a ballot meanwhile; "proxy.giver_over" and "proxy.guardian_signs" when
    whoever signed it may do so no more."""
    mandate = await proxy_queries.mandate(actor.community_id, proxy_id)
    async with transaction():
        await lock_row("motion", mandate.motion_id)
        motion = await queries.motion(actor.community_id, mandate.motion_id)
        require(may_confirm(actor, mandate, await proxy_queries.owners_on_roll(actor.community_id, motion.id)))
        if (why := why_not_now(motion, now)) is not None:
            raise Refused(why)
        if await proxy_queries.has_ballot(actor.community_id, mandate.roll_voter_id):
            raise Refused("proxy.already_cast")
        await _require_still(motion, mandate, now)
        rows = await fetch(
            "UPDATE proxy SET confirmed_at = {}, confirmed_by = {}, confirmed_by_name = {} WHERE community_id = {}"
            " AND id = {} AND confirmed_at IS NULL AND ended_at IS NULL RETURNING id",
            *(now, actor.person_id, actor.name, actor.community_id, proxy_id),
        )
        if not rows:
            raise Refused("proxy.moved_on")
        await proxy_ends.log(actor, "proxy.confirmed", mandate.motion_id, proxy_id, now)


async def _require_still(motion: Motion, mandate: Mandate, now: datetime) -> None:
    """Between the two of the desk a guardian may have been named, or the one who signed dismissed."""
    if mandate.ended_at is not None:
        raise Refused("proxy.moved_on")
    sold, acting = await _holding(motion, mandate.roll_voter_id, now)
    if sold is not None and sold.is_for_former(mandate.given_at):
        raise Refused("proxy.moved_on")
    if mandate.giver_paper_id is not None and (acting is None or acting.paper_id != mandate.giver_paper_id):
        raise Refused("proxy.giver_over")
    if mandate.giver_paper_id is None and acting is not None and acting.capacity == Capacity.GUARDIAN:
        raise Refused("proxy.guardian_signs")


async def _holding(motion: Motion, roll_voter_id: int, now: datetime) -> tuple[Sold | None, ActsNow | None]:
    """Who holds the home now, where it was sold, and who acts for its owner."""
    sold = await succession.sold(motion.community_id, motion.id)
    acting = await paper_printing_queries.acting_now(motion.community_id, motion.id, sold, now)
    return sold.get(roll_voter_id), acting.get(roll_voter_id)
