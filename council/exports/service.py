"""Making one file of one export; every one that leaves is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from council.audit import service as audit
from council.documents.cells import Cell, Column, Kind
from council.documents.sheets import Sheet, csv_bytes, json_bytes, xlsx_bytes
from council.exports import permissions
from council.exports.model import MEDIA, Exported, Format, Label, What
from council.exports.tables_of import Content, content
from council.kernel.actor import Actor
from council.kernel.clock import local_date
from council.kernel.errors import require
from council.registry import queries as registry
from council.storage.transactions import transaction


async def export(
    *, actor: Actor, what: What, form: Format, label: Label, now: datetime, motion_id: int | None = None
) -> Exported:
    """One file, named community-what-day. Figures are those of the database at one instant."""
    require(permissions.may_export(actor, what))
    community = await registry.community(actor.community_id)
    async with transaction():
        found = await content(actor.community_id, what, label, now=now, motion_id=motion_id)
        await audit.record(
            actor.community_id,
            "export.made",
            {"what": what.value, "format": form.value, "rows": len(found.rows), "by": actor.person_id},
            now=now,
        )
    # A large workbook takes seconds of CPU: not on the loop that answers everybody.
    data = await asyncio.to_thread(_written, found, form, label, label("export", what))
    name = f"{community.slug}-{what.value}-{local_date(now).isoformat()}.{form.value}"
    return Exported(name, MEDIA[form], data, len(found.rows))


def _written(found: Content, form: Format, label: Label, title: str) -> bytes:
    if form is Format.JSON:
        return json_bytes({"format": "council.export/1", "rows": [_plain(found.columns, row) for row in found.rows]})
    columns = [Column(label("column", name), kind) for name, kind in found.columns]
    if form is Format.CSV:
        return csv_bytes(columns, found.rows)
    return xlsx_bytes([Sheet(title, columns, found.rows)])


_UNITS: Mapping[Kind, str] = {Kind.AREA: "_dm2", Kind.MONEY: "_fen"}


def _plain(columns: Sequence[tuple[str, Kind]], row: Sequence[Cell]) -> dict[str, Any]:
    """A row for programs: integers in dm² and fen, and the key says so."""
    return {name + _UNITS.get(kind, ""): cell for (name, kind), cell in zip(columns, row, strict=True)}
