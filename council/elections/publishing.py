"""The candidates' notice: numbers by a rule that nobody can bend, the whole days, then the slate."""

from __future__ import annotations

from datetime import datetime

from council.audit import queries as log
from council.audit import service as audit
from council.elections import permissions, rules
from council.elections.model import Stage
from council.elections.opening import locked, require_stage
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Refused, require
from council.storage.sql import execute
from council.storage.transactions import transaction


async def publish(*, actor: Actor, proposal_id: int, now: datetime) -> None:
    """Posts the eligible candidates for the election's whole days. Twice is once.

    Refused while nominations run, while somebody waits for the review or its second person, while a letter of somebody
    who stands back waits for its own, while an appeal is open, with nobody eligible, and with somebody eligible who has
    sold meanwhile.
    """
    require(permissions.may_keep_election(actor))
    async with transaction():
        at = await locked(actor.community_id, proposal_id)
        if at.election.published_at is not None:
            return
        require_stage(at, now, Stage.REVIEWING, code="election.still_nominating")
        if waiting := rules.unjudged(at.candidates):
            raise Refused("election.unjudged", n=len(waiting))
        if letters := rules.letters_waiting(at.candidates):
            raise Refused("election.letters_wait", n=len(letters))
        if appeals := sum(each.is_open for each in at.objections):
            raise Refused("election.objections_open", n=appeals)
        eligible = [each for each in at.candidates if each.is_in and each.is_eligible]
        if not eligible:
            raise Refused("election.no_candidates")
        for each in eligible:
            fault = rules.cannot_stand(each, at.election.joint_least)
            if fault is not None:
                raise Refused(fault.code, forbidden=False, **fault.details)
        seq, seed = await _seed(actor, proposal_id, at.election.nominations_until, now)
        numbered = list(enumerate(rules.in_order(seed, eligible), 1))
        recorded = await audit.record(
            actor.community_id,
            "candidates.published",
            {
                "proposal": proposal_id,
                "round": at.election.round,
                "seats": at.election.seats,
                "order_seed": seed,
                "order_seq": seq,
                "candidates": [each.id for _, each in numbered],
                "not_eligible": sum(each.is_refused and each.is_in for each in at.candidates),
                "slate_sha256": rules.slate_sha256(numbered),
                "until": end_of_days(now, at.election.notice_days).isoformat(),
                "by": actor.person_id,
            },
            now=now,
        )
        cases = " ".join(["WHEN {} THEN CAST({} AS INTEGER)"] * len(numbered))
        await execute(
            f"UPDATE candidate SET number = CASE id {cases} END WHERE community_id = {{}} AND id IN {{}}",
            *(value for number, each in numbered for value in (each.id, number)),
            *(actor.community_id, [each.id for each in eligible]),
        )
        await execute(
            "UPDATE election SET published_at = {}, published_by_name = {}, published_seq = {}, order_seed = {},"
            " order_seq = {} WHERE community_id = {} AND proposal_id = {}",
            *(now, actor.name, recorded.seq, seed, seq, actor.community_id, proposal_id),
        )


async def _seed(actor: Actor, proposal_id: int, ended: datetime, now: datetime) -> tuple[int, str]:
    """The first record after the nominations have ended, and the log's root (hex) with it. Where nothing has been
    recorded since, that they have ended is."""
    before = await log.head_before(actor.community_id, ended)
    seq = 0 if before is None else before.size
    newest = await log.head(actor.community_id)
    if newest is None or newest.size <= seq:
        await audit.record(actor.community_id, "election.nominations_ended", {"proposal": proposal_id}, now=now)
    return seq, (await log.root_at(actor.community_id, seq + 1)).hex()
