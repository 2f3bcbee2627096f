"""Writing slips: fresh codes for those without one, who has seen them, and ending one. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from council.accounts import tie_queries
from council.accounts.model import PrintableSlip, Slip
from council.accounts.slipcodes import CodeKey, CodeKind, derive, lookup
from council.kernel.actor import Actor
from council.registry.model import Unit
from council.storage.sql import execute, fetch

_AT_ONCE = 500
COLUMN = {CodeKind.RESIDENT: "unit_id", CodeKind.OWNER: "owner_id", CodeKind.RESET: "person_id"}
"""What each kind of code is for."""


async def issue(actor: Actor, kind: CodeKind, target_ids: Iterable[int], secret: bytes, now: datetime) -> int:
    """Slips for those targets that have none in force; how many. Whoever issues one has seen it (`saw`).

    Somebody else printing the same pile at this moment may be faster: what is there then is taken as it is.
    """
    wanted = sorted(set(target_ids))
    made = 0
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        there = await tie_queries.slips_of(actor.community_id, kind, some)
        serials = await tie_queries.last_serials(actor.community_id, kind, some)
        rows = await _fresh(actor.community_id, kind, {t: serials.get(t, 0) for t in some if t not in there}, secret)
        if rows:
            marks = ", ".join(["({}, {}, {}, {}, {}, {}, {}, {})"] * len(rows))
            values = [
                value
                for target_id, (serial, found_by) in rows.items()
                for value in (
                    actor.community_id,
                    kind.value,
                    target_id,
                    serial,
                    found_by,
                    now,
                    actor.person_id,
                    actor.name,
                )
            ]
            issued = await fetch(
                f"INSERT INTO access_code (community_id, kind, {COLUMN[kind]}, serial, lookup, issued_at, issued_by,"
                f" issued_by_name) VALUES {marks} ON CONFLICT DO NOTHING RETURNING id",
                *values,
            )
            made += len(issued)
            await saw(actor, [row["id"] for row in issued], now)
    return made


async def saw(actor: Actor, slip_ids: Collection[int], now: datetime) -> None:
    """These codes are before the actor's eyes: with one of them they could join in somebody's name, so they verify no
    claim that comes from it. The command line is nobody; the same again keeps the first instant."""
    if not actor.person_id or not slip_ids:
        return
    await execute(
        "INSERT INTO access_code_seen (community_id, access_code_id, person_id, seen_at)"
        " SELECT a.community_id, a.id, p.id, {} FROM access_code a JOIN person p ON p.id = {}"
        " WHERE a.community_id = {} AND a.id IN {} ON CONFLICT DO NOTHING",
        *(now, actor.person_id, actor.community_id, sorted(slip_ids)),
    )


async def _fresh(community_id: int, kind: CodeKind, after: dict[int, int], secret: bytes) -> dict[int, tuple[int, str]]:
    """The next (serial, lookup) of each target, skipping the one in a billion that another slip already has."""
    found: dict[int, tuple[int, str]] = {}
    pending = dict(after)
    while pending:
        tried = {
            target_id: (serial + 1, lookup(secret, derive(secret, CodeKey(community_id, kind, target_id, serial + 1))))
            for target_id, serial in pending.items()
        }
        rows = await fetch("SELECT lookup FROM access_code WHERE lookup IN {}", [by for _, by in tried.values()])
        taken = {row["lookup"] for row in rows} | {by for _, by in found.values()}
        pending = {}
        for target_id, (serial, found_by) in tried.items():
            if found_by in taken:
                pending[target_id] = serial
            else:
                found[target_id] = (serial, found_by)
                taken.add(found_by)
    return found


async def end(slip_id: int, reason: str, now: datetime) -> None:
    await execute(
        "UPDATE access_code SET ended_at = {}, end_reason = {} WHERE id = {} AND ended_at IS NULL", now, reason, slip_id
    )


def printable(
    community_id: int, slip: Slip, unit: Unit | None, name: str | None, units: int, secret: bytes
) -> PrintableSlip:
    code = derive(secret, CodeKey(community_id, slip.kind, slip.target_id, slip.serial))
    return PrintableSlip(slip.kind, code, unit, name, units, slip.serial)
