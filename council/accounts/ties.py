"""Ties between accounts, dwellings and owners: made by slips, checked and ended at the desk. Ended ties are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from council.accounts import issuing, permissions, queries, slips, tie_queries
from council.accounts.model import Claim, HowVerified, SlipTarget
from council.accounts.slipcodes import CodeKind
from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refusal, Refused, require
from council.registry import queries as registry
from council.registry.model import Unit
from council.storage.errors import unique_violation
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction


async def tie(person_id: int, target: SlipTarget, now: datetime) -> bool:
    """The tie that a slip opens, in the caller's transaction: a home at once, an owner's claim to be verified.

    False when this account has it already, which changes nothing.
    """
    if target.kind is CodeKind.RESIDENT:
        rows = await fetch(
            "INSERT INTO residency (community_id, person_id, unit_id, access_code_id, began_at)"
            " VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id",
            *(target.community_id, person_id, target.unit_id, target.access_code_id, now),
        )
        kind, data = "residency.began", {"unit_id": target.unit_id}
    else:
        rows = await fetch(
            "INSERT INTO owner_claim (community_id, person_id, owner_id, access_code_id, claimed_at)"
            " VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id",
            *(target.community_id, person_id, target.owner_id, target.access_code_id, now),
        )
        kind, data = "claim.made", {"owner_id": target.owner_id}
    if rows:
        await audit.record(target.community_id, kind, {"tie_id": rows[0]["id"], **data}, now=now)
    return bool(rows)


async def verify_owner(*, actor: Actor, claim_id: int, how: HowVerified, now: datetime) -> None:
    """Record that a staff member checked who this account is: from now on it votes for the owner's units.

    The same again changes nothing. Nobody verifies a claim that came in by a slip whose code they have seen. Refused
    "claim.owner_taken" when another account is verified for this owner, "claim.lapsed" where this one acted by a paper
    that has run out: a newer paper opens it again as what it was (`act_by_paper`), and nothing makes it the owner.
    """
    claim = await tie_queries.claim(actor.community_id, claim_id)
    require(permissions.may_verify_owner(actor, claim.person_id))
    if claim.is_lapsed(now):
        raise Refused("claim.lapsed")
    if claim.is_verified:
        return
    await _require_no_part(actor, claim)
    try:
        async with transaction():
            rows = await fetch(
                "UPDATE owner_claim SET verified_at = {}, verified_by = {}, verified_by_name = {}, verified_how = {},"
                " anew_since = NULL, reset_code_id = NULL"
                " WHERE community_id = {} AND id = {} AND ended_at IS NULL AND verified_at IS NULL RETURNING id",
                *(now, actor.person_id, actor.name, how.value, actor.community_id, claim_id),
            )
            if rows:
                await _log_verified(actor, claim, how, now)
    except Exception as error:
        if unique_violation(error):
            raise Refused("claim.owner_taken") from error
        raise


async def look_anew(*, person_id: int, slip_id: int, now: datetime) -> None:
    """Somebody has set this account's password with a slip of the desk, be it the person or whoever had the slip: what
    was checked of it waits to be checked again, in every community, by somebody who has not seen that slip. What it is
    stays as it was (an owner, or who acts by a paper until a day), and what was cast stands. In the caller's
    transaction."""
    rows = await fetch(
        "UPDATE owner_claim SET anew_since = CASE WHEN verified_at IS NULL THEN anew_since ELSE {} END,"
        " reset_code_id = {}, verified_at = NULL, verified_by = NULL, verified_by_name = NULL, verified_how = NULL"
        " WHERE person_id = {} AND ended_at IS NULL RETURNING id, community_id, owner_id, anew_since",
        *(now, slip_id, person_id),
    )
    for row in sorted(rows, key=lambda each: (each["community_id"], each["id"])):  # an owner here and there
        if row["anew_since"] == now:
            data = {"claim_id": row["id"], "owner_id": row["owner_id"], "slip_id": slip_id}
            await audit.record(row["community_id"], "claim.anew", data, now=now)


async def _require_no_part(actor: Actor, claim: Claim) -> None:
    """Refused where the owner has nothing here any more, and to whoever does not verify this claim."""
    units = (await queries.units_of_owners(actor.community_id, [claim.owner_id]))[claim.owner_id]
    if not units:
        raise Refused("claim.no_units")
    require(await may_verify(actor, claim, units))


async def may_verify(actor: Actor, claim: Claim, units: Iterable[Unit]) -> Refusal | None:
    """Why this actor does not verify this claim; `units` are its owner's."""
    is_own = not actor.unit_ids.isdisjoint(unit.id for unit in units) or claim.owner_id in actor.tied_owner_ids
    is_own = is_own or await _share_a_phone(actor.person_id, claim.person_id)
    seen_by = (await tie_queries.slip_seen_by(actor.community_id, [claim.id]))[claim.id]
    return permissions.may_verify_owner(
        actor, claim.person_id, is_own_household=is_own, has_seen_slip=actor.person_id in seen_by
    )


