"""The whole register of a community in five reads: what a roll is compared with and written into."""

from __future__ import annotations

from collections import defaultdict

from council.registry import queries
from council.registry.known import Held, KnownUnit, Register
from council.registry.rollfile.model import Basis, Status, Use
from council.storage.sql import fetch


async def take(community_id: int) -> Register:
    """The register as this transaction sees it."""
    buildings = await fetch("SELECT id, number FROM building WHERE community_id = {}", community_id)
    entrances = await fetch("SELECT id, building_id, number FROM entrance WHERE community_id = {}", community_id)
    held: dict[int, list[Held]] = defaultdict(list)
    for row in await fetch(
        "SELECT id, unit_id, owner_id, is_representative, basis FROM ownership"
        " WHERE community_id = {} AND ended_at IS NULL ORDER BY unit_id, position, id",
        community_id,
    ):
        held[row["unit_id"]].append(
            Held(row["id"], row["owner_id"], bool(row["is_representative"]), Basis(row["basis"]))
        )
    units = {
        row["code"]: KnownUnit(
            row["id"],
            row["entrance_id"],
            row["code"],
            row["floor"],
            row["area_dm2"],
            row["built_area_dm2"],
            Use(row["use"]),
            Status(row["status"]),
            row["note"],
            row["retired_at"] is not None,
            tuple(held[row["id"]]),
        )
        for row in await fetch(
            "SELECT id, entrance_id, code, floor, area_dm2, built_area_dm2, use, status, note, retired_at FROM unit"
            " WHERE community_id = {} ORDER BY id",
            community_id,
        )
    }
    return Register(
        community_id,
        {row["number"]: row["id"] for row in buildings},
        {(row["building_id"], row["number"]): row["id"] for row in entrances},
        units,
        {owner.id: owner for owner in await queries.owners(community_id)},
    )
