"""Ballots on A4: one a page, two a page with a line to cut along, or one a page in large type.

What every sheet of a vote says alike is laid out once and repeated as it stands; only the voter's own lines and the
code are drawn for each, so that hundreds of sheets take seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.documents.pdf import HEIGHT, WIDTH, Paper


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one voter's ballot has of its own."""

    serial: str
    """In words and grouped: "No. H4RT9 K2M7Q"."""
    url: str
    place: str
    name: str
    weight: str
    signs: str = ""
    """Who signs in the voter's place, as a sentence; "" where the voter does."""


@dataclass(frozen=True, slots=True)
class BallotText:
    """What all ballots of a vote say, in the caller's language, each a finished sentence.

    `choices` are the three words in the order of the boxes, or, with `is_list`, a box and its words a line, as in an
    election; `lines` the matter's own words, as many as have room; `more` stands after them where they were cut short;
    `sign` are labels with a rule to write on.
    """

    heading: str
    kind: str
    title: str
    lines: Sequence[str]
    more: str
    digest: str
    choices: Sequence[str]
    how: Sequence[str]
    rule: Sequence[str]
    facts: Sequence[str]
    sign: Sequence[str]
    voter_label: str
    weight_label: str
    cut: str
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a ballot stands on the page, in mm, and how much of it is margin."""

    x: float
    y: float
    width: float
    height: float
    pad: float

    @property
    def left(self) -> float:
        return self.x + self.pad

    @property
    def inner(self) -> float:
        return self.width - 2 * self.pad

    @property
    def floor(self) -> float:
        return self.y + self.height - self.pad


_WHOLE = _Frame(0, 0, WIDTH, HEIGHT, 17)
_HALVES = (_Frame(0, 0, WIDTH, HEIGHT / 2, 11), _Frame(0, HEIGHT / 2, WIDTH, HEIGHT / 2, 11))
_QR = {"page": 30.0, "half": 25.0, "large": 34.0}
_SIZES = {
    "page": (12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5),
    "half": (9.0, 8.5, 8.0, 7.5, 7.0, 6.5),
    "large": (16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0),
}
_MOST_LINES = {"page": 22, "half": 5, "large": 6}
"""Lines of the matter's own words; the rest is in the notice, under the same digest."""
_LEADING = 1.42
_ONE_COLUMN = 7


def ballots_pdf(sheets: Sequence[Sheet], text: BallotText, *, layout: str, now: datetime) -> bytes:
    """A PDF with a ballot for each sheet, in their order; `layout` is "page", "half" or "large".

    FontMissing without a Chinese font. Takes seconds for hundreds: in a thread.
    """
    frames = _HALVES if layout == "half" else (_WHOLE,)
    points = _fitting(text, layout, frames[0], now)
    paper = _Ballots(text.heading, now, layout, points)
    common: list[bytes] = []
    for first in range(0, len(sheets), len(frames)):
        paper.add_page()
        some = sheets[first : first + len(frames)]
        if not common:
            common = [paper.recorded(text, frame) for frame in frames]
        for frame, sheet, same in zip(frames, some, common, strict=False):
            paper.repeat(same)
            paper.own(text, sheet, frame)
        if len(frames) > 1:
            paper.cut_line(text.cut)
    return paper.bytes()


def _fitting(text: BallotText, layout: str, frame: _Frame, now: datetime) -> float:
    """The largest type in which everything stands inside the frame; the least one where nothing does."""
    for points in _SIZES[layout]:
        paper = _Ballots(text.heading, now, layout, points)
        paper.add_page()
        if paper.same(text, frame) <= frame.floor:
            return points
    return _SIZES[layout][-1]


