"""What can be taken out, and in which form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

Label = Callable[[str, object], str]
"""`label(kind, value)`: the word of an enum's value in the reader's language."""


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
    """A finished file; `rows` is how many lines of content it has."""

    name: str
    media_type: str
    data: bytes
    rows: int
