"""Who counts and who watches, and what somebody may have at stake in a vote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.actor import Role
from council.kernel.errors import Refusal


class Duty(StrEnum):
    COUNTER = "counter"
    SCRUTINEER = "scrutineer"


@dataclass(frozen=True, slots=True)
class Officer:
    person_id: int
    name: str
    duty: Duty
    signed_at: datetime | None


def is_witnessed(officers: Iterable[Officer], until: datetime | None = None) -> bool:
    """Whether the scrutineer is among those who signed the count (`until` that instant, if one is given)."""
    return any(
        each.duty is Duty.SCRUTINEER and each.signed_at is not None and (until is None or each.signed_at <= until)
        for each in officers
    )


@dataclass(frozen=True, slots=True)
class Stake:
    """Who has something of their own in a vote: the proposer, the owners in its scope, and in an election whoever
    stands, by person and by owner, and whoever works for the property manager."""

    proposer_id: int
    owner_ids: frozenset[int]
    candidate_ids: frozenset[int] = frozenset()
    candidate_owner_ids: frozenset[int] = frozenset()
    property_staff_ids: frozenset[int] = frozenset()
    home_ids: frozenset[int] = frozenset()
    """Where residents decide: the homes whose households vote; else none."""
    proposer_unit_id: int | None = None
    """Where residents decide: the proposer's own home."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could count; `roles` and `places` (unit codes) say who they are, `refusal` why they may not."""

    person_id: int
    name: str
    roles: tuple[Role, ...]
    places: tuple[str, ...]
    refusal: Refusal | None
