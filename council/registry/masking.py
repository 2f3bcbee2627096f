"""Numbers shown so that only those who know them recognise them."""

from __future__ import annotations

from dataclasses import dataclass

from council.registry.model import Owner
from council.registry.rollfile.model import OwnerKind


def phone(number: str) -> str:
    """ "138****0147"; a short one shows its last two digits."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 9 else f"****{number[-2:]}"


def identity(number: str) -> str:
    """ "9901**********0511"; a short one (a passport) shows two signs at either end."""
    ends = 4 if len(number) >= 15 else 2
    hidden = len(number) - 2 * ends
    return f"{number[:ends]}{'*' * hidden}{number[-ends:]}" if hidden > 0 else "*" * len(number)


def name(text: str) -> str:
    """ "陈**": to those who live in a flat, of those who own it."""
    return text[:1] + "**"


@dataclass(frozen=True, slots=True)
class OwnerShown:
    """An owner on a page; "" where there is no identity number."""

    id: int
    name: str
    kind: OwnerKind
    phones: tuple[str, ...]
    identity: str
    is_representative: bool


def shown(owner: Owner, *, is_representative: bool, in_full: bool = False) -> OwnerShown:
    phones = owner.phones if in_full else tuple(phone(number) for number in owner.phones)
    number = owner.identity_number or ""
    return OwnerShown(
        owner.id, owner.name, owner.kind, phones, number if in_full else identity(number), is_representative
    )
