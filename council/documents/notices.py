"""An A4 notice as offices post it: centred title, paragraphs, bordered tables, QR, place for the seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.documents.pdf import HEIGHT, WIDTH, Paper

_LEFT, _TOP, _BOTTOM = 24.0, 18.0, 16.0
_INNER = WIDTH - 2 * _LEFT
_FLOOR = HEIGHT - _BOTTOM
_LEADING = 1.6
_SIZES = (12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0)
_CELL_PAD = 1.0
_SEAL = 38.0
_END_HEIGHT = 41.0
_SIGNED = 76.0
_WHOLE = 4
"""A paragraph of so many lines stays on one page: no verdict is cut in the middle."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; indented by two characters as official letters are, unless it is an address or a line of its own."""

    text: str
    indent: bool = True
    bold: bool = False
    align: str = "L"


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words; `widths` are shares of the page, `align` one letter (L, C, R) a column."""

    rows: Sequence[Sequence[str]]
    header: Sequence[str] = ()
    widths: Sequence[int] = ()
    align: str = ""
    bold_first: bool = False
    """The first column names the row."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Last on the page: QR of the live page with its lines, and on the right who signs, over the place of the seal."""

    url: str
    beside_qr: Sequence[str]
    seal: str
    signed: Sequence[str]
    """Names of the bodies, then the date."""


Block = Text | Heading | Table | Ending


def document(
    title: str, blocks: Sequence[Block], *, now: datetime, annex: Sequence[Block] = (), page_words: str = "%d / %d"
) -> bytes:
    """A PDF of as few pages as type of 9 points or more allows, in the largest type that needs no more of them; several
    have their numbers. No seal stands on a page without words.

    An `annex` begins a page of its own, in full size. `page_words` takes the page's number and how many there are.
    FontMissing without a Chinese font. In a thread.
    """
    paper = _fewest(title, blocks, now)
    if annex:
        paper.points = _SIZES[0]
        paper.new_page()
        paper.add(annex)
    if paper.page > 1:
        paper.number_pages(page_words)
    return paper.bytes()


def _fewest(title: str, blocks: Sequence[Block], now: datetime) -> _Notice:
    """In the largest type that takes no more pages than the least one does: larger type never takes fewer."""
    paper = _composed(title, blocks, now, _SIZES[0])
    if paper.page == 1:
        return paper
    fewest = _composed(title, blocks, now, _SIZES[-1])
    if fewest.page == paper.page:
        return paper
    too_large, fits = 0, len(_SIZES) - 1
    while fits - too_large > 1:
        middle = (too_large + fits) // 2
        tried = _composed(title, blocks, now, _SIZES[middle])
        if tried.page <= fewest.page:
            fewest, fits = tried, middle
        else:
            too_large = middle
    return fewest


def _composed(title: str, blocks: Sequence[Block], now: datetime, points: float) -> _Notice:
    paper = _Notice(title, now, points)
    paper.compose(title, blocks)
    return paper


