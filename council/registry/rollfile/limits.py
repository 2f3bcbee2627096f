"""How much of a file is read: a community has thousands of units, not millions."""

from __future__ import annotations

from council.registry.rollfile.model import Line, Unreadable

MOST_BYTES = 10_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
MOST_ENTRIES = 2_000
MOST_UNPACKED = 64_000_000
MOST_RATIO = 300
"""Real workbooks with many styled blank rows reach 100; a bomb has 1,000."""
RATIO_MATTERS_FROM = 1_000_000


class Bounded:
    """Collects the lines that hold something and refuses a file that holds too much; blank tails cost nothing."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def add(self, line: Line) -> None:
        if line.is_blank:
            return
        width = max(index for index, cell in enumerate(line.cells, 1) if cell.text.strip() or cell.fault)
        if width > MOST_COLUMNS:
            raise Unreadable("roll.too_many_columns", row=line.number, most=MOST_COLUMNS)
        if any(len(cell.text) > LONGEST_CELL for cell in line.cells):
            raise Unreadable("roll.cell_too_long", row=line.number, most=LONGEST_CELL)
        if len(self.lines) >= MOST_ROWS:
            raise Unreadable("roll.too_many_rows", most=MOST_ROWS)
        self.lines.append(Line(line.number, line.cells[:width]))
