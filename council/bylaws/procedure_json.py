"""A motion's procedure as canonical JSON: equal bytes for equal procedures, read back for as long as the motion is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from council.bylaws.model import SETTINGS, Procedure, Ruling, Source, SourceKind, Value
from council.kernel.text import canonical_json

FORMAT = "council.procedure/1"
_KINDS: Mapping[str, type] = {"kind": str, "title": str, "clause": str, "zh": str, "en": str, "is_to_confirm": bool}
_PLAIN = Source(SourceKind.PRESET)


class ProcedureError(ValueError):
    """A snapshot that cannot be read; the message is the path of the fault ("settings.change.value")."""


def to_json(procedure: Procedure) -> str:
    settings = {
        name: {"value": ruling.value, "source": _source_json(ruling.source)} for name, ruling in procedure.rulings()
    }
    return canonical_json(
        {"format": FORMAT, "profile": procedure.profile, "version": procedure.version_id, "settings": settings}
    )


@lru_cache(maxsize=256)
def from_json(text: str) -> Procedure:
    """ "{}" is a motion from before there were snapshots: all presets. A setting that the snapshot does not know was
    none when it was taken, and holds as its preset. ProcedureError. Hundreds of motions share a few snapshots."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ProcedureError("not JSON") from error
    if data == {}:
        return Procedure()
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ProcedureError("format")
    settings, profile, version = data.get("settings"), data.get("profile"), data.get("version")
    if not isinstance(settings, dict) or not set(settings) <= set(SETTINGS):
        raise ProcedureError("settings")
    if not isinstance(profile, str):
        raise ProcedureError("profile")
    if version is not None and not _is_int(version):
        raise ProcedureError("version")
    rulings: dict[str, Any] = {name: _ruling(name, each) for name, each in settings.items()}
    return Procedure(**rulings, profile=profile, version_id=version)


def _ruling(name: str, data: object) -> Ruling[Any]:
    path = f"settings.{name}"
    if not isinstance(data, dict) or set(data) != {"value", "source"}:
        raise ProcedureError(path)
    given = data["value"]
    value: Value = tuple(given) if isinstance(given, list) else given
    if not SETTINGS[name].admits(value):
        raise ProcedureError(path + ".value")
    return Ruling(value, _source(data["source"], path + ".source"))


def _source_json(source: Source) -> dict[str, Any]:
    """What is said; blanks are left out."""
    plain = asdict(_PLAIN)
    return {key: value for key, value in asdict(source).items() if key == "kind" or value != plain[key]}


def _source(data: object, path: str) -> Source:
    if not isinstance(data, Mapping):
        raise ProcedureError(path)
    for key, value in data.items():
        is_whole = _is_int(value) if key in {"version_id", "page"} else isinstance(value, _KINDS.get(key, ()))
        if not is_whole:
            raise ProcedureError(f"{path}.{key}")
    try:
        kind = SourceKind(str(data.get("kind")))
    except ValueError as error:
        raise ProcedureError(path + ".kind") from error
    return Source(**{**data, "kind": kind})


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
