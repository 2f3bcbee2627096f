"""Accounts: people who joined with a slip and were checked at the desk, spread over some months.

Written in bulk, with the records that the real verbs would have left in the community's log, in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from piccolo.table import Table

from council.accounts.model import HowVerified
from council.accounts.tables import OwnerClaim, Person, PersonPhone, Residency
from council.audit import service as audit
from council.demo.registering import Register

_AT_ONCE = 400
"""Rows per statement: below SQLite's 32,766 values for the widest table."""

_T = TypeVar("_T", bound=Table)


@dataclass(frozen=True, slots=True)
class Joining:
    """One account in one community: who, when, where they live, which owner they are, and whether that was checked."""

    key: str
    joined_at: datetime
    homes: tuple[str, ...] = ()
    owner: str | None = None
    is_verified: bool = True
    how: HowVerified = HowVerified.IDENTITY


@dataclass(frozen=True, slots=True)
class Checker:
    """The staff member who looked at the paper."""

    person_id: int
    name: str


def homes_of(joining: Iterable[Joining]) -> dict[str, str]:
    """The unit that each account speaks for, by key: its first home."""
    return {each.key: each.homes[0] for each in joining if each.homes}


async def open_accounts(people: Sequence[tuple[str, str, str]], password_hash: str | None, now: datetime) -> list[int]:
    """Accounts of these (name, telephone, language) with one password, hashed once; their ids in order."""
    rows = [
        Person(name=name, password_hash=password_hash, locale=locale or None, created_at=now)
        for name, _, locale in people
    ]
    ids = await insert(rows)
    phones = [
        PersonPhone(person_id=person_id, phone=phone, place=1, added_at=now, added_by_name=name)
        for person_id, (name, phone, _) in zip(ids, people, strict=True)
    ]
    await insert(phones)
    return ids


async def join(register: Register, joining: Iterable[Joining], people: dict[str, int], checker: Checker) -> None:
    """Ties accounts (by key in `people`) to homes and owners, in the order of their instants, each in the log."""
    ordered = sorted(joining, key=lambda each: each.joined_at)
    homes = [(each, code) for each in ordered for code in each.homes]
    home_ids = await insert([_residency(register, people, each, code) for each, code in homes])
    claims = [each for each in ordered if each.owner is not None]
    claim_ids = await insert([_claim(register, people, each, checker) for each in claims])
    ties = dict(zip([(each.key, code) for each, code in homes], home_ids, strict=True))
    claimed = dict(zip([each.key for each in claims], claim_ids, strict=True))
    for each in ordered:
        for code in each.homes:
            data = {"tie_id": ties[each.key, code], "unit_id": register.units[code]}
            await audit.record(register.community_id, "residency.began", data, now=each.joined_at)
        if each.owner is not None:
            owner_id, claim_id = register.owners[each.owner], claimed[each.key]
            made = {"tie_id": claim_id, "owner_id": owner_id}
            await audit.record(register.community_id, "claim.made", made, now=each.joined_at)
            if each.is_verified:
                checked = {"claim_id": claim_id, "owner_id": owner_id, "how": each.how.value, "by": checker.person_id}
                await audit.record(register.community_id, "owner.verified", checked, now=each.joined_at)


def _residency(register: Register, people: dict[str, int], each: Joining, code: str) -> Residency:
    return Residency(
        community_id=register.community_id,
        person_id=people[each.key],
        unit_id=register.units[code],
        began_at=each.joined_at,
    )


def _claim(register: Register, people: dict[str, int], each: Joining, checker: Checker) -> OwnerClaim:
    assert each.owner is not None  # noqa: S101 - the caller chose those
    claim = OwnerClaim(
        community_id=register.community_id,
        person_id=people[each.key],
        owner_id=register.owners[each.owner],
        claimed_at=each.joined_at,
    )
    if each.is_verified:
        claim.verified_at = each.joined_at
        claim.verified_by = checker.person_id
        claim.verified_by_name = checker.name
        claim.verified_how = each.how.value
    return claim


async def insert(rows: Sequence[_T]) -> list[int]:
    """Inserts rows of one table, some hundred a statement; their ids in the same order."""
    ids: list[int] = []
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        answered: list[dict[str, Any]] = await type(some[0]).insert(*some)
        ids += [int(row["id"]) for row in answered]
    return ids
