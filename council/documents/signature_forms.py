"""A form to sign for each owner: what is signed, for whom it is meant, and the consent to hand it over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.documents.pdf import HEIGHT, WIDTH, Paper

_PAD = 22.0
_INNER = WIDTH - 2 * _PAD


@dataclass(frozen=True, slots=True)
class SignatureForm:
    """What all forms of a pack say, each a finished sentence; `sign` are labels with a rule to write on."""

    heading: str
    title: str
    matter: str
    lines: Sequence[str]
    consent: Sequence[str]
    sign: Sequence[str]
    foot: str


def forms_pdf(form: SignatureForm, owners: Sequence[str], *, now: datetime) -> bytes:
    """A page for each of `owners` (home, name and area as one line). FontMissing without a Chinese font."""
    paper = Paper(form.title, now)
    for owner in owners:
        paper.add_page()
        _draw(paper, form, owner)
    return paper.bytes()


def _draw(paper: Paper, form: SignatureForm, owner: str) -> None:
    paper.type_size(12)
    y = paper.block_at(_PAD, 20, form.heading, _INNER, align="C", most=1)
    paper.type_size(19, bold=True)
    y = paper.title_at(_PAD, y + 4, form.title, _INNER) + 4
    paper.type_size(13, bold=True)
    y = paper.block_at(_PAD, y, form.matter, _INNER) + 2
    paper.type_size(12)
    y = paper.block_at(_PAD, y, owner, _INNER) + 3
    for line in form.lines:
        y = paper.block_at(_PAD, y, line, _INNER, most=12) + 2
    paper.line(_PAD, y + 1, WIDTH - _PAD, y + 1)
    y += 4
    for line in form.consent:
        y = paper.block_at(_PAD, y, line, _INNER) + 2
    y += 6
    for label in form.sign:
        paper.line_at(_PAD, y, label)
        paper.line(_PAD + paper.wide(label) + 2, y + 5.5, WIDTH - _PAD, y + 5.5)
        y += 14
    paper.type_size(9)
    paper.block_at(_PAD, HEIGHT - 18, form.foot, _INNER, most=2)
