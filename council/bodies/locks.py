"""The one order in which this room locks: the community, then the body. Whoever records, elects, chooses or steps up
takes both, so that no two of them cross."""

from __future__ import annotations

from council.storage.transactions import lock_row


async def lock(community_id: int, body_id: int | None = None) -> None:
    """Others may still write rows that refer to either: a ballot or a record of the log waits for nobody here."""
    await lock_row("community", community_id, is_referred_to=True)
    if body_id is not None:
        await lock_row("body", body_id, is_referred_to=True)
