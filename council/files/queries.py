"""Reads of files. Every one names the community.

`is_filed` and `pending` look into `proposal_photo`, a table of a room to the right: whether a photo is anybody's to
see, and whether it fills the disk for nothing, is decided by that alone. `held_by` looks into the tables that name
scans for the same reason, `document_stands` into those that name documents. This room reads them and never writes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from council.files.model import Holder, Purpose, StoredFile
from council.kernel.errors import NotFound
from council.storage.sql import fetch, fetch_one

_FILE = (
    "SELECT id, community_id, sha256, thumb_sha256, media_type, size, width, height, name, purpose, uploaded_by,"
    " uploaded_at FROM stored_file WHERE community_id = {}"
)

_LARGEST_ID = 2**63 - 1
"""What a BIGINT holds: an address may carry more digits than that."""


async def stored_file(community_id: int, file_id: int) -> StoredFile:
    """NotFound when there is none, or it is another community's."""
    if file_id > _LARGEST_ID:
        raise NotFound("file")
    row = await fetch_one(_FILE + " AND id = {}", community_id, file_id)
    if row is None:
        raise NotFound("file")
    return _stored(row)


async def stored_files(community_id: int, file_ids: Sequence[int]) -> list[StoredFile]:
    """Those of the ids that are here, in the order given."""
    if not file_ids:
        return []
    rows = await fetch(_FILE + " AND id IN {}", community_id, list(file_ids))
    found = {row["id"]: _stored(row) for row in rows}
    return [found[file_id] for file_id in file_ids if file_id in found]


async def is_filed(file: StoredFile) -> bool:
    """Whether a matter shows this photo: one that only a refused form has held is nobody's to see yet."""
    row = await fetch_one(
        "SELECT 1 AS filed FROM proposal_photo WHERE community_id = {} AND file_id = {} LIMIT 1",
        file.community_id,
        file.id,
    )
    return row is not None


_HOLDERS: tuple[tuple[Holder, str, tuple[str, ...]], ...] = (
    (Holder.APART, "delivery", ("photo_id",)),
    (Holder.APART, "pack_sheet", ("file_id",)),
    (Holder.APART, "proxy", ("scan_id",)),
    (Holder.APART, "holder_paper", ("file_id",)),
    (Holder.APART, "halt", ("file_id",)),
    (Holder.APART, "judgment", ("file_id",)),
    (Holder.APART, "transfer", ("file_id",)),
    (Holder.APART, "consent_paper", ("file_id",)),
    (Holder.APART, "consent_naming", ("file_id",)),
    (Holder.APART, "lot", ("photo_id",)),
    (Holder.ELECTION, "candidate", ("document_id", "consent_id", "authorisation_id")),
    (Holder.ELECTION, "candidate_sheet", ("file_id",)),
    (Holder.LETTER, "candidate_letter", ("file_id",)),
    (Holder.BODY, "body_entry", ("scan_id",)),
    (Holder.OBJECTION, "objection_step", ("file_id",)),
)
_NAMED_BY: tuple[tuple[str, str, str], ...] = (
    ("finding", "file_id", "TRUE"),
    ("official_result", "file_id", "confirmed_at IS NOT NULL"),
    ("body_entry", "scan_id", "confirmed_at IS NOT NULL AND kind NOT IN ('filing', 'earlier')"),
    ("bylaws_version", "scan_id", "confirmed_at IS NOT NULL"),
    ("candidate", "document_id", "confirmed_at IS NOT NULL AND verdict = 'eligible'"),
)
"""Tables that name documents, and when their record stands. A filing form has identity numbers: its scan is nobody's
but the office's, also where it was brought in as a document."""
_STANDING = " UNION ALL ".join(
    f"SELECT CASE WHEN {stands} THEN 1 ELSE 0 END AS stands FROM {table} WHERE community_id = {{}} AND {column} = {{}}"
    for table, column, stands in _NAMED_BY
)
_HELD_BY = " UNION ALL ".join(
    f"SELECT '{holder.value}' AS holder FROM {table} WHERE community_id = {{}} AND {column} = {{}}"
    for holder, table, columns in _HOLDERS
    for column in columns
)


async def held_by(file: StoredFile) -> frozenset[Holder]:
    """Which rooms' records name this scan; none for one that only a refused form has held. One query."""
    asked = (file.community_id, file.id) * sum(len(columns) for _, _, columns in _HOLDERS)
    return frozenset(Holder(row["holder"]) for row in await fetch(_HELD_BY, *asked))


async def document_stands(file: StoredFile) -> bool | None:
    """Whether a record that stands names this document; False where one that waits does, None where none does: only a
    refused form has held it. One query."""
    found = [bool(row["stands"]) for row in await fetch(_STANDING, *(file.community_id, file.id) * len(_NAMED_BY))]
    return any(found) if found else None


async def pending(community_id: int, person_id: int, since: datetime) -> int:
    """How many photos this person has brought since then that no matter shows."""
    row = await fetch_one(
        "SELECT COUNT(*) AS waiting FROM stored_file f WHERE f.community_id = {} AND f.uploaded_by = {}"
        " AND f.uploaded_at > {} AND f.purpose = 'photo' AND NOT EXISTS (SELECT 1 FROM proposal_photo p"
        " WHERE p.community_id = f.community_id AND p.file_id = f.id)",
        community_id,
        person_id,
        since,
    )
    return 0 if row is None else int(row["waiting"])


async def by_digest(community_id: int, sha256: str, purpose: Purpose) -> StoredFile | None:
    row = await fetch_one(_FILE + " AND sha256 = {} AND purpose = {}", community_id, sha256, purpose.value)
    return None if row is None else _stored(row)


def _stored(row: Mapping[str, Any]) -> StoredFile:
    return StoredFile(**{**row, "purpose": Purpose(row["purpose"])})
