"""Who may file, endorse, correct, decide. Scope: a matter of one entrance is endorsed by that entrance's households."""

from __future__ import annotations

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal
from council.proposals.model import Proposal


def may_file(actor: Actor) -> Refusal | None:
    """Residents and owners file; so do the committee and the secretary, who convene."""
    if actor.unit_ids or actor.owner_ids or actor.claimed_owner_ids or actor.has(Role.SECRETARY, Role.COMMITTEE):
        return None
    return Refusal("proposal.members_only")


def may_endorse(actor: Actor, unit_id: int, scope_unit_ids: frozenset[int]) -> Refusal | None:
    """For a household of one's own that lies in scope."""
    if unit_id not in actor.unit_ids:
        return Refusal("proposal.not_your_household")
    if unit_id not in scope_unit_ids:
        return Refusal("proposal.out_of_scope")
    return None


def may_decide(actor: Actor, proposal: Proposal) -> Refusal | None:
    """Acceptance is the secretary's; nobody decides on what they filed themselves."""
    if not actor.has(Role.SECRETARY):
        return Refusal("proposal.only_secretary")
    if actor.person_id == proposal.proposer_id:
        return Refusal("proposal.own_matter")
    return None


def may_revise(actor: Actor, proposal: Proposal) -> Refusal | None:
    return None if actor.person_id == proposal.proposer_id else Refusal("proposal.not_yours")


def may_record(actor: Actor) -> Refusal | None:
    """Findings and consents are recorded by the desk, with the document that shows them."""
    return None if actor.has(Role.SECRETARY) else Refusal("proposal.only_secretary")
