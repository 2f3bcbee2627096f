"""Whom a paper is about, and who of the office has nothing to do with it: of two people who vouch for a paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from council.accounts.queries import OWNS
from council.accounts.staff import staff_of
from council.kernel.actor import Actor, Role
from council.storage.sql import fetch


@dataclass(frozen=True, slots=True)
class Parties:
    """Names are compared without blanks. A namesake may be somebody else: nobody can tell from here."""

    person_ids: frozenset[int] = frozenset()
    owner_ids: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, each: Iterable[tuple[int | None, int | None, str]]) -> Parties:
        """Of (account, owner, name) each; either id may be unknown."""
        listed = list(each)
        return cls(
            frozenset(person_id for person_id, _, _ in listed if person_id is not None),
            frozenset(owner_id for _, owner_id, _ in listed if owner_id is not None),
            frozenset(_bare(name) for _, _, name in listed),
        )

    def includes(self, one: Actor | Colleague) -> bool:
        return (
            one.person_id in self.person_ids
            or not one.tied_owner_ids.isdisjoint(self.owner_ids)
            or _bare(one.name) in self.names
        )


def _bare(name: str) -> str:
    return "".join(name.split())


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the office: `tied_owner_ids` as an actor's, checked or not, in force or run out."""

    person_id: int
    name: str
    roles: frozenset[Role]
    tied_owner_ids: frozenset[int]


async def colleagues(community_id: int, roles: Collection[Role]) -> tuple[Colleague, ...]:
    """Everybody with one of these roles here, in the order they were named. Two reads."""
    held: dict[int, set[Role]] = defaultdict(set)
    names: dict[int, str] = {}
    for each in await staff_of(community_id):
        if each.role in roles:
            held[each.person_id].add(each.role)
            names[each.person_id] = each.name
    if not held:
        return ()
    tied: dict[int, set[int]] = defaultdict(set)
    for row in await fetch(
        "SELECT o.person_id, o.owner_id FROM owner_claim o JOIN person p ON p.id = o.person_id"
        f" WHERE o.community_id = {{}} AND o.person_id IN {{}} AND o.ended_at IS NULL AND {OWNS}",
        *(community_id, sorted(held)),
    ):
        tied[row["person_id"]].add(row["owner_id"])
    return tuple(Colleague(each, names[each], frozenset(held[each]), frozenset(tied[each])) for each in held)


def seconds(
    office: Iterable[Colleague], parties: Parties, roles: Collection[Role], first_id: int
) -> tuple[Colleague, ...]:
    """Who may be the second of the two: never the first, nobody whom the paper is about."""
    return tuple(
        each
        for each in office
        if each.person_id != first_id and not each.roles.isdisjoint(roles) and not parties.includes(each)
    )


def may_be_first(
    actor: Actor, office: Collection[Colleague], parties: Parties, firsts: Collection[Role], others: Collection[Role]
) -> bool:
    """Somebody whom the paper is about is the first only where the office has no two who have nothing to do with it."""
    if not parties.includes(actor):
        return True
    free = [each for each in office if not each.roles.isdisjoint(firsts) and not parties.includes(each)]
    return not any(seconds(office, parties, others, each.person_id) for each in free)
