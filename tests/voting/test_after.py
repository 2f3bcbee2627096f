"""What may come after a vote was announced: questions about the count, a court, another vote."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from council.files import store
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, Refused, TooMany
from council.kernel.ids import new_id
from council.pathways.model import ActorKind
from council.progress import service as progress
from council.progress.desk import JobKind
from council.progress.desk_jobs import jobs
from council.proposals import queries as proposals
from council.storage.database import AnyEngine
from council.voting import afterwards, counting, objections, queries, recounts
from council.voting.motion import Motion
from council.voting.objection import StepKind
from tests.people import Garden, garden, say_in_bylaws
from tests.progress import life
from tests.voting.doors import photo
from tests.voting.motions import AFTER, cast, certified, opened
from tests.voting.objecting import upheld

DAY = timedelta(days=1)


async def fresh(motion: Motion) -> Motion:
    return await queries.motion(motion.community_id, motion.id)


class TestPreliminaryResult:
    @pytest.fixture
    async def people(self, db: AnyEngine) -> Garden:
        people = await garden()
        await say_in_bylaws(people.community_id, online_counts="yes", query_days=3)
        return people

    @pytest.fixture
    async def motion(self, people: Garden) -> Motion:
        motion = await opened(people)
        await cast(people.grace, motion)
        return motion

    async def test_it_runs_its_days_and_every_question_is_answered_before_anybody_signs(
        self, people: Garden, motion: Motion
    ) -> None:
        sign = {"motion_id": motion.id, "actor": people.erin}
        with pytest.raises(Refused, match=r"count\.preliminary_first"):
            await counting.certify(**sign, now=AFTER)
        with pytest.raises(Refused, match=r"count\.query_not_yet"):
            await self.ask(people.grace, motion, AFTER)
        await recounts.publish_preliminary(actor=people.erin, motion_id=motion.id, now=AFTER)
        end = end_of_days(AFTER, 3)
        with pytest.raises(Refused, match=r"count\.query_running"):
            await counting.certify(**sign, now=end - timedelta(seconds=1))
        asked = await self.ask(people.grace, motion, end - timedelta(seconds=1))
        with pytest.raises(Refused, match=r"count\.query_over"):
            await self.ask(people.heidi, motion, end)
        with pytest.raises(Refused) as waits:
            await counting.certify(**sign, now=end)
        assert (waits.value.code, waits.value.details["count"]) == ("count.query_open", 1)
        await recounts.answer_recount(actor=people.frank, request_id=asked, answer="重新点了一遍，没有错。", now=end)
        with pytest.raises(Refused, match=r"count\.query_answered"):
            await recounts.answer_recount(actor=people.erin, request_id=asked, answer="又点了一遍。", now=end)
        done = await certified(people, motion, at=end)
        assert (done.certified_at, done.result_notice_at) == (end, end)

    async def test_only_officers_publish_and_answer_and_only_the_roll_asks(
        self, people: Garden, motion: Motion
    ) -> None:
        for other in (people.dana, people.grace, people.gina):
            with pytest.raises(Refused, match=r"motion\.not_an_officer"):
                await recounts.publish_preliminary(actor=other, motion_id=motion.id, now=AFTER)
        await recounts.publish_preliminary(actor=people.ken, motion_id=motion.id, now=AFTER)
        await recounts.publish_preliminary(actor=people.erin, motion_id=motion.id, now=AFTER + DAY)
        assert (await fresh(motion)).preliminary_at == AFTER, "twice is once"
        with pytest.raises(Refused, match=r"count\.query_on_roll"):
            await self.ask(people.ken, motion, AFTER)
        asked = await self.ask(people.grace, motion, AFTER)
        with pytest.raises(Refused, match=r"motion\.not_an_officer"):
            await recounts.answer_recount(actor=people.dana, request_id=asked, answer="没有错。", now=AFTER)

    async def test_the_same_form_is_one_question_and_nobody_asks_without_end(
        self, people: Garden, motion: Motion
    ) -> None:
        await recounts.publish_preliminary(actor=people.erin, motion_id=motion.id, now=AFTER)
        key = new_id()
        once = await asyncio.gather(*(self.ask(people.grace, motion, AFTER, key=key) for _ in range(3)))
        assert len(set(once)) == 1
        with pytest.raises(Refused, match=r"form\.used_before"):
            await self.ask(people.grace, motion, AFTER, key=key, words="我问的是另外一件事")
        for _ in range(9):
            await self.ask(people.grace, motion, AFTER)
        with pytest.raises(TooMany):
            await self.ask(people.grace, motion, AFTER)

    async def test_where_the_bylaws_give_no_such_days_there_is_none(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        with pytest.raises(Refused, match=r"count\.no_query_days"):
            await recounts.publish_preliminary(actor=people.erin, motion_id=motion.id, now=AFTER)

    @staticmethod
    async def ask(
        actor: Actor, motion: Motion, now: datetime, *, key: str = "", words: str = "我家的票算进去了吗？"
    ) -> int:
        return await recounts.ask_recount(actor=actor, motion_id=motion.id, key=key or new_id(), words=words, now=now)


async def test_three_signatures_where_the_bylaws_ask_for_three(db: AnyEngine) -> None:
    people = await garden()
    await say_in_bylaws(people.community_id, online_counts="yes", signatures=3)
    motion = await opened(people)
    assert (await certified(people, motion)).certified_at is None
    done = await counting.certify(actor=people.ken, motion_id=motion.id, now=AFTER)
    assert done.certified_at == AFTER


class TestRevocationAndAnotherVote:
    async def test_a_rejected_matter_comes_again_with_another_text_and_new_ballots(self, db: AnyEngine) -> None:
        people = await garden()
        proposal_id, motion_id = await life.published(people)
        motion = await queries.motion(people.community_id, motion_id)
        after = motion.closes_at + timedelta(hours=1)
        old = await cast(people.grace, motion, "oppose", at=motion.opens_at + DAY)
        again = {"actor": people.dana, "motion_id": motion.id, "reason": "提案人愿意改分摊办法"}
        for now in (motion.opens_at, after):
            with pytest.raises(Refused, match=r"motion\.cannot_call_again"):
                await afterwards.call_again(**again, now=now)
        await certified(people, motion, at=after)
        await afterwards.call_again(**again, now=after)
        await afterwards.call_again(**again, now=after)
        before = await fresh(motion)
        assert (before.superseded_reason, before.is_live) == ("提案人愿意改分摊办法", False)
        assert await queries.motions_of(people.community_id, [proposal_id]) == {}
        assert (await queries.replaced_of(people.community_id, [proposal_id]))[proposal_id].id == motion.id
        draft = life.motion_draft(people, opens_at=after + 20 * DAY, closes_at=after + 40 * DAY)
        publish = {"actor": people.dana, "proposal_id": proposal_id, "draft": draft, "now": after}
        with pytest.raises(Refused, match=r"motion\.same_text_again"):
            await progress.publish_motion(**publish, seen_version=1)
        # whose turn it is: the proposer's, and the desk is not sent to a form that ends in that refusal
        waits = (await progress.pathway_of(await proposals.proposal(people.community_id, proposal_id), after)).current
        assert waits is not None
        assert (waits.who, waits.who_name) == (ActorKind.PROPOSER, people.alice.name)
        assert [note.code for note in waits.missing] == ["missing.notice.new_text"]
        assert JobKind.PUBLISH not in [job.kind for job in await jobs(people.dana, after)]
        await progress.revise_proposal(
            actor=people.alice,
            proposal_id=proposal_id,
            seen_version=1,
            title="1号楼1单元加装电梯（改过）",
            body="一、在单元门南侧装一部电梯。\n二、一层不出钱，二层出一半。",
            cost_fen=1,
            now=after,
        )
        assert JobKind.PUBLISH in [job.kind for job in await jobs(people.dana, after)]
        second = await progress.publish_motion(**publish, seen_version=2)
        renewed = await queries.motion(people.community_id, second)
        assert renewed.text_sha256 != motion.text_sha256
        assert await queries.ballots(people.community_id, second) == []
        assert [each.ballot_id for each in await queries.ballots(people.community_id, motion.id)] == [old.ballot_id]
        with pytest.raises(Refused, match=r"ballot\.closed"):
            await cast(people.heidi, motion, at=after)

    async def test_an_upheld_objection_is_reason_enough_and_a_result_that_stands_is_not(self, db: AnyEngine) -> None:
        people = await garden()
        _, motion_id = await life.certified(people)
        motion = await queries.motion(people.community_id, motion_id)
        assert motion.result_notice_at is not None
        then = motion.result_notice_at + DAY
        again = {"actor": people.dana, "motion_id": motion.id, "reason": "异议成立，重新来过", "now": then}
        with pytest.raises(Refused, match=r"motion\.cannot_call_again"):
            await afterwards.call_again(**again)
        ground = "名册漏了一户，请重新核对名册"
        objection = await objections.file_objection(
            actor=people.grace, motion_id=motion.id, key=new_id(), ground=ground, place="", now=then
        )
        await upheld(people, objection, then)
        await afterwards.call_again(**again)
        assert not (await fresh(motion)).is_live


async def test_the_steps_about_an_objection_in_the_order_in_which_they_happened(
    db: AnyEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_current", [])
    store.use(tmp_path / "files")
    people = await garden()
    motion = await certified(people, await opened(people))
    objection = await objections.file_objection(
        actor=people.grace, motion_id=motion.id, key=new_id(), ground="公示的面积和我家房本不一样", place="", now=AFTER
    )

    async def step(
        kind: StepKind, at: datetime, key: str, file_id: int | None = None, words: str = "谈了一个小时"
    ) -> None:
        await objections.record_step(
            actor=people.dana,
            objection_id=objection,
            key=key,
            kind=kind,
            happened_at=at,
            words=words,
            file_id=file_id,
            now=AFTER + 5 * DAY,
        )

    with pytest.raises(Invalid, match="file"):
        await step(StepKind.SIGNED_PAPER, AFTER + 3 * DAY, new_id())
    with pytest.raises(Invalid, match="happened_at"):
        await step(StepKind.VISIT, AFTER + 6 * DAY, new_id())
    await step(StepKind.SIGNED_PAPER, AFTER + 3 * DAY, new_id(), file_id=await photo(people.dana, now=AFTER))
    key = new_id()
    await step(StepKind.VISIT, AFTER + DAY, key)
    await step(StepKind.VISIT, AFTER + DAY, key)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await step(StepKind.VISIT, AFTER + DAY, key, words="说的是另一件事")
    told = (await queries.steps_of(people.community_id, [objection]))[objection]
    assert [each.kind for each in told] == [StepKind.VISIT, StepKind.SIGNED_PAPER]
    with pytest.raises(Refused, match=r"objection\.only_secretary"):
        await objections.record_step(
            actor=people.grace,
            objection_id=objection,
            key=new_id(),
            kind=StepKind.VISIT,
            happened_at=AFTER,
            words="我自己写一条",
            file_id=None,
            now=AFTER + DAY,
        )
