"""Who makes a plan, who confirms it, and who reads what stands in it."""

from __future__ import annotations

from council.funds.model import Plan
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal


def may_keep_plan(actor: Actor) -> Refusal | None:
    """Drafting, confirming and the table of balances: the committee's and the secretary's."""
    return None if actor.has(Role.SECRETARY, Role.COMMITTEE) else Refusal("fund.office_only")


def may_read_balances(actor: Actor) -> Refusal | None:
    """What the sub-accounts of others hold: those who make the plan, and the auditor."""
    return None if actor.has(Role.AUDITOR) else may_keep_plan(actor)


def may_confirm_plan(actor: Actor, plan: Plan) -> Refusal | None:
    """A second person: never the one who made it (the schema says so too)."""
    if (refusal := may_keep_plan(actor)) is not None:
        return refusal
    return Refusal("fund.second_person") if actor.person_id == plan.proposed_by else None
