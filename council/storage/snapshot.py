"""The database as one file, taken while others write, and put back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from council.kernel.errors import CouncilError


class SnapshotFailed(CouncilError):
    """The database's copy could not be taken or put back; the message says why."""


class InUse(CouncilError):
    """Somebody has the database open: a server that runs must be stopped before its data are replaced."""


def take_sqlite(path: Path, target: Path) -> None:
    """A consistent, compact copy; writers go on meanwhile."""
    if not path.exists():
        raise SnapshotFailed(f"there is no database at {path}")
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as exc:
        raise SnapshotFailed(f"the database could not be copied: {exc}") from exc


def check_sqlite(path: Path) -> None:
    """SnapshotFailed unless the file is a sound database."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    except sqlite3.Error as exc:
        found = [str(exc)]
    if found != ["ok"]:
        raise SnapshotFailed(f"the copy of the database is not sound: {'; '.join(found)}")


def close_sqlite(path: Path) -> None:
    """Folds the write-ahead log into the file, so that the file is all there is; InUse when somebody has it open."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=1)) as connection:
            # Only a connection that is alone may leave WAL.
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlite3.OperationalError as exc:
        if exc.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise InUse(f"{path} is in use: stop the server first") from None
        raise SnapshotFailed(f"{path}: {exc}") from exc
    except sqlite3.DatabaseError:
        # Not a database at all: there is nothing to fold in, and it will be moved aside as it is.
        return


def take_postgres(url: str, target: Path) -> None:
    """pg_dump's own format, from one snapshot of the server's."""
    _postgres_tool(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"], url)


def put_back_postgres(url: str, source: Path) -> None:
    """All of it or nothing; what the dump holds is dropped first where it exists."""
    words = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction"]
    _postgres_tool([*words, "--exit-on-error", str(source)], url)


def _postgres_tool(words: list[str], url: str) -> None:
    program = shutil.which(words[0])
    if program is None:
        raise SnapshotFailed(
            f"{words[0]} is not installed: install PostgreSQL's client programs, of the server's version or newer"
        )
    address, secrets = without_password(url)
    result = subprocess.run(  # noqa: S603 - a fixed program; the address is the operator's own setting
        [program, f"--dbname={address}", *words[1:]],
        env={**os.environ, **secrets},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode != 0:
        lines = result.stderr.strip().splitlines() or [f"status {result.returncode}"]
        raise SnapshotFailed(f"{words[0]} failed: {' / '.join(lines[:3])}")


def without_password(url: str) -> tuple[str, Mapping[str, str]]:
    """The address as it may stand among a program's arguments, which all can read; the rest as its environment."""
    parts = urlsplit(url)
    password = unquote(parts.password) if parts.password else None
    query = parse_qsl(parts.query, keep_blank_values=True)
    for name, value in query:
        if name == "password":
            password = value
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}{at}{host}"
    kept = urlencode([(name, value) for name, value in query if name != "password"])
    address = urlunsplit(("postgresql", netloc, parts.path, kept, ""))
    return address, {} if password is None else {"PGPASSWORD": password}
