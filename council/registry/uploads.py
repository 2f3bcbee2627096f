"""A roll handed over in the browser: staged, mended, looked at, and only then confirmed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Refused, require
from council.registry import bulk, importing, permissions, queries, snapshot, staged, upload_queries
from council.registry.importing import Applied
from council.registry.known import Register
from council.registry.matching import Foreseen, foresee
from council.registry.rollfile.model import RollFile
from council.registry.staged import Place, RowState, StagedRow, Upload, UploadState
from council.registry.tables import RollUpload
from council.storage.once import insert_once
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction

EMPTY = "[]"
"""Cells of a row that is done with: the register has what it said, and numbers are not kept twice."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a confirmation would do; `seen` names exactly this effect."""

    upload: Upload
    rows: tuple[StagedRow, ...]
    roll: RollFile
    foreseen: Foreseen

    @property
    def seen(self) -> str:
        return self.foreseen.digest

    @property
    def faulty(self) -> list[StagedRow]:
        return [row for row in self.rows if row.state is RowState.FAULTY]


async def stage(
    *, actor: Actor, key: str, name: str, roll: RollFile, digest: str, area_heading: str | None, now: datetime
) -> int:
    """Keeps a roll that could be read, for a preview; nothing takes effect. The same form again: the first one's id;
    with another roll in it, or from somebody else, it is refused (form.used_before)."""
    require(permissions.may_keep_register(actor))
    community_id = actor.community_id
    lines = [line for line in roll.lines if line.number > roll.heading_row]
    faulty = {problem.row for problem in roll.errors}
    row = RollUpload(
        community_id=community_id,
        key=key,
        name=name,
        sha256=digest,
        area_heading=area_heading,
        headings=json.dumps(roll.headings, ensure_ascii=False),
        state=UploadState.OPEN.value,
        uploaded_by=actor.person_id,
        uploaded_by_name=actor.name,
        uploaded_at=now,
    )
    async with transaction():
        upload_id, is_new = await insert_once(row, same=("uploaded_by", "sha256", "area_heading"))
        if not is_new:
            return upload_id
        upload = await upload_queries.upload(community_id, upload_id)
        rows = [
            StagedRow(line.number, line.cells, RowState.FAULTY if line.number in faulty else RowState.WAITING)
            for line in lines
        ]
        places = staged.places(upload, rows, roll.rows, await known_places(community_id))
        await bulk.insert(
            "roll_upload_row",
            ("community_id", "upload_id", "row_number", "cells", "building", "entrance", "state"),
            [
                (community_id, upload_id, row.number, staged.to_text(row.cells), *places[row.number], row.state.value)
                for row in rows
            ],
        )
        data = {"upload_id": upload_id, "sha256": digest, "rows": len(rows), "by": actor.person_id}
        await audit.record(community_id, "roll.staged", data, now=now)
    return upload_id


async def preview(*, actor: Actor, upload_id: int) -> Preview:
    """The effect as of now. NotFound for another community's."""
    require(permissions.may_keep_register(actor))
    upload = await upload_queries.upload(actor.community_id, upload_id)
    rows = await upload_queries.rows(actor.community_id, upload_id)
    register = await snapshot.take(actor.community_id)
    roll, foreseen = await asyncio.to_thread(_foreseen, upload, rows, register)
    return Preview(upload, tuple(rows), roll, foreseen)


def _foreseen(upload: Upload, rows: Sequence[StagedRow], register: Register) -> tuple[RollFile, Foreseen]:
    roll = staged.check(upload, rows)
    waiting = {row.number for row in rows if row.state is RowState.WAITING}
    return roll, foresee(register, [row for row in roll.rows if row.number in waiting])


