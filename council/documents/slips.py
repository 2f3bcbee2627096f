"""Slips to hand out: one a household, eight on an A4 page with lines to cut along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.documents.pdf import HEIGHT, WIDTH, Paper

ACROSS, DOWN = 2, 4
PER_PAGE = ACROSS * DOWN

_SLIP_WIDTH, _SLIP_HEIGHT = WIDTH / ACROSS, HEIGHT / DOWN
_PAD = 7.0
_INNER = _SLIP_WIDTH - 2 * _PAD
_QR = 35.0
_QR_TOP = 24.0
_LEFT = _INNER - _QR - 1.0
_STEP_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
_STEP_LEADING = 1.36
_STEP_HEIGHT = 23.5


@dataclass(frozen=True, slots=True)
class SlipText:
    """Everything a kind of slip says that is not the household's own; the caller's language."""

    heading: str
    """Whose: "花园小区 · 邻里议事厅"."""
    kind: str
    """What the code is: "住户码", "业主码"."""
    code_label: str
    """Above the short code, what it is: "8 位码"; what to do with it the steps say."""
    steps: tuple[str, ...]
    """What to do, a sentence each."""
    footer: str
    """Until when, and whom to call."""


@dataclass(frozen=True, slots=True)
class Slip:
    text: SlipText
    unit: str
    """In words: "2号楼1单元 502室"."""
    url: str
    """What the QR code holds."""
    code: str
    """As it is kept: "H4RT9K2M"; printed in groups of four."""
    name: str = ""
    """Of a person or a company, where the code is for an owner."""


def slips_pdf(slips: Sequence[Slip], *, title: str, now: datetime) -> bytes:
    """A PDF of ⌈n / 8⌉ pages, row by row; `title` is the document's, not printed. FontMissing without a Chinese font.

    Takes seconds for hundreds of slips: call it in a thread.
    """
    paper = Paper(title, now)
    for first in range(0, len(slips), PER_PAGE):
        paper.add_page()
        _cut_lines(paper)
        for place, slip in enumerate(slips[first : first + PER_PAGE]):
            _draw(paper, slip, place % ACROSS * _SLIP_WIDTH, place // ACROSS * _SLIP_HEIGHT)
    return paper.bytes()


def grouped(code: str) -> str:
    """ "H4RT 9K2M" from "H4RT9K2M"."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _cut_lines(paper: Paper) -> None:
    paper.set_draw_color(150)
    paper.set_line_width(0.2)
    paper.set_dash_pattern(dash=2, gap=2)
    for column in range(1, ACROSS):
        paper.line(column * _SLIP_WIDTH, 0, column * _SLIP_WIDTH, HEIGHT)
    for row in range(1, DOWN):
        paper.line(0, row * _SLIP_HEIGHT, WIDTH, row * _SLIP_HEIGHT)
    paper.set_dash_pattern()
    paper.set_draw_color(0)


def _draw(paper: Paper, slip: Slip, x: float, y: float) -> None:
    left, text = x + _PAD, slip.text
    kind = paper.fit_size(text.kind, 30, 11, 7, bold=True)
    kind_width = paper.wide(kind)
    paper.rect(left + _INNER - kind_width - 4, y + 5.4, kind_width + 4, 6.4)
    paper.line_at(left + _INNER - kind_width - 2, y + 6.2, kind)
    paper.line_at(left, y + 6.6, paper.fit_size(text.heading, _INNER - kind_width - 7, 9.5, 6))

    paper.line_at(left, y + 13.2, paper.fit_size(slip.unit, _INNER, 17, 10, bold=True))
    if slip.name:
        _name(paper, slip.name, left, y + 21.2)

    paper.line_at(left, y + 28.2, paper.fit_size(text.code_label, _LEFT, 8.5, 6))
    paper.line_at(left, y + 31.8, paper.fit_size(grouped(slip.code), _LEFT, 20, 9, bold=True))
    _steps(paper, text.steps, left, y + 41.6)
    paper.qr_at(left + _INNER - _QR + 2, y + _QR_TOP + 3, slip.url, _QR)
    paper.line_at(left, y + _SLIP_HEIGHT - 8.6, paper.fit_size(text.footer, _INNER, 8, 5.5))


def _steps(paper: Paper, steps: Sequence[str], left: float, top: float) -> None:
    """Numbered sentences, in the largest type in which they all stand above the footer."""
    width, size = _LEFT - 4, _STEP_SIZES[-1]
    for size in _STEP_SIZES:
        paper.type_size(size)
        count = sum(len(paper.fold(step, width)) for step in steps)
        if count * paper.font_size * _STEP_LEADING + len(steps) * 0.6 <= _STEP_HEIGHT:
            break
    for number, step in enumerate(steps, start=1):
        paper.line_at(left, top, f"{number}.")
        top = paper.block_at(left + 4, top, step, width, leading=_STEP_LEADING) + 0.6


def _name(paper: Paper, name: str, left: float, top: float) -> None:
    """A person's name on one line; a company's, when it must, smaller on two beside the code."""
    paper.type_size(10.5)
    if paper.wide(name) <= _INNER:
        paper.line_at(left, top, name)
        return
    paper.type_size(8)
    paper.block_at(left, top - 0.4, name, _INNER, leading=1.2, most=2)
