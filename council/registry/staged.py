"""A roll on its way in: what was handed over, row by row, until somebody confirms it. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from council.kernel.text import clean
from council.registry.rollfile import cells, headings
from council.registry.rollfile.checking import check_rows
from council.registry.rollfile.model import Cell, Line, Problem, RollFile, RollRow
from council.registry.rollfile.rows import text_of


class UploadState(StrEnum):
    OPEN = "open"
    APPLIED = "applied"
    DISCARDED = "discarded"


class RowState(StrEnum):
    WAITING = "waiting"
    """Without an error; takes effect when the upload is confirmed."""
    FAULTY = "faulty"
    APPLIED = "applied"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Upload:
    id: int
    name: str
    sha256: str
    area_heading: str | None
    headings: tuple[str, ...]
    state: UploadState
    uploaded_by_name: str
    uploaded_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class UploadSummary:
    """One line of the list of uploads; rows by state."""

    id: int
    name: str
    state: UploadState
    uploaded_by_name: str
    uploaded_at: datetime
    rows: int
    faulty: int


@dataclass(frozen=True, slots=True)
class StagedRow:
    """`cells` stand under the upload's headings; they are emptied once nothing of the upload is open."""

    number: int
    cells: tuple[Cell, ...]
    state: RowState
    closed_by_name: str | None = None
    closed_reason: str | None = None

    @property
    def line(self) -> Line:
        return Line(self.number, self.cells)

    def mended(self, texts: Sequence[str]) -> StagedRow:
        """With other texts; a cell whose text is another one has lost its fault."""
        now = [Cell(clean(text)) for text in texts]
        same = [
            old if old.text == new.text else new for old, new in zip(self.cells, now[: len(self.cells)], strict=False)
        ]
        return replace(self, cells=tuple(same + now[len(self.cells) :]))


def to_text(line: Sequence[Cell]) -> str:
    """JSON: a text for each cell, [text, fault] where a spreadsheet's cell holds none of its own."""
    return json.dumps([[cell.text, cell.fault] if cell.fault else cell.text for cell in line], ensure_ascii=False)


def from_text(text: str) -> tuple[Cell, ...]:
    return tuple(Cell(one) if isinstance(one, str) else Cell(*one) for one in json.loads(text))


def check(upload: Upload, rows: Sequence[StagedRow]) -> RollFile:
    """The rows that still count, checked together.

    What is in the register already comes first: a row for the same unit, mended later, is the one that is a double.
    """
    open_rows = [row for row in rows if row.state is not RowState.DROPPED and row.cells]
    ordered = sorted(open_rows, key=lambda row: (row.state is not RowState.APPLIED, row.number))
    return check_rows(upload.headings, [row.line for row in ordered], area_heading=upload.area_heading)


def in_order(roll: RollFile) -> RollFile:
    """The same with its lines as they stood in the file."""
    return replace(roll, lines=tuple(sorted(roll.lines, key=lambda line: line.number)))


def problems_by_row(problems: Collection[Problem]) -> dict[int, list[Problem]]:
    found: dict[int, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.row, []).append(problem)
    return found


def written(upload: Upload, row: StagedRow) -> str:
    """The unit and the owner as the row has them, whatever is wrong with them."""
    columns = headings.columns(upload.headings, area_heading=upload.area_heading)
    texts = [text_of(row.line, columns, name) for name in ("building", "entrance", "room", "code", "owner")]
    return " · ".join(text for text in texts if text)


Place = tuple[str, str]
"""(building, entrance); "" is "not known"."""


def places(
    upload: Upload, rows: Sequence[StagedRow], good: Sequence[RollRow], known: Collection[Place]
) -> dict[int, Place]:
    """Where each row lies, for scopes that it may hold up.

    A faulty row's building counts only when the register or a good row knows it; else the row may lie anywhere.
    """
    found = {row.number: (row.building, row.entrance) for row in good}
    all_known = {*known, *found.values()}
    columns = headings.columns(upload.headings, area_heading=upload.area_heading)
    for row in rows:
        if row.number not in found:
            found[row.number] = _known_part(_read_place(row.line, columns), all_known)
    return found


def _read_place(line: Line, columns: headings.Columns) -> Place:
    texts = {name: text_of(line, columns, name) for name in ("code", "building", "entrance")}
    if any(len(text) > cells.LONGEST_PART for text in texts.values()):
        return "", ""
    if "code" in columns.fields:
        parts = cells.split_code(texts["code"])
        return (parts[0], parts[1]) if parts else ("", "")
    return cells.building(texts["building"]), cells.entrance(texts["entrance"])


def _known_part(place: Place, known: Collection[Place]) -> Place:
    if place in known:
        return place
    return (place[0], "") if any(place[0] == building for building, _ in known) else ("", "")
