"""A posted notice (the 公告 before a vote, the 公示 of its result, of candidates) as one structure that the page shows
and the PDF prints. The rooms' own `press.py` fill it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.documents import notices


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the first table; `small` is its legal source, in smaller type."""

    name: str
    text: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first cell of its header says what it is, the first cell of a row names the row."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    align: str = ""
    """One letter (L, C, R) a column on paper; "": numbers, to the right."""


@dataclass(frozen=True, slots=True)
class NoticePaper:
    """Everything on the sheet, in words; `address` is what its QR opens."""

    title: str
    addressee: str
    opening: str
    rows: tuple[Row, ...]
    text: tuple[str, ...]
    grids: tuple[Grid, ...]
    conclusion: tuple[str, ...]
    closing: tuple[str, ...]
    address: str
    beside_qr: tuple[str, ...]
    seal: str
    signed: tuple[str, ...]
    annex: tuple[str, ...] = ()
    """The text of the matter where it is too long for the sheet: its heading, then its lines, on pages of their own."""

    def annexed(self) -> list[notices.Block]:
        """What follows the sheet, for `documents.notices.document`."""
        if not self.annex:
            return []
        return [notices.Heading(self.annex[0]), *(notices.Text(line) for line in self.annex[1:])]

    def as_text(self) -> str:
        """The sheet as plain text (UTF-8, line feeds): to be read out, or put into a group chat."""
        lines = [self.title, "", self.addressee, self.opening, ""]
        for row in self.rows:
            lines.append(f"【{row.name}】{row.text}")
            lines += [f"（{row.small}）"] if row.small else []
        lines += ["", *self.text] if self.text else []
        for grid in self.grids:
            lines += ["", grid.header[0]]
            for name, *cells in grid.rows:
                told = "；".join(f"{head} {cell}" for head, cell in zip(grid.header[1:], cells, strict=True))
                lines.append(f"· {name}：{told}")
        lines += ["", *self.conclusion] if self.conclusion else []
        lines += ["", *self.closing, "", *self.signed, "", *self.beside_qr, self.address]
        lines += ["", *self.annex] if self.annex else []
        return "\n".join(lines).replace("\u00a0", " ") + "\n"

    def blocks(self) -> list[notices.Block]:
        """For `documents.notices.document`."""
        rows = [[row.name, f"{row.text}\n{row.small}" if row.small else row.text] for row in self.rows]
        blocks: list[notices.Block] = [
            notices.Text(self.addressee, indent=False),
            notices.Text(self.opening),
            notices.Table(rows, widths=(18, 82), bold_first=True),
            *(notices.Text(line) for line in self.text),
        ]
        for grid in self.grids:
            align = grid.align or "L" + "R" * (len(grid.header) - 1)
            blocks.append(notices.Table(grid.rows, grid.header, grid.widths, align, bold_first=True))
        blocks += [notices.Text(line, bold=True) for line in self.conclusion]
        blocks += [notices.Text(line) for line in self.closing]
        blocks.append(notices.Ending(self.address, self.beside_qr, self.seal, self.signed))
        return blocks


def printed(paper: NoticePaper, now: datetime) -> bytes:
    """The sheet as a PDF (A4). FontMissing without a Chinese font. Takes a moment: call it in a thread."""
    return notices.document(paper.title, paper.blocks(), annex=paper.annexed(), now=now)