class _Ballots(Paper):
    def __init__(self, title: str, now: datetime, layout: str, points: float) -> None:
        super().__init__(title, now)
        self.layout = layout
        self.points = points
        self.qr_size = _QR[layout]
        self.big = points * (1.3 if layout == "half" else 1.5)

    # the page's bytes, taken and put again

    def drawn(self) -> bytearray:
        """The present page as far as it is drawn."""
        content = self.pages[self.page].contents
        if not isinstance(content, bytearray):
            raise TypeError("a page that is finished already")
        return content

    def recorded(self, text: BallotText, frame: _Frame) -> bytes:
        """Draws what all ballots have on the present page, and takes it off again."""
        content = self.drawn()
        before = len(content)
        self.same(text, frame)
        taken = bytes(content[before:])
        del content[before:]
        return taken

    def repeat(self, drawn: bytes) -> None:
        """Puts it on this page. What it sets (type, strokes) ends with it: `Q` gives the page back as it was."""
        self.drawn().extend(b"q\n" + drawn + b"Q\n")

    def size(self, points: float, *, bold: bool = False) -> None:
        """Like `type_size`, and says so on the page even when it thinks that it has: repeated bytes set their own."""
        self.font_size_pt = 0.0
        self.type_size(points, bold=bold)

    # what all have

    def same(self, text: BallotText, frame: _Frame) -> float:
        """Everything but the voter's own; the y below it."""
        self.set_draw_color(0)
        y = self.head(text, frame)
        y = self.matter(text, frame, y)
        y = self.boxes(text, frame, y + self.gap)
        y = self.listed(text.how, frame, y + self.gap, bold=True)
        y = self.listed(text.rule, frame, y + self.gap / 2)
        y = self.listed(text.facts, frame, y + self.gap / 2)
        return self.signing(text, frame, y + self.gap)

    @property
    def gap(self) -> float:
        return self.points * 0.22

    def head(self, text: BallotText, frame: _Frame) -> float:
        """Whose vote it is and what this is; the code's place stays free on the right."""
        wide = frame.inner - self.qr_size - 3
        y = frame.y + frame.pad
        self.size(self.points)
        y = self.block_at(frame.left, y, text.heading, wide, leading=_LEADING, most=2)
        self.size(self.big, bold=True)
        y = self.block_at(frame.left, y + 0.5, text.kind, wide, leading=1.3, most=1)
        self.size(self.points)
        step = self.font_size * _LEADING
        y = max(y + 0.5 + 3 * step, frame.y + frame.pad + self.qr_size + step)
        self.set_line_width(0.3)
        self.line(frame.left, y + 0.6, frame.left + frame.inner, y + 0.6)
        return y + 2

    def matter(self, text: BallotText, frame: _Frame, y: float) -> float:
        self.size(self.points * 1.12, bold=True)
        y = self.block_at(frame.left, y, text.title, frame.inner, leading=_LEADING, most=3)
        self.size(self.points)
        left = _MOST_LINES[self.layout]
        for number, line in enumerate(text.lines):
            folded = self.fold(line, frame.inner)
            is_last = number == len(text.lines) - 1
            y = self.block_at(frame.left, y, line, frame.inner, leading=_LEADING, most=left)
            left -= len(folded)
            if left < 0 or (left == 0 and not is_last):
                y = self.block_at(frame.left, y, text.more, frame.inner, leading=_LEADING)
                break
        self.size(self.points * 0.86)
        return self.block_at(frame.left, y, text.digest, frame.inner, leading=_LEADING)

    def boxes(self, text: BallotText, frame: _Frame, y: float) -> float:
        """Three boxes alike: the same size, the same line, the same type."""
        if text.is_list:
            return self.list_of_boxes(text, frame, y)
        between = 4.0
        width = (frame.inner - between * (len(text.choices) - 1)) / len(text.choices)
        height = self.big * 0.95
        side = height * 0.56
        for place, word in enumerate(text.choices):
            x = frame.left + place * (width + between)
            self.set_line_width(0.4)
            self.rect(x, y, width, height)
            self.size(self.big, bold=True)
            wide = side + 3 + self.wide(word)
            start = x + (width - wide) / 2
            self.rect(start, y + (height - side) / 2, side, side)
            self.line_at(start + side + 3, y + (height - self.font_size * 1.2) / 2, word)
        return y + height

    def list_of_boxes(self, text: BallotText, frame: _Frame, y: float) -> float:
        """A box and its words a line; in two columns where there are more than a sheet likes below one another."""
        columns = 2 if len(text.choices) > _ONE_COLUMN else 1
        rows = -(-len(text.choices) // columns)
        width = frame.inner / columns
        self.size(self.points * 1.2, bold=True)
        step = self.font_size * 1.75
        side = self.font_size * 1.15
        for place, words in enumerate(text.choices):
            x, top = frame.left + place // rows * width, y + place % rows * step
            self.set_line_width(0.4)
            self.rect(x, top + (step - side) / 2, side, side)
            size = self.fit_points(words, width - side - 5)
            self.size(size, bold=True)
            self.line_at(x + side + 3, top + (step - self.font_size * 1.2) / 2, words)
            self.size(self.points * 1.2, bold=True)
        return y + rows * step

    def fit_points(self, words: str, width: float) -> float:
        """The largest type, from that of the boxes down to half of it, in which a line of theirs is not too wide."""
        points = self.points * 1.2
        while points > self.points * 0.6 and self.wide(words) > width:
            points -= 0.5
            self.size(points, bold=True)
        return points

    def listed(self, lines: Sequence[str], frame: _Frame, y: float, *, bold: bool = False) -> float:
        self.size(self.points * (1.0 if bold else 0.9), bold=bold)
        for line in lines:
            y = self.block_at(frame.left, y, line, frame.inner, leading=_LEADING)
        return y

    def signing(self, text: BallotText, frame: _Frame, y: float) -> float:
        """Labels with a rule behind each, two a row."""
        self.size(self.points)
        half = frame.inner / 2
        row = self.font_size * 2.1
        for place, label in enumerate(text.sign):
            x, top = frame.left + place % 2 * half, y + place // 2 * row
            self.line_at(x, top + row - self.font_size * 1.3, label)
            self.set_line_width(0.2)
            self.line(x + self.wide(label) + 1, top + row, x + half - 4, top + row)
        return y + -(-len(text.sign) // 2) * row

    # what is the voter's own

    def own(self, text: BallotText, sheet: Sheet, frame: _Frame) -> None:
        wide = frame.inner - self.qr_size - 3
        right = frame.left + frame.inner - self.qr_size
        self.qr_at(right, frame.y + frame.pad - 2, sheet.url, self.qr_size)
        self.size(self.points * 0.9)
        self.line_at(
            right - 25, frame.y + frame.pad + self.qr_size - 2.2, sheet.serial, width=self.qr_size + 25, align="R"
        )
        self.size(self.points)
        heading = min(2, len(self.fold(text.heading, wide)))
        y = frame.y + frame.pad + heading * self.font_size * _LEADING
        self.size(self.big)
        y += 0.5 + self.font_size * 1.3 + 0.5
        who = f"{sheet.place}  {sheet.name}".strip()
        for label, value in ((text.voter_label, who), (text.weight_label, sheet.weight)):
            self.size(self.points)
            step = self.font_size * _LEADING
            shown = self.fit_size(f"{label}{value}", wide, self.points, self.points * 0.6)
            self.size(self.font_size_pt)
            self.line_at(frame.left, y, shown)
            y += step
        if sheet.signs:
            shown = self.fit_size(sheet.signs, wide, self.points, self.points * 0.6, bold=True)
            self.size(self.font_size_pt, bold=True)
            self.line_at(frame.left, y, shown)

    def cut_line(self, words: str) -> None:
        self.set_draw_color(150)
        self.set_line_width(0.2)
        self.set_dash_pattern(dash=2, gap=2)
        self.line(0, HEIGHT / 2, WIDTH, HEIGHT / 2)
        self.set_dash_pattern()
        self.set_draw_color(0)
        self.size(6)
        self.line_at(0, HEIGHT / 2 - 2.6, words, width=WIDTH - 4, align="R")
