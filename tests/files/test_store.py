"""The folder of files."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from council.files.store import Store


def files_in(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_file_lies_under_its_digest_once(tmp_path: Path) -> None:
    store = Store(tmp_path / "files")
    digest = store.put(b"hello")
    assert digest == hashlib.sha256(b"hello").hexdigest()
    assert store.put(b"hello") == digest
    assert store.read(digest) == b"hello"
    assert files_in(tmp_path / "files") == [f"{digest[:2]}/{digest[2:]}"]


def test_many_at_once_leave_one_file(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(Store(tmp_path).put, [b"same" * 1000] * 40))
    assert len(digests) == 1
    assert len(files_in(tmp_path)) == 1


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        Store(tmp_path).put(b"hello")
    assert files_in(tmp_path) == []


def test_bytes_and_folder_are_on_disk_before_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        done.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")
        sync(handle)

    def renamed(path: Path, target: Path) -> Path:
        done.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    Store(tmp_path).put(b"hello")
    assert done == ["file", "rename", "folder", "folder"]


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "a" * 63, "A" * 64, "a" * 64 + "\n"])
def test_only_digests_become_paths(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        Store(tmp_path).read(digest)
