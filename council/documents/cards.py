"""The picture that a chat application shows beside a shared link: 1200 × 630, words large enough to read when small.

Colours are those of `static/css/tokens.css` in the light; the font is the one that paper is set in (`fonts.py`).
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from council.documents import fonts, lines
from council.documents.cells import plain

WIDTH, HEIGHT = 1200, 630
EDITION = 2
"""Counted up when the drawing changes, so that the addresses of pictures change with it."""

_PAPER, _SHEET, _INK, _INK_2, _LINE = "#f5f0e5", "#fffdf8", "#221d16", "#5a5143", "#dbd1bf"
_BRICK, _MORTAR, _WHITE = "#97361f", "#f5f0e5", "#ffffff"
_LEFT, _RIGHT = 76, WIDTH - 76
_LINTEL = 56
_SIZES = ((92, 2), (80, 2), (70, 3))
"""The title's letters and how many lines of them there may be; the first that does, else the last, cut short."""


@dataclass(frozen=True, slots=True)
class CardWords:
    """`place` is the community ("" for none), `brand` what this is."""

    title: str
    sentence: str
    place: str
    brand: str


def drawn(words: CardWords) -> bytes:
    """A PNG of some 20 KB. FontMissing without a Chinese font. A tenth of a second: in a thread."""
    font = fonts.first()
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = _Pen(ImageDraw.Draw(picture), font)
    pen.lintel()
    pen.place(plain(words.place), plain(words.brand))
    pen.title(plain(words.title).replace("\n", " "))
    pen.foot(plain(words.sentence).replace("\n", " ").rstrip("。"))
    out = io.BytesIO()
    picture.quantize(48, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


class _Pen:
    def __init__(self, draw: ImageDraw.ImageDraw, font: fonts.FontFile) -> None:
        self.draw = draw
        self.font = font

    def letters(self, size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(self.font.path), size, index=self.font.face)

    def lintel(self) -> None:
        """Two courses of brick across the top."""
        self.draw.rectangle((0, 0, WIDTH, _LINTEL), fill=_BRICK)
        course = _LINTEL // 2
        self.draw.line((0, course, WIDTH, course), fill=_MORTAR, width=2)
        for row in range(2):
            for x in range(50 * row - 50, WIDTH, 100):
                self.draw.line((x, row * course, x, (row + 1) * course), fill=_MORTAR, width=2)
        self.draw.rectangle((0, _LINTEL, WIDTH, _LINTEL + 3), fill=_INK)

    def place(self, name: str, brand: str) -> None:
        self.gate(_LEFT, 104, 60)
        font = self.letters(40)
        taken = font.getlength(brand) + 30 if name else 0
        text = lines.shorten(name or brand, _RIGHT - _LEFT - 84 - taken, font.getlength)
        self.draw.text((_LEFT + 84, 134), text, font=font, fill=_INK_2, anchor="lm")
        if name:
            self.draw.text((_RIGHT, 134), brand, font=font, fill=_INK_2, anchor="rm")

    def gate(self, x: int, y: int, size: int) -> None:
        """The mark of the house: an opening in a wall within an opening (static/mark.svg)."""
        self.draw.rounded_rectangle((x, y, x + size, y + size), size // 5, fill=_BRICK)

        def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
            return [(x + size * a / 24, y + size * b / 24) for a, b in points]

        for path in (
            at((10.5, 20), (5, 20), (5, 4), (19, 4), (19, 20), (13.5, 20)),
            at((10.5, 16), (9, 16), (9, 9), (15, 9), (15, 16), (13.5, 16)),
            at((10.5, 16), (10.5, 20)),
            at((13.5, 16), (13.5, 20)),
        ):
            self.draw.line(path, fill=_WHITE, width=max(2, size // 14), joint="curve")

    def title(self, text: str) -> None:
        """Between the place and the foot, in the middle of what is left."""
        width = _RIGHT - _LEFT
        for size, most in _SIZES:
            font = self.letters(size)
            folded = lines.balanced(text, width, font.getlength)
            if len(folded) <= most:
                break
        else:
            last = lines.shorten("".join(folded[most - 1 :]), width, font.getlength)
            folded = [*folded[: most - 1], last.rstrip("…").rstrip(" ，、；：（《“") + "…"]
        step = round(size * 1.28)
        y = 338 - step * (len(folded) - 1) // 2
        for line in folded:
            self.draw.text((_LEFT, y), line, font=font, fill=_INK, anchor="lm", stroke_width=size // 50)
            y += step

    def foot(self, sentence: str) -> None:
        top = HEIGHT - 118
        self.draw.rectangle((0, top, WIDTH, HEIGHT), fill=_SHEET)
        self.draw.line((0, top, WIDTH, top), fill=_LINE, width=2)
        self.draw.rectangle((_LEFT, top + 36, _LEFT + 9, HEIGHT - 36), fill=_BRICK)
        room = _RIGHT - _LEFT - 32
        font = next(
            (each for each in map(self.letters, (46, 40)) if each.getlength(sentence) <= room), self.letters(36)
        )
        text = lines.shorten(sentence, room, font.getlength)
        middle = (top + HEIGHT) // 2
        self.draw.text((_LEFT + 32, middle), text, font=font, fill=_BRICK, anchor="lm", stroke_width=1)
