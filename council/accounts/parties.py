"""Whom a paper is about, and who of the office has nothing to do with it: of two people who vouch for a paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from council.kernel.actor import Actor, Role


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
    """Somebody of the office: `tied_owner_ids` as an actor's, checked or not, in force or run out; `home_ids`: where
    they live."""

    person_id: int
    name: str
    roles: frozenset[Role]
    tied_owner_ids: frozenset[int]
    home_ids: frozenset[int]


def has_other(office: Iterable[Colleague], roles: Collection[Role], but: Collection[int | None]) -> bool:
    """Whether anybody has one of these roles and is none of those."""
    return any(each.person_id not in but and not each.roles.isdisjoint(roles) for each in office)


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
