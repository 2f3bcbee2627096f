"""Who keeps a project's ledger."""

from __future__ import annotations

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal


def may_keep_project(actor: Actor) -> Refusal | None:
    """Milestones are recorded by the committee, or by the secretary where there is none yet."""
    return None if actor.has(Role.COMMITTEE, Role.SECRETARY) else Refusal("project.only_committee")
