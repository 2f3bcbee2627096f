"""A log that begins a new name: because a backup was put back, or because the key was lost or is no longer trusted.

A name is one history under one key. After a restore the records made since the backup are gone, and others will stand
in their places: under the same name the log would contradict what it has signed. So it takes another one.

**Places go on counting.** The tree is the same one, not an empty one: all that was in the backup keeps its place, every
ballot its receipt, and whoever holds a checkpoint of the old name can ask for the proof that the new one contains it,
up to the size that the first record under the new name quotes. A receipt beyond that size is of a record that was
lost: it stays provable under the old key, and is not mistaken for a forgery.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from council.audit import keys, queries, service, tree
from council.audit.keys import LogKey, Why
from council.audit.model import Fault, FaultKind, Recorded
from council.kernel.errors import NotFound
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction

RESTARTED = "log.restarted"
"""The kind of the record with which a name begins that is not the log's first."""


async def restart(community_id: int, *, why: Why, host: str, slug: str, secret: bytes, now: datetime) -> Recorded:
    """Ends the log's name and begins another with a fresh key; its first record quotes the old name, size and root.

    Also for a log that has no key yet: after the backup was made it may have had one.
    """
    async with transaction():
        old = (await keys.signer(community_id, host=host, slug=slug, secret=secret, now=now)).key
        first = (await keys.keys(community_id))[0].origin
        # Not a number that counts: the same backup, restored twice, would give two histories one name.
        origin = f"{first}/{now:%Y%m%d}-{secrets.token_hex(4)}"
        head = await queries.head(community_id)
        size, root = (0, tree.EMPTY_ROOT) if head is None else (head.size, head.root)
        await execute(
            "UPDATE log_key SET ended_at = {} WHERE community_id = {} AND origin = {}", now, community_id, old.origin
        )
        public = await keys.make(community_id, origin, why, size, secret, now)
        return await service.record(
            community_id, RESTARTED, _data(why, origin, public, old.origin, size, root), now=now
        )


def _data(why: Why, origin: str, public: bytes, before: str, size: int, root: bytes) -> dict[str, Any]:
    return {
        "why": why.value,
        "origin": origin,
        "key": public.hex(),
        "before": {"origin": before, "size": size, "root": root.hex()},
    }


def last_size(known: Sequence[LogKey], origin: str) -> int | None:
    """How large the log was when it gave up this name; None while it bears it (or never did)."""
    for key, following in pairwise(known):
        if key.origin == origin:
            return following.first_size
    return None


async def fault(community_id: int) -> Fault | None:
    """The first place where the log's names and its records do not agree: a name without the record that quotes the
    head before it, or such a record without the name."""
    known = await keys.keys(community_id)
    for before, key in pairwise(known):
        try:
            record = await queries.record(community_id, key.first_size)
            root = await queries.root_at(community_id, key.first_size)
        except NotFound:
            return Fault(FaultKind.RESTART, key.first_size, key.first_size)
        said = _data(key.why, key.origin, key.public, before.origin, key.first_size, root)
        if (record.kind, record.data) != (RESTARTED, said):
            return Fault(FaultKind.RESTART, key.first_size, key.first_size)
    rows = await fetch(
        "SELECT seq FROM log_record WHERE community_id = {} AND kind = {} ORDER BY seq", community_id, RESTARTED
    )
    known_places = {key.first_size for key in known[1:]}
    extra = [row["seq"] for row in rows if row["seq"] not in known_places]
    return Fault(FaultKind.RESTART, extra[0], extra[0]) if extra else None
