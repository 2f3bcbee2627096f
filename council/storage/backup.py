"""Everything that must survive the machine, in one file: the database and the folder of files."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from council.kernel.errors import CouncilError
from council.settings import Settings
from council.storage import archive, database, schema, snapshot, sql
from council.storage.archive import BadArchive
from council.storage.snapshot import SnapshotFailed

DATABASE = "database"
RESTORED = "restored"
"""A file in the data folder: the logs have still to be told that they were restored (`cli/restored.py`)."""


class WouldOverwrite(CouncilError):
    """There are data already where a backup was to be restored."""


@dataclass(frozen=True, slots=True)
class Report:
    """`aside` is where the data went that a restore replaced."""

    size: int
    files: int
    engine: str
    made_at: str
    aside: Path | None = None


async def backup(settings: Settings, target: Path, now: datetime) -> Report:
    """A consistent copy while others write.

    The database first, then the files: a file is on disk before the row that names it is committed, and never
    changes, so every file that the copy of the database knows is in the archive.
    """
    async with database.opened(settings):
        applied = await schema.applied()
    target.parent.mkdir(parents=True, exist_ok=True)
    path = settings.sqlite_path
    engine = "postgres" if path is None else "sqlite"
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        copy = Path(folder) / DATABASE
        if path is None:
            snapshot.take_postgres(settings.database_url, copy)
        else:
            snapshot.take_sqlite(path, copy)
        files = _files(settings.files)
        facts = {"engine": engine, "made_at": now.isoformat(), "schema": applied[-1] if applied else ""}
        size = archive.pack(target, {DATABASE: copy, **files}, facts)
    return Report(size, len(files), engine, now.isoformat())


async def restore(settings: Settings, source: Path, now: datetime, *, force: bool = False) -> Report:
    """Puts a backup in the place that the settings name. Nothing is touched before all of it is proved sound.

    WouldOverwrite when there are data and not `force`. What is replaced is moved aside, not deleted (on PostgreSQL
    the files only). InUse when a server has the SQLite file open. Made on one engine, it goes back to that one.
    """
    size = _size(source)
    has_data = bool(_files(settings.files)) or await _has_tables(settings)
    if has_data and not force:
        raise WouldOverwrite("there are data already: use --force to replace them (they are moved aside)")
    path = settings.sqlite_path
    settings.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data) as name:
        folder = Path(name)
        manifest = archive.unpack(source, folder)
        engine = manifest.get("engine")
        if engine != ("postgres" if path is None else "sqlite") or not (folder / DATABASE).exists():
            raise BadArchive(f"the backup is of {engine}, DATABASE_URL names another kind of database")
        if manifest.get("schema", "") > max(schema.known(), default=""):
            raise BadArchive("the backup was made by a newer version of the program than this one")
        aside = settings.data / f"replaced-{now:%Y%m%dT%H%M%SZ}"
        if path is not None:
            snapshot.check_sqlite(folder / DATABASE)
            if path.exists():
                snapshot.close_sqlite(path)
        (settings.data / RESTORED).touch()
        _sync(settings.data)
        if path is None:
            try:
                snapshot.put_back_postgres(settings.database_url, folder / DATABASE)
            except SnapshotFailed:
                # One transaction: nothing was replaced.
                (settings.data / RESTORED).unlink()
                raise
        else:
            _replace_sqlite(path, folder / DATABASE, aside)
        _replace_files(settings.files, folder / "files", aside)
        restored = len(_files(settings.files))
    made_at = str(manifest.get("made_at"))
    return Report(size, restored, engine, made_at, aside if aside.exists() else None)


def _size(source: Path) -> int:
    try:
        return source.stat().st_size
    except OSError as exc:
        raise BadArchive(f"{source} cannot be read: {exc.strerror}") from None


def _files(folder: Path) -> dict[str, Path]:
    """Archive name → path of every finished file; those that begin with a dot are being written."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {f"files/{path.relative_to(folder).as_posix()}": path for path in found}


async def _has_tables(settings: Settings) -> bool:
    path = settings.sqlite_path
    if path is not None:
        return path.exists() and path.stat().st_size > 0
    async with database.opened(settings):
        rows = await sql.fetch("SELECT 1 AS found FROM information_schema.tables WHERE table_schema = 'public' LIMIT 1")
    return bool(rows)


def _replace_sqlite(path: Path, copy: Path, aside: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        aside.mkdir(mode=0o700, exist_ok=True)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.replace(aside / path.name)
    copy.replace(path)
    _sync(path.parent)


def _replace_files(folder: Path, copy: Path, aside: Path) -> None:
    if folder.exists():
        aside.mkdir(mode=0o700, exist_ok=True)
        folder.replace(aside / folder.name)
    if copy.exists():
        copy.replace(folder)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
