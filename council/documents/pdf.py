"""A4 paper with Chinese on it: the few strokes that slips and notices are drawn with. Millimetres and points."""

from __future__ import annotations

import gc
import logging
from collections.abc import Mapping
from datetime import datetime
from itertools import count

from fpdf import FPDF
from fpdf.enums import TextMode

from council.documents import faces, fonts, lines, qr
from council.documents.cells import plain

logging.getLogger("fpdf.output").setLevel(logging.ERROR)  # a rare character that no font has is no event
logging.getLogger("fontTools").setLevel(logging.ERROR)

WIDTH, HEIGHT = 210.0, 297.0
_FAMILY = "council"
_written = count(1)
_SWEPT_AFTER = 8
"""Documents: so much is kept of them at most."""
_STROKE = 0.028
"""How much of its size a bold letter is thickened by."""


class Paper(FPDF):
    """A document in one font, the same bytes for the same input and instant.

    FontMissing when the machine has no Chinese font. The first one reads the font (a quarter of a second), and output
    takes as long: build and output it in a thread.
    """

    def __init__(self, title: str, now: datetime) -> None:
        super().__init__(format="A4", unit="mm")
        self._characters: list[Mapping[int, str]] = []
        self._add(_FAMILY, fonts.first())
        self._lenders = list(fonts.installed()[1:])
        self._lent: list[str] = []
        self._unheard: set[str] = set()
        self._bold = False
        self._widths: dict[str, float] = {}
        """Of each sign, in mm a point: to ask for a whole line each time takes a hundred times as long."""
        self._folded: dict[tuple[str, float, float, float], list[str]] = {}
        self.set_title(plain(title))
        self.set_creation_date(now)
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.c_margin = 0

    def type_size(self, points: float, *, bold: bool = False) -> None:
        """The size of what comes next. Bold is the same face with a stroke: one font file is enough."""
        self.set_font(_FAMILY, "", points)
        self._bold = bold

    def wide(self, text: str) -> float:
        """The width of a line in the present size, in mm."""
        self._borrow(text)
        for sign in set(text) - self._widths.keys():
            self._widths[sign] = float(self.get_string_width(sign)) / self.font_size_pt
        return sum(self._widths[sign] for sign in text) * self.font_size_pt

    def line_at(self, x: float, y: float, text: str, *, width: float = 0.0, align: str = "L") -> None:
        """One line whose box begins at (x, y); `align` L, C or R within `width`."""
        width = width or self.wide(text)
        self._borrow(text)
        self.set_xy(x, y)
        if not self._bold:
            self.cell(w=width, h=self.font_size * 1.2, text=text, align=align)
            return
        with self.local_context(text_mode=TextMode.FILL_STROKE, line_width=self.font_size * _STROKE):
            self.cell(w=width, h=self.font_size * 1.2, text=text, align=align)

    def fold(self, text: str, width: float, indent: float = 0.0) -> list[str]:
        asked = (text, width, self.font_size_pt, indent)
        if asked not in self._folded:
            self._folded[asked] = lines.fold(plain(text), width, self.wide, indent)
        return self._folded[asked]

    def block_at(
        self, x: float, y: float, text: str, width: float, *, leading: float = 1.5, most: int = 0, align: str = "L"
    ) -> float:
        """A paragraph folded to `width`; the y below it. `most` lines at most, the last one shortened."""
        folded = self.fold(text, width)
        if most and len(folded) > most:
            rest = "".join(folded[most - 1 :])
            folded = [*folded[: most - 1], lines.shorten(rest, width, self.wide)]
        for line in folded:
            self.line_at(x, y, line, width=width, align=align)
            y += self.font_size * leading
        return y

    def title_at(self, x: float, y: float, text: str, width: float, *, leading: float = 1.4) -> float:
        """A centred title in lines of about the same length; the y below it."""
        for line in lines.balanced(plain(text).replace("\n", " "), width, self.wide):
            self.line_at(x, y, line, width=width, align="C")
            y += self.font_size * leading
        return y

    def fit_size(self, text: str, width: float, points: float, least: float, *, bold: bool = False) -> str:
        """Sets the largest size between `points` and `least` in which the text is one line; the text, shortened
        when not even the least will do."""
        text = plain(text).replace("\n", " ")
        size = points
        self.type_size(size, bold=bold)
        while size > least and self.wide(text) > width:
            size -= 0.5
            self.type_size(size, bold=bold)
        return lines.shorten(text, width, self.wide)

    def qr_at(self, x: float, y: float, text: str, size: float) -> None:
        """A QR code of `size` mm with its quiet zone."""
        self.set_fill_color(0)
        for left, top, width, height in qr.squares(text, size):
            self.rect(x + left, y + top, width, height, style="F")

    def bytes(self) -> bytes:
        """The file.

        A font's tables refer to each other: few objects and 15 MB a document, which the collector, counting objects,
        would let grow to gigabytes.
        """
        data = bytes(self.output())
        if next(_written) % _SWEPT_AFTER == 0:
            gc.collect()
        return data

    def _borrow(self, text: str) -> None:
        """Takes in further fonts, one by one, until the text has all its characters (rare names: 𠮷, 㼆)."""
        missing = {sign for sign in text if not self._knows(sign)} - self._unheard
        while missing and self._lenders:
            family = f"{_FAMILY}{len(self._lent)}"
            self._add(family, self._lenders.pop(0))
            self._lent.append(family)
            self.set_fallback_fonts(self._lent, exact_match=False)
            missing = {sign for sign in missing if not self._knows(sign)}
        self._unheard |= missing

    def _knows(self, sign: str) -> bool:
        return any(ord(sign) in characters for characters in self._characters)

    def _add(self, family: str, font: fonts.FontFile) -> None:
        added = faces.face(font, key=family, number=len(self.fonts) + 1)
        self.fonts[family] = added
        if added.is_cff and added.is_cid_keyed:
            self._set_min_pdf_version("1.6")
        self._characters.append(added.cmap)
