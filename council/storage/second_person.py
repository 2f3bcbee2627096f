"""Rows that wait for a second person: confirmed or taken back once, whoever is quicker.

Their tables have `confirmed_by`, `confirmed_by_name`, `confirmed_at`, `withdrawn_at` and `withdrawn_by_name`. Who may
is asked by the caller, in whose transaction this happens.
"""

from __future__ import annotations

from datetime import datetime

from council.kernel.actor import Actor
from council.storage.sql import fetch

_WAITING = " WHERE community_id = {} AND id = {} AND confirmed_at IS NULL AND withdrawn_at IS NULL RETURNING id"


async def confirm_waiting(table: str, row_id: int, actor: Actor, now: datetime) -> bool:
    """Whether this row of the actor's community still waited; it is confirmed then."""
    return bool(
        await fetch(
            f"UPDATE {table} SET confirmed_by = {{}}, confirmed_by_name = {{}}, confirmed_at = {{}}" + _WAITING,
            *(actor.person_id, actor.name, now, actor.community_id, row_id),
        )
    )


async def withdraw_waiting(table: str, row_id: int, actor: Actor, now: datetime) -> bool:
    """Whether this row of the actor's community still waited; it is taken back then."""
    return bool(
        await fetch(
            f"UPDATE {table} SET withdrawn_at = {{}}, withdrawn_by_name = {{}}" + _WAITING,
            *(now, actor.name, actor.community_id, row_id),
        )
    )
