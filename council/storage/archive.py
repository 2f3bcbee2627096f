"""One tar file that knows what is in it: a manifest of sizes and SHA-256 digests comes first."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from council.kernel.errors import CouncilError

FORMAT = "council.backup/1"
MANIFEST = "manifest.json"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_PORTION = 1 << 20


class BadArchive(CouncilError):
    """Not one of our archives, or damaged; nothing was changed."""


def pack(target: Path, members: Mapping[str, Path], facts: Mapping[str, str]) -> int:
    """Writes `members` (name → file) to `target`, readable by its owner only; the number of bytes.

    `target` appears whole or not at all, and is on disk when this returns.
    """
    entries = {name: _described(path) for name, path in sorted(members.items())}
    manifest = json.dumps({"format": FORMAT, **facts, "members": entries}, ensure_ascii=False, indent=1).encode()
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                _add(tar, MANIFEST, len(manifest), io.BytesIO(manifest))
                for name, entry in entries.items():
                    with members[name].open("rb") as content:
                        _add(tar, name, entry["size"], content)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return target.stat().st_size


def unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Writes every member below `folder` and returns the manifest; BadArchive unless all of it is as described."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            manifest = _manifest(tar)
            wanted: dict[str, Any] = dict(manifest["members"])
            for member in tar:
                if member.name != MANIFEST:
                    _extract(tar, member, wanted.pop(member.name, None), folder)
    except (tarfile.TarError, EOFError) as exc:
        raise BadArchive(f"{source} is not a backup, or is cut short: {exc}") from None
    if wanted:
        raise BadArchive(f"{source} lacks {min(wanted)}")
    return manifest


def _described(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as content:
        for portion in _portions(content):
            digest.update(portion)
            size += len(portion)
    return {"size": size, "sha256": digest.hexdigest()}


def _add(tar: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    tar.addfile(info, content)


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
    if content is None:
        raise BadArchive("not a backup: it does not begin with a manifest")
    try:
        manifest = json.load(content)
    except ValueError:
        raise BadArchive("the manifest is not JSON") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadArchive(f"the manifest is not {FORMAT}")
    members = manifest.get("members")
    if not isinstance(members, dict) or not all(_is_entry(name, entry) for name, entry in members.items()):
        raise BadArchive("the manifest's list of members is not as it should be")
    return manifest


def _is_entry(name: str, entry: Any) -> bool:
    return (
        _NAME.fullmatch(name) is not None
        and isinstance(entry, dict)
        and isinstance(entry.get("size"), int)
        and isinstance(entry.get("sha256"), str)
    )


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, entry: Any, folder: Path) -> None:
    if entry is None or not member.isreg():
        raise BadArchive(f"{member.name!r} is not in the manifest, or is there twice")
    content = tar.extractfile(member)
    if content is None or member.size != entry["size"]:
        raise BadArchive(f"{member.name} has another size than the manifest says")
    path = folder / member.name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for portion in _portions(content):
            digest.update(portion)
            out.write(portion)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != entry["sha256"]:
        raise BadArchive(f"{member.name} is damaged: its digest is not the manifest's")


def _portions(content: IO[bytes]) -> Iterator[bytes]:
    while portion := content.read(_PORTION):
        yield portion
