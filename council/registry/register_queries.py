"""Reads for the pages of the register: who holds a unit, and who did before."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from council.registry.importing import ABSENT, REPLACED
from council.registry.model import Owner
from council.registry.rollfile.model import Basis, OwnerKind
from council.storage.sql import fetch


@dataclass(frozen=True, slots=True)
class Holder:
    owner: Owner
    is_representative: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class PastHolding:
    """`ended_at` None: holds it now."""

    name: str
    began_at: datetime
    ended_at: datetime | None
    end_reason: str | None

    @property
    def is_coded(self) -> bool:
        """Whether the reason is ours and has words, or somebody wrote it."""
        return self.end_reason in {ABSENT, REPLACED}


async def holders(community_id: int, unit_ids: Iterable[int]) -> dict[int, tuple[Holder, ...]]:
    """Current owners by unit id, in the order of the deed."""
    wanted = sorted(set(unit_ids))
    if not wanted:
        return {}
    found: dict[int, list[Holder]] = defaultdict(list)
    for row in await fetch(
        "SELECT s.unit_id, s.is_representative, s.basis, o.id, o.name, o.kind, o.identity_number, o.phones"
        " FROM ownership s JOIN owner o ON o.id = s.owner_id WHERE s.community_id = {} AND s.unit_id IN {}"
        " AND s.ended_at IS NULL ORDER BY s.unit_id, s.position, s.id",
        community_id,
        wanted,
    ):
        owner = Owner(
            row["id"], row["name"], OwnerKind(row["kind"]), row["identity_number"], tuple(json.loads(row["phones"]))
        )
        found[row["unit_id"]].append(Holder(owner, bool(row["is_representative"]), Basis(row["basis"])))
    return {unit_id: tuple(held) for unit_id, held in found.items()}


async def history(community_id: int, unit_id: int) -> list[PastHolding]:
    """Every ownership the unit has had, the newest first."""
    rows = await fetch(
        "SELECT o.name, s.began_at, s.ended_at, s.end_reason FROM ownership s JOIN owner o ON o.id = s.owner_id"
        " WHERE s.community_id = {} AND s.unit_id = {} ORDER BY s.id DESC",
        community_id,
        unit_id,
    )
    return [PastHolding(**row) for row in rows]
