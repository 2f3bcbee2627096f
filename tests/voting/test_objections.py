"""Objections: filed while the result hangs out, each closed once, with words."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from council.audit import queries as log
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.voting import objections, queries
from council.voting.motion import Motion
from council.voting.objection import ObjectionClosing, ObjectionOutcome
from tests.people import Garden, garden
from tests.voting.motions import AFTER, certified, opened

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
    await close(people, filed, ObjectionOutcome.AGREED)
    closed = await queries.objection(people.community_id, filed)
    assert (closed.outcome, closed.reply, closed.closed_by_name) == (ObjectionOutcome.AGREED, "已当面答复。", "Dana")
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
    results = await asyncio.gather(
        *(close(people, filed, outcome) for outcome in (ObjectionOutcome.AGREED, ObjectionOutcome.RULED)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    closings = [record for record in await log.latest(people.community_id) if record.kind == "objection.closed"]
    assert len(closings) == 1
