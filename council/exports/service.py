"""Making one file of one export; every one that leaves is recorded."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from council.audit import service as audit
from council.documents.cells import Cell, Column, Kind
from council.documents.sheets import Sheet, csv_bytes, json_bytes, xlsx_bytes
from council.exports import permissions
from council.exports.model import MEDIA, Entry, Exported, Format, Said, What
from council.exports.tables_of import Content, content
from council.kernel.actor import Actor
from council.kernel.clock import local_date
from council.kernel.errors import require
from council.registry import queries as registry
from council.storage.transactions import transaction
from council.web.i18n import Words


async def export(
    *, actor: Actor, what: What, form: Format, words: Words, now: datetime, motion_id: int | None = None
) -> Exported:
    """One file, named community-what-day, of one vote also with its number and title. Figures are those of the database
    at one instant."""
    require(permissions.may_export(actor, what))
    community = await registry.community(actor.community_id)
    async with transaction():
        found = await content(actor.community_id, what, words, now=now, motion_id=motion_id)
        await audit.record(
            actor.community_id,
            "export.made",
            {"what": what.value, "format": form.value, "rows": len(found.rows), "by": actor.person_id},
            now=now,
        )
    # A large workbook takes seconds of CPU: not on the loop that answers everybody.
    data = await asyncio.to_thread(_written, found, form, words, words.label("export", what))
    plain, titled = (
        "-".join([community.slug, what.value, *which, local_date(now).isoformat()]) + f".{form.value}"
        for which in _which(found)
    )
    return Exported(plain, titled, MEDIA[form], data, len(found.rows))


_NOT_IN_A_NAME = re.compile(r"[\W_]+")
_LONGEST_TITLE = 40


def file_title(title: str) -> str:
    """A title as a part of a file's name: letters and figures."""
    return _NOT_IN_A_NAME.sub("-", title).strip("-")[:_LONGEST_TITLE].rstrip("-")


def _which(found: Content) -> tuple[list[str], list[str]]:
    """What a file's name says of the one vote that it is about: plainly, and with its title."""
    if found.motion is None:
        return [], []
    number = str(found.motion.id)
    return [number], [number, file_title(found.motion.title)]


def _written(found: Content, form: Format, words: Words, title: str) -> bytes:
    if form is Format.JSON:
        return json_bytes({"format": "council.export/1", "rows": [_plain(found.columns, row) for row in found.rows]})
    columns = [Column(words.label("column", name), kind) for name, kind in found.columns]
    if form is Format.CSV:
        return csv_bytes(columns, map(_worded, found.rows))
    return xlsx_bytes([Sheet(title, columns, map(_worded, found.rows))])


def _worded(row: Sequence[Entry]) -> list[Cell]:
    return [each.words if isinstance(each, Said) else each for each in row]


_UNITS: Mapping[Kind, str] = {Kind.AREA: "_dm2", Kind.MONEY: "_fen"}


def _plain(columns: Sequence[tuple[str, Kind]], row: Sequence[Entry]) -> dict[str, Any]:
    """A row for programs: integers in dm² and fen, and the key says so."""
    told = [each.code if isinstance(each, Said) else each for each in row]
    return {name + _UNITS.get(kind, ""): cell for (name, kind), cell in zip(columns, told, strict=True)}
