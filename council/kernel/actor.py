"""Who is acting, as seen from one community."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    SECRETARY = "secretary"
    COMMITTEE = "committee"
    GRID_WORKER = "grid_worker"
    DEPARTMENT = "department"
    AUDITOR = "auditor"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """One person in one community, with everything a permission needs to know.

    `roles` are those held here, directly or through a node of the area tree above.
    `unit_ids` are the units this account belongs to (its homes, and the units of the owners it is verified to be),
    `owner_ids` the register owners this account is *verified* to be, `claimed_owner_ids` those it says it is, which
    opens discussion and no owners' vote. `lapsed_owner_ids` are those for whom it acted by a paper that has run out:
    it does nothing for them any more, and is told why.
    """

    person_id: int
    name: str
    community_id: int
    roles: frozenset[Role] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    owner_ids: frozenset[int] = frozenset()
    claimed_owner_ids: frozenset[int] = frozenset()
    lapsed_owner_ids: frozenset[int] = frozenset()

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_member(self) -> bool:
        """Lives or owns here, or works here: anybody else gets a 404."""
        return bool(self.roles or self.unit_ids or self.tied_owner_ids)

    @property
    def tied_owner_ids(self) -> frozenset[int]:
        """Every owner this account has to do with, checked or not, in force or run out: for asking who is recused."""
        return self.owner_ids | self.claimed_owner_ids | self.lapsed_owner_ids


def system_actor(community_id: int, name: str = "system") -> Actor:
    """The command line and jobs: an operator with no account (person_id 0)."""
    return Actor(0, name, community_id, frozenset(Role))
