"""A new proposal out of its form. Every problem is noted in the form: call `form.check()` before using the result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from council.kernel.scope import ScopeKind
from council.kernel.text import clean
from council.pathways.model import Kind, Need, Preset
from council.proposals import places
from council.proposals.answers import QUESTIONS
from council.web.forms import Form

YES_NO = ("yes", "no")
ELECTS = ("no", "whole", "fills")
"""Elects nobody; elects a whole committee, with which the one that stands ends; fills seats of the one that stands."""
CHAIR_ROUTES = ("owners_committee", "management_committee")
_BETWEEN = re.compile(r"[\s、，,;；/]+")


@dataclass(frozen=True, slots=True)
class Filing:
    """What somebody wants to file, before the register was asked about it.

    `parts` are further paragraphs of the text by their message id ("proposal.part.business"); `rooms` those whose
    own space is taken, as typed.
    """

    key: str
    title: str
    body: str
    place: tuple[ScopeKind, int | None] | None
    cost_fen: int | None
    unit_id: int | None
    answers: dict[str, bool]
    parts: tuple[tuple[str, str], ...] = ()
    rooms: tuple[str, ...] = ()
    rooms_how: str = field(default="")


def kind(form: Form) -> Kind:
    return form.choice("kind", Kind)


def four_answers(form: Form) -> dict[str, bool]:
    """The four questions of a resident matter, each with its yes or no."""
    return {name: _yes(form, name) for name in QUESTIONS}


def filing(form: Form, picked: Kind, preset: Preset, *, homes: int) -> Filing:
    """`picked` is the kind that was chosen, `preset` the one that its answers lead to (`filing.settled`)."""
    needs = preset.needs
    _named(form, "title", "proposal.no_title")
    title = form.line("title", least=6, most=60)
    _named(form, "body", "proposal.no_body")
    body = form.text("body", least=10, most=4000)
    answers = four_answers(form) if picked is Kind.RESIDENT_MATTER else {}
    if Need.RAISES_MONEY in needs:
        answers |= {Need.RAISES_MONEY.value: _yes(form, Need.RAISES_MONEY)}
    if Need.ELECTS in needs:
        answers |= _elects(form)
    rooms, how = _rooms(form) if Need.OCCUPIED_UNITS in needs else ((), "")
    return Filing(
        key=form.key(),
        title=title,
        body=body,
        place=_place(form, preset),
        cost_fen=form.money("cost", required=False) if Need.COST in needs else None,
        unit_id=_household(form, homes),
        answers=answers,
        parts=tuple(_parts(form, preset)),
        rooms=rooms,
        rooms_how=how,
    )


def _place(form: Form, preset: Preset) -> tuple[ScopeKind, int | None] | None:
    if preset.scopes == (ScopeKind.COMMUNITY,):
        return ScopeKind.COMMUNITY, None
    value = form.value("scope")
    if not value:
        form.reject("scope", "proposal.no_place")
        return None
    place = places.parse(value)
    if place is None or place[0] not in preset.scopes:
        form.reject("scope", "form.not_a_choice")
        return None
    return place


def _household(form: Form, homes: int) -> int | None:
    if homes > 1 and not form.value("unit"):
        form.reject("unit", "proposal.no_household")
        return None
    return form.integer("unit", most=10**15, required=False)


def _rooms(form: Form) -> tuple[tuple[str, ...], str]:
    """Whose own space the work takes: nobody's must be said, not left out."""
    if not form.value("occupied"):
        form.reject("occupied", "proposal.no_occupied")
        return (), ""
    if form.choice("occupied", YES_NO) == "no":
        return (), ""
    _named(form, "occupied_rooms", "proposal.no_rooms")
    _named(form, "occupied_how", "proposal.no_how")
    rooms = _BETWEEN.split(form.line("occupied_rooms", least=1, most=200))
    return tuple(dict.fromkeys(room.removesuffix("室") for room in rooms if room)), form.line("occupied_how", most=200)


def _parts(form: Form, preset: Preset) -> list[tuple[str, str]]:
    parts = []
    if Need.TEXT in preset.needs:
        _named(form, "text", "proposal.no_text")
        parts.append(("proposal.part.text", form.text("text", least=10, most=8000)))
    if Need.CANDIDATE in preset.needs:
        _chair_route(form)
    if Need.BUSINESS in preset.needs:
        _named(form, "business", "proposal.no_business")
        parts.append(("proposal.part.business", form.line("business", least=2, most=100)))
    if Need.AFFECTED_OWNERS in preset.needs and (affected := form.text("affected", most=1000)):
        parts.append(("proposal.part.affected", affected))
    return parts


def _chair_route(form: Form) -> None:
    """No owners' vote appoints the chair of a management committee: that route is not filed as a proposal."""
    if not form.value("chair_route"):
        form.reject("chair_route", "proposal.no_route")
    elif form.choice("chair_route", CHAIR_ROUTES) == "management_committee":
        form.reject("chair_route", "proposal.chair_by_rule")


def _yes(form: Form, name: str) -> bool:
    if not form.value(name):
        form.reject(name, "proposal.not_answered")
    return form.choice(name, YES_NO) == "yes"


def _elects(form: Form) -> dict[str, bool]:
    if not form.value("elects"):
        form.reject("elects", "proposal.not_answered")
    told = form.choice("elects", ELECTS)
    return {"elects": told in {"whole", "fills"}, "fills": told == "fills"}


def _named(form: Form, name: str, code: str) -> None:
    """A field left empty is named in the list of what is to be mended."""
    if not clean(form.value(name)):
        form.reject(name, code)
