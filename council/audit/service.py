"""The log's one verb. There is none to change or to take away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from council.audit import entry, tree
from council.audit.model import Head, Recorded
from council.storage import database
from council.storage.sql import execute, fetch_one
from council.storage.transactions import in_transaction

_HEAD = "SELECT size, edge, root, at FROM log_head WHERE community_id = {}"


async def record(
    community_id: int,
    kind: str,
    data: Mapping[str, Any],
    *,
    now: datetime,
    private: Mapping[str, Any] | None = None,
) -> Recorded:
    """Appends one record to the community's log, inside the caller's transaction; returns it with its proof.

    `data` (JSON values without floats) is read by whoever holds the record; of `private` only a salted hash goes
    in. The log's time never runs backwards: of two requests the later to come here carries the later instant, even
    if it read its clock first. Holds the community's log until the transaction ends, so call it late.
    RuntimeError outside a transaction; ValueError for a record above 65,535 bytes.
    """
    if not in_transaction():
        raise RuntimeError("a record belongs in the transaction of what it tells of")
    head = await _locked_head(community_id, now)
    seq, at = head.size, max(now, head.at)
    kept = None if private is None else entry.preimage(private, secrets.token_bytes(32))
    body = entry.body(seq=seq, at=at, kind=kind, data=data, private=kept)
    leaf = tree.leaf_hash(body.encode())
    edge, completed = tree.append(head.edge, seq, leaf)
    recorded = Recorded(seq, at, leaf, tree.newest_path(head.edge), tree.root(edge), seq + 1, body)
    await execute(
        "INSERT INTO log_record (community_id, seq, at, kind, body, private, leaf_hash)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})",
        *(community_id, seq, at, kind, body, kept, leaf),
    )
    await _keep_nodes(community_id, completed)
    await execute(
        "UPDATE log_head SET size = {}, edge = {}, root = {}, at = {} WHERE community_id = {}",
        *(recorded.size, tree.join(edge), recorded.root, at, community_id),
    )
    return recorded


async def _locked_head(community_id: int, now: datetime) -> Head:
    """The head, with no other append between this and the commit: PostgreSQL locks the row, SQLite has one writer."""
    locked = _HEAD + (" FOR UPDATE" if database.current().engine_type == "postgres" else "")
    row = await fetch_one(locked, community_id)
    if row is None:
        # Two first records at once: the second waits here for the first one's commit, then finds its row.
        await execute(
            "INSERT INTO log_head (community_id, size, edge, root, at) VALUES ({}, 0, {}, {}, {})"
            " ON CONFLICT (community_id) DO NOTHING",
            *(community_id, b"", tree.EMPTY_ROOT, now),
        )
        row = await fetch_one(locked, community_id)
    assert row is not None  # noqa: S101 - just inserted, and heads are never deleted
    return Head(row["size"], tree.split(row["edge"]), row["root"], row["at"])


async def _keep_nodes(community_id: int, completed: list[tuple[tree.Node, bytes]]) -> None:
    if completed:
        rows = ", ".join(["({}, {}, {}, {})"] * len(completed))
        values = [value for (level, idx), digest in completed for value in (community_id, level, idx, digest)]
        await execute(f"INSERT INTO log_node (community_id, level, idx, hash) VALUES {rows}", *values)
