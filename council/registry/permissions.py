"""Who reads the register, who changes it, and who decides on a community's settings."""

from __future__ import annotations

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal
from council.registry.model import Setting

_READERS = (Role.SECRETARY, Role.COMMITTEE, Role.GRID_WORKER, Role.AUDITOR, Role.OPERATOR)
_KEEPERS = (Role.SECRETARY, Role.OPERATOR)
_SETTERS = (Role.SECRETARY, Role.COMMITTEE)


def may_read_register(actor: Actor) -> Refusal | None:
    """Rooms, areas and owners' names, with telephones and identity numbers masked."""
    return None if actor.has(*_READERS) else Refusal("registry.staff_only")


def may_keep_register(actor: Actor) -> Refusal | None:
    """Import a roll, change a row, close a correction, read telephones and identity numbers in full."""
    return None if actor.has(*_KEEPERS) else Refusal("registry.secretary_only")


def may_file_correction(actor: Actor, unit_id: int) -> Refusal | None:
    """ "My row is wrong" is said by whoever lives in the unit or owns it."""
    return None if unit_id in actor.unit_ids else Refusal("correction.not_your_unit")


def may_read_settings(actor: Actor) -> Refusal | None:
    return may_read_register(actor)


def may_propose_setting(actor: Actor) -> Refusal | None:
    return None if actor.has(*_SETTERS) else Refusal("setting.not_yours")


def may_confirm_setting(actor: Actor, setting: Setting) -> Refusal | None:
    """A second person: never the one who proposed it (the schema says so too)."""
    if not actor.has(*_SETTERS):
        return Refusal("setting.not_yours")
    return Refusal("setting.second_person") if actor.person_id == setting.proposed_by else None


def may_withdraw_setting(actor: Actor, setting: Setting) -> Refusal | None:
    """Its proposer, or the secretary."""
    if actor.person_id == setting.proposed_by or actor.has(Role.SECRETARY):
        return None
    return Refusal("setting.not_yours")
