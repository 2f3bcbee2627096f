"""Paper on the stage: ballots printed for everybody, brought back by households without an account, read by two."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from council.demo.matters import Matter
from council.demo.stage import Run, Stage, Still
from council.demo.votes import Vote
from council.kernel.ids import new_id
from council.storage.sql import fetch
from council.voting import paper_return_queries
from council.voting.paper import Brought, Layout, read_mark
from council.voting.paper_keying import key_paper
from council.voting.paper_printing import PrintOrder, print_ballots
from council.voting.paper_returns import Brings, take_back

_HOUR = timedelta(hours=1)


def on_paper(
    stage: Stage, matter: Matter, plan: Vote, window: tuple[datetime, datetime], online: Collection[str]
) -> None:
    """Notes the printing, each paper that comes back by now, and after the closing both counters' readings.

    `online`: who votes without paper. Nobody of them hands one in, nor does anybody who has not voted yet.
    """
    opens_at, closes_at = window

    async def print_all(now: datetime) -> None:
        order = PrintOrder(new_id(), "", Layout.PAGE)
        await print_ballots(
            actor=await stage.actor("secretary"), motion_id=stage.motions[matter.key], order=order, now=now
        )

    stage.later(plan.notice.before(stage.now) + _HOUR, f"{matter.key}: print ballots", print_all)
    last = min(closes_at, stage.now) - _HOUR
    for number in range(plan.paper):
        at = opens_at + (last - opens_at) * (number + 1) / (plan.paper + 1)
        stage.later(at, f"{matter.key}: paper {number + 1} comes back", _return(stage, matter, {*online, *plan.not_by}))
    if plan.paper_twice:
        stage.later(last + _HOUR / 2, f"{matter.key}: a paper comes back twice", _again(stage, matter))
    if closes_at + 2 * _HOUR < stage.now:
        for place, counter in enumerate(plan.counters[: plan.paper_rounds]):
            stage.later(
                closes_at + _HOUR * (1 + place / 4),
                f"{matter.key}: {counter} reads",
                _read(stage, matter, plan, counter),
            )


def _collector(stage: Stage) -> str:
    """The grid worker who goes from door to door; the secretary where there is none."""
    return "sun" if "sun" in stage.people else "secretary"


def _return(stage: Stage, matter: Matter, online: Collection[str]) -> Run:
    homes = sorted({stage.homes.get(key, key) for key in online}) or ["-"]

    async def bring(now: datetime) -> None:
        actor = await stage.actor(_collector(stage))
        (row,) = await fetch(_NEXT, actor.community_id, stage.motions[matter.key], homes)
        brings = Brings(new_id(), row["serial"], Brought.DOOR)
        await take_back(actor=actor, motion_id=stage.motions[matter.key], brings=brings, clock=Still(now))

    return bring


_NEXT = (
    "SELECT p.serial FROM paper_ballot p WHERE p.community_id = {} AND p.motion_id = {} AND p.void_at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM paper_return r WHERE r.paper_ballot_id = p.id)"
    " AND NOT EXISTS (SELECT 1 FROM roll_unit u WHERE u.roll_voter_id = p.roll_voter_id AND u.code IN {})"
    " ORDER BY p.roll_voter_id LIMIT 1"
)
"""Somebody who does not vote online and whose paper is still out."""


def _again(stage: Stage, matter: Matter) -> Run:
    async def bring(now: datetime) -> None:
        actor = await stage.actor(_collector(stage))
        (first, *_) = await paper_return_queries.returns(actor.community_id, stage.motions[matter.key], refused=False)
        brings = Brings(new_id(), first.serial, Brought.PAPER)
        await take_back(actor=actor, motion_id=stage.motions[matter.key], brings=brings, clock=Still(now))

    return bring


def _read(stage: Stage, matter: Matter, plan: Vote, counter: str) -> Run:
    """The first are agrees, one in five opposes, the last are invalid; the second counter misreads `paper_disputed`."""

    async def read(now: datetime) -> None:
        actor = await stage.actor(counter)
        motion_id = stage.motions[matter.key]
        papers = sorted(
            await paper_return_queries.returns(actor.community_id, motion_id, refused=False), key=lambda paper: paper.id
        )
        is_last = counter == plan.counters[plan.paper_rounds - 1]
        for place, paper in enumerate(papers[: len(papers) - plan.paper_left] if is_last else papers):
            typed = "93" if place >= len(papers) - plan.paper_void else "2" if place % 5 == 4 else "1"
            if counter == plan.counters[1] and place < plan.paper_disputed:
                typed = "3"
            mark = read_mark(typed)
            if mark is not None:
                await key_paper(actor=actor, motion_id=motion_id, return_id=paper.id, mark=mark, now=now)

    return read
