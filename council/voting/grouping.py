"""From units to persons on a roll, and the digest under which a roll is frozen.

One exclusive unit is one person; all units of the same owner (the same set of co-owners) are one person together, and
so are all the developer's unsold or undelivered units (Supreme People's Court on condominium ownership, art. 9).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from council.kernel.text import canonical_json

ROLL_FORMAT: Final = "council.roll/1"
OWNERS_FORMAT: Final = "council.owners/2"
"""Of the owners' digest since a roll keeps by what right they hold and who acts for them; before, `ROLL_FORMAT`."""
_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """A unit in scope with its owners; `is_developer_held`: unsold, or sold and not yet delivered."""

    unit_id: int
    code: str
    area_dm2: int
    owner_ids: frozenset[int]
    is_developer_held: bool


@dataclass(frozen=True, slots=True)
class VoterGroup:
    """One person of the roll, its units in the order of their codes; `owner_ids` are those who may act for it."""

    voter_id: str
    units: tuple[HeldUnit, ...]
    owner_ids: frozenset[int]
    is_developer: bool

    @property
    def area_dm2(self) -> int:
        return sum(unit.area_dm2 for unit in self.units)


def group_voters(units: Iterable[HeldUnit], *, developer: frozenset[int] = frozenset()) -> tuple[VoterGroup, ...]:
    """The persons of a roll, numbered "v1", "v2", … by the building order of their first unit.

    Units without a known owner stay apart, one person each: nothing says that they are the same person's. `developer`
    names the developer's owner ids, where the register knows them: flats it owns and has kept for itself then join its
    group, as the same owner's. Without it, only owners of *every* developer-held unit act for the group, so that the
    buyer of an undelivered flat never casts the developer's vote.
    ValueError when a unit is listed twice.
    """
    ordered = sorted(units, key=_building_order)
    if len({unit.unit_id for unit in ordered}) != len(ordered) or len({unit.code for unit in ordered}) != len(ordered):
        raise ValueError("a unit is listed twice")
    groups: dict[object, list[HeldUnit]] = {}
    for unit in ordered:
        groups.setdefault(_person(unit, developer), []).append(unit)
    return tuple(
        VoterGroup(f"v{number}", tuple(held), _acting(key, held, developer), is_developer=key == _DEVELOPER)
        for number, (key, held) in enumerate(groups.items(), start=1)
    )


_DEVELOPER: Final = "developer"


def _person(unit: HeldUnit, developer: frozenset[int]) -> object:
    if unit.is_developer_held or (developer and unit.owner_ids == developer):
        return _DEVELOPER
    return unit.owner_ids or unit.unit_id


def _acting(key: object, held: Sequence[HeldUnit], developer: frozenset[int]) -> frozenset[int]:
    if key == _DEVELOPER and developer:
        return developer
    return frozenset.intersection(*(unit.owner_ids for unit in held))


def _building_order(unit: HeldUnit) -> tuple[list[tuple[int, str]], int]:
    """ "2-1-101" before "10-1-101": runs of digits are numbers."""
    parts = [(int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(unit.code) if part]
    return parts, unit.unit_id


def canonical_roll(groups: Iterable[VoterGroup], *, policy: Mapping[str, str]) -> str:
    """The public columns of a frozen roll as canonical JSON: what `public_roll_sha256` hashes, fit to be handed out.

    `policy` is what the notice prints about areas (the basis and source of areas; whether parking and storage count).
    No owner and no database id is in it: whoever holds the notice's digest and the list on the board can check one
    against the other, which needs columns that everybody may see; and ids are so few that hashing them hides nothing.
    Who stands behind a voter is fixed apart, by `owners_sha256`.
    """
    voters = [
        {"voter": group.voter_id, "units": [{"unit": unit.code, "area_dm2": unit.area_dm2} for unit in group.units]}
        for group in groups
    ]
    return canonical_json({"format": ROLL_FORMAT, "policy": dict(policy), "voters": voters})


def public_roll_sha256(groups: Iterable[VoterGroup], *, policy: Mapping[str, str]) -> str:
    """Hex SHA-256 over `canonical_roll`, for notice, log and ballots."""
    return hashlib.sha256(canonical_roll(groups, policy=policy).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Standing:
    """As what an owner stands on a roll: `kind` natural, legal or developer; by what rights (`Basis`) they hold their
    homes; and the paper of whoever acts for them ("" and None: they do themselves)."""

    kind: str
    bases: tuple[str, ...]
    capacity: str = ""
    acting_name: str = ""
    paper_id: int | None = None


def owners_sha256(
    groups: Iterable[VoterGroup], *, salt: bytes, standings: Mapping[tuple[str, int], Standing] | None = None
) -> str:
    """Hex HMAC-SHA-256 over voters and their owner ids: a commitment that whoever holds the salt can open.

    `salt`: 32 random bytes of this motion. Without it a small set of small ids could be found by trying them all.
    `standings` by voter and owner id; None for rolls that were frozen before there were any, whose digest stays.
    """
    if len(salt) < 32:
        raise ValueError("a salt of 32 bytes")
    if standings is None:
        owners = [[group.voter_id, sorted(group.owner_ids), group.is_developer] for group in groups]
        return hmac.new(salt, canonical_json({"format": ROLL_FORMAT, "owners": owners}).encode(), "sha256").hexdigest()
    held = [
        [
            group.voter_id,
            [_stood(owner_id, standings[group.voter_id, owner_id]) for owner_id in sorted(group.owner_ids)],
            group.is_developer,
        ]
        for group in groups
    ]
    return hmac.new(salt, canonical_json({"format": OWNERS_FORMAT, "owners": held}).encode(), "sha256").hexdigest()


def _stood(owner_id: int, standing: Standing) -> list[object]:
    return [owner_id, standing.kind, list(standing.bases), standing.capacity, standing.paper_id]
