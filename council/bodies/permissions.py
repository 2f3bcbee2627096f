"""Who records, confirms, votes and reads."""

from __future__ import annotations

from council.bodies.call_off import CallOff
from council.bodies.model import Body, BodyKind, Entry, EntryKind, Member
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

_READERS = (Role.SECRETARY, Role.COMMITTEE, Role.AUDITOR)
RECORDERS = (Role.SECRETARY, Role.COMMITTEE)


def may_read_papers(actor: Actor | None) -> Refusal | None:
    """Minutes and letters, and what waits for a second person: the office's. What was posted is anybody's."""
    return None if actor is not None and actor.has(*_READERS) else Refusal("body.staff_only")


def may_record(actor: Actor) -> Refusal | None:
    return None if actor.has(*RECORDERS) else Refusal("body.not_yours")


def may_confirm(actor: Actor, entry: Entry | CallOff) -> Refusal | None:
    """A second person: never the one who recorded it (the schema says so too). Of whom the paper is about,
    `parties.may_second_paper` asks."""
    if not actor.has(*RECORDERS):
        return Refusal("body.not_yours")
    return Refusal("body.second_person") if actor.person_id == entry.recorded_by else None


def may_withdraw(actor: Actor, entry: Entry | CallOff) -> Refusal | None:
    """Whoever recorded it, and the secretary. How a lot was drawn is taken back by another than who recorded it, so
    that nobody draws until it suits; of those who are in it, `parties.may_second_paper` asks."""
    if isinstance(entry, Entry) and entry.kind is EntryKind.LOT:
        if not actor.has(*RECORDERS):
            return Refusal("body.not_yours")
        return Refusal("lot.own_record") if actor.person_id == entry.recorded_by else None
    if actor.person_id == entry.recorded_by or actor.has(Role.SECRETARY):
        return None
    return Refusal("body.not_yours")


def member_of(actor: Actor, body: Body) -> Member | None:
    """The member that this account is: the account that was nominated, else one verified to be that owner. A company's
    seat is the named representative's alone: nobody else who may act for the company sits there."""
    for each in body.sitting:
        is_owner = each.person_id is None and not each.is_representing and each.owner_id in actor.owner_ids
        if each.person_id == actor.person_id or is_owner:
            return each
    return None


def may_choose(actor: Actor, body: Body) -> Refusal | None:
    """Members choose their chair among themselves: not the owners, not the office, no alternate."""
    if body.kind is BodyKind.MANAGEMENT:
        return Refusal("inner.chair_by_rule")
    return None if member_of(actor, body) is not None else Refusal("inner.members_only")
