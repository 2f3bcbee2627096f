"""Reads of roles that are to be given or to end, and wait for a second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from council.accounts.role_ask import RoleAct, RoleAsk
from council.kernel.actor import Role
from council.kernel.errors import NotFound
from council.storage.sql import fetch

_ASK = (
    "SELECT a.id, a.community_id, a.act, a.person_id, p.name AS person_name, a.role, a.role_id, a.reason,"
    " a.recorded_by, a.recorded_by_name, a.recorded_at, a.confirmed_by_name, a.confirmed_at, a.withdrawn_at,"
    " a.withdrawn_by_name FROM role_ask a JOIN person p ON p.id = a.person_id WHERE a.community_id = {}"
)
_LARGEST_ID = 2**63 - 1


def _ask(row: Mapping[str, Any]) -> RoleAsk:
    return RoleAsk(**{**row, "act": RoleAct(row["act"]), "role": Role(row["role"])})


async def ask(community_id: int, ask_id: int) -> RoleAsk:
    """NotFound when there is none, or it is another community's."""
    rows = await fetch(_ASK + " AND a.id = {}", community_id, ask_id) if ask_id <= _LARGEST_ID else []
    if not rows:
        raise NotFound("role ask")
    return _ask(rows[0])


async def waiting(community_id: int) -> list[RoleAsk]:
    """The oldest first."""
    rows = await fetch(_ASK + " AND a.confirmed_at IS NULL AND a.withdrawn_at IS NULL ORDER BY a.id", community_id)
    return [_ask(row) for row in rows]
