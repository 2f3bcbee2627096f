"""A log to test on, and the means of an administrator who wants to change it."""

from __future__ import annotations

import json
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from council.audit import queries, service, tree
from council.audit.model import Fault, Recorded
from council.kernel.text import canonical_json
from council.storage import database
from council.storage.sql import execute
from council.storage.transactions import transaction

GARDEN, ORCHARD = 1, 2
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TRIGGERS = {
    "sqlite": {
        "log_record": ["log_record_no_update", "log_record_no_delete"],
        "log_node": ["log_node_no_update", "log_node_no_delete"],
        "log_head": ["log_head_only_grows", "log_head_no_delete"],
    },
    "postgres": {
        "log_record": ["log_record_append_only"],
        "log_node": ["log_node_append_only"],
        "log_head": ["log_head_only_grows", "log_head_no_delete"],
    },
}


async def append(n: int, community_id: int = GARDEN, **private: Any) -> Recorded:
    async with transaction():
        return await service.record(
            community_id, "note.made", {"n": n}, now=NOON + timedelta(minutes=n), private=private or None
        )


async def fill(count: int, community_id: int = GARDEN) -> list[Recorded]:
    """A log of `count` records, one a minute; every third has private content."""
    async with transaction():
        return [
            await service.record(
                community_id,
                "note.made",
                {"n": n, "text": "楼道照明"},
                now=NOON + timedelta(minutes=n),
                private={"name": f"resident {n}"} if n % 3 == 0 else None,
            )
            for n in range(count)
        ]


async def append_and_fail(block: AbstractAsyncContextManager[None]) -> None:
    async with block:
        await service.record(GARDEN, "note.made", {"n": 1}, now=NOON)
        raise LookupError


async def tamper(table: str, sql: str, *args: Any) -> None:
    """What an administrator of the database can do: take the triggers away, then anything."""
    engine = database.current().engine_type
    async with transaction():
        for trigger in TRIGGERS[engine][table]:
            await execute(f"DROP TRIGGER IF EXISTS {trigger}" + (f" ON {table}" if engine == "postgres" else ""))
        await execute(sql, *args)


async def rewritten(seq: int, **changes: Any) -> tuple[str, bytes]:
    """A forged body for a record and the leaf hash that fits it."""
    content = json.loads((await queries.record(GARDEN, seq)).body) | changes
    body = canonical_json(content)
    return body, tree.leaf_hash(body.encode())


async def fault() -> Fault | None:
    return (await queries.verify(GARDEN)).fault
