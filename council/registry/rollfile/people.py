"""Who is whom across the rows of a roll.

The same identity number is the same person. Without one, the same name with a telephone in common is; otherwise they
are different people. A number with a wrong check digit under two names is a stand-in and joins nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from council.registry.rollfile.model import OwnerKind, RollOwner, RollRow
from council.registry.rollfile.owners import has_right_check_digit, is_personal


@dataclass(frozen=True, slots=True)
class RollPerson:
    """One owner of one or more units: `units` are codes, `rows` the row numbers, both in the file's order."""

    name: str
    identity: str | None
    phones: tuple[str, ...]
    kind: OwnerKind
    units: tuple[str, ...]
    rows: tuple[int, ...]


Holding = tuple[RollRow, RollOwner]


def people(rows: Sequence[RollRow]) -> tuple[RollPerson, ...]:
    """Every person of the roll once, in order of first appearance."""
    holdings = [(row, owner) for row in rows for owner in row.owners]
    return tuple(_person(group) for group in grouped(holdings))


def grouped(holdings: Sequence[Holding]) -> list[list[Holding]]:
    """Holdings put together by person, in order of first appearance."""
    known_stand_ins = stand_ins(owner for _, owner in holdings)
    groups: list[list[Holding]] = []
    by_identity: dict[str, list[Holding]] = {}
    by_phone: dict[tuple[str, str], list[list[Holding]]] = defaultdict(list)
    # Those with a number first, so that a row without one can join the one person it must mean.
    for holding in holdings:
        owner = holding[1]
        if owner.identity and owner.identity not in known_stand_ins:
            group = by_identity.get(owner.identity)
            if group is None:
                group = by_identity[owner.identity] = []
                groups.append(group)
            group.append(holding)
            _remember(by_phone, group, owner)
    for holding in holdings:
        owner = holding[1]
        if owner.identity and owner.identity not in known_stand_ins:
            continue
        candidates = _candidates(by_phone, owner)
        if len(candidates) == 1:
            group = candidates[0]
        else:
            group = []
            groups.append(group)
        group.append(holding)
        _remember(by_phone, group, owner)
    order = {id(holding): index for index, holding in enumerate(holdings)}
    for group in groups:
        group.sort(key=lambda holding: order[id(holding)])
    return sorted(groups, key=lambda group: order[id(group[0])])


def _candidates(by_phone: dict[tuple[str, str], list[list[Holding]]], owner: RollOwner) -> list[list[Holding]]:
    """The different groups of this name that share one of these telephones; two of them mean: not clear, so none."""
    found = {id(group): group for phone in owner.phones for group in by_phone[owner.name, phone]}
    return list(found.values())


def _remember(by_phone: dict[tuple[str, str], list[list[Holding]]], group: list[Holding], owner: RollOwner) -> None:
    for phone in owner.phones:
        known = by_phone[owner.name, phone]
        if not any(group is other for other in known):
            known.append(group)


def stand_ins(owners: Iterable[RollOwner]) -> frozenset[str]:
    """Numbers with a wrong check digit that stand under two names."""
    names: dict[str, set[str]] = defaultdict(set)
    for owner in owners:
        if owner.identity:
            names[owner.identity].add(owner.name)
    return frozenset(
        number
        for number, held_by in names.items()
        if len(held_by) > 1 and is_personal(number) and not has_right_check_digit(number)
    )


def _person(group: list[Holding]) -> RollPerson:
    owners = [owner for _, owner in group]
    return RollPerson(
        name=owners[0].name,
        identity=next((owner.identity for owner in owners if owner.identity), None),
        phones=tuple(dict.fromkeys(phone for owner in owners for phone in owner.phones)),
        kind=max((owner.kind for owner in owners), key=list(OwnerKind).index),
        units=tuple(dict.fromkeys(row.code for row, _ in group)),
        rows=tuple(dict.fromkeys(row.number for row, _ in group)),
    )
