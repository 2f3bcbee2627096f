"""A role that is to be given, or to end: one of the office asks, another one confirms. Pure; the verbs are `role_asks`.

Whoever is given a role here vouches for records as a second person afterwards. So nobody makes their own second person:
who confirms had a role of their own before it was asked for, and one whose account the asker cannot open
(`permissions.may_reach_account`): a grid worker's password the secretary sets anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.accounts.model import StaffMember
from council.accounts.parties import Colleague, Parties
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

SECONDS = (Role.SECRETARY, Role.OPERATOR, Role.COMMITTEE)
HEADS = (Role.SECRETARY, Role.OPERATOR)
"""Of these somebody is always left: without them nobody names anybody."""


class RoleAct(StrEnum):
    GRANT = "grant"
    END = "end"


@dataclass(frozen=True, slots=True)
class RoleAsk:
    """`role_id`: the role that is to end; of one that is to be given, None until it is confirmed."""

    id: int
    community_id: int
    act: RoleAct
    person_id: int
    person_name: str
    role: Role
    role_id: int | None
    reason: str
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by_name: str | None

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None


def may_act(actor: Actor) -> Refusal | None:
    """Confirming at all: an auditor reads."""
    return None if actor.has(*SECONDS) else Refusal("role.seconds_only")


def may_confirm(actor: Actor, ask: RoleAsk, seconds: Iterable[StaffMember]) -> Refusal | None:
    """`seconds` as `seconds_of` gives them; the schema knows the asker and whom it is about, too."""
    if (refusal := may_act(actor)) is not None:
        return refusal
    if actor.person_id == ask.recorded_by:
        return Refusal("role.second_person")
    if _about(ask.person_id, ask.person_name).includes(actor):
        return Refusal("role.about_you")
    if all(each.person_id != actor.person_id for each in seconds):
        return Refusal("role.only_since")
    return None


def may_withdraw(actor: Actor, ask: RoleAsk) -> Refusal | None:
    """Whoever asked, and a secretary; but nobody keeps their own role by taking back that it is to end."""
    if actor.person_id == ask.recorded_by:
        return None
    if not actor.has(Role.SECRETARY):
        return Refusal("role.not_yours_to_withdraw")
    is_own_end = ask.act is RoleAct.END and _about(ask.person_id, ask.person_name).includes(actor)
    return Refusal("role.about_you") if is_own_end else None


def seconds_of(ask: RoleAsk, staff: Iterable[StaffMember]) -> tuple[StaffMember, ...]:
    """Who of today's staff may confirm it, each once."""
    return seconds_for(staff, ask.person_id, ask.person_name, asker_id=ask.recorded_by, before=ask.recorded_at)


def seconds_for(
    staff: Iterable[StaffMember], person_id: int, person_name: str, *, asker_id: int, before: datetime
) -> tuple[StaffMember, ...]:
    """Neither the asker nor whom it is about, with such a role since earlier than `before`."""
    about = _about(person_id, person_name)
    found: dict[int, StaffMember] = {}
    for each in staff:
        is_free = each.person_id != asker_id and not about.includes(_colleague(each))
        if each.role in SECONDS and each.granted_at < before and is_free:
            found.setdefault(each.person_id, each)
    return tuple(found.values())


def _about(person_id: int, name: str) -> Parties:
    return Parties.of([(person_id, None, name)])


def _colleague(each: StaffMember) -> Colleague:
    return Colleague(each.person_id, each.name, frozenset({each.role}), frozenset(), frozenset())
