"""Reads of versions. Every one names the community."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from council.bylaws import profiles
from council.bylaws.model import SETTINGS, Clause, Matter, Newest, Procedure, Shape, Value, Version
from council.bylaws.resolving import resolve
from council.kernel.errors import NotFound
from council.storage.sql import fetch

_VERSION = (
    "SELECT id, community_id, number, title, profile, scan_id, scan_sha256, adopted_on, effective_from, proposed_by,"
    " proposed_by_name, proposed_at, confirmed_by_name, confirmed_at, withdrawn_at FROM bylaws_version"
    " WHERE community_id = {}"
)


def to_text(value: Value) -> str:
    """A setting's value as its column holds it."""
    return ",".join(value) if isinstance(value, tuple) else str(value)


def from_text(name: str, text: str) -> Value | None:
    """The value of a column; None for what is none of this setting's (and therefore says nothing)."""
    setting = SETTINGS.get(name)
    if setting is None:
        return None
    value: Value = text
    if setting.shape is Shape.NUMBER:
        value = int(text) if text.isascii() and text.isdigit() else -1
    elif setting.shape is Shape.SET:
        value = tuple(each for each in text.split(",") if each)
    return value if setting.admits(value) else None


async def versions(community_id: int) -> list[Version]:
    """Every version that was not withdrawn, the newest first; two queries."""
    rows = await fetch(_VERSION + " AND withdrawn_at IS NULL ORDER BY number DESC", community_id)
    return await _with_clauses(community_id, rows)


async def version(community_id: int, version_id: int) -> Version:
    """Withdrawn ones too; NotFound when there is none, or it is another community's."""
    found = await _with_clauses(community_id, await fetch(_VERSION + " AND id = {}", community_id, version_id))
    if not found:
        raise NotFound("bylaws")
    return found[0]


async def version_by_key(community_id: int, key: str) -> Version | None:
    found = await _with_clauses(community_id, await fetch(_VERSION + " AND key = {}", community_id, key))
    return found[0] if found else None


async def waiting(community_id: int) -> Version | None:
    """The one version that a second person has still to confirm."""
    rows = await fetch(_VERSION + " AND confirmed_at IS NULL AND withdrawn_at IS NULL", community_id)
    found = await _with_clauses(community_id, rows)
    return found[0] if found else None


async def newest(community_id: int) -> Newest:
    """Also of those that were withdrawn: a number is given once."""
    rows = await fetch(
        "SELECT number, effective_from, confirmed_at FROM bylaws_version WHERE community_id = {}", community_id
    )
    confirmed = [row["effective_from"] for row in rows if row["confirmed_at"] is not None]
    return Newest(max((row["number"] for row in rows), default=0), max(confirmed, default=None))


async def in_force(community_id: int, now: datetime) -> Version | None:
    """The version that holds at an instant: confirmed by then, and the last to have begun."""
    rows = await fetch(
        _VERSION + " AND confirmed_at <= {} AND effective_from <= {} ORDER BY effective_from DESC, number DESC LIMIT 1",
        *(community_id, now, now),
    )
    found = await _with_clauses(community_id, rows)
    return found[0] if found else None


async def procedure(community_id: int, now: datetime, matter: Matter | None = None) -> Procedure:
    """What holds at an instant: for one matter, or for the community as a whole."""
    held = await in_force(community_id, now)
    return resolve(profiles.load(profiles.NATIONAL if held is None else held.profile), held, matter)


async def _with_clauses(community_id: int, rows: Sequence[Mapping[str, Any]]) -> list[Version]:
    said = await _clauses(community_id, [row["id"] for row in rows])
    return [Version(**row, clauses=said.get(row["id"], {})) for row in rows]


async def _clauses(community_id: int, version_ids: Iterable[int]) -> dict[int, dict[str, Clause]]:
    wanted = list(version_ids)
    if not wanted:
        return {}
    rows = await fetch(
        "SELECT version_id, name, value, clause, page FROM bylaws_setting"
        " WHERE community_id = {} AND version_id IN {} ORDER BY id",
        *(community_id, wanted),
    )
    found: dict[int, dict[str, Clause]] = defaultdict(dict)
    for row in rows:
        value = from_text(row["name"], row["value"])
        if value is not None:
            found[row["version_id"]][row["name"]] = Clause(row["name"], value, row["clause"], row["page"])
    return found
