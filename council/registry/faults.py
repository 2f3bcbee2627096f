"""A checked roll as a workbook with its faults coloured, to be mended and handed in again."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from council.documents import cells
from council.registry.rollfile.model import Line, Problem, RollFile

ERROR_FILL = PatternFill("solid", fgColor="FFFFB3A7")
WARNING_FILL = PatternFill("solid", fgColor="FFFFEBA8")
_BOLD = Font(bold=True)
_WIDEST = 60

Words = Callable[[Problem], str]


def coloured(rollfile: RollFile, *, words: Words, heading: str, title: str = "roll") -> bytes:
    """XLSX: the same lines on the same row numbers, with a last column (`heading`) that tells each row's problems.

    A cell with an error is red, with a warning yellow, both with a comment. Everything is text, so that a telephone
    keeps its digits and nothing is run as a formula. `words` makes a problem's sentence.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    width = max((len(line.cells) for line in rollfile.lines), default=0)
    problems = _by_row(rollfile.problems)
    for index, size in enumerate(_widths(rollfile.lines, width), 1):
        page.column_dimensions[get_column_letter(index)].width = size
    page.column_dimensions[get_column_letter(width + 1)].width = _WIDEST
    page.freeze_panes = f"A{rollfile.heading_row + 1}" if rollfile.heading_row > 0 else "A2"
    next_row = 1
    for line in rollfile.lines:
        for _ in range(next_row, line.number):
            page.append([])
        next_row = line.number + 1
        is_heading = line.number == rollfile.heading_row
        page.append(
            _row(page, line, width, problems[line.number], rollfile.headings, words, heading if is_heading else "")
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _by_row(problems: Sequence[Problem]) -> dict[int, list[Problem]]:
    found: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.row].append(problem)
    return found


def _row(
    page: WriteOnlyWorksheet,
    line: Line,
    width: int,
    problems: Sequence[Problem],
    headings: Sequence[str],
    words: Words,
    heading: str,
) -> list[WriteOnlyCell]:
    texts = [cell.text for cell in line.cells] + [""] * (width - len(line.cells))
    row = [_text(page, text) for text in texts]
    for index, cell in enumerate(row):
        here = [problem for problem in problems if index < len(headings) and problem.column == headings[index]]
        if here:
            cell.fill = ERROR_FILL if any(problem.is_error for problem in here) else WARNING_FILL
            cell.comment = Comment("\n".join(words(problem) for problem in here), "Council", width=320, height=120)
    told = _text(page, heading or "\n".join(f"{problem.column}: {words(problem)}" for problem in problems))
    if problems:
        told.fill = ERROR_FILL if any(problem.is_error for problem in problems) else WARNING_FILL
    row.append(told)
    if heading:
        for cell in row:
            cell.font = _BOLD
    return row


def _text(page: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    """Text, whatever it begins with: openpyxl would take "=…" for a formula."""
    cell = WriteOnlyCell(page, value=cells.plain(text))
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = cells.is_dangerous(text)
    return cell


def _widths(lines: Sequence[Line], width: int) -> list[int]:
    """By the column's longest text below the titles, within reason."""
    sizes = [8] * width
    for line in lines:
        if sum(bool(cell.text) for cell in line.cells) > 1:
            for index, cell in enumerate(line.cells):
                sizes[index] = max(sizes[index], min(cells.display_width(cell.text) + 2, _WIDEST))
    return sizes
