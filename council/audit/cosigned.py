"""What witnesses have signed of a log, and how each took the last checkpoint that it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.audit.checkpoint import Checkpoint
from council.storage.sql import execute, fetch, fetch_one
from council.storage.transactions import transaction


class Trouble(StrEnum):
    """Why a witness did not sign. `FORKED` and `ROLLED_BACK` say that the log was changed; the others, that they could
    not be reached or agreed with."""

    FORKED = "forked"
    ROLLED_BACK = "rolled_back"
    UNKNOWN = "unknown"
    UNTRUSTED = "untrusted"
    UNREACHABLE = "unreachable"
    UNUSABLE = "unusable"

    @property
    def is_bad(self) -> bool:
        return self in {Trouble.FORKED, Trouble.ROLLED_BACK}


@dataclass(frozen=True, slots=True)
class Standing:
    """One witness and one name of the log: `size` is the largest it signed, `trouble` what it said last."""

    witness: str
    origin: str
    size: int
    asked_at: datetime
    signed_at: datetime | None
    trouble: Trouble | None
    trouble_size: int | None


async def lines(community_id: int, checkpoint: Checkpoint) -> list[str]:
    """The witnesses' lines under exactly this checkpoint."""
    rows = await fetch(
        "SELECT line FROM log_cosignature WHERE community_id = {} AND origin = {} AND size = {} AND root = {}"
        " ORDER BY witness",
        *(community_id, checkpoint.origin, checkpoint.size, checkpoint.root),
    )
    return [row["line"] for row in rows]


async def every(community_id: int) -> list[tuple[Checkpoint, str]]:
    """All that witnesses have signed, of whatever name, with each line."""
    rows = await fetch(
        "SELECT origin, size, root, line FROM log_cosignature WHERE community_id = {} ORDER BY id", community_id
    )
    return [(Checkpoint(row["origin"], row["size"], row["root"]), row["line"]) for row in rows]


async def largest(community_id: int, origin: str, least: int, most: int) -> int | None:
    """The largest size from `least` to `most` that a witness has signed."""
    row = await fetch_one(
        "SELECT MAX(size) AS size FROM log_cosignature"
        " WHERE community_id = {} AND origin = {} AND size >= {} AND size <= {}",
        *(community_id, origin, least, most),
    )
    return None if row is None else row["size"]


async def standings(community_id: int, origin: str) -> list[Standing]:
    rows = await fetch(
        "SELECT witness, origin, size, asked_at, signed_at, trouble, trouble_size FROM log_witness"
        " WHERE community_id = {} AND origin = {} ORDER BY witness",
        *(community_id, origin),
    )
    return [
        Standing(
            row["witness"],
            row["origin"],
            row["size"],
            row["asked_at"],
            row["signed_at"],
            None if row["trouble"] is None else Trouble(row["trouble"]),
            row["trouble_size"],
        )
        for row in rows
    ]


async def keep(community_id: int, checkpoint: Checkpoint, witness: str, line: str, signed_at: datetime) -> None:
    """A witness's line that was checked; ends whatever trouble there was. The same again changes nothing."""
    async with transaction():
        await execute(
            "INSERT INTO log_cosignature (community_id, origin, size, root, witness, line, signed_at)"
            " VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING",
            *(community_id, checkpoint.origin, checkpoint.size, checkpoint.root, witness, line, signed_at),
        )
        await execute(
            "INSERT INTO log_witness (community_id, origin, witness, size, asked_at, signed_at)"
            " VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT (community_id, origin, witness) DO UPDATE"
            " SET size = excluded.size, asked_at = excluded.asked_at, signed_at = excluded.signed_at,"
            " trouble = NULL, trouble_size = NULL",
            *(community_id, checkpoint.origin, witness, checkpoint.size, signed_at, signed_at),
        )


async def note_trouble(
    community_id: int, origin: str, witness: str, trouble: Trouble, size: int | None, now: datetime
) -> None:
    """A witness did not sign; `size` is what it knows of the log, when it said so. That the log was changed stays
    noted when the witness cannot be reached afterwards."""
    await execute(
        "INSERT INTO log_witness (community_id, origin, witness, size, asked_at, trouble, trouble_size)"
        " VALUES ({}, {}, {}, 0, {}, {}, {}) ON CONFLICT (community_id, origin, witness) DO UPDATE"
        " SET asked_at = excluded.asked_at, trouble = CASE WHEN excluded.trouble = 'unreachable'"
        " AND log_witness.trouble IN ('forked', 'rolled_back') THEN log_witness.trouble ELSE excluded.trouble END,"
        " trouble_size = COALESCE(excluded.trouble_size, log_witness.trouble_size)",
        *(community_id, origin, witness, now, trouble.value, size),
    )
