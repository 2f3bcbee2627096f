"""One row of an upload at a time: mended or dropped, before the confirmation and after it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.registry import bulk, importing, permissions, snapshot, staged, upload_queries
from council.registry.matching import foresee
from council.registry.staged import RowState, StagedRow, Upload, UploadState
from council.registry.uploads import EMPTY, empty_when_done, held, known_places
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction


@dataclass(frozen=True, slots=True)
class Mended:
    """Whether the row is without an error now, and whether other rows became good or faulty through it."""

    is_good: bool
    moved_others: bool


async def mend_row(*, actor: Actor, upload_id: int, number: int, texts: Sequence[str], now: datetime) -> Mended:
    """Other texts for one row, under the upload's headings in order.

    Of a confirmed upload only an unresolved row can be mended; without an error it takes effect at once.
    """
    require(permissions.may_keep_register(actor))
    async with transaction():
        upload, rows, row = await _open_row(actor, upload_id, number)
        now_row = row.mended(texts)
        rows = [now_row if one.number == number else one for one in rows]
        await execute(
            "UPDATE roll_upload_row SET cells = {} WHERE community_id = {} AND upload_id = {} AND row_number = {}",
            *(staged.to_text(now_row.cells), actor.community_id, upload_id, number),
        )
        moved = await _settle(actor, upload, rows, now)
        return Mended(moved.get(number, now_row.state) is not RowState.FAULTY, bool(moved.keys() - {number}))


async def drop_row(*, actor: Actor, upload_id: int, number: int, reason: str, now: datetime) -> None:
    """The row will not be imported; it says by whom and why."""
    require(permissions.may_keep_register(actor))
    async with transaction():
        upload, rows, _ = await _open_row(actor, upload_id, number)
        await execute(
            "UPDATE roll_upload_row SET state = 'dropped', cells = {}, closed_by_name = {}, closed_reason = {}"
            " WHERE community_id = {} AND upload_id = {} AND row_number = {}",
            *(EMPTY, actor.name, reason, actor.community_id, upload_id, number),
        )
        data = {"upload_id": upload_id, "row": number, "by": actor.person_id}
        await audit.record(actor.community_id, "roll.row_dropped", data, now=now, private={"reason": reason})
        await _settle(actor, upload, [row for row in rows if row.number != number], now)


async def _open_row(actor: Actor, upload_id: int, number: int) -> tuple[Upload, list[StagedRow], StagedRow]:
    upload = await held(actor, upload_id)
    if upload.state is UploadState.DISCARDED:
        raise Refused("upload.discarded")
    rows = await upload_queries.rows(actor.community_id, upload_id)
    row = next((one for one in rows if one.number == number), None)
    if row is None:
        raise NotFound
    if row.state not in {RowState.WAITING, RowState.FAULTY}:
        raise Refused("upload.row_closed")
    return upload, rows, row


async def _settle(actor: Actor, upload: Upload, rows: Sequence[StagedRow], now: datetime) -> dict[int, RowState]:
    """Row states after a change; the new states of the rows that moved.

    One row may settle another: of two for the same unit the second is good once the first is dropped.
    """
    community_id = actor.community_id
    roll = await asyncio.to_thread(staged.check, upload, rows)
    errors = {problem.row for problem in roll.errors}
    broken = [row.number for row in rows if row.state is RowState.WAITING and row.number in errors]
    sound = [row.number for row in rows if row.state is RowState.FAULTY and row.number not in errors]
    if upload.state is UploadState.APPLIED and sound:
        register = await snapshot.take(community_id)
        foreseen = foresee(register, [row for row in roll.rows if row.number in sound])
        await importing.write(actor, register, foreseen, upload.sha256, now)
    done = RowState.APPLIED if upload.state is UploadState.APPLIED else RowState.WAITING
    places = staged.places(upload, rows, roll.rows, await known_places(community_id))
    moving = dict.fromkeys(broken, RowState.FAULTY) | dict.fromkeys(sound, done)
    changed = [row for row in rows if row.state in {RowState.WAITING, RowState.FAULTY}]
    ids = await _row_ids(community_id, upload.id)
    await bulk.update(
        "roll_upload_row",
        community_id,
        {"state": "TEXT", "building": "TEXT", "entrance": "TEXT"},
        [(ids[row.number], moving.get(row.number, row.state).value, *places[row.number]) for row in changed],
    )
    await empty_when_done(community_id, upload.id)
    return moving


async def _row_ids(community_id: int, upload_id: int) -> dict[int, int]:
    found = await fetch(
        "SELECT id, row_number FROM roll_upload_row WHERE community_id = {} AND upload_id = {}", community_id, upload_id
    )
    return {row["row_number"]: row["id"] for row in found}
