"""Simple drawn pictures of the courtyard, so that the demo has photos of nobody's home."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from PIL import Image, ImageDraw, ImageFilter

_SIZE = (1200, 900)
_SKY, _WALL, _BRICK, _GROUND = "#dfe9ee", "#e8dcc8", "#a5523f", "#b9b39f"
_LEAF, _TRUNK, _GLASS, _SHADE = "#6f8f5a", "#6b4f3a", "#8fa9b5", "#8d8672"

_LEFT = (60, 620)

Draw = ImageDraw.ImageDraw


@cache
def picture(name: str) -> bytes:
    """A PNG by its name; KeyError for one that nobody has drawn."""
    image = Image.new("RGB", _SIZE, _SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 640, 1200, 900), fill=_GROUND)
    _DRAWN[name](draw)
    return _png(_soft(image))


def scan(of: str) -> bytes:
    """A document as a scanner sees it, another one for every `of`: the same picture twice would be one file, under the
    first one's name."""
    image = _sheets().copy()
    _lines(ImageDraw.Draw(image), hashlib.sha256(of.encode()).digest())
    return _png(image)


def _soft(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(0.8))


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _house(draw: Draw, left: int, floors: int, columns: int, width: int = 70) -> None:
    top = 640 - floors * 80
    draw.rectangle((left, top, left + columns * (width + 30) + 30, 640), fill=_WALL)
    for floor in range(floors):
        for column in range(columns):
            x, y = left + 30 + column * (width + 30), top + 18 + floor * 80
            draw.rectangle((x, y, x + width, y + 44), fill=_GLASS, outline=_SHADE, width=3)
            draw.rectangle((x - 4, y + 46, x + width + 4, y + 54), fill=_SHADE)
    draw.rectangle((left - 10, top - 14, left + columns * (width + 30) + 40, top), fill=_BRICK)


def _tree(draw: Draw, x: int, size: int) -> None:
    draw.rectangle((x - size // 10, 640 - size, x + size // 10, 660), fill=_TRUNK)
    for dx, dy, radius in ((-0.5, -1.1, 0.55), (0.45, -1.15, 0.6), (0, -1.6, 0.65), (-0.1, -1.0, 0.5)):
        cx, cy, r = x + int(dx * size), 640 + int(dy * size), int(radius * size)
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=_LEAF)


def _court(draw: Draw) -> None:
    _house(draw, 60, 6, 4)
    _house(draw, 720, 5, 4)
    draw.polygon([(420, 900), (560, 640), (660, 640), (860, 900)], fill="#cfc8b4")
    _tree(draw, 600, 190)


def _bench(draw: Draw) -> None:
    _house(draw, 640, 6, 5)
    _tree(draw, 240, 260)
    for y in (600, 640, 700, 724):
        draw.rectangle((380, y, 860, y + 16), fill=_BRICK)
    for x in (420, 800):
        draw.rectangle((x, 590, x + 18, 800), fill=_SHADE)
    draw.ellipse((360, 796, 880, 826), fill="#a9a28e")


def _door(draw: Draw) -> None:
    draw.rectangle((160, 60, 1040, 700), fill=_WALL)
    draw.rectangle((430, 250, 770, 700), fill=_SHADE)
    for x in (450, 612):
        draw.rectangle((x, 270, x + 140, 690), fill="#5d6f66")
        draw.rectangle((x + 24, 300, x + 116, 440), fill=_GLASS)
    draw.rectangle((380, 190, 820, 236), fill=_BRICK)
    for x in (200, 840):
        draw.rectangle((x, 120, x + 160, 260), fill=_GLASS, outline=_SHADE, width=4)
    for step in range(3):
        draw.rectangle((400 - step * 30, 700 + step * 34, 800 + step * 30, 734 + step * 34), fill="#c9c2ae")


def _roof(draw: Draw) -> None:
    draw.rectangle((0, 420, 1200, 900), fill="#8b8f8c")
    _house(draw, 300, 0, 1)
    for x in range(0, 1200, 150):
        draw.line((x, 420, x - 120, 900), fill="#777b78", width=5)
    draw.rectangle((0, 380, 1200, 430), fill=_BRICK)
    for x, y, r in ((380, 640, 90), (470, 690, 60), (820, 600, 70)):
        draw.ellipse((x - r, y - r // 2, x + r, y + r // 2), fill="#5f6f78")
    draw.line((300, 560, 420, 620, 460, 700, 600, 730), fill="#4c5150", width=6)


@cache
def _sheets() -> Image.Image:
    """Two pages with a seal and no line yet: softened once, for it takes longer than everything else."""
    image = Image.new("RGB", _SIZE, "#d9d5cb")
    draw = ImageDraw.Draw(image)
    for left in _LEFT:
        draw.rectangle((left, 40, left + 520, 860), fill="#fbfaf5", outline=_SHADE, width=2)
    draw.rectangle((180, 80, 460, 104), fill="#4c4c4a")
    draw.ellipse((890, 690, 1050, 850), outline=_BRICK, width=8)
    return _soft(image)


def _lines(draw: Draw, lengths: bytes) -> None:
    """As short as the bytes say: nothing in it can be read."""
    for side, left in enumerate(_LEFT):
        for line in range(16):
            indent, short = 40 if line % 5 == 0 else 0, lengths[16 * side + line] % 180
            draw.rectangle((left + 60 + indent, 150 + line * 34, left + 440 - short, 158 + line * 34), fill="#8b8b88")


_DRAWN: Mapping[str, Callable[[Draw], None]] = MappingProxyType(
    {"court": _court, "bench": _bench, "door": _door, "roof": _roof}
)
