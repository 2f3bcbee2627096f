"""Who reads, proposes and confirms a community's bylaws."""

from __future__ import annotations

from council.bylaws.model import Version
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

_READERS = (Role.SECRETARY, Role.COMMITTEE, Role.GRID_WORKER, Role.AUDITOR, Role.OPERATOR)
_SETTERS = (Role.SECRETARY, Role.COMMITTEE)


def may_read_waiting(actor: Actor | None) -> Refusal | None:
    """A version that nobody has confirmed yet is the office's paper; a confirmed one is anybody's."""
    return None if actor is not None and actor.has(*_READERS) else Refusal("bylaws.staff_only")


def may_propose(actor: Actor) -> Refusal | None:
    return None if actor.has(*_SETTERS) else Refusal("bylaws.not_yours")


def may_confirm(actor: Actor, version: Version) -> Refusal | None:
    """A second person: never the one who proposed it (the schema says so too)."""
    if not actor.has(*_SETTERS):
        return Refusal("bylaws.not_yours")
    return Refusal("bylaws.second_person") if actor.person_id == version.proposed_by else None


def may_withdraw(actor: Actor, version: Version) -> Refusal | None:
    """Its proposer, or the secretary."""
    if actor.person_id == version.proposed_by or actor.has(Role.SECRETARY):
        return None
    return Refusal("bylaws.not_yours")
