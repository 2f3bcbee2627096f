"""Reading the papers: one counter keys, another keys blind, the scrutineer decides what they read differently.

Whatever makes a choice certain puts the ballot in, in the same transaction; nobody learns a choice from anything here
but the two who read it, the scrutineer and the auditor.
"""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.kernel.ids import new_id
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction
from council.voting import (
    ballot_box,
    impartial,
    paper_keying_queries,
    paper_return_queries,
    paper_voter_queries,
    permissions,
    queries,
)
from council.voting.model import Ballot, Channel
from council.voting.motion import Motion
from council.voting.paper import Keying, Mark, Returned, Void, agreed, is_disputed
from council.voting.sealing import seal
from council.voting.slate import check_picks, choice_of

SCRUTINEER_ROUND = 3


async def key_paper(*, actor: Actor, motion_id: int, return_id: int, mark: Mark, now: datetime) -> bool:
    """One counter's reading of one paper; whether the paper is decided now.

    The first reading waits for another counter's. The same person twice is refused (paper.same_person), unless it is
    the same form again. Two who read at once are each other's second look: neither has seen what the other keyed.
    """
    async with transaction():
        motion, paper = await _locked(actor, motion_id, return_id)
        require(permissions.may_key(actor, await queries.officers(actor.community_id, motion_id)))
        require(await impartial.may_count(actor, motion))
        await _check_readable(actor, motion, now)
        await _check_mark(motion, mark)
        kept = (await paper_keying_queries.keyings_of(actor.community_id, [return_id])).get(return_id, [])
        mine = next((each for each in kept if each.person_id == actor.person_id), None)
        if mine is not None:
            if mine.mark == mark and mine.round < SCRUTINEER_ROUND:
                return paper.ballot_id is not None
            raise Refused("paper.same_person")
        if paper.ballot_id is not None or len(kept) > 1:
            raise Refused("paper.keyed_by_two")
        keying = await _insert(actor, motion, paper, len(kept) + 1, mark, None, now)
        return await _settle(actor, motion, paper, [*kept, keying])


async def undo_last(*, actor: Actor, motion_id: int, keying_id: int, now: datetime) -> int:
    """Takes back one's own newest reading while nobody has confirmed it; the id of its paper."""
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        require(permissions.may_key(actor, await queries.officers(actor.community_id, motion_id)))
        require(await impartial.may_count(actor, motion))
        last = await paper_keying_queries.last_keyed(actor.community_id, motion_id, actor.person_id)
        if last is None or last.keying_id != keying_id:
            raise Refused("paper.not_the_last")
        if not last.is_open:
            raise Refused("paper.undo_too_late")
        await execute(
            "UPDATE paper_keying SET undone_at = {} WHERE community_id = {} AND id = {}",
            *(now, motion.community_id, keying_id),
        )
        await audit.record(
            motion.community_id,
            "paper.undone",
            {"motion": motion_id, "return": last.return_id, "by": actor.person_id},
            now=now,
        )
        return last.return_id


async def decide_paper(*, actor: Actor, motion_id: int, return_id: int, mark: Mark, words: str, now: datetime) -> None:
    """The scrutineer's decision on a paper that the counters read differently, with the reason in words.

    The words may tell the choice: they stay with the papers, and in the log only as a salted hash.
    """
    async with transaction():
        motion, paper = await _locked(actor, motion_id, return_id)
        require(permissions.may_decide_paper(actor, await queries.officers(actor.community_id, motion_id)))
        require(await impartial.may_count(actor, motion))
        await _check_readable(actor, motion, now)
        await _check_mark(motion, mark)
        kept = (await paper_keying_queries.keyings_of(actor.community_id, [return_id])).get(return_id, [])
        mine = next((each for each in kept if each.round == SCRUTINEER_ROUND), None)
        if mine is not None:
            if (mine.mark, mine.words, mine.person_id) == (mark, words, actor.person_id):
                return
            raise Refused("paper.decided_already")
        if not is_disputed(kept):
            raise Refused("paper.not_disputed")
        keying = await _insert(actor, motion, paper, SCRUTINEER_ROUND, mark, words, now)
        await _settle(actor, motion, paper, [*kept, keying])


