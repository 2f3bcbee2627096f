"""The folder of files: each lies under the SHA-256 of its bytes, so a file never changes and is kept once.

`COUNCIL_DATA/files/ab/cdef…`. A path is only ever made from a digest of ours, never from what a request says.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of(data: bytes) -> str:
    """The name that these bytes have, or would have, in the folder."""
    return hashlib.sha256(data).hexdigest()


class Store:
    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """The digest of `data`, which is on disk when this returns, also if the power goes a moment later."""
        digest = digest_of(data)
        path = self._path(digest)
        if path.exists():
            _sync_folder(path.parent)  # another process may have renamed it a moment ago
            return digest
        is_new_folder = not path.parent.exists()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        if is_new_folder:
            _sync_folder(self._root)
        return digest

    def read(self, digest: str) -> bytes:
        """The bytes; FileNotFoundError when they are not here, ValueError for what is no digest."""
        return self._path(digest).read_bytes()

    def _path(self, digest: str) -> Path:
        if _DIGEST.fullmatch(digest) is None:
            raise ValueError("digest")
        return self._root / digest[:2] / digest[2:]


def _sync_folder(folder: Path) -> None:
    """A rename is only safe once the folder itself is on disk (POSIX); elsewhere folders cannot be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_current: list[Store] = []


def use(root: Path) -> Store:
    """Names the folder, once at start (`COUNCIL_DATA/files`)."""
    _current[:] = [Store(root)]
    return _current[0]


def current() -> Store:
    if not _current:
        raise RuntimeError("files.store.use(root) was not called at start")
    return _current[0]
