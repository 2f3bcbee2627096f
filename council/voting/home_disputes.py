"""Owners or heirs of one home in dispute: no vote about it until they have signed together.

The dispute is the home's, so it reaches the votes that run and those whose notice comes later; a vote can also be
suspended by itself (`HaltAct.SUSPEND`). What has been cast stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Refused
from council.pathways.model import Electorate
from council.registry import queries as registry
from council.storage.errors import unique_violation
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, savepoint
from council.voting import holding_queries, standing, standing_queries
from council.voting.grouping import VoterGroup
from council.voting.halt import Halt
from council.voting.holder_tables import HomeDispute as Row


async def open_dispute(actor: Actor, halt: Halt, now: datetime) -> int:
    """Keeps it, and suspends the home's voter in every owners' vote that runs and where none was cast: in how many.

    `halt` is confirmed (ValueError otherwise); in its transaction. Refused "holder.disputed_already" while one is open.
    """
    confirmed_by, unit_id = halt.confirmed_name(), halt.subject.unit_id or 0
    unit = await registry.unit(actor.community_id, unit_id)
    row = Row(
        community_id=actor.community_id,
        unit_id=unit.id,
        words=halt.words,
        opened_by=halt.recorded_by,
        opened_by_name=halt.recorded_by_name,
        opened_at=now,
        halt_id=halt.id,
        confirmed_by_name=confirmed_by,
    )
    try:
        async with savepoint():
            dispute_id = int((await Row.insert(row))[0]["id"])
    except Exception as error:
        if unique_violation(error):
            raise Refused("holder.disputed_already") from error
        raise
    await _lock(await _running(actor.community_id, unit.id, now))
    data = {"dispute": dispute_id, "by": actor.person_id}  # anybody may read it: not whose home is in dispute
    private = {"unit": unit.code, "words": halt.words}
    await audit.record(actor.community_id, "home.disputed", data, now=now, private=private)
    suspended = 0
    # Read again once the log is held: a notice that has come out meanwhile did not see this dispute.
    said = standing.Said(halt.recorded_by, halt.recorded_by_name, confirmed_by, halt.words, dispute_id)
    for motion_id, voter_id, number in await _running(actor.community_id, unit.id, now):
        await lock_row("motion", motion_id)
        line = await standing_queries.line(actor.community_id, motion_id, number)
        if line.suspension is None and not await standing_queries.has_ballot(actor.community_id, voter_id):
            await standing.insert_suspension(actor, motion_id, (voter_id, number), said, now)
            suspended += 1
    return suspended


async def close_dispute(actor: Actor, halt: Halt, now: datetime) -> None:
    """They have agreed: what this dispute has suspended is lifted in the votes that run.

    A voter with another home in dispute stays suspended for that one. `halt` is confirmed (ValueError otherwise); in
    its transaction. Refused "holder.not_disputed".
    """
    halt.confirmed_name()
    unit_id, words, by_name = halt.subject.unit_id or 0, halt.words, halt.recorded_by_name
    found = (await holding_queries.open_disputes(actor.community_id, [unit_id])).get(unit_id)
    if found is None:
        raise Refused("holder.not_disputed")
    rows = await fetch(
        "UPDATE home_dispute SET closed_at = {}, closed_by_name = {}, closed_words = {} WHERE community_id = {}"
        " AND id = {} AND closed_at IS NULL RETURNING id",
        *(now, by_name, words, actor.community_id, found.id),
    )
    if not rows:
        raise Refused("holder.not_disputed")
    await _lock(await _running(actor.community_id, unit_id, now, dispute_id=found.id))
    data = {"dispute": found.id, "by": actor.person_id}
    await audit.record(actor.community_id, "home.agreed", data, now=now, private={"words": words})
    for motion_id, voter_id, number in await _running(actor.community_id, unit_id, now, dispute_id=found.id):
        await lock_row("motion", motion_id)
        others = await _other_dispute(actor.community_id, voter_id)
        if others is None:
            await standing.end_suspension(actor, motion_id, (voter_id, number), by_name, words, now)
        else:
            await _now_for(actor.community_id, motion_id, voter_id, others)


async def suspend_from_notice(
    actor: Actor, motion_id: int, groups: Sequence[VoterGroup], ids: Mapping[str, int], now: datetime
) -> None:
    """Whoever is in dispute when a notice goes out stands suspended on its roll from the first instant."""
    homes = {unit.unit_id: group.voter_id for group in groups for unit in group.units}
    disputes = await holding_queries.open_disputes(actor.community_id, homes)
    for number, dispute in {homes[unit_id]: dispute for unit_id, dispute in sorted(disputes.items())}.items():
        said = standing.Said(
            dispute.opened_by, dispute.opened_by_name, dispute.confirmed_by_name, dispute.words, dispute.id
        )
        await standing.insert_suspension(actor, motion_id, (ids[number], number), said, now)


async def _lock(running: Sequence[tuple[int, int, str]]) -> None:
    """Every vote that this reaches, before the log: a ballot takes its vote first and then the log, and two that wait
    for each other in another order would both be lost."""
    for motion_id, _, _ in running:
        await lock_row("motion", motion_id)


async def _running(
    community_id: int, unit_id: int, now: datetime, *, dispute_id: int | None = None
) -> list[tuple[int, int, str]]:
    """(motion, voter, number) of the owners' votes that have not closed and hold this home; with `dispute_id` those
    that it has suspended."""
    rows = await fetch(
        "SELECT DISTINCT v.motion_id, v.id, v.number FROM roll_unit u JOIN roll_voter v ON v.id = u.roll_voter_id"
        " JOIN motion m ON m.id = v.motion_id WHERE u.community_id = {} AND u.unit_id = {} AND m.electorate = {}"
        " AND m.cancelled_at IS NULL AND m.certified_at IS NULL AND m.closes_at >= {}"
        " AND (m.last_cast_at IS NULL OR m.last_cast_at <= m.closes_at) AND ({} = 0 OR EXISTS"
        " (SELECT 1 FROM roll_suspension s WHERE s.community_id = u.community_id AND s.roll_voter_id = v.id"
        " AND s.dispute_id = {} AND s.lifted_at IS NULL)) ORDER BY v.motion_id",
        *(community_id, unit_id, Electorate.OWNERS.value, now, dispute_id or 0, dispute_id or 0),
    )
    return [(row["motion_id"], row["id"], row["number"]) for row in rows]


async def _other_dispute(community_id: int, roll_voter_id: int) -> int | None:
    rows = await fetch(
        "SELECT d.id FROM roll_unit u JOIN home_dispute d ON d.community_id = u.community_id AND d.unit_id = u.unit_id"
        " WHERE u.community_id = {} AND u.roll_voter_id = {} AND d.closed_at IS NULL ORDER BY d.id LIMIT 1",
        *(community_id, roll_voter_id),
    )
    return rows[0]["id"] if rows else None


async def _now_for(community_id: int, motion_id: int, roll_voter_id: int, dispute_id: int) -> None:
    await execute(
        "UPDATE roll_suspension SET dispute_id = {} WHERE community_id = {} AND motion_id = {} AND roll_voter_id = {}"
        " AND lifted_at IS NULL",
        *(dispute_id, community_id, motion_id, roll_voter_id),
    )