async def confirm(*, actor: Actor, upload_id: int, seen: str, now: datetime) -> Applied | None:
    """The good rows take effect, the faulty ones stay unresolved. None when it was confirmed before.

    Refused "upload.moved_on" when the effect is not the one that was `seen` (a colleague mended a row, the register
    changed), "upload.discarded", "upload.nothing_good".
    """
    require(permissions.may_keep_register(actor))
    async with transaction():
        register = await importing.hold(actor.community_id)
        upload = await upload_queries.upload(actor.community_id, upload_id)
        if upload.state is UploadState.APPLIED:
            return None
        if upload.state is UploadState.DISCARDED:
            raise Refused("upload.discarded")
        rows = await upload_queries.rows(actor.community_id, upload_id)
        roll, foreseen = await asyncio.to_thread(_foreseen, upload, rows, register)
        if foreseen.digest != seen:
            raise Refused("upload.moved_on")
        if not roll.rows:
            raise Refused("upload.nothing_good")
        applied = await importing.write(actor, register, foreseen, upload.sha256, now)
        await _close(actor, upload_id, UploadState.APPLIED, now)
        await _mark(actor, upload_id, RowState.WAITING, RowState.APPLIED)
        await empty_when_done(actor.community_id, upload_id)
        data = {
            "upload_id": upload_id,
            "unresolved": sum(row.state is RowState.FAULTY for row in rows),
            "dropped": sum(row.state is RowState.DROPPED for row in rows),
            "by": actor.person_id,
        }
        await audit.record(actor.community_id, "roll.confirmed", data, now=now)
    return applied


async def discard(*, actor: Actor, upload_id: int, now: datetime) -> None:
    """Nothing of it takes effect. The same again changes nothing; refused once it is confirmed."""
    require(permissions.may_keep_register(actor))
    async with transaction():
        upload = await held(actor, upload_id)
        if upload.state is UploadState.APPLIED:
            raise Refused("upload.applied")
        if upload.state is UploadState.DISCARDED:
            return
        await _close(actor, upload_id, UploadState.DISCARDED, now)
        await _empty(actor.community_id, upload_id)
        await audit.record(
            actor.community_id, "roll.discarded", {"upload_id": upload_id, "by": actor.person_id}, now=now
        )


async def held(actor: Actor, upload_id: int) -> Upload:
    """The upload, with nobody else changing it or the register until the transaction ends."""
    await lock_row("community", actor.community_id)
    return await upload_queries.upload(actor.community_id, upload_id)


async def known_places(community_id: int) -> set[Place]:
    return {
        (building.number, entrance.number)
        for building in await queries.tree(community_id)
        for entrance in building.entrances
    }


async def _close(actor: Actor, upload_id: int, state: UploadState, now: datetime) -> None:
    await execute(
        "UPDATE roll_upload SET state = {}, closed_at = {} WHERE community_id = {} AND id = {}",
        *(state.value, now, actor.community_id, upload_id),
    )


async def _mark(actor: Actor, upload_id: int, before: RowState, after: RowState) -> None:
    await execute(
        "UPDATE roll_upload_row SET state = {} WHERE community_id = {} AND upload_id = {} AND state = {}",
        *(after.value, actor.community_id, upload_id, before.value),
    )


async def empty_when_done(community_id: int, upload_id: int) -> None:
    """In the caller's transaction. No row of a confirmed upload is open any more: the copy of the file goes."""
    left = await fetch(
        "SELECT u.id FROM roll_upload u WHERE u.community_id = {} AND u.id = {} AND (u.state = 'open' OR EXISTS"
        " (SELECT 1 FROM roll_upload_row r WHERE r.upload_id = u.id AND r.state = 'faulty'))",
        *(community_id, upload_id),
    )
    if not left:
        await _empty(community_id, upload_id)


async def _empty(community_id: int, upload_id: int) -> None:
    await execute(
        "UPDATE roll_upload_row SET cells = {} WHERE community_id = {} AND upload_id = {}",
        *(EMPTY, community_id, upload_id),
    )


def digest_of(data: bytes) -> str:
    return sha256(data).hexdigest()
