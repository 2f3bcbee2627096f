"""Casting: who, when, how often; what is written, and that nothing is written twice or by halves."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

import pytest

from council.accounts import queries as accounts
from council.audit import queries as log
from council.audit import receipts
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, TooMany
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import ballot_box, casting, counting, queries
from council.voting.model import Choice
from council.voting.motion import Motion
from council.voting.voter import BallotState, CastBallot
from tests.people import Garden, add_person, garden, verify_owner
from tests.voting.changing import called_off
from tests.voting.crowd import crowd
from tests.voting.motions import AFTER, CLOSES, DURING, OPENS, HandClock, cast, opened, setting

TICK = timedelta(microseconds=1)


async def states(motion: Motion) -> list[str]:
    rows = await fetch("SELECT state FROM ballot WHERE motion_id = {} ORDER BY cast_at", motion.id)
    return [row["state"] for row in rows]


async def test_a_ballot_with_its_record_and_code(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    mine = await cast(people.grace, motion, "oppose")
    assert (mine.number, mine.choice, mine.state, mine.cast_at) == ("v2", "oppose", BallotState.IN_FORCE, DURING)
    record = await log.record(people.community_id, mine.log_seq)
    assert record.kind == "ballot.accepted"
    assert record.data["ballot"] == mine.ballot_id
    assert mine.code == receipts.short_code(record.leaf_hash)
    assert set(record.data) == {"community", "motion", "ballot", "commitment"}
    sealed = receipts.receipt(await log.inclusion(people.community_id, mine.log_seq), origin="garden.example/log")
    ((_, r),) = await ballot_box.openings(motion, mine.ballot_id, Choice.OPPOSE, frozenset())
    assert receipts.verify_receipt(receipts.to_text(sealed.opened("oppose", r))).holds
    assert not receipts.verify_receipt(receipts.to_text(sealed.opened("agree", r))).holds
    turnout = (await queries.turnouts(people.community_id, [motion], DURING))[motion.id]
    assert (turnout.persons, turnout.area_dm2) == (1, 7137)


async def test_nothing_readable_in_the_log(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    for choice, actor in zip(("agree", "oppose", "abstain"), (people.alice, people.grace, people.heidi), strict=True):
        await cast(actor, motion, choice, voter="v1" if actor is people.alice else None)
    rows = await fetch("SELECT body, private FROM log_record WHERE kind = 'ballot.accepted'")
    assert len(rows) == 3
    text = json.dumps(rows)
    assert not [word for word in ("agree", "oppose", "abstain") if word in text]


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (OPENS - TICK, "ballot.not_open_yet"),
        (OPENS, None),
        (CLOSES, None),
        (CLOSES + TICK, "ballot.closed"),
    ],
)
async def test_first_and_last_instant(db: AnyEngine, at: datetime, code: str | None) -> None:
    people = await garden()
    motion = await opened(people)
    if code is None:
        assert (await cast(people.grace, motion, at=at)).cast_at == at
        return
    with pytest.raises(Refused) as refused:
        await cast(people.grace, motion, at=at)
    assert (refused.value.code, refused.value.forbidden) == (code, False)
    assert await states(motion) == []
    assert len(await log.latest(people.community_id)) == 1


async def test_a_clock_that_runs_backwards_or_stands_still(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    first = await cast(people.grace, motion, at=DURING)
    second = await cast(people.heidi, motion, at=DURING - timedelta(hours=5))
    third = await cast(people.ivan, motion, at=second.cast_at)
    assert first.cast_at < second.cast_at < third.cast_at
    assert third.cast_at == DURING + 2 * TICK
    last = await cast(people.judy, motion, at=CLOSES)
    assert last.cast_at == CLOSES
    with pytest.raises(Refused, match=r"ballot.closed"):
        await cast(people.alice, motion, at=DURING, voter="v1")


async def test_no_slow_clock_lets_a_ballot_in_after_a_signature(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.grace, motion)
    await counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER)
    with pytest.raises(Refused, match=r"ballot.closed"):
        await cast(people.heidi, motion, at=DURING)
    assert await states(motion) == ["in_force"]


async def test_second_ballots_are_kept_so_many_times_and_a_first_one_always(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.grace, motion)
    for _ in range(casting.AGAIN.most):
        with pytest.raises(Refused, match=r"ballot.already_cast"):
            await cast(people.grace, motion, "oppose")
    records = len(await log.latest(people.community_id))
    for _ in range(3):
        with pytest.raises(TooMany) as many:
            await cast(people.grace, motion, "oppose")
    assert (many.value.code, many.value.minutes) == ("bound.ballot", 60)
    assert await states(motion) == ["in_force"] + ["refused"] * casting.AGAIN.most
    assert len(await log.latest(people.community_id)) == records, "what is not kept is not in the log either"
    assert (await cast(people.heidi, motion)).state is BallotState.IN_FORCE
    with pytest.raises(Refused, match=r"ballot.already_cast"):
        await cast(people.grace, motion, "oppose", at=DURING + timedelta(hours=1, seconds=1))


async def test_a_mind_is_changed_so_many_times_an_hour(db: AnyEngine) -> None:
    people = await garden()
    await setting(people, "change", "until_close")
    motion = await opened(people)
    choices = ["agree", "oppose"] * (casting.AGAIN.most // 2) + ["abstain"]
    cast_ids = [(await cast(people.grace, motion, choice)).ballot_id for choice in choices]
    with pytest.raises(TooMany):
        await cast(people.grace, motion, "oppose")
    assert (await cast(people.grace, motion, "abstain", ballot=cast_ids[-1])).state is BallotState.IN_FORCE
    assert (await states(motion))[-1] == "in_force"
    assert (await states(motion)).count("replaced") == casting.AGAIN.most


async def test_who_may_not_cast_and_what_they_are_told(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    told = {}
    for name in ("bob", "ken", "leo", "dana"):
        with pytest.raises(Refused) as refused:
            await cast(people.actors[name], motion)
        assert refused.value.forbidden
        told[name] = (refused.value.code, refused.value.details.get("name"))
    assert told == {
        "bob": ("ballot.not_representative", "业主1-1-101"),
        "ken": ("ballot.not_verified", None),
        "leo": ("ballot.not_verified", None),
        "dana": ("ballot.not_verified", None),
    }
    with pytest.raises(NotFound):
        await cast(people.charlie, motion)
    elsewhere = await opened(people, scope=Scope(ScopeKind.ENTRANCE, "1-2", people.building_id, people.entrances["2"]))
    with pytest.raises(Refused, match=r"ballot.not_on_roll"):
        await cast(people.grace, elsewhere)
    assert await states(motion) == []


async def test_one_account_for_two_voters_says_which(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    voters = await queries.voters_for(people.alice, motion)
    assert [(voter.number, voter.unit_codes, voter.may_cast) for voter in voters] == [
        ("v1", ("1-1-101",), True),
        ("v7", ("1-1-401",), True),
    ]
    with pytest.raises(Invalid) as invalid:
        await cast(people.alice, motion)
    assert invalid.value.errors == {"voter": "ballot.which_voter"}
    with pytest.raises(NotFound):
        await cast(people.alice, motion, voter="v2")
    await cast(people.alice, motion, "agree", voter="v1")
    await cast(people.alice, motion, "oppose", voter="v7")
    assert await states(motion) == ["in_force", "in_force"]


async def test_two_co_owners_of_whom_one_represents(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.alice, motion, voter="v7")
    with pytest.raises(Refused, match=r"ballot.not_representative"):
        await cast(people.bob, motion)
    both = await queries.ballots_in_force(
        people.community_id, [voter.roll_voter_id for voter in await queries.voters_for(people.bob, motion)]
    )
    assert len(both) == 1
    with pytest.raises(NotFound):
        await queries.own_ballot(people.bob, motion.id, next(iter(both.values())).ballot_id)


async def test_a_second_tap_of_the_same_form(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    form = new_id()
    first = await cast(people.grace, motion, ballot=form)
    again = await cast(people.grace, motion, ballot=form, at=CLOSES + timedelta(days=1))
    assert again == first
    for actor, choice in ((people.grace, "oppose"), (people.heidi, "agree")):
        with pytest.raises(Refused, match=r"ballot.form_used"):
            await cast(actor, motion, choice, ballot=form)
    with pytest.raises(Invalid):
        await cast(people.heidi, motion, ballot="x'; --")
    assert await states(motion) == ["in_force"]


async def test_two_open_forms_without_change(db: AnyEngine) -> None:
    """The second is kept as refused and in the log; it can be sent as often as one likes."""
    people = await garden()
    motion = await opened(people)
    first = await cast(people.grace, motion, "agree")
    second = new_id()
    for _ in range(2):
        with pytest.raises(Refused, match=r"ballot.already_cast"):
            await cast(people.grace, motion, "oppose", ballot=second)
    assert await states(motion) == ["in_force", "refused"]
    kept = await queries.own_ballot(people.grace, motion.id, second)
    assert kept.state is BallotState.REFUSED
    kinds = [record.kind for record in await log.latest(people.community_id)]
    assert kinds == ["ballot.refused", "ballot.accepted", "motion.opened"]
    counted = await counting.count(await queries.motion(people.community_id, motion.id), AFTER)
    assert counted.tally.returned.agree.persons == 1
    assert [(refused.ballot_id, refused.reason) for refused in counted.tally.refused] == [(second, "repeat")]
    assert first.state is BallotState.IN_FORCE


async def test_change_once(db: AnyEngine) -> None:
    people = await garden()
    await setting(people, "change", "once")
    motion = await opened(people)
    first = await cast(people.grace, motion, "agree")
    second = await cast(people.grace, motion, "oppose", at=DURING + timedelta(hours=1))
    with pytest.raises(Refused, match=r"ballot.already_cast"):
        await cast(people.grace, motion, "abstain", at=DURING + timedelta(hours=2))
    assert await states(motion) == ["replaced", "in_force", "refused"]
    record = await log.record(people.community_id, second.log_seq)
    assert json.loads(record.private or "")["data"]["replaces"] == first.ballot_id
    assert first.ballot_id not in record.body
    counted = await counting.count(await queries.motion(people.community_id, motion.id), AFTER)
    assert (counted.tally.returned.oppose.persons, counted.tally.returned.participants.persons) == (1, 1)


async def test_change_until_close(db: AnyEngine) -> None:
    people = await garden()
    await setting(people, "change", "until_close")
    motion = await opened(people)
    for hour, choice in enumerate(("agree", "oppose", "abstain", "agree")):
        await cast(people.grace, motion, choice, at=DURING + timedelta(hours=hour))
    assert await states(motion) == ["replaced"] * 3 + ["in_force"]
    with pytest.raises(Refused, match=r"ballot.closed"):
        await cast(people.grace, motion, "oppose", at=CLOSES + TICK)
    counted = await counting.count(await queries.motion(people.community_id, motion.id), AFTER)
    assert counted.tally.returned.agree.persons == 1


async def test_a_household_counts_once_whoever_taps_first(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people, kind=Kind.RESIDENT_MATTER, scope=people.building_scope)
    neighbour = Actor(people.judy.person_id, "Judy", people.community_id, unit_ids=frozenset({people.units["1-2-101"]}))
    mine = await cast(people.ken, motion)
    with pytest.raises(Refused, match=r"ballot.already_cast"):
        await cast(neighbour, motion, "oppose")
    with pytest.raises(NotFound):
        await queries.own_ballot(neighbour, motion.id, mine.ballot_id)


async def test_cancelled_and_paper_only(db: AnyEngine) -> None:
    people = await garden()
    motion, paper = await opened(people), await opened(people)
    await called_off(people, motion.id, reason="文本有误，重新公告", now=DURING)
    with pytest.raises(Refused, match=r"ballot.cancelled"):
        await cast(people.grace, motion)
    await execute("UPDATE motion SET channels = '[\"paper\"]' WHERE id = {}", paper.id)
    with pytest.raises(Refused, match=r"ballot.paper_only"):
        await cast(people.grace, paper)


async def test_a_flat_sold_during_the_vote(db: AnyEngine) -> None:
    """The roll's weight is unchanged; who is verified to be the owner on the roll casts."""
    people = await garden()
    motion = await opened(people)
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", DURING, people.units["1-1-102"])
    assert (await cast(people.grace, motion)).number == "v2"


