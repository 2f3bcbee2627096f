"""What people send about papers, read field by field."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from council.voting.paper import Brought, Layout, Mark, read_mark, read_serial
from council.voting.paper_printing import FOLLOW_UP, SIGNER, PrintOrder
from council.web.forms import Form

_WHOM = re.compile(rf"[^-\s]{{1,20}}(-[^-\s]{{1,20}})?|{FOLLOW_UP}|{SIGNER}|voter-[1-9][0-9]{{0,17}}|")
"""Everybody, a building, an entrance, those to follow up, those whose signer has changed, one voter."""


def parse_order(form: Form) -> PrintOrder:
    key = form.key()
    whom = form.line("whom", most=60)
    if _WHOM.fullmatch(whom) is None:
        form.reject("whom", "form.not_a_choice")
    layout = form.choice("layout", Layout)
    is_anew = form.choice("which", ("missing", "anew")) == "anew"
    form.check()
    return PrintOrder(key, whom, layout, is_anew)


@dataclass(frozen=True, slots=True)
class SentReturn:
    key: str
    serial: str
    channel: Brought
    is_by_mandate: bool = False


def parse_return(form: Form, serial: str | None = None) -> SentReturn:
    """`serial` where the address says it; typed or scanned it stands in a field."""
    key = form.key()
    found = read_serial(form.line("serial", most=300)) if serial is None else read_serial(serial)
    if not found:
        form.reject("serial", "paper.no_serial")
    channel = form.choice("channel", Brought)
    form.check()
    return SentReturn(key, found, channel, form.flag("by_mandate"))


Reader = Callable[[str], Mark | None]
"""What was typed as a mark: `read_mark`, or in an election `read_names` of its candidates."""


@dataclass(frozen=True, slots=True)
class SentKeying:
    return_id: int
    mark: Mark


def parse_keying(form: Form, read: Reader) -> SentKeying:
    """A button that was pressed, or what was typed; not both, where they say different things."""
    return_id = form.integer("paper", least=1, most=2**53)
    said = {read(typed) for typed in (form.value("pressed"), form.value("mark")) if typed.strip()}
    mark = said.pop() if len(said) == 1 else None
    if mark is None:
        form.reject("mark", "paper.no_mark" if read is read_mark else "paper.no_names")
    form.check()
    if mark is None:
        raise AssertionError
    return SentKeying(return_id, mark)


@dataclass(frozen=True, slots=True)
class SentDecision:
    mark: Mark
    words: str


def parse_decision(form: Form, read: Reader) -> SentDecision:
    """`mark` is a choice, names, or "void.<why>"; the words say why the scrutineer reads it so."""
    mark = read(form.value("mark"))
    if mark is None:
        form.reject("mark", "form.not_chosen" if read is read_mark else "paper.no_names")
    words = form.text("why", least=4, most=500, missing="form.no_reason")
    form.check()
    if mark is None:
        raise AssertionError
    return SentDecision(mark, words)
