"""Printing ballots: an issue a voter and time. Printing silences nobody: a paper that lies in a home stays good until
another of that voter has come back, whichever comes first (`paper_returns`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_code
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction
from council.voting import paper_printing_queries, paper_return_queries, paper_voter_queries, queries, succession
from council.voting.model import Channel
from council.voting.motion import Motion, MotionState
from council.voting.paper import SERIAL_SIGNS, Layout, Printed, PrintRun
from council.voting.paper_staff import require_handling
from council.voting.paper_voter_queries import PaperVoter

FOLLOW_UP = "follow-up"
SIGNER = "signer"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """`whom`: "" for everybody, "2" or "2-1" for a building or an entrance, "voter-7" for one voter, "follow-up" for
    those who answered online beside the count, "signer" for those whose paper names another signer than who acts now.
    `is_anew`: also for those who have a ballot; for one voter and for "signer" alone."""

    key: str
    whom: str
    layout: Layout
    is_anew: bool = False


async def print_ballots(*, actor: Actor, motion_id: int, order: PrintOrder, now: datetime) -> PrintRun:
    """Makes the ballots and records who printed them; the PDF is drawn from that whenever it is asked for.

    Without `is_anew` whoever has a ballot keeps it. Nobody gets one whose paper has come back. The same form again
    answers the same printing. Invalid on `whom` when nobody is left (paper.none_left) or it is no place here, and for
    new ones for everybody or a place (paper.anew_for_one).
    """
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        await require_handling(actor, motion)
        before = await paper_printing_queries.run_by_key(actor.community_id, order.key)
        if before is not None:
            return _same(before, motion, order, actor)
        _check_time(motion, now)
        if order.is_anew and not (order.whom == SIGNER or order.whom.startswith("voter-")):
            raise Invalid({"whom": "paper.anew_for_one"})
        wanted = await _wanted(motion, order.whom, now)
        live = await paper_printing_queries.live_papers(actor.community_id, motion_id)
        back = await paper_return_queries.received(actor.community_id, [each.roll_voter_id for each in wanted])
        chosen = [
            each
            for each in wanted
            if each.roll_voter_id not in back and (order.is_anew or each.roll_voter_id not in live)
        ]
        if not chosen:
            raise Invalid({"whom": "paper.none_left"})
        print_id = await _insert_run(actor, motion, order, len(chosen), now)
        older = [live[each.roll_voter_id] for each in chosen if each.roll_voter_id in live]
        await _replace(motion, older, now)
        serials = await _insert(motion, print_id, chosen, now)
        await audit.record(
            actor.community_id,
            "paper.printed",
            {
                "motion": motion_id,
                "print": print_id,
                "sheets": len(chosen),
                "replaced": len(older),
                "serials_sha256": sha256("\n".join(sorted(serials)).encode()).hexdigest(),
                "text_sha256": motion.text_sha256,
                "by": actor.person_id,
            },
            now=now,
        )
        return await paper_printing_queries.run(actor.community_id, motion_id, print_id)


def _same(before: PrintRun, motion: Motion, order: PrintOrder, actor: Actor) -> PrintRun:
    said = (before.motion_id, before.whom, before.layout, before.is_anew, before.printed_by)
    if said != (motion.id, order.whom, order.layout, order.is_anew, actor.person_id):
        raise Refused("form.used_before")
    return before


def is_printing(motion: Motion, now: datetime) -> bool:
    """Of a vote on paper from the notice to the closing: what is printed later could not come back in time."""
    return Channel.PAPER in motion.channels and motion.state(now) in {MotionState.NOTICE, MotionState.OPEN}


def _check_time(motion: Motion, now: datetime) -> None:
    if not is_printing(motion, now):
        raise Refused("paper.too_late_to_print")


async def _wanted(motion: Motion, whom: str, now: datetime) -> list[PaperVoter]:
    voters = await paper_voter_queries.paper_voters(motion.community_id, motion.id)
    if whom == SIGNER:
        changed = set(await paper_printing_queries.to_print_anew(motion.community_id, motion.id, now))
        return [each for each in voters if each.roll_voter_id in changed]
    if whom == FOLLOW_UP:
        asked = set(await paper_voter_queries.asked_online(motion.community_id, motion.id))
        return [each for each in voters if each.roll_voter_id in asked]
    return chosen_by(voters, whom)


def chosen_by(voters: Iterable[PaperVoter], whom: str) -> list[PaperVoter]:
    """Those whose first home stands there: an owner of flats in two entrances gets one ballot, with the first."""
    kind, _, number = whom.partition("-")
    if kind == "voter":
        return [each for each in voters if str(each.roll_voter_id) == number]
    return [each for each in voters if not whom or f"{each.unit_codes[0]}-".startswith(f"{whom}-")]


async def _insert_run(actor: Actor, motion: Motion, order: PrintOrder, sheets: int, now: datetime) -> int:
    rows = await fetch(
        "INSERT INTO paper_print (community_id, motion_id, key, whom, layout, is_anew, sheets, printed_at, printed_by,"
        " printed_by_name) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}) RETURNING id",
        *(motion.community_id, motion.id, order.key, order.whom, order.layout.value, order.is_anew, sheets, now),
        *(actor.person_id, actor.name),
    )
    return int(rows[0]["id"])


async def _replace(motion: Motion, older: list[Printed], now: datetime) -> None:
    for first in range(0, len(older), _AT_ONCE):
        await execute(
            "UPDATE paper_ballot SET replaced_at = {} WHERE community_id = {} AND id IN {}",
            *(now, motion.community_id, [each.id for each in older[first : first + _AT_ONCE]]),
        )


async def _insert(motion: Motion, print_id: int, voters: list[PaperVoter], now: datetime) -> list[str]:
    """A fresh serial for each; the issue is one more than the voter's last. Whoever acts for the owner now signs."""
    sold = await succession.sold(motion.community_id, motion.id)
    acting = await paper_printing_queries.acting_now(motion.community_id, motion.id, sold, now)
    rows = await fetch(
        "SELECT roll_voter_id, MAX(issue) AS issue FROM paper_ballot WHERE community_id = {} AND motion_id = {}"
        " GROUP BY roll_voter_id",
        *(motion.community_id, motion.id),
    )
    last = {row["roll_voter_id"]: int(row["issue"]) for row in rows}
    serials: list[str] = []
    for first in range(0, len(voters), _AT_ONCE):
        some = voters[first : first + _AT_ONCE]
        fresh = [new_code(SERIAL_SIGNS) for _ in some]
        marks = ", ".join(["({}, {}, {}, {}, {}, {}, {})"] * len(some))
        values = [
            value
            for voter, serial in zip(some, fresh, strict=True)
            for value in (
                *(motion.community_id, motion.id, voter.roll_voter_id, print_id, serial),
                last.get(voter.roll_voter_id, 0) + 1,
                acting[voter.roll_voter_id].paper_id if voter.roll_voter_id in acting else None,
            )
        ]
        await execute(
            "INSERT INTO paper_ballot (community_id, motion_id, roll_voter_id, print_id, serial, issue,"
            " acting_paper_id)"
            f" VALUES {marks}",
            *values,
        )
        serials += fresh
    return serials
