"""QR codes: dark squares for a page, for paper, and as a picture. Error correction M (15 % may be dirt)."""

from __future__ import annotations

import io
from collections.abc import Iterator

import segno
from markupsafe import Markup

QUIET = 4
"""Modules of blank paper around the code (ISO/IEC 18004)."""


def svg(text: str, label: str) -> Markup:
    """An `<svg class="qr">` to stand inline in a page: one path, no style; drawn by the stylesheet's stroke."""
    code = _make(text)
    size = code.symbol_size(border=QUIET)[0]
    path = "".join(f"M{x} {y}.5h{length}" for x, y, length in _runs(code))
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<path d="{2}" stroke="#000" fill="none"/></svg>'
    ).format(size, label, path)


def png(text: str, scale: int = 8) -> bytes:
    """Black on white, `scale` pixels a module."""
    out = io.BytesIO()
    _make(text).save(out, kind="png", scale=scale, border=QUIET)
    return out.getvalue()


def squares(text: str, size: float) -> list[tuple[float, float, float, float]]:
    """Dark rectangles (x, y, width, height) of a code, quiet zone included, that is `size` wide; for paper."""
    code = _make(text)
    module = size / code.symbol_size(border=QUIET)[0]
    return [(x * module, y * module, length * module, module) for x, y, length in _runs(code)]


def _make(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", boost_error=False)


def _runs(code: segno.QRCode) -> Iterator[tuple[int, int, int]]:
    """Horizontal runs of dark modules: column, row, length."""
    for y, row in enumerate(code.matrix_iter(border=QUIET)):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield start, y, x - start
                start = None