async def _log_verified(actor: Actor, claim: Claim, how: HowVerified, now: datetime) -> None:
    data = {"claim_id": claim.id, "owner_id": claim.owner_id, "how": how.value, "by": actor.person_id}
    await audit.record(actor.community_id, "owner.verified", data, now=now)


async def act_by_paper(*, actor: Actor, claim_id: int, until: datetime | None, now: datetime) -> None:
    """The same where the account acts for the owner by a paper that two of the desk have compared: until that day, or
    until the paper is ended (None). A later paper of the same account moves the day."""
    claim = await tie_queries.claim(actor.community_id, claim_id)
    require(permissions.may_verify_owner(actor, claim.person_id))
    async with transaction():
        await execute(
            "UPDATE owner_claim SET acts_until = {} WHERE community_id = {} AND id = {} AND ended_at IS NULL",
            *(until, actor.community_id, claim_id),
        )
        if not claim.is_verified:
            await verify_owner(actor=actor, claim_id=claim_id, how=HowVerified.DEED, now=now)


async def _share_a_phone(one: int, other: int) -> bool:
    phones = await queries.phones_of([one, other])
    return not set(phones[one]).isdisjoint(phones[other])


async def undo_claim(*, actor: Actor, claim_id: int, reason: str, now: datetime) -> None:
    """A wrong claim, verified or not, ends; NotFound when it has ended already. Ballots cast before stand."""
    claim = await tie_queries.claim(actor.community_id, claim_id)
    require(permissions.may_end_tie(actor))
    async with transaction():
        if not await _end_claims(actor, "id = {}", claim.id, reason, now):
            raise NotFound("owner_claim")
        data = {"claim_id": claim.id, "owner_id": claim.owner_id, "by": actor.person_id}
        await audit.record(actor.community_id, "claim.undone", data, now=now, private={"reason": reason})


async def end_residency(*, actor: Actor, residency_id: int, reason: str, now: datetime) -> None:
    """One person has moved out, or never lived there. NotFound when that is known already."""
    require(permissions.may_end_tie(actor))
    async with transaction():
        ended = await _end_homes(actor, "id = {}", residency_id, reason, now)
        if not ended:
            raise NotFound
        data = {"tie_id": residency_id, "by": actor.person_id}
        await audit.record(actor.community_id, "residency.ended", data, now=now, private={"reason": reason})


async def end_household(*, actor: Actor, unit_id: int, reason: str, secret: bytes, now: datetime) -> int:
    """Everybody has moved out: all homes there end, the code dies, a new one waits for whoever moves in.

    How many accounts it was.
    """
    require(permissions.may_end_tie(actor))
    unit = await registry.unit(actor.community_id, unit_id)
    async with transaction():
        ended = await _end_homes(actor, "unit_id = {}", unit.id, reason, now)
        await slips.reissue(
            actor=actor, kind=CodeKind.RESIDENT, target_id=unit.id, reason=reason, secret=secret, now=now
        )
        data = {"unit_id": unit.id, "accounts": ended, "by": actor.person_id}
        await audit.record(actor.community_id, "household.ended", data, now=now, private={"reason": reason})
    return ended


async def end_owner_ties(*, actor: Actor, owner_id: int, reason: str, now: datetime) -> int:
    """An owner has sold: claims to be that owner end, the owner code dies, ballots cast before stand. How many claims.

    For the room that records the sale, in its transaction. While the owner keeps another unit nothing ends.
    """
    require(permissions.may_end_tie(actor))
    owner = await registry.owner(actor.community_id, owner_id)
    async with transaction():
        if (await queries.units_of_owners(actor.community_id, [owner.id]))[owner.id]:
            return 0
        ended = await _end_claims(actor, "owner_id = {}", owner.id, reason, now)
        old = (await tie_queries.slips_of(actor.community_id, CodeKind.OWNER, [owner.id])).get(owner.id)
        if old is not None:
            await issuing.end(old.id, "sold", now)
        data = {"owner_id": owner.id, "claims": ended, "by": actor.person_id}
        await audit.record(actor.community_id, "owner.ties_ended", data, now=now, private={"reason": reason})
    return ended


async def _end_homes(actor: Actor, which: str, value: int, reason: str, now: datetime) -> int:
    rows = await fetch(
        "UPDATE residency SET ended_at = {}, ended_by_name = {}, end_reason = {}"
        f" WHERE community_id = {{}} AND {which} AND ended_at IS NULL RETURNING id",
        *(now, actor.name, reason, actor.community_id, value),
    )
    return len(rows)


async def _end_claims(actor: Actor, which: str, value: int, reason: str, now: datetime) -> int:
    rows = await fetch(
        "UPDATE owner_claim SET ended_at = {}, ended_by_name = {}, end_reason = {}"
        f" WHERE community_id = {{}} AND {which} AND ended_at IS NULL RETURNING id",
        *(now, actor.name, reason, actor.community_id, value),
    )
    return len(rows)