async def _two_hundred(people: Garden) -> tuple[Motion, list[Actor]]:
    accounts = await crowd(people, 200)
    return await opened(people, kind=Kind.FUND_USE, scope=people.building_scope), accounts


async def test_two_hundred_at_once_with_duplicates(db: AnyEngine) -> None:
    """One ballot in force a voter, one record a ballot, and no error but the refusals that are due."""
    people = await garden()
    motion, accounts = await _two_hundred(people)
    forms = {actor.person_id: new_id() for actor in accounts}
    work = [cast(actor, motion, ballot=forms[actor.person_id]) for actor in accounts]
    work += [cast(actor, motion, ballot=forms[actor.person_id]) for actor in accounts[:60]]
    work += [cast(actor, motion, "oppose") for actor in accounts[40:100]]
    results = await asyncio.gather(*work, return_exceptions=True)
    errors = [result for result in results if isinstance(result, BaseException)]
    assert {type(error) for error in errors} <= {Refused}
    assert {error.code for error in errors if isinstance(error, Refused)} == {"ballot.already_cast"}
    assert len(errors) == 60
    rows = await fetch(
        "SELECT COUNT(*) AS n, COUNT(DISTINCT roll_voter_id) AS voters FROM ballot WHERE state = 'in_force'"
    )
    assert (rows[0]["n"], rows[0]["voters"]) == (200, 200)
    assert (await fetch("SELECT COUNT(*) AS n FROM ballot"))[0]["n"] == 260
    records = await fetch("SELECT COUNT(*) AS n FROM log_record WHERE kind LIKE 'ballot.%'")
    assert records[0]["n"] == 260
    assert (await fetch("SELECT COUNT(DISTINCT cast_at) AS n FROM ballot"))[0]["n"] == 260
    for first, again in zip(results[:60], results[200:260], strict=True):
        if isinstance(first, CastBallot) and isinstance(again, CastBallot):
            assert first == again
    report = await log.verify(people.community_id)
    assert report.holds
    assert report.checked == 261


