"""Presets: shipped as TOML beside this file, frozen as canonical JSON into every proposal."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, replace
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from council.kernel.scope import ScopeKind
from council.kernel.text import canonical_json
from council.pathways.model import (
    Caller,
    Days,
    Electorate,
    Endorsement,
    GateName,
    Kind,
    Need,
    Preset,
    RulesetName,
    Source,
    Sources,
    Text,
    Variant,
)

FORMAT = "council.preset/1"
OURS = "preset"
"""Marks a number without a legal source."""

_E = TypeVar("_E", bound=StrEnum)


class PresetError(ValueError):
    """A preset that cannot be read; the message is the path of the fault ("days.notice")."""


@cache
def load(kind: Kind) -> Preset:
    """The shipped preset of a kind."""
    path = files("council.pathways").joinpath("presets", f"{kind}.toml")
    return parse(tomllib.loads(path.read_text(encoding="utf-8")))


def all_presets() -> tuple[Preset, ...]:
    """The shipped presets in the order of `Kind`, the commonest first: so the filing page and the rules list them."""
    return tuple(load(kind) for kind in Kind)


def settle(preset: Preset, variant: str | None) -> Preset:
    """The preset under one of its variants (ruleset, article), as it is then frozen; KeyError for an unknown one."""
    if variant is None:
        return preset
    chosen = {each.name: each for each in preset.variants}[variant]
    return replace(
        preset,
        ruleset=chosen.ruleset,
        is_election=chosen.is_election,
        article=chosen.article,
        variant=chosen.name,
    )


def to_json(preset: Preset) -> str:
    """The snapshot: canonical JSON, equal bytes for equal presets."""
    data = asdict(preset)
    data["sources"] = {number: source or OURS for number, source in data["sources"].items()}
    return canonical_json({"format": FORMAT, **data})


@lru_cache(maxsize=256)
def from_json(text: str) -> Preset:
    """A preset from its snapshot; PresetError when it is not one. Hundreds of matters share a few snapshots."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise PresetError("not JSON") from error
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise PresetError("format")
    return parse(data)


def parse(data: Mapping[str, Any]) -> Preset:
    """A preset from TOML's or JSON's plain values; PresetError names the first key missing, unknown or wrong."""
    known = {"kind", "version", "electorate", "ruleset", "is_advisory", "is_election", "opens_project"}
    known |= {"is_meeting_needed", "scopes", "gates", "later", "needs", "endorsement", "days", "sources", "article"}
    _only(data, known | {"conclusion", "variants", "variant"}, "")
    return Preset(
        kind=_choice(data, "kind", Kind),
        version=_count(data, "version"),
        electorate=_choice(data, "electorate", Electorate),
        ruleset=_choice(data, "ruleset", RulesetName),
        is_advisory=_flag(data, "is_advisory"),
        is_election=_flag(data, "is_election"),
        opens_project=_flag(data, "opens_project"),
        is_meeting_needed=_flag(data, "is_meeting_needed"),
        scopes=_choices(data, "scopes", ScopeKind),
        gates=_choices(data, "gates", GateName),
        later=_choices(data, "later", GateName),
        needs=_choices(data, "needs", Need),
        endorsement=_endorsement(_table(data, "endorsement")),
        days=_days(_table(data, "days")),
        sources=_sources(_table(data, "sources")),
        article=_text(data, "article"),
        conclusion=_text(data, "conclusion"),
        variants=tuple(_variant(each) for each in data.get("variants", ())),
        variant=_name(data["variant"], "variant") if data.get("variant") is not None else None,
    )


def _endorsement(data: Mapping[str, Any]) -> Endorsement:
    _only(data, {"households", "numerator", "denominator", "callers"}, "endorsement.")
    rule = Endorsement(
        households=_count(data, "households"),
        numerator=_count(data, "numerator"),
        denominator=_count(data, "denominator"),
        callers=_choices(data, "callers", Caller),
    )
    if rule.denominator < 1 or rule.numerator > rule.denominator:
        raise PresetError("endorsement.denominator")
    return rule


def _days(data: Mapping[str, Any]) -> Days:
    names = ("acceptance", "deliberation", "notice", "vote", "result")
    _only(data, set(names), "days.")
    return Days(**{name: _count(data, name) for name in names})


def _sources(data: Mapping[str, Any]) -> Sources:
    names = ("endorsement", "acceptance", "deliberation", "notice", "vote", "result")
    _only(data, set(names), "sources.")
    return Sources(**{name: None if data.get(name) == OURS else _source(data, name) for name in names})


def _source(data: Mapping[str, Any], name: str) -> Source:
    table = _table(data, name)
    _only(table, {"zh", "en", "is_binding"}, f"sources.{name}.")
    return Source(_name(table.get("zh"), "zh"), _name(table.get("en"), "en"), _flag(table, "is_binding"))


def _variant(data: Mapping[str, Any]) -> Variant:
    _only(data, {"name", "ruleset", "is_election", "article"}, "variants.")
    ruleset = _choice(data, "ruleset", RulesetName)
    return Variant(
        _name(data.get("name"), "variants.name"), ruleset, _flag(data, "is_election"), _text(data, "article")
    )


def _text(data: Mapping[str, Any], key: str) -> Text:
    table = _table(data, key)
    _only(table, {"zh", "en"}, f"{key}.")
    return Text(_name(table.get("zh"), f"{key}.zh"), _name(table.get("en"), f"{key}.en"))


def _only(data: Mapping[str, Any], known: set[str], path: str) -> None:
    for key in data:
        if key not in known:
            raise PresetError(path + key)


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    if not isinstance(value, dict):
        raise PresetError(key)
    return value


def _name(value: object, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise PresetError(path)
    return value


def _count(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise PresetError(key)
    return value


def _flag(data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key)
    if not isinstance(value, bool):
        raise PresetError(key)
    return value


def _choice(data: Mapping[str, Any], key: str, enum: type[_E]) -> _E:
    try:
        return enum(str(data.get(key)))
    except ValueError as error:
        raise PresetError(key) from error


def _choices(data: Mapping[str, Any], key: str, enum: type[_E]) -> tuple[_E, ...]:
    values = data.get(key)
    if not isinstance(values, list) or len(values) != len({str(each) for each in values}):
        raise PresetError(key)
    return tuple(_choice({key: each}, key, enum) for each in values)
