"""Reads of sessions that do not count as visits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from council.accounts.sessions import IDLE_ELSEWHERE, IDLE_OWN_PHONE
from council.storage.sql import fetch


async def alive(session_ids: Collection[int], now: datetime) -> set[int]:
    """Those that still hold: not ended, not too old, not idle too long, the account open. One query."""
    rows = await fetch(
        "SELECT s.id FROM session s JOIN person p ON p.id = s.person_id WHERE s.id IN {} AND s.ended_at IS NULL"
        " AND p.closed_at IS NULL AND s.expires_at > {}"
        " AND (s.seen_at > {} OR (s.is_own_phone AND s.seen_at > {}))",
        sorted(session_ids),
        now,
        now - IDLE_ELSEWHERE,
        now - IDLE_OWN_PHONE,
    )
    return {row["id"] for row in rows}