async def _locked(actor: Actor, motion_id: int, return_id: int) -> tuple[Motion, Returned]:
    await lock_row("motion", motion_id)
    motion = await queries.motion(actor.community_id, motion_id)
    return motion, await paper_return_queries.returned(actor.community_id, motion_id, return_id)


async def _check_readable(actor: Actor, motion: Motion, now: datetime) -> None:
    """Nobody reads before the closing; where the bylaws let it be earlier, nobody who could extend the vote. The first
    reading after the closing closes the vote for good."""
    if motion.cancelled_at is not None:
        raise Refused("motion.cancelled")
    if not motion.are_papers_readable(now):
        raise Refused("paper.sealed")
    if not motion.is_closed(now):
        require(permissions.may_read_early(actor))
    await seal([motion], now)


async def _check_mark(motion: Motion, mark: Mark) -> None:
    """Invalid for names where nobody is elected, for a choice by yes and no where somebody is, and for wrong names."""
    if not motion.is_election:
        if mark.picks or mark.invalid is Void.TOO_MANY:
            raise Invalid({"mark": "paper.no_mark"})
        return
    standing = await queries.candidates(motion.community_id, motion.id)
    check_picks(mark.picks, [each.number for each in standing], motion.seats)
    is_odd = mark.invalid is Void.TWO_TICKED or (mark.invalid is not None and mark.picks)
    if is_odd or (mark.choice is not None and mark.choice is not choice_of(mark.picks)):
        raise Invalid({"mark": "paper.no_names"})


async def _insert(
    actor: Actor, motion: Motion, paper: Returned, round_: int, mark: Mark, words: str | None, now: datetime
) -> Keying:
    rows = await fetch(
        "INSERT INTO paper_keying (community_id, motion_id, return_id, round, person_id, person_name, choice, invalid,"
        " picks, words, at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) RETURNING id",
        *(motion.community_id, motion.id, paper.id, round_, actor.person_id, actor.name),
        *(None if mark.choice is None else mark.choice.value, None if mark.invalid is None else mark.invalid.value),
        *(" ".join(map(str, mark.picks)), words, now),
    )
    await audit.record(
        motion.community_id,
        "paper.keyed" if round_ < SCRUTINEER_ROUND else "paper.decided",
        {"motion": motion.id, "return": paper.id, "round": round_, "by": actor.person_id},
        now=now,
        private={"mark": mark.code, "words": words or ""},
    )
    return Keying(int(rows[0]["id"]), paper.id, round_, actor.person_id, actor.name, mark, words, now)


async def _settle(actor: Actor, motion: Motion, paper: Returned, keyings: list[Keying]) -> bool:
    """Puts the ballot in when its mark is certain."""
    mark = agreed(keyings)
    if mark is None or paper.roll_voter_id is None:
        return False
    number = await paper_voter_queries.number_of(motion.community_id, paper.roll_voter_id)
    invalid = None if mark.invalid is None else mark.invalid.value
    ballot = Ballot(new_id(), number, mark.choice, Channel.PAPER, paper.returned_at, invalid)
    kept = await ballot_box.earlier(motion, paper.roll_voter_id, number, is_wish=False)
    await ballot_box.put(
        motion=motion,
        roll_voter_id=paper.roll_voter_id,
        ballot=ballot,
        by=ballot_box.By(actor.person_id, paper.acting_paper_id, paper.proxy_id),
        kept=kept,
        is_wish=False,
        picks=frozenset(mark.picks),
    )
    await execute(
        "UPDATE paper_return SET ballot_id = {} WHERE community_id = {} AND id = {}",
        *(ballot.ballot_id, motion.community_id, paper.id),
    )
    return True