async def test_the_same_voter_from_two_telephones_at_once(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    results = await asyncio.gather(
        *(cast(people.grace, motion, choice) for choice in ("agree", "oppose") * 4), return_exceptions=True
    )
    assert sum(isinstance(result, CastBallot) for result in results) == 1
    assert sorted(await states(motion)) == ["in_force"] + ["refused"] * 7


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 8, 13])
async def test_a_request_that_goes_away_in_mid_cast(db: AnyEngine, steps: int) -> None:
    """Nothing of it is left, or all of it: ballot and record come together, and the next voter is not held up."""
    people = await garden()
    motion = await opened(people)
    form = new_id()
    leaving = asyncio.create_task(cast(people.grace, motion, ballot=form))
    for _ in range(steps):
        await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    await cast(people.heidi, motion)
    ballots = await fetch("SELECT id FROM ballot WHERE id = {}", form)
    records = await fetch("SELECT seq FROM log_record WHERE body LIKE {}", f"%{form}%")
    assert len(ballots) == len(records) <= 1
    assert (await log.verify(people.community_id)).holds
    assert (await cast(people.grace, motion, ballot=form)).ballot_id == form
    assert sorted(await states(motion)) == ["in_force", "in_force"]


async def test_work_that_breaks_in_the_middle_leaves_nothing(db: AnyEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    people = await garden()
    motion = await opened(people)

    async def breaks(*_: object) -> CastBallot:
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as broken:
        broken.setattr(queries, "own_ballot", breaks)
        with pytest.raises(RuntimeError):
            await cast(people.grace, motion)
    assert await states(motion) == []
    assert len(await log.latest(people.community_id)) == 1
    await cast(people.grace, motion)


async def test_the_clock_is_read_after_the_wait(db: AnyEngine) -> None:
    """A form sent in time that had to wait past the closing is not counted."""
    people = await garden()
    motion = await opened(people)
    clock = HandClock(CLOSES)
    waiting = asyncio.create_task(
        casting.cast_ballot(
            actor=people.grace, motion_id=motion.id, ballot_id=new_id(), choice=Choice.AGREE, clock=clock
        )
    )
    clock.at = CLOSES + TICK
    with pytest.raises(Refused, match=r"ballot.closed"):
        await waiting


async def test_verified_after_the_notice_may_still_cast(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await verify_owner_of_leo(people)
    assert (await cast(people.leo, motion)).number == "v6"


async def verify_owner_of_leo(people: Garden) -> None:
    await execute("DELETE FROM owner_claim WHERE person_id = {}", people.leo.person_id)
    await verify_owner(people, people.leo.person_id, people.owners["1-1-302"])
    await people.refreshed("leo")


async def test_a_let_home_speaks_through_those_who_live_in_it(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people, kind=Kind.RESIDENT_MATTER, scope=people.building_scope, title="院里长椅的颜色")
    landlord = await add_person("Lena")
    await verify_owner(people, landlord, people.owners["1-2-101"])
    await execute("UPDATE unit SET status = 'let' WHERE id = {}", people.units["1-2-101"])
    lena = await accounts.actor(landlord, people.community_id, DURING)
    assert lena is not None
    with pytest.raises(Refused, match=r"ballot\.not_on_roll"):
        await cast(lena, motion, "agree")
    assert (await cast(people.ken, motion, "oppose")).state is BallotState.IN_FORCE
    await execute("UPDATE unit SET status = 'occupied' WHERE id = {}", people.units["1-2-101"])
    with pytest.raises(Refused, match=r"ballot\.already_cast"):
        await cast(lena, motion, "agree")
