"""What is put in stands in the database as a count would have it: any order, any channel."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction
from council.voting import ballot_box, counting, queries
from council.voting.model import Ballot, Change, Channel, ChannelConflict, Choice, RefusedReason
from council.voting.motion import Motion
from council.voting.ruleset_json import ruleset_to_json
from council.voting.tally import settle
from council.voting.voter import BallotState
from tests.people import Garden, garden
from tests.voting.motions import AFTER, CLOSES, DURING, cast, draft, filed, open_filed

MINUTE = timedelta(minutes=1)


async def on_paper_too(people: Garden) -> Motion:
    return await open_filed(people, await filed(people), draft(people, is_on_paper=True))


async def with_rules(motion: Motion, conflict: ChannelConflict, change: Change = Change.NONE) -> Motion:
    rules = replace(motion.ruleset, channel_conflict=conflict, change=change)
    await execute("UPDATE motion SET ruleset = {} WHERE id = {}", ruleset_to_json(rules), motion.id)
    return await queries.motion(motion.community_id, motion.id)


async def put(
    people: Garden, motion: Motion, channel: Channel, at: datetime, choice: Choice | None, *, voter: int = 2
) -> tuple[str, ballot_box.Put]:
    """In the name of v2 (Grace's flat), as whoever opens envelopes would."""
    (row,) = await fetch(
        "SELECT id, number FROM roll_voter WHERE motion_id = {} AND number = {}", motion.id, f"v{voter}"
    )
    invalid = None if choice else "blank"
    async with transaction():
        await lock_row("motion", motion.id)
        kept = await ballot_box.earlier(motion, row["id"], row["number"], is_wish=False)
        ballot = Ballot(new_id(), row["number"], choice, channel, at, invalid)
        done = await ballot_box.put(
            motion=motion,
            roll_voter_id=row["id"],
            ballot=ballot,
            by=ballot_box.By(people.erin.person_id),
            kept=kept,
            is_wish=False,
        )
    return ballot.ballot_id, done


async def stands(motion: Motion) -> dict[str, tuple[str, str | None]]:
    rows = await fetch("SELECT id, state, reason FROM ballot WHERE motion_id = {}", motion.id)
    return {row["id"]: (row["state"], row["reason"]) for row in rows}


@pytest.mark.parametrize(
    ("conflict", "online_is", "paper_is"),
    [
        (ChannelConflict.FIRST_VALID, ("refused", "repeat"), ("in_force", None)),
        (ChannelConflict.ONLINE_PREVAILS, ("in_force", None), ("replaced", None)),
        (ChannelConflict.PAPER_PREVAILS, ("refused", "repeat"), ("in_force", None)),
    ],
)
async def test_paper_that_came_first_and_is_opened_last(
    db: AnyEngine, conflict: ChannelConflict, online_is: object, paper_is: object
) -> None:
    """It was handed in before the same voter's online ballot, and keyed when that was in force already."""
    people = await garden()
    motion = await with_rules(await on_paper_too(people), conflict)
    online = await cast(people.grace, motion, "oppose", at=DURING)
    paper, _ = await put(people, motion, Channel.PAPER, DURING - MINUTE, Choice.AGREE)
    assert await stands(motion) == {online.ballot_id: online_is, paper: paper_is}
    counted = await counting.count(motion, AFTER)
    assert counted.tally.returned.agree.persons == (conflict is not ChannelConflict.ONLINE_PREVAILS)


async def test_an_invalid_paper_does_not_keep_a_valid_ballot_out(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper_too(people)
    paper, done = await put(people, motion, Channel.PAPER, DURING - MINUTE, None)
    assert done.state is BallotState.REFUSED
    online = await cast(people.grace, motion, "agree")
    assert await stands(motion) == {online.ballot_id: ("in_force", None), paper: ("refused", "invalid")}
    (kept,) = [each for each in await queries.ballots(people.community_id, motion.id) if each.ballot_id == paper]
    assert (kept.choice, kept.invalid) == (None, "blank")


async def test_late_paper_is_kept_and_does_not_count(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper_too(people)
    paper, done = await put(people, motion, Channel.PAPER, CLOSES + MINUTE, Choice.AGREE)
    assert (done.state, (await stands(motion))[paper]) == (BallotState.REFUSED, ("refused", "outside_window"))
    assert (await counting.count(motion, AFTER)).tally.returned.participants.persons == 0


@pytest.mark.parametrize("seed", range(6))
async def test_the_database_says_what_a_count_says(db: AnyEngine, seed: int) -> None:
    """Ballots of three voters, keyed in any order: after each one the states are those of the rule over all of them."""
    people = await garden()
    draw = random.Random(seed)
    motion = await on_paper_too(people)
    motion = await with_rules(motion, draw.choice(list(ChannelConflict)), draw.choice(list(Change)))
    minutes = draw.sample(range(-60, 60), 14)
    for minute in minutes:
        choice = draw.choice([*Choice, None])
        channel = Channel.PAPER if choice is None else draw.choice(list(Channel))
        await put(people, motion, channel, DURING + minute * MINUTE, choice, voter=draw.randint(2, 4))
        kept = await queries.ballots(people.community_id, motion.id)
        settled = settle(motion.ruleset, {"v2", "v3", "v4"}, kept, motion.window)
        wanted = {ballot.ballot_id: ("in_force", None) for ballot in settled.in_force.values()}
        for ballot_id, reason in settled.refused.items():
            is_replaced = reason is RefusedReason.REPLACED
            wanted[ballot_id] = ("replaced", None) if is_replaced else ("refused", reason.value)
        assert await stands(motion) == wanted


async def test_online_is_a_wish_where_only_paper_counts(db: AnyEngine) -> None:
    """Without a confirmed rule that online counts: it is kept and receipted, and is in no count, turnout or list."""
    people = await garden(online_counts=False)
    motion = await on_paper_too(people)
    assert (motion.is_advisory, motion.counted, motion.takes_wishes) == (False, (Channel.PAPER,), True)
    mine = await cast(people.grace, motion, "oppose")
    assert mine.is_wish
    assert (await queries.turnouts(people.community_id, [motion], DURING))[motion.id].persons == 0
    await put(people, motion, Channel.PAPER, DURING + MINUTE, Choice.AGREE)
    counted = await counting.count(motion, AFTER)
    assert (counted.tally.returned.agree.persons, counted.tally.returned.oppose.persons) == (1, 0)
    wishes = await counting.wishes(motion, AFTER)
    assert wishes is not None
    assert (wishes.agree.persons, wishes.oppose.persons) == (0, 1)
    took_part = [one.unit_code for one in await queries.participation(people.community_id, motion.id) if one.took_part]
    assert took_part == ["1-1-102"]


async def test_both_channels_count_as_one_where_the_community_says_so(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper_too(people)
    assert (motion.counted, motion.takes_wishes) == ((Channel.ONLINE, Channel.PAPER), False)
    await cast(people.grace, motion, "oppose")
    await put(people, motion, Channel.PAPER, DURING + MINUTE, Choice.AGREE, voter=3)
    returned = (await counting.count(motion, AFTER)).tally.returned
    assert (returned.agree.persons, returned.oppose.persons) == (1, 1)
    assert await counting.wishes(motion, AFTER) is None
