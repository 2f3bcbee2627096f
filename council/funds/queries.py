"""Reads of plans, draws and balances. Every one names the community."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from council.funds.model import Account, Balance, BalanceImport, Basis, Draw, Fault, Plan, Source, SourceKind
from council.kernel.errors import NotFound
from council.storage.sql import fetch

_PLAN = (
    "SELECT id, community_id, proposal_id, total_fen, draw_fen, sources, basis, is_parking_counted, units, area_dm2,"
    " balances_as_of, sha256, proposed_by, proposed_by_name, proposed_at, confirmed_by_name, confirmed_at,"
    " withdrawn_at FROM fund_plan WHERE community_id = {}"
)
_DRAW = (
    "SELECT d.unit_id, d.code, d.area_dm2, d.draw_fen, d.state, d.balance_fen, d.first_fen, d.as_of FROM fund_draw d"
)
_IMPORT = "SELECT id, name, sha256, as_of, taken, faults, person_id, by_name, imported_at FROM fund_import"


def _plan(row: Mapping[str, Any]) -> Plan:
    sources = tuple(Source(SourceKind(kind), words, fen) for kind, words, fen in json.loads(row["sources"]))
    known = {"sources": sources, "basis": Basis(row["basis"]), "is_parking_counted": bool(row["is_parking_counted"])}
    return Plan(**{**row, **known})


async def plan(community_id: int, plan_id: int) -> Plan:
    """Withdrawn ones too; NotFound when there is none, or it is another community's."""
    rows = await fetch(_PLAN + " AND id = {}", community_id, plan_id)
    if not rows:
        raise NotFound
    return _plan(rows[0])


async def plan_by_key(community_id: int, key: str) -> Plan | None:
    rows = await fetch(_PLAN + " AND key = {}", community_id, key)
    return _plan(rows[0]) if rows else None


async def plans_of(community_id: int, proposal_ids: Iterable[int]) -> dict[int, Plan]:
    """The plan of each proposal that is not withdrawn, confirmed or not; one query."""
    wanted = sorted(set(proposal_ids))
    if not wanted:
        return {}
    rows = await fetch(_PLAN + " AND proposal_id IN {} AND withdrawn_at IS NULL", community_id, wanted)
    return {row["proposal_id"]: _plan(row) for row in rows}


async def plan_of(community_id: int, proposal_id: int) -> Plan | None:
    return (await plans_of(community_id, [proposal_id])).get(proposal_id)


async def draws(community_id: int, plan_id: int) -> list[Draw]:
    """Every home's line, in the plan's order."""
    rows = await fetch(_DRAW + " WHERE d.community_id = {} AND d.plan_id = {} ORDER BY d.id", community_id, plan_id)
    return [_draw(row) for row in rows]


async def draws_of_owners(community_id: int, plan_id: int, owner_ids: Collection[int]) -> list[Draw]:
    """The lines of the homes that these owners hold now."""
    if not owner_ids:
        return []
    rows = await fetch(
        _DRAW + " WHERE d.community_id = {} AND d.plan_id = {} AND d.unit_id IN (SELECT s.unit_id FROM ownership s"
        " WHERE s.community_id = {} AND s.owner_id IN {} AND s.ended_at IS NULL) ORDER BY d.id",
        *(community_id, plan_id, community_id, sorted(owner_ids)),
    )
    return [_draw(row) for row in rows]


def _draw(row: Mapping[str, Any]) -> Draw:
    return Draw(**{**row, "state": Account(row["state"])})


async def balances(community_id: int) -> dict[int, Balance]:
    """What is known of the sub-accounts, by unit id, each with the day of its own table."""
    rows = await fetch(
        "SELECT b.unit_id, b.state, b.balance_fen, b.first_fen, i.as_of FROM fund_balance b"
        " JOIN fund_import i ON i.id = b.import_id WHERE b.community_id = {}",
        community_id,
    )
    return {
        row["unit_id"]: Balance(Account(row["state"]), row["balance_fen"], row["first_fen"], row["as_of"])
        for row in rows
    }


async def newest_known(community_id: int, unit_ids: Collection[int], sha256: str) -> datetime | None:
    """The latest day of what is known of these homes from any other table than this one; None where nothing is."""
    rows = await fetch(
        "SELECT b.unit_id, i.as_of FROM fund_balance b JOIN fund_import i ON i.id = b.import_id"
        " WHERE b.community_id = {} AND i.sha256 <> {}",
        *(community_id, sha256),
    )
    wanted = set(unit_ids)
    return max((row["as_of"] for row in rows if row["unit_id"] in wanted), default=None)


async def last_import(community_id: int) -> BalanceImport | None:
    rows = await fetch(_IMPORT + " WHERE community_id = {} ORDER BY id DESC LIMIT 1", community_id)
    return _import(rows[0]) if rows else None


async def import_by_key(community_id: int, key: str) -> BalanceImport | None:
    rows = await fetch(_IMPORT + " WHERE community_id = {} AND key = {}", community_id, key)
    return _import(rows[0]) if rows else None


def _import(row: Mapping[str, Any]) -> BalanceImport:
    return BalanceImport(**{**row, "faults": tuple(Fault(*each) for each in json.loads(row["faults"]))})


async def unit_ids(community_id: int) -> dict[str, int]:
    """By code, every home on the register."""
    rows = await fetch("SELECT id, code FROM unit WHERE community_id = {} AND retired_at IS NULL", community_id)
    return {row["code"]: row["id"] for row in rows}
