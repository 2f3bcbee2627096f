"""Where a matter applies: an entrance, a building, or the whole community."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ScopeKind(StrEnum):
    ENTRANCE = "entrance"
    BUILDING = "building"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Scope:
    """`building_id` is set for a building and an entrance, `entrance_id` for an entrance only.

    `code` is how people and papers name it: "2-1", "2", or "" for the whole community.
    """

    kind: ScopeKind
    code: str = ""
    building_id: int | None = None
    entrance_id: int | None = None
