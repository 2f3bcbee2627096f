"""Reads of homes that are to change hands, or to be cast for by another co-owner, and wait for a second person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from council.kernel.errors import NotFound
from council.registry.rollfile.model import OwnerKind, RollOwner
from council.registry.transfer import Transfer, TransferKind
from council.storage.sql import fetch

_TRANSFER = (
    "SELECT t.id, t.community_id, t.unit_id, u.code AS unit_code, t.kind, t.buyers, t.owner_id, o.name AS owner_name,"
    " t.seen, t.dated_on, t.words, t.file_id, t.recorded_by, t.recorded_by_name, t.recorded_at, t.confirmed_by_name,"
    " t.confirmed_at, t.withdrawn_at, t.withdrawn_by_name, t.withdrawn_words"
    " FROM transfer t JOIN unit u ON u.community_id = t.community_id AND u.id = t.unit_id"
    " LEFT JOIN owner o ON o.community_id = t.community_id AND o.id = t.owner_id WHERE t.community_id = {}"
)
_WAITS = " AND t.confirmed_at IS NULL AND t.withdrawn_at IS NULL"


def written(buyers: Sequence[RollOwner], *, is_settled: bool = False) -> str:
    """As the row keeps them; a settled one keeps no numbers."""
    kept: list[dict[str, Any]] = [
        {"name": each.name, "kind": each.kind.value}
        if is_settled
        else {"name": each.name, "kind": each.kind.value, "identity": each.identity, "phones": list(each.phones)}
        for each in buyers
    ]
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _buyer(each: Mapping[str, Any]) -> RollOwner:
    return RollOwner(each["name"], each.get("identity"), tuple(each.get("phones", ())), OwnerKind(each["kind"]))


def _transfer(row: Mapping[str, Any]) -> Transfer:
    buyers = tuple(_buyer(each) for each in json.loads(row["buyers"]))
    return Transfer(**{**row, "kind": TransferKind(row["kind"]), "buyers": buyers})


async def transfer(community_id: int, transfer_id: int) -> Transfer:
    rows = await fetch(_TRANSFER + " AND t.id = {}", community_id, transfer_id)
    if not rows:
        raise NotFound("transfer")
    return _transfer(rows[0])


async def waiting(community_id: int, *, most: int = 50) -> list[Transfer]:
    """The oldest first."""
    return [_transfer(row) for row in await fetch(_TRANSFER + _WAITS + " ORDER BY t.id LIMIT {}", community_id, most)]


async def waiting_of_units(community_id: int, unit_ids: Iterable[int]) -> list[Transfer]:
    """One of a home at most."""
    wanted = sorted(set(unit_ids))
    if not wanted:
        return []
    rows = await fetch(_TRANSFER + _WAITS + " AND t.unit_id IN {} ORDER BY t.id", community_id, wanted)
    return [_transfer(row) for row in rows]


async def owners_with_numbers(community_id: int, buyers: Iterable[RollOwner]) -> frozenset[int]:
    """Those whom the register knows by one of the buyers' identity numbers."""
    numbers = sorted({each.identity for each in buyers if each.identity})
    if not numbers:
        return frozenset()
    rows = await fetch(
        "SELECT id FROM owner WHERE community_id = {} AND identity_number IN {}", *(community_id, numbers)
    )
    return frozenset(row["id"] for row in rows)