class _Notice(Paper):
    def __init__(self, title: str, now: datetime, points: float) -> None:
        super().__init__(title, now)
        self.points = points
        self.below = _TOP

    def compose(self, title: str, blocks: Sequence[Block]) -> None:
        self.new_page()
        self.type_size(self.points * 1.6, bold=True)
        self.below = self.title_at(_LEFT, self.below, title, _INNER) + 4
        self.add(blocks)

    def add(self, blocks: Sequence[Block]) -> None:
        for block, after in zip(blocks, [*blocks[1:], None], strict=True):
            match block:
                case Text():
                    self.text_block(block, before_seal=isinstance(after, Ending))
                case Heading():
                    self.below += 2
                    self.text_block(Text(block.text, indent=False, bold=True))
                case Table():
                    self.table_block(block)
                case Ending():
                    self.ending(block)

    def new_page(self) -> None:
        self.add_page()
        self.below = _TOP

    def make_room(self, height: float) -> None:
        if self.below + height > _FLOOR and self.below > _TOP:
            self.new_page()

    def text_block(self, block: Text, *, before_seal: bool = False) -> None:
        """A short one stays on one page, the last one with the seal; of a longer one two lines at least on each."""
        self.type_size(self.points, bold=block.bold)
        indent = self.font_size * 2 if block.indent else 0.0
        step = self.font_size * _LEADING
        lines = self.fold(block.text, _INNER, indent)
        if len(lines) <= _WHOLE:
            self.make_room(step * len(lines) + (_END_HEIGHT + 4 if before_seal else 0))
        for number, line in enumerate(lines):
            if number in {0, len(lines) - 2}:
                self.make_room(2 * step if number < len(lines) - 1 else step)
            self.make_room(step)
            shift = indent if number == 0 else 0.0
            self.line_at(_LEFT + shift, self.below, line, width=_INNER - shift, align=block.align)
            self.below += step
        self.below += 1

    def table_block(self, table: Table) -> None:
        self.below += 1
        columns = len(table.header) or max((len(row) for row in table.rows), default=0)
        shares = table.widths or [1] * columns
        widths = [_INNER * share / sum(shares) for share in shares]
        align = table.align or "L" * columns
        if table.header:
            self.table_row(table.header, widths, "C" * columns, [True] * columns)
        bold = [table.bold_first and index == 0 for index in range(columns)]
        left = list(table.rows)
        while left:
            row = left.pop(0)
            cut = self.cut(row, widths, bold, least=2)
            if cut is None and not self.has_room(row, widths, bold):
                self.new_page()
                if table.header:
                    self.table_row(table.header, widths, "C" * columns, [True] * columns)
                cut = self.cut(row, widths, bold, least=1) or self.cut_inside(row, widths, bold)
            if cut is not None:
                row, rest = cut
                left.insert(0, rest)
            self.table_row(row, widths, align, bold)
        self.below += 3

    def has_room(self, row: Sequence[str], widths: Sequence[float], bold: Sequence[bool]) -> bool:
        return self.below + self.row_height(row, widths, bold) <= _FLOOR

    def cut(
        self, row: Sequence[str], widths: Sequence[float], bold: Sequence[bool], *, least: int
    ) -> tuple[Sequence[str], Sequence[str]] | None:
        """What of a row has room on this page, and the rest under the same name: cut between two paragraphs, never in
        one. None for a row that has room as it is, and where fewer than `least` paragraphs have."""
        if self.has_room(row, widths, bold):
            return None
        *names, words = row
        paragraphs = words.split("\n")
        self.type_size(self.points * 0.92, bold=bold[-1])
        step, left = self.font_size * 1.4, _FLOOR - self.below - 2 * _CELL_PAD
        for count, paragraph in enumerate(paragraphs):
            left -= step * len(self.fold(paragraph, widths[-1] - 2 * _CELL_PAD))
            if left < 0:
                return (
                    ([*names, "\n".join(paragraphs[:count])], [*names, "\n".join(paragraphs[count:])])
                    if (count >= least)
                    else None
                )
        return None

    def cut_inside(
        self, row: Sequence[str], widths: Sequence[float], bold: Sequence[bool]
    ) -> tuple[Sequence[str], Sequence[str]] | None:
        """The same within a paragraph, between two lines: for one that is longer than a whole page, and no other."""
        if self.has_room(row, widths, bold):
            return None
        *names, words = row
        first, *others = words.split("\n")
        self.type_size(self.points * 0.92, bold=bold[-1])
        room = int((_FLOOR - self.below - 2 * _CELL_PAD) / (self.font_size * 1.4))
        lines = self.fold(first, widths[-1] - 2 * _CELL_PAD)
        if not 0 < room < len(lines):
            return None
        return [*names, "\n".join(lines[:room])], [*names, "\n".join([*lines[room:], *others])]

    def row_height(self, row: Sequence[str], widths: Sequence[float], bold: Sequence[bool]) -> float:
        count = 1
        for text, width, is_bold in zip(row, widths, bold, strict=True):
            self.type_size(self.points * 0.92, bold=is_bold)
            count = max(count, len(self.fold(text, width - 2 * _CELL_PAD)))
        return count * self.font_size * 1.4 + 2 * _CELL_PAD

    def table_row(self, row: Sequence[str], widths: Sequence[float], align: str, bold: Sequence[bool]) -> None:
        height = self.row_height(row, widths, bold)
        self.make_room(height)
        x = _LEFT
        for text, width, side, is_bold in zip(row, widths, align, bold, strict=True):
            self.set_line_width(0.25)
            self.rect(x, self.below, width, height)
            self.type_size(self.points * 0.92, bold=is_bold)
            inner = width - 2 * _CELL_PAD
            lift = (height - len(self.fold(text, inner)) * self.font_size * 1.4) / 2
            top = self.below + lift + self.font_size * 0.1
            self.block_at(x + _CELL_PAD, top, text, inner, leading=1.4, align=side)
            x += width
        self.below += height

    def ending(self, block: Ending) -> None:
        self.below += 3
        self.make_room(_END_HEIGHT)
        top, qr_size = self.below, 32.0
        self.qr_at(_LEFT - 3, top, block.url, qr_size)
        self.type_size(self.points)
        signed = max([_SEAL + 4, *(min(_SIGNED, self.wide(line)) for line in block.signed)])
        left = qr_size - 2
        self.type_size(self.points * 0.8)
        y = top + 5
        for line in block.beside_qr:
            y = self.block_at(_LEFT + left, y, line, _INNER - left - signed - 6, leading=1.45) + 1
        self.seal(block.seal, top)
        self.type_size(self.points)
        y = top + 6
        for line in block.signed:
            y = self.block_at(_LEFT + _INNER - _SIGNED, y, line, _SIGNED, leading=1.6, align="R")
        self.below = max(y, top + _END_HEIGHT)

    def seal(self, words: str, top: float) -> None:
        """A dashed ring where the round seal goes, under the names as seals are put."""
        x = _LEFT + _INNER - _SEAL - 4
        self.set_draw_color(170)
        self.set_text_color(150)
        self.set_dash_pattern(dash=1.5, gap=1.5)
        self.ellipse(x, top, _SEAL, _SEAL)
        self.set_dash_pattern()
        self.type_size(9)
        self.line_at(x, top + _SEAL - 9, words, width=_SEAL, align="C")
        self.set_draw_color(0)
        self.set_text_color(0)

    def number_pages(self, page_words: str) -> None:
        pages = self.page
        for number in range(1, pages + 1):
            self.page = number
            self.type_size(9)
            self.line_at(_LEFT, HEIGHT - 14, page_words % (number, pages), width=_INNER, align="C")
        self.page = pages
