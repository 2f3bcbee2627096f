"""我家这一行不对: a resident says what is wrong with their row, the desk answers with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.registry import permissions, queries
from council.registry.tables import RowCorrection
from council.storage.bounds import Bound
from council.storage.once import insert_once
from council.storage.sql import fetch, fetch_one
from council.storage.transactions import transaction


class Outcome(StrEnum):
    CORRECTED = "corrected"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Correction:
    """`outcome` None: the desk has not answered yet."""

    id: int
    unit_id: int
    unit_code: str
    said: str
    said_by: int
    said_by_name: str
    filed_at: datetime
    outcome: Outcome | None
    reason: str | None
    closed_by_name: str | None
    closed_at: datetime | None


_CORRECTION = (
    "SELECT r.id, r.unit_id, u.code AS unit_code, r.said, r.said_by, r.said_by_name, r.filed_at, r.outcome, r.reason,"
    " r.closed_by_name, r.closed_at FROM row_correction r JOIN unit u ON u.id = r.unit_id WHERE r.community_id = {}"
)

CORRECTING = Bound(
    "bound.correction",
    20,
    "SELECT filed_at AS at FROM row_correction WHERE community_id = {} AND said_by = {} AND filed_at > {}"
    " ORDER BY filed_at DESC LIMIT 1 OFFSET {}",
)


async def file_correction(*, actor: Actor, unit_id: int, said: str, key: str, now: datetime) -> int:
    """Hands it to the desk; the same form again is the same one, and with other words in it, or from somebody else, it
    is refused (form.used_before). NotFound for another community's unit; TooMany."""
    await queries.unit(actor.community_id, unit_id)
    require(permissions.may_file_correction(actor, unit_id))
    async with transaction():
        row = RowCorrection(
            community_id=actor.community_id,
            unit_id=unit_id,
            key=key,
            said=said,
            said_by=actor.person_id,
            said_by_name=actor.name,
            filed_at=now,
        )
        correction_id, is_new = await insert_once(row, same=("said_by", "unit_id", "said"))
        if is_new:
            await CORRECTING.keep(actor.community_id, actor.person_id, now=now)
            data = {"correction_id": correction_id, "unit_id": unit_id, "by": actor.person_id}
            await audit.record(actor.community_id, "correction.filed", data, now=now, private={"said": said})
    return correction_id


async def close_correction(
    *, actor: Actor, correction_id: int, outcome: Outcome, reason: str, now: datetime
) -> Correction:
    """The desk's answer, once; Refused "correction.closed" when a colleague was faster."""
    require(permissions.may_keep_register(actor))
    found = await correction(actor.community_id, correction_id)
    async with transaction():
        rows = await fetch(
            "UPDATE row_correction SET outcome = {}, reason = {}, closed_by_name = {}, closed_at = {}"
            " WHERE community_id = {} AND id = {} AND closed_at IS NULL RETURNING id",
            *(outcome.value, reason, actor.name, now, actor.community_id, correction_id),
        )
        if not rows:
            raise Refused("correction.closed")
        data = {"correction_id": correction_id, "unit_id": found.unit_id, "outcome": outcome, "by": actor.person_id}
        await audit.record(actor.community_id, "correction.closed", data, now=now, private={"reason": reason})
    return found


async def correction(community_id: int, correction_id: int) -> Correction:
    row = await fetch_one(_CORRECTION + " AND r.id = {}", community_id, correction_id)
    if row is None:
        raise NotFound
    return _made(row)


async def waiting(community_id: int, *, most: int = 100) -> list[Correction]:
    """What the desk has not answered, the oldest first."""
    rows = await fetch(_CORRECTION + " AND r.closed_at IS NULL ORDER BY r.id LIMIT {}", community_id, most)
    return [_made(row) for row in rows]


async def closed(community_id: int, *, most: int = 20) -> list[Correction]:
    rows = await fetch(
        _CORRECTION + " AND r.closed_at IS NOT NULL ORDER BY r.closed_at DESC, r.id LIMIT {}", community_id, most
    )
    return [_made(row) for row in rows]


async def of_person(community_id: int, person_id: int, *, most: int = 20) -> list[Correction]:
    """A resident's own, with the answers."""
    rows = await fetch(_CORRECTION + " AND r.said_by = {} ORDER BY r.id DESC LIMIT {}", community_id, person_id, most)
    return [_made(row) for row in rows]


def _made(row: dict[str, object]) -> Correction:
    return Correction(**{**row, "outcome": Outcome(str(row["outcome"])) if row["outcome"] else None})  # type: ignore[arg-type]
