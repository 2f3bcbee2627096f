"""A home that stands on the roll of a running vote changes hands, or another co-owner casts for it: who casts depends
on it, so one records it with its paper and another confirms. Pure; the verbs are the voting room's (`transfers`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal
from council.registry.permissions import may_keep_register
from council.registry.rollfile.model import RollOwner

_SECONDS = (Role.SECRETARY, Role.GRID_WORKER)
_READERS = (*_SECONDS, Role.OPERATOR, Role.AUDITOR)


class TransferKind(StrEnum):
    SALE = "sale"
    REPRESENTATIVE = "representative"
    """Which of its owners casts for the others."""


@dataclass(frozen=True, slots=True)
class TransferDraft:
    """A sale has `buyers`, a representative the `owner_id` of one who owns it. `dated_on`: the day of the paper.
    `seen`: the `editing.fingerprint` of the home and its owners as the form showed them."""

    key: str
    unit_id: int
    dated_on: datetime
    words: str
    seen: str
    buyers: Sequence[RollOwner] = ()
    owner_id: int | None = None

    @property
    def kind(self) -> TransferKind:
        return TransferKind.SALE if self.owner_id is None else TransferKind.REPRESENTATIVE


@dataclass(frozen=True, slots=True)
class Transfer:
    """Once it is settled the buyers' numbers stand in the register or nowhere: `buyers` has their names then."""

    id: int
    community_id: int
    unit_id: int
    unit_code: str
    kind: TransferKind
    buyers: tuple[RollOwner, ...]
    owner_id: int | None
    owner_name: str | None
    seen: str
    dated_on: datetime
    words: str
    file_id: int
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by_name: str | None
    withdrawn_words: str | None

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None


def may_read(actor: Actor) -> Refusal | None:
    return None if actor.has(*_READERS) else Refusal("transfer.desk_only")


def may_act(actor: Actor) -> Refusal | None:
    """Confirming, or taking back at all: an auditor reads."""
    may = actor.has(*_SECONDS) or may_keep_register(actor) is None
    return None if may else Refusal("transfer.desk_only")


def may_confirm(actor: Actor, transfer: Transfer) -> Refusal | None:
    """Somebody else of the desk (the schema says so too)."""
    if not actor.has(*_SECONDS):
        return Refusal("transfer.desk_only")
    return Refusal("transfer.second_person") if actor.person_id == transfer.recorded_by else None


def may_withdraw(actor: Actor, transfer: Transfer) -> Refusal | None:
    """Recorded by mistake, or the paper does not say so: whoever recorded it, or anybody who could confirm it."""
    return may_keep_register(actor) if actor.person_id == transfer.recorded_by else may_confirm(actor, transfer)
