"""Objections: filed while the result hangs out, each closed once, with words."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from council.audit import queries as log
from council.exports.votes import standing
from council.files import store
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.progress.courtyard import waiting_for
from council.progress.desk import JobKind, Turn, turn_of
from council.progress.desk_jobs import jobs
from council.storage.database import AnyEngine
from council.voting import afterwards, objection_closings, objections, queries
from council.voting.motion import Motion
from council.voting.objection import ObjectionClosing, ObjectionOutcome, StepKind
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.progress import life
from tests.voting.motions import AFTER, certified, opened
from tests.voting.objecting import answered, mediated, ruling_came, upheld

GROUND = "一层采光受影响，没有说明怎么补偿。"
UNTIL = datetime(2026, 4, 16, 16, 0, tzinfo=UTC)
"""24:00 of 16 April: certified on 1 April, fifteen days."""


async def file(
    people: Garden,
    motion: Motion,
    actor: Actor,
    *,
    key: str | None = None,
    at: datetime = AFTER,
    ground: str = GROUND,
) -> int:
    assert people.community_id == motion.community_id
    return await objections.file_objection(
        actor=actor, motion_id=motion.id, key=key or new_id(), ground=ground, place="1-1-102", now=at
    )


async def close(people: Garden, objection_id: int, outcome: ObjectionOutcome, reply: str = "已当面答复。") -> None:
    await objections.close_objection(
        actor=people.dana, objection_id=objection_id, closing=ObjectionClosing(outcome, reply, ""), now=AFTER
    )


async def test_only_while_the_result_hangs_out(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    with pytest.raises(Refused, match=r"objection.not_yet"):
        await file(people, motion, people.grace)
    motion = await certified(people, motion)
    assert objections.objections_until(motion) == UNTIL
    with pytest.raises(Refused, match=r"objection.too_late"):
        await file(people, motion, people.grace, at=UNTIL)
    first = await file(people, motion, people.grace, at=UNTIL - timedelta(microseconds=1))
    kept = await queries.objection(people.community_id, first)
    assert (kept.ground, kept.by_name, kept.outcome) == (GROUND, "Grace", None)
    assert kept.answer_due_at == datetime(2026, 4, 23, 16, 0, tzinfo=UTC)
    record = (await log.latest(people.community_id, limit=1))[0]
    assert record.kind == "objection.filed"
    assert GROUND not in record.body


async def test_who_may_object(db: AnyEngine) -> None:
    people = await garden()
    motion = await certified(people, await opened(people))
    for actor in (people.alice, people.bob, people.ken):
        assert await file(people, motion, actor)
    for actor in (people.dana, people.leo):
        with pytest.raises(Refused, match=r"objection.not_concerned"):
            await file(people, motion, actor)
    with pytest.raises(NotFound):
        await file(people, motion, people.charlie)


async def test_the_same_form_is_the_same_objection(db: AnyEngine) -> None:
    people = await garden()
    motion = await certified(people, await opened(people))
    key = new_id()
    first = await file(people, motion, people.grace, key=key)
    assert await file(people, motion, people.grace, key=key) == first
    with pytest.raises(Refused, match=r"form.used_before"):
        await file(people, motion, people.heidi, key=key)
    with pytest.raises(Refused, match=r"form.used_before"):
        await file(people, motion, people.grace, key=key, ground=GROUND + "还有噪声。")
    assert len((await queries.objections_of(people.community_id, [motion.id]))[motion.id]) == 1


async def test_closing_takes_words(db: AnyEngine) -> None:
    people = await garden()
    motion = await certified(people, await opened(people))
    filed = await file(people, motion, people.grace)
    with pytest.raises(Invalid) as invalid:
        await close(people, filed, ObjectionOutcome.AGREED, reply="")
    assert invalid.value.errors == {"reply": "objection.reply_needed"}
    with pytest.raises(Invalid) as invalid:
        await close(people, filed, ObjectionOutcome.MEDIATION_FAILED)
    assert invalid.value.errors == {"remedy": "objection.remedy_needed"}
    with pytest.raises(Refused, match=r"objection.not_yours"):
        await close(people, filed, ObjectionOutcome.WITHDRAWN)
    people.actors["dana"], dana = people.erin, people.dana
    with pytest.raises(Refused, match=r"objection.only_secretary"):
        await close(people, filed, ObjectionOutcome.AGREED)
    people.actors["dana"] = dana
    assert [each.id for each in await queries.open_objections(people.community_id)] == [filed]
    await answered(people, filed, AFTER)
    closed = await queries.objection(people.community_id, filed)
    assert (closed.outcome, closed.reply, closed.closed_by_name) == (
        ObjectionOutcome.AGREED,
        "已当面答复。",
        "Dana、Grace",
    )
    assert await queries.open_objections(people.community_id) == []
    with pytest.raises(Refused, match=r"objection.closed"):
        await close(people, filed, ObjectionOutcome.UPHELD)


async def test_withdrawing_is_its_authors(db: AnyEngine) -> None:
    people = await garden()
    motion = await certified(people, await opened(people))
    filed = await file(people, motion, people.grace)
    for actor in (people.heidi, people.dana):
        with pytest.raises(Refused, match=r"objection.not_yours"):
            await objections.withdraw_objection(actor=actor, objection_id=filed, now=AFTER)
    with pytest.raises(NotFound):
        await objections.withdraw_objection(actor=people.charlie, objection_id=filed, now=AFTER)
    await objections.withdraw_objection(actor=people.grace, objection_id=filed, now=AFTER)
    assert (await queries.objection(people.community_id, filed)).outcome is ObjectionOutcome.WITHDRAWN


async def test_two_clerks_close_it_once(db: AnyEngine) -> None:
    people = await garden()
    motion = await certified(people, await opened(people))
    filed = await file(people, motion, people.grace)
    await mediated(people, filed, AFTER)
    failed = ObjectionClosing(ObjectionOutcome.MEDIATION_FAILED, "日照测算达标，已书面答复。", "可以向法院起诉")
    again = {"actor": people.dana, "objection_id": filed, "closing": failed, "now": AFTER}
    results = await asyncio.gather(*(objections.close_objection(**again) for _ in range(2)), return_exceptions=True)
    assert results == [None, None], "the same words are one record"
    both = (objections.confirm_closing(actor=people.erin, objection_id=filed, now=AFTER) for _ in range(2))
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(result, Refused) for result in results) == 1
    for kind in ("objection.closing_recorded", "objection.closed"):
        assert [record.kind for record in await log.latest(people.community_id)].count(kind) == 1


class TestNobodyAlone:
    async def test_upheld_takes_a_second_person(self, db: AnyEngine) -> None:
        people = await garden()
        _, motion_id = await life.certified(people)
        motion = await queries.motion(people.community_id, motion_id)
        then = life.STARTABLE - timedelta(days=5)
        filed = await file(people, motion, people.grace, at=then)
        said = ObjectionClosing(ObjectionOutcome.UPHELD, "确实漏了一户，异议成立", "")
        again = {"actor": people.dana, "objection_id": filed, "now": then}
        await objections.close_objection(**again, closing=said)
        await objections.close_objection(**again, closing=said)
        with pytest.raises(Refused, match=r"objection\.closing_waits"):
            await objections.close_objection(**again, closing=ObjectionClosing(ObjectionOutcome.AGREED, "谈好了的", ""))
        assert (await queries.objection(people.community_id, filed)).outcome is None
        assert not await afterwards.came_to_nothing(motion, then), "one person alone frees no other vote"
        for actor, code in (
            (people.dana, r"objection\.second_person"),
            (people.grace, r"office\.recused"),
            (people.frank, r"objection\.not_yours"),
        ):
            with pytest.raises(Refused, match=code):
                await objections.confirm_closing(actor=actor, objection_id=filed, now=then)
        (job,) = [each for each in await jobs(people.erin, then) if each.kind is JobKind.OBJECTION_CHECK]
        assert turn_of(people.erin, job) is Turn.MINE
        assert JobKind.OBJECTION not in [each.kind for each in await jobs(people.dana, then)]
        await objections.confirm_closing(actor=people.erin, objection_id=filed, now=then)
        closed = await queries.objection(people.community_id, filed)
        assert (closed.outcome, closed.closed_by_name) == (ObjectionOutcome.UPHELD, "Dana、Erin")
        assert await afterwards.came_to_nothing(motion, then)
        with pytest.raises(Refused, match=r"objection\.closed"):
            await objections.confirm_closing(actor=people.erin, objection_id=filed, now=then)

    async def test_upheld_it_stands_on_top_of_the_result_wherever_it_is_told(
        self, db: AnyEngine, enter, client, clock
    ) -> None:
        people = await garden()
        motion = await certified(people, await opened(people))
        filed = await file(people, motion, people.grace)
        clock(AFTER)
        grace = await enter(people.grace)
        told = [
            "/c/garden/motions",
            f"/c/garden/motions/{motion.id}",
            f"/c/garden/motions/{motion.id}/notice?format=text",
        ]
        words = re.compile("有异议成立，这个结果不能照着办|异议已经成立，不能依本结果办理")
        assert not any([words.search((await grace.get(page)).text) for page in told])
        await upheld(people, filed, AFTER)
        for page in told:
            assert words.search((await grace.get(page)).text), page
        assert standing(await queries.motion(people.community_id, motion.id), AFTER) == "upheld"

    async def test_ruled_on_takes_the_authoritys_paper_and_a_second_person(
        self, db: AnyEngine, enter, clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store, "_current", [])
        store.use(tmp_path / "files")
        people = await garden()
        motion = await certified(people, await opened(people))
        filed = await file(people, motion, people.grace)
        with pytest.raises(Invalid) as early:
            await close(people, filed, ObjectionOutcome.RULED)
        assert early.value.errors == {"outcome": "objection.ruling_first"}
        with pytest.raises(Invalid) as bare:
            await objections.record_step(
                actor=people.dana,
                objection_id=filed,
                key=new_id(),
                kind=StepKind.RULING,
                happened_at=AFTER,
                words="区规自委答复：日照测算达标",
                file_id=None,
                now=AFTER,
            )
        assert bare.value.errors == {"file": "objection.step_needs_paper"}
        clock(AFTER)
        dana, erin, grace = await enter(people.dana), await enter(people.erin), await enter(people.grace)
        address = f"/c/garden/objections/{filed}"
        await ruling_came(people, filed, AFTER)
        sent = await submit(
            dana, await dana.get(address), "#closing", outcome="ruled", reply="规自委答复：日照测算达标", remedy=""
        )
        assert sent.status_code == 303
        assert (await queries.objection(people.community_id, filed)).outcome is None
        for actor, code in (
            (people.dana, r"objection\.second_person"),
            (people.grace, r"office\.recused"),
            (people.frank, r"objection\.not_yours"),
        ):
            with pytest.raises(Refused, match=code):
                await objections.confirm_closing(actor=actor, objection_id=filed, now=AFTER)
        (job,) = [each for each in await jobs(people.erin, AFTER) if each.kind is JobKind.OBJECTION_CHECK]
        assert turn_of(people.erin, job) is Turn.MINE
        page = await erin.get(address)
        (paper,) = set(re.findall(r'href="(/c/garden/files/[0-9]+)"', page.text))
        assert "要由另一个人核对" in (await dana.get(address)).text
        assert (await erin.get(paper)).status_code == 200, "whoever confirms has it before them"
        hidden = await grace.get(address)
        assert ("/files/" in hidden.text, "主管部门的处理文书" in hidden.text) == (False, True)
        assert (await submit(erin, page, "#second", button="act=confirm")).status_code == 303
        closed = await queries.objection(people.community_id, filed)
        assert (closed.outcome, closed.closed_by_name) == (ObjectionOutcome.RULED, "Dana、Erin")

    async def test_agreed_takes_the_objectors_own_yes(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await certified(people, await opened(people))
        filed = await file(people, motion, people.grace)
        await close(people, filed, ObjectionOutcome.AGREED)
        with pytest.raises(Refused, match=r"objection\.needs_objector"):
            await objections.confirm_closing(actor=people.erin, objection_id=filed, now=AFTER)
        assert [each.id for each in (await waiting_for(people.grace, AFTER)).objections] == [filed]
        (job,) = [each for each in await jobs(people.dana, AFTER) if each.kind is JobKind.OBJECTION_CHECK]
        due = (await queries.objection(people.community_id, filed)).answer_due_at
        assert (job.due, job.who, job.small.code if job.small else "") == (due, "Grace", "job.objector.by")
        await objection_closings.withdraw(actor=people.grace, objection_id=filed, now=AFTER)
        assert (await queries.objection(people.community_id, filed)).outcome is None
        await close(people, filed, ObjectionOutcome.AGREED)
        await objections.confirm_closing(actor=people.grace, objection_id=filed, now=AFTER)
        closed = await queries.objection(people.community_id, filed)
        assert (closed.outcome, closed.closed_by_name) == (ObjectionOutcome.AGREED, "Dana、Grace")

    async def test_the_answer_stands_on_the_objectors_front_page_until_it_was_read(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await certified(people, await opened(people))
        filed = await file(people, motion, people.grace)
        before = (await waiting_for(people.grace, AFTER)).count
        await answered(people, filed, AFTER)
        waiting = await waiting_for(people.grace, AFTER)
        assert ([each.id for each in waiting.objections], waiting.count) == ([filed], before + 1)
        with pytest.raises(Refused, match=r"objection\.not_yours"):
            await objections.mark_seen(actor=people.dana, objection_id=filed, now=AFTER)
        await objections.mark_seen(actor=people.grace, objection_id=filed, now=AFTER)
        assert (await waiting_for(people.grace, AFTER)).objections == ()

    async def test_a_mediation_failed_only_where_one_was_held_and_two_say_so(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await certified(people, await opened(people))
        filed = await file(people, motion, people.grace)
        failed = ObjectionClosing(ObjectionOutcome.MEDIATION_FAILED, "日照测算达标，已书面答复。", "可以向法院起诉")
        with pytest.raises(Invalid) as early:
            await objections.close_objection(actor=people.dana, objection_id=filed, closing=failed, now=AFTER)
        assert early.value.errors == {"outcome": "objection.mediation_first"}
        await mediated(people, filed, AFTER)
        await objections.close_objection(actor=people.dana, objection_id=filed, closing=failed, now=AFTER)
        for actor, code in ((people.dana, r"objection\.second_person"), (people.grace, r"office\.recused")):
            with pytest.raises(Refused, match=code):
                await objections.confirm_closing(actor=actor, objection_id=filed, now=AFTER)
        assert [each.id for each in await queries.open_objections(people.community_id)] == [filed]
        await objections.confirm_closing(actor=people.erin, objection_id=filed, now=AFTER)
        closed = await queries.objection(people.community_id, filed)
        assert (closed.outcome, closed.reply, closed.remedy, closed.closed_by_name) == (
            ObjectionOutcome.MEDIATION_FAILED,
            failed.reply,
            failed.remedy,
            "Dana、Erin",
        )


async def test_the_objector_says_yes_on_the_page(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await certified(people, await opened(people))
    filed = await file(people, motion, people.grace)
    clock(AFTER)
    dana, grace, erin = await enter(people.dana), await enter(people.grace), await enter(people.erin, "en")
    address = f"/c/garden/objections/{filed}"
    sent = await submit(
        dana, await dana.get(address), "#closing", outcome="agreed", reply="改了方案，两家都同意了", remedy=""
    )
    assert sent.status_code == 303
    assert "confirmed by the objector" in (await erin.get(address)).text
    assert "社区说已和您协商一致" in (await grace.get("/c/garden/")).text
    page = await grace.get(address)
    assert 'id="closing"' not in (await dana.get(address)).text
    assert (await submit(grace, page, "#second", button="act=confirm")).status_code == 303
    assert (await queries.objection(people.community_id, filed)).outcome is ObjectionOutcome.AGREED
    assert "您的异议有答复了" in (await grace.get("/c/garden/")).text
    assert (await submit(grace, await grace.get(address), "#seen")).status_code == 303
    assert "您的异议有答复了" not in (await grace.get("/c/garden/")).text
