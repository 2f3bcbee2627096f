"""Who may take what out of the house."""

from __future__ import annotations

from council.exports.model import What
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

OFFICE = (Role.COMMITTEE, Role.SECRETARY, Role.AUDITOR)


def may_export(actor: Actor, what: What) -> Refusal | None:
    """Figures and decisions: the committee, the secretary, the auditor. The register with its people: the secretary."""
    if what is What.ROLL:
        return None if actor.has(Role.SECRETARY, Role.OPERATOR) else Refusal("export.roll_secretary")
    return None if actor.has(*OFFICE, Role.OPERATOR) else Refusal("export.office_only")


def may_open_exports(actor: Actor) -> Refusal | None:
    return None if actor.has(*OFFICE) else Refusal("export.office_only")
