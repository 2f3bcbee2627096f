"""The key that signs a log's checkpoints, one per name (origin) of the log.

It is made when it is first needed, once for all processes (a unique index decides), and lies sealed in the database
(`sealing.py`). A name has one key for ever. Where the log starts a new name (a restored backup, a secret that was
lost), the record that says so is the first that the new name signs; places go on counting, so that every older
receipt still fits the same tree: see `restarts.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from council.audit import notes, sealing
from council.audit.checkpoint import Checkpoint
from council.storage.engine import Row
from council.storage.sql import execute, fetch, fetch_one
from council.storage.transactions import transaction

_COLUMNS = "id, origin, public_key, sealed_seed, why, first_size, made_at, ended_at"
_CURRENT = f"SELECT {_COLUMNS} FROM log_key WHERE community_id = {{}} AND ended_at IS NULL"


class Why(StrEnum):
    """Why a name began."""

    FIRST = "first"
    RESTORED = "restored"
    NEW_KEY = "new_key"


@dataclass(frozen=True, slots=True)
class LogKey:
    """A name of the log with its public key; it signs from `first_size` records on. `ended_at`: no longer."""

    origin: str
    public: bytes
    sealed: bytes
    why: Why
    first_size: int
    made_at: datetime
    ended_at: datetime | None

    @property
    def vkey(self) -> notes.VerifierKey:
        return notes.VerifierKey(self.origin, notes.Kind.LOG, self.public)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for a log under its present name. `seed` is None when COUNCIL_SECRET does not open it."""

    key: LogKey
    seed: bytes | None = field(repr=False)
    first: str
    """The log's first name: that of a later one begins with it."""

    @property
    def origin(self) -> str:
        return self.key.origin

    def checkpoint(self, size: int, root: bytes) -> Checkpoint:
        """Of a head that is committed: nothing else may be signed. Without signature when the key cannot be opened."""
        made = Checkpoint(self.origin, size, root)
        return made if self.seed is None else made.with_lines([_signed(made.text, self.origin, self.seed)])


@lru_cache(maxsize=1024)
def _signed(text: str, name: str, seed: bytes) -> str:
    """Ed25519 gives the same signature for the same text: a head that many ask for is signed once a process."""
    return notes.sign(text, name=name, seed=seed)


def origin_of(host: str, slug: str) -> str:
    """The first name of a community's log."""
    return f"{host}/c/{slug}/log"


async def signer(community_id: int, *, host: str, slug: str, secret: bytes, now: datetime) -> Signer:
    """The one that signs now. The first time ever it makes the key, named after `host` (which later may change)."""
    row = await fetch_one(_CURRENT, community_id)
    if row is None:
        async with transaction():
            await make(community_id, origin_of(host, slug), Why.FIRST, 0, secret, now)
            row = await fetch_one(_CURRENT, community_id)
    assert row is not None  # noqa: S101 - just inserted, here or by whoever came first; keys are never deleted
    key = _made(row)
    first = key.origin if key.why is Why.FIRST else (await keys(community_id))[0].origin
    return Signer(key, sealing.unseal(key.sealed, secret=secret, public=key.public, origin=key.origin), first)


async def current(community_id: int) -> LogKey | None:
    """The key of the log's present name; None before the first was asked for."""
    row = await fetch_one(_CURRENT, community_id)
    return None if row is None else _made(row)


async def keys(community_id: int) -> list[LogKey]:
    """Every name that the log has had, oldest first."""
    rows = await fetch(f"SELECT {_COLUMNS} FROM log_key WHERE community_id = {{}} ORDER BY id", community_id)
    return [_made(row) for row in rows]


async def make(community_id: int, origin: str, why: Why, size: int, secret: bytes, now: datetime) -> bytes:
    """A fresh key for a name; its public half. Where the name or a present key is there already, nothing."""
    seed = secrets.token_bytes(notes.SEED_BYTES)
    public = notes.public_of(seed)
    sealed = sealing.seal(seed, secret=secret, public=public, origin=origin)
    await execute(
        "INSERT INTO log_key (community_id, origin, public_key, sealed_seed, why, first_size, made_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
        *(community_id, origin, public, sealed, why.value, size, now),
    )
    return public


def vkeys(known: Sequence[LogKey]) -> list[notes.VerifierKey]:
    return [key.vkey for key in known]


def _made(row: Row) -> LogKey:
    return LogKey(
        origin=row["origin"],
        public=row["public_key"],
        sealed=row["sealed_seed"],
        why=Why(row["why"]),
        first_size=row["first_size"],
        made_at=row["made_at"],
        ended_at=row["ended_at"],
    )
