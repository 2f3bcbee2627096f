"""Reads of rolls on their way in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from council.kernel.errors import NotFound
from council.registry.staged import RowState, StagedRow, Upload, UploadState, UploadSummary, from_text
from council.storage.sql import fetch, fetch_one

_UPLOAD = (
    "SELECT id, name, sha256, area_heading, headings, state, uploaded_by_name, uploaded_at, closed_at FROM roll_upload"
    " WHERE community_id = {}"
)


def _upload(row: Mapping[str, Any]) -> Upload:
    return Upload(**{**row, "headings": tuple(json.loads(row["headings"])), "state": UploadState(row["state"])})


async def upload(community_id: int, upload_id: int) -> Upload:
    row = await fetch_one(_UPLOAD + " AND id = {}", community_id, upload_id)
    if row is None:
        raise NotFound
    return _upload(row)


async def rows(community_id: int, upload_id: int) -> list[StagedRow]:
    """Every row in the file's order."""
    found = await fetch(
        "SELECT row_number, cells, state, closed_by_name, closed_reason FROM roll_upload_row"
        " WHERE community_id = {} AND upload_id = {} ORDER BY row_number",
        community_id,
        upload_id,
    )
    return [
        StagedRow(
            row["row_number"],
            from_text(row["cells"]),
            RowState(row["state"]),
            row["closed_by_name"],
            row["closed_reason"],
        )
        for row in found
    ]


async def summaries(community_id: int, *, most: int = 20) -> list[UploadSummary]:
    """The newest uploads; what still waits for somebody comes first."""
    found = await fetch(
        "SELECT u.id, u.name, u.state, u.uploaded_by_name, u.uploaded_at, COUNT(r.id) AS rows,"
        " COALESCE(SUM(CASE WHEN r.state = 'faulty' THEN 1 ELSE 0 END), 0) AS faulty"
        " FROM roll_upload u LEFT JOIN roll_upload_row r ON r.upload_id = u.id AND r.community_id = u.community_id"
        " WHERE u.community_id = {} GROUP BY u.id, u.name, u.state, u.uploaded_by_name, u.uploaded_at"
        " ORDER BY CASE WHEN u.state = 'open' THEN 0 ELSE 1 END, u.id DESC LIMIT {}",
        community_id,
        most,
    )
    return [UploadSummary(**{**row, "state": UploadState(row["state"])}) for row in found]


async def unresolved(community_id: int) -> list[UploadSummary]:
    """Confirmed uploads with rows that nobody has mended or dropped: no vote over such a scope can open."""
    return [one for one in await summaries(community_id, most=100) if one.state is UploadState.APPLIED and one.faulty]
