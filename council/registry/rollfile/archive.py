"""The zip that an XLSX file is: weighed before anything in it is opened."""

from __future__ import annotations

import io
import zipfile

from council.registry.rollfile import limits
from council.registry.rollfile.model import Unreadable


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The archive, if its directory promises a bearable amount; Unreadable for a bomb, a torn file, a locked one.

    The sizes are those the directory declares; `zipfile` reads no entry beyond its declared size.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        raise Unreadable("roll.damaged_workbook") from None
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.MOST_ENTRIES or unpacked > limits.MOST_UNPACKED:
        raise Unreadable("roll.unpacks_too_large")
    for entry in entries:
        if entry.file_size > limits.RATIO_MATTERS_FROM and entry.file_size > limits.MOST_RATIO * entry.compress_size:
            raise Unreadable("roll.unpacks_too_large")
        if entry.flag_bits & 1:
            raise Unreadable("roll.locked")
    return archive


def is_workbook(archive: zipfile.ZipFile) -> bool:
    names = set(archive.namelist())
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)
