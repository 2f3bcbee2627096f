"""Ballots on A4: one a page, two a page with a line to cut along, or one a page in large type.

What every sheet of a vote says alike is laid out once and repeated as it stands; only the voter's own lines and the
code are drawn for each, so that hundreds of sheets take seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from council.documents.ballot_boxes import LEADING, BallotPaper, Frame
from council.documents.ballot_text import BallotText, Sheet
from council.documents.pdf import HEIGHT, WIDTH

_WHOLE = Frame(0, 0, WIDTH, HEIGHT, 17)
_HALVES = (Frame(0, 0, WIDTH, HEIGHT / 2, 11), Frame(0, HEIGHT / 2, WIDTH, HEIGHT / 2, 11))
_SIZES = {
    "page": (12.0, 11.5, 11.0, 10.5, 10.0, 9.5, 9.0, 8.5),
    "half": (9.0, 8.5, 8.0, 7.5, 7.0, 6.5),
    "large": (16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0),
}
_QR = {"page": 30.0, "half": 25.0, "large": 34.0}
_MOST_LINES = {"page": 22, "half": 5, "large": 6}
"""Lines of the matter's own words; the rest is in the notice, under the same digest."""


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


def _fitting(text: BallotText, layout: str, frame: Frame, now: datetime) -> float:
    """The largest type in which everything stands inside the frame; the least one where nothing does."""
    for points in _SIZES[layout]:
        paper = _Ballots(text.heading, now, layout, points)
        paper.add_page()
        if paper.same(text, frame) <= frame.floor:
            return points
    return _SIZES[layout][-1]


class _Ballots(BallotPaper):
    def __init__(self, title: str, now: datetime, layout: str, points: float) -> None:
        super().__init__(title, now, points, 1.3 if layout == "half" else 1.5)
        self.layout = layout
        self.qr_size = _QR[layout]

    # the page's bytes, taken and put again

    def drawn(self) -> bytearray:
        """The present page as far as it is drawn."""
        content = self.pages[self.page].contents
        if not isinstance(content, bytearray):
            raise TypeError("a page that is finished already")
        return content

    def recorded(self, text: BallotText, frame: Frame) -> bytes:
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

    # what all have

    def same(self, text: BallotText, frame: Frame) -> float:
        """Everything but the voter's own; the y below it."""
        self.set_draw_color(0)
        y = self.head(text, frame)
        y = self.matter(text, frame, y)
        y = self.boxes(text, frame, y + self.gap)
        y = self.listed(text.how, frame, y + self.gap, bold=True)
        y = self.listed(text.rule, frame, y + self.gap / 2)
        y = self.listed(text.facts, frame, y + self.gap / 2)
        return self.signing(text, frame, y + self.gap)

    def head(self, text: BallotText, frame: Frame) -> float:
        """Whose vote it is and what this is; the code's place stays free on the right."""
        wide = frame.inner - self.qr_size - 3
        y = frame.y + frame.pad
        self.size(self.points)
        y = self.block_at(frame.left, y, text.heading, wide, leading=LEADING, most=2)
        self.size(self.big, bold=True)
        y = self.block_at(frame.left, y + 0.5, text.kind, wide, leading=1.3, most=1)
        self.size(self.points)
        step = self.font_size * LEADING
        y = max(y + 0.5 + 3 * step, frame.y + frame.pad + self.qr_size + step)
        self.set_line_width(0.3)
        self.line(frame.left, y + 0.6, frame.left + frame.inner, y + 0.6)
        return y + 2

    def matter(self, text: BallotText, frame: Frame, y: float) -> float:
        self.size(self.points * 1.12, bold=True)
        y = self.block_at(frame.left, y, text.title, frame.inner, leading=LEADING, most=3)
        self.size(self.points)
        left = _MOST_LINES[self.layout]
        for number, line in enumerate(text.lines):
            folded = self.fold(line, frame.inner)
            is_last = number == len(text.lines) - 1
            y = self.block_at(frame.left, y, line, frame.inner, leading=LEADING, most=left)
            left -= len(folded)
            if left < 0 or (left == 0 and not is_last):
                y = self.block_at(frame.left, y, text.more, frame.inner, leading=LEADING)
                break
        self.size(self.points * 0.86)
        return self.block_at(frame.left, y, text.digest, frame.inner, leading=LEADING)

    # what is the voter's own

    def own(self, text: BallotText, sheet: Sheet, frame: Frame) -> None:
        wide = frame.inner - self.qr_size - 3
        right = frame.left + frame.inner - self.qr_size
        self.qr_at(right, frame.y + frame.pad - 2, sheet.url, self.qr_size)
        self.size(self.points * 0.9)
        self.line_at(
            right - 25, frame.y + frame.pad + self.qr_size - 2.2, sheet.serial, width=self.qr_size + 25, align="R"
        )
        self.size(self.points)
        heading = min(2, len(self.fold(text.heading, wide)))
        y = frame.y + frame.pad + heading * self.font_size * LEADING
        self.size(self.big)
        y += 0.5 + self.font_size * 1.3 + 0.5
        who = f"{sheet.place}  {sheet.name}".strip()
        for label, value in ((text.voter_label, who), (text.weight_label, sheet.weight)):
            self.size(self.points)
            step = self.font_size * LEADING
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
