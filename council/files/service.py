"""Taking files in, and giving their bytes back.

Bytes are checked, re-encoded and on disk before the database hears of them: call these *before* the transaction of
the verb that uses the file, never inside it (a photo takes half a second of a processor). What a failed verb leaves is
a file that nothing points to; handing in the same picture again finds it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from council.files import (
    DOCUMENT_LIMIT,
    MEGABYTE,
    PENDING_MOST,
    PHOTO_LIMIT,
    images,
    papers,
    permissions,
    queries,
    store,
    tables,
)
from council.files.model import Purpose, StoredFile
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, require
from council.storage.crew import Crew
from council.storage.errors import unique_violation
from council.storage.transactions import lock_row, savepoint, transaction

_log = logging.getLogger(__name__)
_crew = Crew("files", threads=2, places=16, retry_after=5)
"""Each holds an upload in memory."""
_medium: OrderedDict[str, bytes] = OrderedDict()
"""The last pictures of middle size, by the original's digest; browsers keep their own for a year."""
_MEDIUM_KEPT = 48
_DAY = timedelta(days=1)


async def save_photo(*, actor: Actor, data: bytes, name: str, now: datetime, field: str = "photos") -> StoredFile:
    """A picture as JPEG of at most 1600 pixels with its thumbnail; the same picture again is the same file.

    Invalid on `field`: file.too_large, file.too_many_pending and those of `images.reencode`. Busy when too many wait.
    The bound is asked twice: before a byte is on the disk, and with the row, where forms sent at once come one by one.
    """
    require(permissions.may_upload(actor))
    _check_size(data, PHOTO_LIMIT, name, field)
    photo = await _crew.run(lambda: images.reencode(data, name=name, field=field))
    await _require_room(actor, store.digest_of(photo.jpeg), now, field)
    digest, thumb = await asyncio.to_thread(lambda: (store.current().put(photo.jpeg), store.current().put(photo.thumb)))
    async with transaction():
        await lock_row("person", actor.person_id)
        await _require_room(actor, digest, now, field)
        return await _record(
            actor,
            Purpose.PHOTO,
            now,
            name=name,
            media_type=papers.JPEG,
            size=len(photo.jpeg),
            sha256=digest,
            thumb_sha256=thumb,
            width=photo.width,
            height=photo.height,
        )


async def _require_room(actor: Actor, digest: str, now: datetime, field: str) -> None:
    """Invalid (file.too_many_pending) for one photo more than the bound; one that the community has is none more."""
    if not actor.person_id or await queries.by_digest(actor.community_id, digest, Purpose.PHOTO) is not None:
        return
    if await queries.pending(actor.community_id, actor.person_id, now - _DAY) >= PENDING_MOST:
        raise Invalid({field: "file.too_many_pending"}, most=PENDING_MOST)


async def save_document(
    *,
    actor: Actor,
    data: bytes,
    name: str,
    now: datetime,
    purpose: Purpose = Purpose.DOCUMENT,
    field: str = "document",
) -> StoredFile:
    """A PDF as it is, a JPEG or PNG of paper re-encoded; the same again is the same file.

    Invalid on `field`: file.too_large and those of `papers.checked`. Busy when too many wait.
    """
    if purpose is Purpose.PHOTO:
        raise ValueError("photos go through save_photo")
    require(permissions.may_upload(actor))
    _check_size(data, DOCUMENT_LIMIT, name, field)

    def work() -> tuple[papers.Paper, str]:
        paper = papers.checked(data, name=name, field=field)
        return paper, store.current().put(paper.data)

    paper, digest = await _crew.run(work)
    return await _record(
        actor,
        purpose,
        now,
        name=name,
        media_type=paper.media_type,
        size=len(paper.data),
        sha256=digest,
        width=paper.width,
        height=paper.height,
    )


@dataclass(frozen=True, slots=True)
class Sealed:
    """A picture in the folder that no file's row names, so that no address of this room gives it out."""

    sha256: str
    width: int
    height: int


async def save_sealed(*, actor: Actor, data: bytes, name: str, field: str = "photo") -> Sealed:
    """A photographed paper for a room that decides itself who opens it and when, re-encoded at a scan's size.

    Invalid on `field`: file.too_large and those of `images.reencode`. Busy when too many wait.
    """
    require(permissions.may_upload(actor))
    _check_size(data, PHOTO_LIMIT, name, field)

    def work() -> Sealed:
        photo = images.reencode(data, name=name, field=field, longest=papers.SCAN_LONGEST)
        return Sealed(store.current().put(photo.jpeg), photo.width, photo.height)

    return await _crew.run(work)


async def open_sealed(sha256: str) -> bytes:
    """The JPEG behind `Sealed.sha256`, once the room that keeps it has asked who looks. NotFound when it was lost."""
    try:
        return await asyncio.to_thread(store.current().read, sha256)
    except FileNotFoundError:
        _log.error("a sealed picture is not in the store: %s", sha256)
        raise NotFound("file") from None


async def medium(file: StoredFile) -> bytes:
    """A photo at most 960 pixels long, made when it is asked for: so photos of any age have one, and no folder or
    backup holds what can be made again. NotFound for what is no photo; Busy when too many wait."""
    if file.purpose is not Purpose.PHOTO:
        raise NotFound("file")
    if file.sha256 in _medium:
        _medium.move_to_end(file.sha256)
        return _medium[file.sha256]
    original = await content(file)
    if max(file.width or 0, file.height or 0) <= images.MEDIUM:
        return original
    made = await _crew.run(lambda: images.smaller(original))
    _medium[file.sha256] = made
    while len(_medium) > _MEDIUM_KEPT:
        _medium.popitem(last=False)
    return made


async def content(file: StoredFile, *, thumb: bool = False) -> bytes:
    """The bytes of a file, or of its thumbnail. NotFound when it has none, or the folder lost it (which is logged)."""
    digest = file.thumb_sha256 if thumb else file.sha256
    if digest is None:
        raise NotFound("file")
    try:
        return await asyncio.to_thread(store.current().read, digest)
    except FileNotFoundError:
        _log.error("file %d of community %d is not in the store: %s", file.id, file.community_id, digest)
        raise NotFound("file") from None


def _check_size(data: bytes, limit: int, name: str, field: str) -> None:
    if len(data) > limit:
        raise Invalid({field: "file.too_large"}, file=name, limit=limit // MEGABYTE)


async def _record(
    actor: Actor,
    purpose: Purpose,
    now: datetime,
    *,
    name: str,
    media_type: str,
    size: int,
    sha256: str,
    thumb_sha256: str | None = None,
    width: int | None = None,
    height: int | None = None,
) -> StoredFile:
    """The row of a file; the first one when the community has these bytes for this purpose already."""
    row = tables.StoredFile(
        community_id=actor.community_id,
        sha256=sha256,
        thumb_sha256=thumb_sha256,
        media_type=media_type,
        size=size,
        width=width,
        height=height,
        name=papers.display_name(name, media_type),
        purpose=purpose.value,
        uploaded_by=actor.person_id or None,
        uploaded_at=now,
    )
    async with transaction():
        try:
            async with savepoint():
                await tables.StoredFile.insert(row)
        except Exception as failure:
            if not unique_violation(failure):
                raise
        found = await queries.by_digest(actor.community_id, sha256, purpose)
    if found is None:
        raise NotFound("file")
    return found
