"""Rows of cells → units and owners, with every problem by row and column.

The same check serves a file, rows typed into a grid, and rows mended in place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from council.kernel.text import clean, clean_line
from council.registry.rollfile import cells, headings, rows
from council.registry.rollfile.headings import Columns
from council.registry.rollfile.model import Cell, Line, Problem, RollFile, RollRow
from council.registry.rollfile.people import grouped

_TOTALS = ("合计", "总计", "小计", "共计")


def check_lines(lines: Sequence[Line], *, area_heading: str | None = None) -> RollFile:
    """A whole sheet: finds the heading and checks each line below it; Unreadable without a heading or a row."""
    heading, columns = headings.find(lines, area_heading=area_heading)
    return _checked(lines, heading, columns)


def check_cells(given: Sequence[Mapping[str, str]], *, first_row: int = 2, area_heading: str | None = None) -> RollFile:
    """Rows typed in a grid or mended in place: a mapping of heading → text each, numbered from `first_row`.

    Blank rows are skipped but keep their number. Unreadable as for a file.
    """
    if not given:
        raise rows.no_rows()
    names = tuple(dict.fromkeys(name for row in given for name in row))
    lines = [Line(first_row - 1, tuple(Cell(name) for name in names))]
    for number, row in enumerate(given, first_row):
        line = Line(number, tuple(Cell(row.get(name, "")) for name in names))
        if not line.is_blank:
            lines.append(line)
    return _checked(lines, 0, headings.columns(names, area_heading=area_heading))


def check_rows(names: Sequence[str], lines: Sequence[Line], *, area_heading: str | None = None) -> RollFile:
    """Numbered lines under headings that were found before (rows of an upload, mended since).

    Of two rows for one unit the later in `lines` is the faulty one. No lines at all: a roll without rows.
    """
    columns = headings.columns(names, area_heading=area_heading)
    if not lines:
        return RollFile(tuple(names), (), 0, (), ())
    heading = Line(max(0, min(line.number for line in lines) - 1), tuple(Cell(name) for name in names))
    return _checked([heading, *lines], 0, columns)


def _checked(lines: Sequence[Line], heading: int, columns: Columns) -> RollFile:
    found: list[RollRow] = []
    problems: list[Problem] = []
    for line in lines[heading + 1 :]:
        if _is_repeated_heading(line, columns):
            problems.append(Problem(line.number, columns.unit, "roll.heading_repeated", "", is_error=False))
        elif _is_total(line, columns):
            problems.append(Problem(line.number, columns.unit, "roll.total_row", _total(line), is_error=False))
        else:
            row, troubles = rows.read_row(line, columns)
            problems.extend(troubles)
            if row is not None:
                found.append(row)
    problems.extend(_twice(found, columns))
    problems.extend(_same_names(found, columns))
    if not found and not problems:
        raise rows.no_rows()
    order = {name: index for index, name in enumerate(columns.headings)}
    problems.sort(key=lambda problem: (problem.row, not problem.is_error, order.get(problem.column, -1)))
    faulty = {problem.row for problem in problems if problem.is_error}
    return RollFile(
        headings=columns.headings,
        lines=tuple(_cleaned(line) for line in lines),
        heading_row=lines[heading].number,
        rows=tuple(row for row in found if row.number not in faulty),
        problems=tuple(problems),
    )


def _cleaned(line: Line) -> Line:
    return replace(line, cells=tuple(replace(cell, text=clean(cell.text)) for cell in line.cells))


def _is_repeated_heading(line: Line, columns: Columns) -> bool:
    """Printed lists repeat their heading on every page."""
    texts = [clean_line(cell.text) for cell in line.cells]
    return texts == list(columns.headings[: len(texts)]) and len(texts) > len(columns.headings) // 2


def _total(line: Line) -> str:
    return next((clean_line(cell.text) for cell in line.cells if clean_line(cell.text)), "")


def _is_total(line: Line, columns: Columns) -> bool:
    """A row of sums at the foot: it says so in its first written cell, and names no owner."""
    said = cells.folded(_total(line)).replace(" ", "")
    return said.startswith(_TOTALS) and not rows.text_of(line, columns, "owner").strip()


def _twice(found: Sequence[RollRow], columns: Columns) -> list[Problem]:
    """Each row whose unit stood in the file before; the first row of it is named in `other`."""
    first: dict[str, int] = {}
    problems = []
    for row in found:
        other = first.setdefault(row.code, row.number)
        if other != row.number:
            details = {"other": other}
            problems.append(
                Problem(row.number, columns.unit, "roll.unit_twice", row.code, is_error=True, details=details)
            )
    return problems


def _same_names(found: Sequence[RollRow], columns: Columns) -> list[Problem]:
    """A name on several rows whose identity numbers differ or are missing: told on each row but the first.

    `roll.same_name_apart`: another person by our rule; `roll.same_name_joined`: taken for the same one by telephone.
    """
    by_name = defaultdict(list)
    for group in grouped([(row, owner) for row in found for owner in row.owners]):
        by_name[group[0][1].name].append(group)
    problems = []
    for name, groups in by_name.items():
        first = min(row.number for group in groups for row, _ in group)
        for group in groups:
            told = {first}
            for row, owner in group:
                is_new = group is not groups[0] and row is group[0][0]
                if row.number in told or not (is_new or owner.identity is None):
                    continue
                told.add(row.number)
                code = "roll.same_name_apart" if is_new else "roll.same_name_joined"
                details = {"other": first}
                problems.append(Problem(row.number, columns.name("owner"), code, name, is_error=False, details=details))
    return problems
