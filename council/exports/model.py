"""What can be taken out, and in which form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from council.documents.cells import Cell


@dataclass(frozen=True, slots=True)
class Said:
    """What a program reads by its code (JSON) and people read in words (the sheets)."""

    code: str
    words: str


Entry = Cell | Said


class What(StrEnum):
    """The committee's exports. `deliveries` names no receiver and no note: who took the papers in is for the board's
    staff and the auditor, on its own pages. `roll` holds owners' names and telephones and is the secretary's."""

    PROPOSALS = "proposals"
    MOTIONS = "motions"
    PARTICIPATION = "participation"
    DELIVERIES = "deliveries"
    PAPERS = "papers"
    CANDIDATES = "candidates"
    PROJECTS = "projects"
    ROLL = "roll"
    AUDIT_LOG = "audit-log"


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


MEDIA = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished file; `rows` is how many lines of content it has. `name` is ASCII; `titled` says of one vote's file
    also its title."""

    name: str
    titled: str
    media_type: str
    data: bytes
    rows: int
