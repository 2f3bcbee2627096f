"""The cities' profiles, shipped as TOML beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from council.bylaws.model import SETTINGS, Limit, Profile, Shape, Value

NATIONAL = "national"
NAMES = (NATIONAL, "beijing")
"""In the order of the form; the first holds where a community has confirmed nothing."""


class ProfileError(ValueError):
    """A profile that cannot be read; the message is the path of the fault ("limits.proxy_cap.most")."""


@cache
def load(name: str) -> Profile:
    """A shipped profile; KeyError for an unknown one."""
    if name not in NAMES:
        raise KeyError(name)
    path = files("council.bylaws").joinpath("profiles", f"{name}.toml")
    return parse(tomllib.loads(path.read_text(encoding="utf-8")))


def parse(data: Mapping[str, Any]) -> Profile:
    """A profile from TOML's values; ProfileError names the first key missing, unknown or wrong."""
    _only(data, {"name", "title", "limits"}, "")
    title = data.get("title")
    if not isinstance(title, dict):
        raise ProfileError("title")
    limits = data.get("limits", {})
    _only(limits, set(SETTINGS), "limits.")
    return Profile(
        name=_text(data, "name", ""),
        zh=_text(title, "zh", "title."),
        en=_text(title, "en", "title."),
        limits={name: _limit(name, table) for name, table in limits.items()},
    )


def _limit(name: str, data: Mapping[str, Any]) -> Limit:
    path = f"limits.{name}."
    _only(data, {"zh", "en", "is_to_confirm", "allows", "least", "most", "value"}, path)
    is_to_confirm = data.get("is_to_confirm")
    if not isinstance(is_to_confirm, bool):
        raise ProfileError(path + "is_to_confirm")
    setting = SETTINGS[name]
    allows = None if "allows" not in data else tuple(data["allows"])
    if allows is not None and (not allows or not set(allows) <= set(setting.options)):
        raise ProfileError(path + "allows")
    for bound in ("least", "most"):
        if bound in data and not (setting.shape is Shape.NUMBER and setting.admits(data[bound])):
            raise ProfileError(path + bound)
    return Limit(
        name=name,
        zh=_text(data, "zh", path),
        en=_text(data, "en", path),
        is_to_confirm=is_to_confirm,
        allows=allows,
        least=data.get("least"),
        most=data.get("most"),
        value=_value(name, data, path),
    )


def _value(name: str, data: Mapping[str, Any], path: str) -> Value | None:
    if "value" not in data:
        return None
    value: Value = tuple(data["value"]) if isinstance(data["value"], list) else data["value"]
    if not SETTINGS[name].admits(value):
        raise ProfileError(path + "value")
    return value


def _text(data: Mapping[str, Any], key: str, path: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise ProfileError(path + key)
    return value


def _only(data: Mapping[str, Any], known: set[str], path: str) -> None:
    for key in data:
        if key not in known:
            raise ProfileError(path + key)
