"""A font for a document: what is the same in all of them is read once in a process.

Reading one takes a quarter of a second and forty megabytes in tables that refer to each other, and a notice is composed
in size after size until it is one page. So the characters and their widths are shared; the outlines each document opens
for itself, when it is written, because that leaves only the characters used.
"""

from __future__ import annotations

from copy import copy
from functools import lru_cache

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.fonts import SubsetMap, TTFFont

from council.documents.fonts import FontFile


def face(font: FontFile, *, key: str, number: int) -> TTFFont:
    """The font, nothing of it used yet, as font `key` and `number` (from 1) of a document."""
    read = _read(font)
    if read is None:
        return _whole(font, key, number)
    one = copy(read)
    one.fontkey, one.i = key, number
    one.ttfont = _opened(font)
    one.desc = copy(read.desc)
    one.missing_glyphs = []
    one.subset = SubsetMap(one)
    return one


@lru_cache(maxsize=8)
def _read(font: FontFile) -> TTFFont | None:
    """The font as every document shares it, without its tables. None for one without a sign for what it lacks: such a
    sign is drawn into the tables themselves."""
    opened = _opened(font)
    has_sign = ".notdef" in opened.getGlyphOrder()
    opened.close()
    if not has_sign:
        return None
    read = _whole(font, "", 0)
    read.ttfont.close()
    read.ttfont.__dict__.clear()  # forty megabytes that nobody asks for again
    read.subset.get_glyph.cache_clear()  # of all documents, which look it up again
    return read


def _opened(font: FontFile) -> TTFont:
    return TTFont(font.path, recalcTimestamp=False, fontNumber=font.face, lazy=True)


def _whole(font: FontFile, key: str, number: int) -> TTFFont:
    made = TTFFont(FPDF(), font.path, key, "", collection_font_number=font.face)
    made.i = number
    return made
