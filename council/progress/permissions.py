"""Who may do what crosses rooms."""

from __future__ import annotations

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

ON_DUTY = (Role.SECRETARY, Role.COMMITTEE, Role.GRID_WORKER, Role.AUDITOR, Role.DEPARTMENT, Role.OPERATOR)


def may_see_desk(actor: Actor) -> Refusal | None:
    """Staff; each sees the parts that are theirs. The auditor reads all of it and changes nothing."""
    return None if actor.has(*ON_DUTY) else Refusal("desk.staff_only")


def may_approve_start(actor: Actor) -> Refusal | None:
    """Every gate has decided already; the act itself is the desk's."""
    return None if actor.has(Role.SECRETARY) else Refusal("start.only_secretary")
