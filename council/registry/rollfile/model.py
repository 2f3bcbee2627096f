"""What a household roll says, row by row, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from council.kernel.errors import Detail, Invalid


class Use(StrEnum):
    DWELLING = "dwelling"
    SHOP = "shop"
    PARKING = "parking"
    STORAGE = "storage"
    OTHER = "other"


class Status(StrEnum):
    OCCUPIED = "occupied"
    LET = "let"
    VACANT = "vacant"
    UNSOLD = "unsold"
    UNDELIVERED = "undelivered"
    UNKNOWN = "unknown"


class OwnerKind(StrEnum):
    NATURAL = "natural"
    LEGAL = "legal"
    DEVELOPER = "developer"


class Basis(StrEnum):
    """By what right somebody counts as the owner of a home: on the land register, or without it."""

    REGISTERED = "registered"
    POSSESSION = "possession"
    """Has bought from the developer and taken possession, not registered yet (the court's 解释, art. 1)."""
    HEIR = "heir"
    """By inheritance, from its opening on (Civil Code art. 230)."""
    COURT = "court"
    """By a judgment or an arbitral award (Civil Code art. 229)."""
    PUBLIC_TITLE = "public_title"
    """The unit that holds the title of public housing."""
    PUBLIC_TENANT = "public_tenant"
    """A tenant of public housing whom that unit has authorised."""


class Unreadable(Invalid):
    """The file as a whole cannot be read as a roll; `code` is dotted ("roll.empty"), `details` fill its sentence."""

    def __init__(self, code: str, **details: Detail) -> None:
        super().__init__({"file": code}, **details)
        self.code = code


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as text; `fault` is a problem code when a spreadsheet's cell holds no text of its own."""

    text: str
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file, with the number that WPS and Excel show beside it (1-based, titles counted)."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_blank(self) -> bool:
        return not any(cell.text.strip() or cell.fault for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one cell: `column` is the file's own heading, `read` what stood there.

    An error keeps the file from being imported; a warning does not. `details` fill the sentence's blanks.
    """

    row: int
    column: str
    code: str
    read: str
    is_error: bool
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RollOwner:
    """`identity` is None when it was blank, masked or a placeholder: it then joins nobody to anybody."""

    name: str
    identity: str | None
    phones: tuple[str, ...]
    kind: OwnerKind


@dataclass(frozen=True, slots=True)
class RollRow:
    """One unit without an error. Areas in dm².

    `code` is "1-1-101"; a blank entrance keeps its place ("1--商01"); the same code is the same unit.
    `said` names the optional fields that the row filled in itself (the others hold a default).
    """

    number: int
    cells: Mapping[str, str]
    building: str
    entrance: str
    room: str
    code: str
    floor: int | None
    area_dm2: int
    built_area_dm2: int | None
    use: Use
    status: Status
    owners: tuple[RollOwner, ...]
    note: str
    said: frozenset[str] = frozenset()
    basis: Basis | None = None
    """None where the row does not say."""


@dataclass(frozen=True, slots=True)
class RollFile:
    """A roll that could be read: the rows without an error, every problem, and the lines as they stood."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    heading_row: int
    rows: tuple[RollRow, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.is_error)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if not problem.is_error)
