"""What a witness keeps in its folder: its key, the logs it trusts, and the largest head of each that it signed."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from council.audit import notes, witnessing
from council.audit.checkpoint import Checkpoint
from council.audit.notes import Kind, VerifierKey
from council.audit.witnessing import No, Seen, Submission
from council.cli.common import Unusable

_CONTRADICTS = "contradicts"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
    origin TEXT PRIMARY KEY, vkey TEXT NOT NULL, size INTEGER NOT NULL DEFAULT 0, root BLOB NOT NULL,
    signed_at TEXT, refused_at TEXT, refused TEXT
);
CREATE TRIGGER IF NOT EXISTS log_only_grows BEFORE UPDATE ON log
WHEN NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
BEGIN SELECT RAISE(ABORT, 'what was signed stands'); END;
CREATE TRIGGER IF NOT EXISTS log_stays BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'what was signed stands'); END;
"""


@dataclass(frozen=True, slots=True)
class Known:
    """One log, and how its last request ended."""

    origin: str
    seen: Seen
    signed_at: str | None
    refused_at: str | None
    refused: str | None


class Witness:
    """One folder; any number of processes may use it at once (SQLite's writer lock orders them)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            kept = json.loads((folder / "key").read_text(encoding="utf-8"))
            self.name, self._seed = kept["name"], bytes.fromhex(kept["seed"])
        except (OSError, ValueError, KeyError) as error:
            raise Unusable(f"{folder}: no key of a witness (council witness key makes one)") from error

    @classmethod
    def make(cls, folder: Path, name: str) -> Witness:
        """A folder with a fresh key; Unusable where there is one."""
        try:
            notes.checked_name(name)
        except ValueError as error:
            raise Unusable(f"{name!r}: {error}") from error
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(folder / "key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise Unusable(f"{folder}: there is a key already; a witness keeps it for ever") from None
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"name": name, "seed": secrets.token_bytes(notes.SEED_BYTES).hex()}, file)
            file.flush()
            os.fsync(file.fileno())
        return cls(folder)

    @property
    def vkey(self) -> VerifierKey:
        return VerifierKey(self.name, Kind.WITNESS, notes.public_of(self._seed))

    def trust(self, key: VerifierKey) -> None:
        """Signs for this log from now on. The same again changes nothing; Unusable for another key under the name."""
        if key.kind is not Kind.LOG:
            raise Unusable(f"{key.name}: the key of a witness, not of a log")
        with self._opened() as db:
            row = db.execute("SELECT vkey FROM log WHERE origin = ?", (key.name,)).fetchone()
            if row is not None and row[0] != str(key):
                raise Unusable(f"{key.name}: known with another key; a log whose key changes takes another name")
            db.execute(
                "INSERT INTO log (origin, vkey, root) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (key.name, str(key), witnessing.NOTHING.root),
            )

    def known(self) -> list[Known]:
        with self._opened() as db:
            rows = db.execute("SELECT origin, size, root, signed_at, refused_at, refused FROM log ORDER BY origin")
            return [Known(row[0], Seen(row[1], row[2]), *row[3:]) for row in rows]

    def add(self, submission: Submission, now: datetime) -> str | No:
        """The signature line, on disk as the largest before it is given out; or why not. One step, so that of two
        requests at once none takes the other's head back."""
        point = submission.checkpoint
        with self._opened() as db:
            row = db.execute("SELECT vkey, size, root FROM log WHERE origin = ?", (point.origin,)).fetchone()
            keys = [] if row is None else [VerifierKey.parse(row[0])]
            no = witnessing.refusal(submission, keys, witnessing.NOTHING if row is None else Seen(row[1], row[2]))
            if no is not None:
                self._keep_evidence(db, point, no, Seen(row[1], row[2]) if row else witnessing.NOTHING, now)
                return no
            db.execute(
                "UPDATE log SET size = ?, root = ?, signed_at = ? WHERE origin = ?",
                (point.size, point.root, now.isoformat(), point.origin),
            )
            db.execute(
                "UPDATE log SET refused_at = NULL, refused = NULL WHERE origin = ? AND refused NOT LIKE ?",
                (point.origin, f"{_CONTRADICTS}%"),
            )
        return notes.cosign(point.text, name=self.name, seed=self._seed, at=now)

    def _keep_evidence(self, db: sqlite3.Connection, point: Checkpoint, no: No, seen: Seen, now: datetime) -> None:
        """A head that the log signed and that does not follow from what it signed before. Two heads of one size
        contradict each other for ever; a proof that does not fit may be somebody's who is not the log, and is
        forgotten when the next one fits. An older head proves nothing: anybody can send one again."""
        if no.status == 409 and point.size == seen.size and point.root != seen.root:
            said = f"{_CONTRADICTS} what was signed before\n{point.note}"
        elif no.status == 422:
            said = f"{no.why}\n{point.note}"
        else:
            return
        db.execute(
            "UPDATE log SET refused_at = ?, refused = ? WHERE origin = ? AND (refused IS NULL OR refused NOT LIKE ?)",
            (now.isoformat(), said, point.origin, f"{_CONTRADICTS}%"),
        )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """One transaction, from its first read the only writer; durable when it ends without an error."""
        db = sqlite3.connect(self._folder / "witness.db", isolation_level=None, timeout=30)
        try:
            db.execute("PRAGMA synchronous = FULL")
            db.executescript(_SCHEMA)
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        finally:
            db.close()
