"""More time for a vote, and calling it off: one asks, another one confirms, and until then nothing is changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from council.audit import queries as log
from council.audit.model import Record
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.progress.desk import JobKind, Turn, turn_of
from council.progress.desk_jobs import jobs
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import change_queries, changing, counting, queries
from council.voting.change import ChangeDraft
from council.voting.motion import Motion, MotionState
from tests.people import Garden, garden, say_in_bylaws
from tests.voting.changing import WHY, WRONG, asked, called_off, calling_off, given_time, more_time
from tests.voting.elections import election, nominee, slate
from tests.voting.motions import AFTER, CLOSES, DURING, cast, draft, opened

DAY = timedelta(days=1)


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    people = await garden()
    await say_in_bylaws(people.community_id, online_counts="yes", extension_days=10)
    return people


@pytest.fixture
async def motion(people: Garden) -> Motion:
    return await opened(people)


async def fresh(motion: Motion) -> Motion:
    return await queries.motion(motion.community_id, motion.id)


async def confirm(actor: Actor, change_id: int, now: datetime = DURING) -> None:
    await changing.confirm(actor=actor, change_id=change_id, now=now)


async def records(people: Garden, kind: str) -> list[Record]:
    rows = await fetch("SELECT seq FROM log_record WHERE kind = {} ORDER BY seq", kind)
    return [await log.record(people.community_id, row["seq"]) for row in rows]


def another_secretary(people: Garden) -> Actor:
    """Frank, made one for a while."""
    return replace(people.frank, roles=frozenset({Role.SECRETARY}))


BOTH = pytest.mark.parametrize("wanted", [more_time(CLOSES + DAY), calling_off()], ids=["extend", "cancel"])


class TestUntilTheSecondYes:
    @BOTH
    async def test_the_vote_goes_on_as_announced(self, people: Garden, motion: Motion, wanted: ChangeDraft) -> None:
        change_id = await asked(people.dana, motion.id, wanted, DURING)
        assert await fresh(motion) == motion
        assert (await cast(people.grace, motion)).state == "in_force"
        assert await queries.extensions(people.community_id, motion.id) == []
        (record,) = await records(people, f"motion.{wanted.kind}_asked")
        assert record.data == {"motion": motion.id, "change": change_id, "by": people.dana.person_id}, "no reason yet"
        with pytest.raises(Refused, match=r"ballot\.closed"):
            await cast(people.heidi, motion, at=CLOSES + timedelta(seconds=1))
        counted = await counting.count(await fresh(motion), AFTER)
        assert counted.tally.returned.participants.persons == 1

    @BOTH
    async def test_what_nobody_has_confirmed_is_void_with_the_closing(
        self, people: Garden, motion: Motion, wanted: ChangeDraft
    ) -> None:
        change_id = await asked(people.dana, motion.id, wanted, DURING)
        too_late = rf"motion\.too_late_to_{wanted.kind}"
        with pytest.raises(Refused, match=too_late):
            await confirm(people.erin, change_id, AFTER)
        with pytest.raises(Refused, match=too_late):
            await changing.withdraw(actor=people.dana, change_id=change_id, now=AFTER)
        await counting.count(motion, AFTER)
        with pytest.raises(Refused, match=too_late):
            await confirm(people.erin, change_id, DURING)
        now_is = await fresh(motion)
        assert (now_is.closes_at, now_is.cancelled_at) == (CLOSES, None)
        waits = await change_queries.latest(people.community_id, motion.id)
        assert waits is not None
        assert waits.is_waiting
        assert await change_queries.waiting(people.community_id, AFTER) == []

    @BOTH
    async def test_one_at_a_time_and_the_same_form_once(
        self, people: Garden, motion: Motion, wanted: ChangeDraft
    ) -> None:
        twice = await asyncio.gather(*(asked(people.dana, motion.id, wanted, DURING) for _ in range(3)))
        assert len(set(twice)) == 1
        assert len(await records(people, f"motion.{wanted.kind}_asked")) == 1
        with pytest.raises(Refused, match=r"form\.used_before"):
            await asked(people.dana, motion.id, replace(wanted, reason="说的是另一个理由"), DURING)
        for other in (more_time(CLOSES + 2 * DAY), calling_off()):
            with pytest.raises(Refused, match=r"change\.waits"):
                await asked(people.dana, motion.id, other, DURING)
            with pytest.raises(Refused, match=rf"motion\.too_late_to_{other.kind}"):
                await asked(people.dana, motion.id, other, AFTER)
        second = await opened(people)
        assert await asked(people.dana, second.id, replace(wanted, key=new_id()), DURING) != twice[0]

    @BOTH
    async def test_taken_back_it_is_over_and_another_may_be_asked_for(
        self, people: Garden, motion: Motion, wanted: ChangeDraft
    ) -> None:
        change_id = await asked(people.dana, motion.id, wanted, DURING)
        for other in (people.erin, people.gina, people.alice, people.charlie):
            with pytest.raises((Refused, NotFound)):
                await changing.withdraw(actor=other, change_id=change_id, now=DURING)
        await changing.withdraw(actor=another_secretary(people), change_id=change_id, now=DURING)
        for late in (
            changing.withdraw(actor=people.dana, change_id=change_id, now=DURING),
            confirm(people.erin, change_id),
        ):
            with pytest.raises(Refused, match=r"change\.moved_on"):
                await late
        (record,) = await records(people, f"motion.{wanted.kind}_withdrawn")
        assert record.data == {"motion": motion.id, "change": change_id, "by": people.frank.person_id}
        assert await fresh(motion) == motion
        assert await asked(people.dana, motion.id, wanted, DURING) == change_id, "the old form is the old one"
        again = await asked(people.dana, motion.id, replace(wanted, key=new_id()), DURING)
        assert again != change_id
        await confirm(people.erin, again)


class TestWho:
    @BOTH
    async def test_only_the_secretary_asks(self, people: Garden, motion: Motion, wanted: ChangeDraft) -> None:
        for other in (people.alice, people.erin, people.frank, people.gina):
            with pytest.raises(Refused, match=r"motion\.only_secretary"):
                await asked(other, motion.id, wanted, DURING)
        elsewhere = replace(people.dana, community_id=people.orchard_id)
        with pytest.raises(NotFound):
            await asked(elsewhere, motion.id, wanted, DURING)
        change_id = await asked(people.dana, motion.id, wanted, DURING)
        with pytest.raises(NotFound):
            await confirm(replace(people.erin, community_id=people.orchard_id), change_id)

    @BOTH
    async def test_the_second_is_somebody_else_of_the_office(
        self, people: Garden, motion: Motion, wanted: ChangeDraft
    ) -> None:
        change_id = await asked(people.dana, motion.id, wanted, DURING)
        with pytest.raises(Refused, match=r"change\.second_person"):
            await confirm(people.dana, change_id)
        for other in (people.alice, people.frank, people.gina):
            with pytest.raises(Refused, match=r"change\.office_only"):
                await confirm(other, change_id)
        assert await fresh(motion) == motion
        both = await asyncio.gather(
            confirm(people.erin, change_id), confirm(another_secretary(people), change_id), return_exceptions=True
        )
        (refused,) = [each for each in both if each is not None]
        assert isinstance(refused, Refused)
        assert refused.code == "change.moved_on"

    async def test_nobody_who_has_something_of_their_own_in_it(self, people: Garden, motion: Motion) -> None:
        change_id = await asked(people.dana, motion.id, calling_off(), DURING)
        await execute("UPDATE proposal SET proposer_id = {}", people.erin.person_id)
        with pytest.raises(Refused, match=r"office\.recused"):
            await confirm(people.erin, change_id)
        assert (await fresh(motion)).cancelled_at is None
        await confirm(another_secretary(people), change_id)
        assert (await fresh(motion)).cancelled_at == DURING

    async def test_nor_a_candidate(self, people: Garden) -> None:
        names = (nominee(1, "Erin", person_id=people.erin.person_id), *slate().candidates[1:])
        counters = draft(people, counter_ids=(people.dana.person_id, people.frank.person_id))
        motion = await election(people, who=replace(slate(), candidates=names), wanted=counters)
        change_id = await asked(people.dana, motion.id, calling_off(), DURING)
        with pytest.raises(Refused, match=r"office\.recused"):
            await confirm(people.erin, change_id)
        await confirm(another_secretary(people), change_id)
        assert (await fresh(motion)).state(AFTER) is MotionState.CANCELLED

    async def test_it_is_a_job_for_the_second_until_the_closing(self, people: Garden, motion: Motion) -> None:
        await asked(people.dana, motion.id, more_time(CLOSES + DAY), DURING)
        (job,) = [each for each in await jobs(people.erin, DURING) if each.kind is JobKind.VOTE_CHANGE]
        assert (job.title, job.due, job.link) == (motion.title, CLOSES, f"/motions/{motion.id}#change")
        assert [turn_of(each, job) for each in (people.erin, people.dana)] == [Turn.MINE, Turn.OTHERS]
        assert JobKind.VOTE_CHANGE not in {each.kind for each in await jobs(people.frank, DURING)}
        assert JobKind.VOTE_CHANGE not in {each.kind for each in await jobs(people.erin, AFTER)}


class TestMoreTime:
    async def test_within_what_the_bylaws_allow_in_all(self, people: Garden, motion: Motion) -> None:
        early = await cast(people.grace, motion)
        await given_time(people, motion.id, CLOSES + 6 * DAY, now=DURING)
        late = await cast(people.heidi, motion, at=CLOSES + 5 * DAY)
        with pytest.raises(Invalid) as wrong:
            await asked(people.dana, motion.id, more_time(CLOSES + 11 * DAY), DURING)
        assert (wrong.value.errors, wrong.value.details["days"]) == ({"closes_at": "motion.extension_too_long"}, 10)
        await given_time(people, motion.id, CLOSES + 10 * DAY, now=CLOSES + DAY)
        told = await queries.extensions(people.community_id, motion.id)
        assert [(each.from_at, each.to_at, each.reason, each.by_name, each.confirmed_by_name) for each in told] == [
            (CLOSES, CLOSES + 6 * DAY, WHY, "Dana", "Erin"),
            (CLOSES + 6 * DAY, CLOSES + 10 * DAY, WHY, "Dana", "Erin"),
        ]
        counted = await counting.count(await fresh(motion), CLOSES + 11 * DAY)
        assert counted.tally.returned.participants.persons == 2
        assert {early.state, late.state} == {"in_force"}
        record = (await records(people, "motion.extended"))[0]
        assert (record.data["to"], record.data["reason"]) == ((CLOSES + 6 * DAY).isoformat(), WHY)
        assert (record.data["by"], record.data["confirmed_by"]) == (people.dana.person_id, people.erin.person_id)

    async def test_not_where_the_frozen_bylaws_say_nothing_of_it(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        await say_in_bylaws(people.community_id, extension_days=10)
        with pytest.raises(Refused, match=r"motion\.extension_not_allowed"):
            await asked(people.dana, motion.id, more_time(CLOSES + DAY), DURING)

    async def test_not_to_an_earlier_instant_nor_after_the_closing(self, people: Garden, motion: Motion) -> None:
        with pytest.raises(Invalid, match="closes_at"):
            await asked(people.dana, motion.id, more_time(CLOSES), DURING)
        with pytest.raises(Refused, match=r"motion\.too_late_to_extend"):
            await asked(people.dana, motion.id, more_time(CLOSES + DAY), AFTER)
        await counting.count(motion, AFTER)
        with pytest.raises(Refused, match=r"motion\.too_late_to_extend"):
            await asked(people.dana, motion.id, more_time(CLOSES + DAY), DURING)
        assert (await fresh(motion)).closes_at == CLOSES

    async def test_until_the_very_closing(self, people: Garden, motion: Motion) -> None:
        await given_time(people, motion.id, CLOSES + DAY, now=CLOSES)
        assert (await fresh(motion)).closes_at == CLOSES + DAY


async def test_called_off_by_two_its_reason_is_public(people: Garden, motion: Motion) -> None:
    await called_off(people, motion.id, now=DURING)
    gone = await fresh(motion)
    assert (gone.cancelled_at, gone.cancelled_by_name, gone.cancel_reason) == (DURING, "Dana", WRONG)
    (record,) = await records(people, "motion.cancelled")
    assert record.data == {
        "motion": motion.id,
        "reason": WRONG,
        "by": people.dana.person_id,
        "confirmed_by": people.erin.person_id,
    }
    found = await change_queries.latest(people.community_id, motion.id)
    assert found is not None
    assert (found.confirmed_by_name, found.is_waiting) == ("Erin", False)
