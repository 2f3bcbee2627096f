"""Files out of a form: too many, too large and missing ones are noted beside their field before any is read."""

from __future__ import annotations

from dataclasses import dataclass

from council.files import DOCUMENT_LIMIT, MEGABYTE, PHOTO_LIMIT, PHOTOS_MOST
from council.web.forms import Form


@dataclass(frozen=True, slots=True)
class Received:
    name: str
    data: bytes


async def photos(form: Form, field: str = "photos", *, most: int = PHOTOS_MOST) -> list[Received]:
    """None to `most` pictures. Codes: form.too_many_files, file.too_large."""
    return await _read(form, field, most=most, limit=PHOTO_LIMIT)


async def documents(form: Form, field: str = "document", *, least: int = 0, most: int = 1) -> list[Received]:
    """Papers. Codes: form.file_missing, form.too_many_files, file.too_large."""
    return await _read(form, field, least=least, most=most, limit=DOCUMENT_LIMIT)


async def _read(form: Form, field: str, *, limit: int, most: int, least: int = 0) -> list[Received]:
    uploads = form.files(field, least=least, most=most)
    for upload in uploads:
        if upload.size > limit:
            form.reject(field, "file.too_large", file=upload.filename, limit=limit // MEGABYTE)
    if form.error(field) is not None:
        return []
    return [Received(upload.filename, await upload.read()) for upload in uploads]
