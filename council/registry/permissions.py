"""Who reads the register, and who changes it."""

from __future__ import annotations

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

_READERS = (Role.SECRETARY, Role.COMMITTEE, Role.GRID_WORKER, Role.AUDITOR, Role.OPERATOR)
_KEEPERS = (Role.SECRETARY, Role.OPERATOR)


def may_read_register(actor: Actor) -> Refusal | None:
    """Rooms, areas and owners' names, with telephones and identity numbers masked."""
    return None if actor.has(*_READERS) else Refusal("registry.staff_only")


def may_keep_register(actor: Actor) -> Refusal | None:
    """Import a roll, change a row, close a correction, read telephones and identity numbers in full."""
    return None if actor.has(*_KEEPERS) else Refusal("registry.secretary_only")


def may_file_correction(actor: Actor, unit_id: int) -> Refusal | None:
    """ "My row is wrong" is said by whoever lives in the unit or owns it."""
    return None if unit_id in actor.unit_ids else Refusal("correction.not_your_unit")
