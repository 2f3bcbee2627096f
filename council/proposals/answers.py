"""What a proposer answered, and the rules that the answers lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from council.pathways.filing import FourAnswers, Route, route
from council.pathways.model import Kind, Preset
from council.pathways.presets import load, settle

QUESTIONS = tuple(field.name for field in fields(FourAnswers))
"""The four questions of a resident matter, by their names in `answers`."""

_VARIANT = {"raises_money": "raising", "elects": "committee"}
"""Which answer takes a kind to its other leg."""


def four_answers(answers: Mapping[str, bool]) -> FourAnswers:
    return FourAnswers(**{name: answers.get(name, False) for name in QUESTIONS})


def settled(kind: Kind, answers: Mapping[str, bool]) -> Preset:
    """The preset of a kind under the leg that the answers take it to."""
    preset = load(kind)
    wanted = {leg for answer, leg in _VARIANT.items() if answers.get(answer)}
    return settle(preset, next((each.name for each in preset.variants if each.name in wanted), None))


def routed(kind: Kind, answers: Mapping[str, bool]) -> Route:
    """Where a matter of this kind goes with these answers."""
    return route(kind, four_answers(answers))
