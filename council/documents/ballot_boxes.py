"""The parts of a paper ballot that are marked and signed: boxes alike, and rules to write on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.documents.ballot_text import BallotText
from council.documents.pdf import Paper

LEADING = 1.42
_ONE_COLUMN = 7


@dataclass(frozen=True, slots=True)
class Frame:
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


class BallotPaper(Paper):
    """Pages on which boxes stand, in type of `points`; what is marked is `enlarged` so many times."""

    def __init__(self, title: str, now: datetime, points: float, enlarged: float) -> None:
        super().__init__(title, now)
        self.points = points
        self.big = points * enlarged

    def size(self, points: float, *, bold: bool = False) -> None:
        """Like `type_size`, and says so on the page even when it thinks that it has: repeated bytes set their own."""
        self.font_size_pt = 0.0
        self.type_size(points, bold=bold)

    @property
    def gap(self) -> float:
        return self.points * 0.22

    def listed(self, lines: Sequence[str], frame: Frame, y: float, *, bold: bool = False) -> float:
        self.size(self.points * (1.0 if bold else 0.9), bold=bold)
        for line in lines:
            y = self.block_at(frame.left, y, line, frame.inner, leading=LEADING)
        return y

    def boxes(self, text: BallotText, frame: Frame, y: float) -> float:
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

    def list_of_boxes(self, text: BallotText, frame: Frame, y: float) -> float:
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

    def signing(self, text: BallotText, frame: Frame, y: float) -> float:
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
