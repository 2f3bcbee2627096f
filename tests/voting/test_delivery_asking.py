"""Taking back what two people vouch for: who asks, who agrees, what stands meanwhile, and what the pages say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from council.audit import queries as log
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused
from council.pathways.model import Note
from council.progress import desk_jobs
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting import delivery_asking, delivery_checks, delivery_queries, queries
from council.voting.delivery import Delivery, Standing
from council.voting.model import Sums, Unreturned
from council.voting.motion import Motion
from council.voting.ruleset_json import ruleset_to_json
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.voting.doors import MINUTE, confirm, delivered_at, record, stands, taken_back
from tests.voting.motions import CLOSES, DURING, cast, opened
from tests.voting.test_board import BOARD

LATER = DURING + 2 * MINUTE
TICK = timedelta(microseconds=1)


async def proven(people: Garden, motion: Motion, room: str = "102") -> Delivery:
    made = await record(people.frank, motion, room)
    await confirm(people.dana, motion, made)
    return made


async def ask(actor: Actor, motion: Motion, made: Delivery, why: str = "记错了门", now=LATER) -> Delivery:
    return await delivery_asking.ask_back(actor=actor, motion_id=motion.id, delivery_id=made.id, why=why, now=now)


async def answer(
    actor: Actor, motion: Motion, made: Delivery, agrees: bool = True, now=LATER, seen: str = "记错了门"
) -> None:
    said = {"motion_id": motion.id, "delivery_id": made.id, "now": now}
    await delivery_asking.answer_asked(actor=actor, agrees=agrees, seen=seen, **said)


async def silence_counts(motion: Motion) -> Motion:
    ruleset = replace(motion.ruleset, unreturned=Unreturned.ABSTAIN)
    await execute("UPDATE motion SET ruleset = {} WHERE id = {}", ruleset_to_json(ruleset), motion.id)
    return await queries.motion(motion.community_id, motion.id)


async def test_one_person_takes_no_confirmed_delivery_back(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made, waiting = await proven(people, motion), await record(people.frank, motion, "201")
    for actor in (people.frank, people.dana):
        with pytest.raises(Refused, match=r"delivery\.takes_two"):
            await delivery_checks.withdraw_deliveries(
                actor=actor, motion_id=motion.id, ids=[made.id, waiting.id], why="记错了门", now=LATER
            )
    assert await delivered_at(motion, "v2") == made.at
    assert all(each.stands for each in await delivery_queries.deliveries(people.community_id, motion.id)), "all or none"
    with pytest.raises(Refused, match=r"delivery\.not_checked"):
        await ask(people.dana, motion, waiting)


async def test_it_stands_until_somebody_else_agrees(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await proven(people, motion)
    with pytest.raises(Invalid, match=r"delivery\.why_missing"):
        await ask(people.frank, motion, made, why="")
    with pytest.raises(Refused, match=r"delivery\.asked_no_more"):
        await answer(people.dana, motion, made)
    asked = await ask(people.frank, motion, made)
    assert (asked.asked_by_name, asked.asked_why, asked.asked_at, asked.stands) == ("Frank", "记错了门", LATER, True)
    assert await ask(people.frank, motion, made, now=LATER + MINUTE) == asked, "a double tap"
    with pytest.raises(Refused, match=r"delivery\.asked_already"):
        await ask(people.dana, motion, made)
    assert (await stands(motion, LATER))["v2"] is Standing.DELIVERED
    with pytest.raises(Refused, match=r"delivery\.ask_second_person") as refused:
        await answer(people.frank, motion, made)
    assert refused.value.forbidden
    assert await delivered_at(motion, "v2") == made.at
    await answer(people.dana, motion, made)
    assert await delivered_at(motion, "v2") is None
    (gone,) = await delivery_queries.deliveries(people.community_id, motion.id)
    assert (gone.withdrawn_by_name, gone.withdrawn_why, gone.asked_by_name) == ("Dana", "记错了门", "Frank")
    with pytest.raises(Refused, match=r"delivery\.asked_no_more"):
        await answer(people.dana, motion, made)
    with pytest.raises(Refused, match=r"delivery\.not_checked"):
        await ask(people.frank, motion, made)


async def test_nobody_agrees_to_a_reason_that_they_did_not_read(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await proven(people, motion)
    await ask(people.frank, motion, made)
    await ask(people.frank, motion, made, why="业主没有签字")
    with pytest.raises(Refused, match=r"delivery\.asked_anew"):
        await answer(people.dana, motion, made)
    assert (await delivery_queries.deliveries_by_id(motion.community_id, motion.id, [made.id]))[0].stands
    await answer(people.dana, motion, made, seen="业主没有签字")
    assert not (await delivery_queries.deliveries_by_id(motion.community_id, motion.id, [made.id]))[0].stands


@pytest.mark.parametrize("who", ["frank", "dana"])
async def test_kept_it_is_as_before_and_the_log_knows_who_asked(db: AnyEngine, who: str) -> None:
    people = await garden()
    motion = await opened(people)
    made = await proven(people, motion)
    (before,) = await delivery_queries.deliveries(people.community_id, motion.id)
    await ask(people.frank, motion, made)
    await answer(people.actors[who], motion, made, agrees=False)
    assert await delivery_queries.deliveries(people.community_id, motion.id) == [before]
    kept = [each for each in await log.records(people.community_id) if each.kind == "delivery.kept"]
    assert [f'"asked_by":{people.frank.person_id}' in each.body for each in kept] == [True]
    assert "记错了门" not in kept[0].body


async def test_what_nobody_agreed_to_by_the_closing_stays(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await proven(people, motion)
    await ask(people.frank, motion, made, now=CLOSES)
    for act in (
        answer(people.dana, motion, made, now=CLOSES + TICK),
        ask(people.frank, motion, made, why="另一个原因", now=CLOSES + TICK),
    ):
        with pytest.raises(Refused, match=r"delivery\.closed"):
            await act
    assert await delivered_at(motion, "v2") == made.at


async def test_who_asks_and_who_agrees(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await proven(people, motion)
    at_home = replace(people.frank, unit_ids=frozenset({people.units["1-1-102"]}))
    stranger = replace(people.frank, community_id=people.orchard_id)
    for who in ("grace", "erin", "gina", "ken"):
        for act in (ask(people.actors[who], motion, made), answer(people.actors[who], motion, made)):
            with pytest.raises(Refused, match=r"delivery\.door_staff_only"):
                await act
    with pytest.raises(NotFound):
        await ask(stranger, motion, made)
    with pytest.raises(Refused, match=r"delivery\.own_home"):
        await ask(at_home, motion, made)
    await ask(people.dana, motion, made)
    for agrees in (True, False):
        with pytest.raises(Refused, match=r"delivery\.own_home"):
            await answer(at_home, motion, made, agrees)


async def test_how_many_deemed_votes_hang_on_it(db: AnyEngine) -> None:
    """Not of who has voted, of whom another record reaches too, nor where silence says nothing."""
    people = await garden()
    silent = await opened(people)
    motion = await silence_counts(silent)
    first, voted, twice = [await proven(people, motion, room) for room in ("102", "201", "202")]
    await proven(people, motion, "202")
    await cast(people.heidi, motion)
    records = await delivery_queries.deliveries(people.community_id, motion.id)
    ids = [each.id for each in (first, voted, twice)]
    area = next(
        each.area_dm2 for each in (await queries.roll(people.community_id, motion.id)).voters if each.voter_id == "v2"
    )
    assert await delivery_asking.hanging_on(motion, records, ids) == Sums(1, area)
    assert await delivery_asking.hanging_on(silent, records, ids) == Sums()
    await taken_back(people.frank, people.dana, motion, first, now=LATER)
    records = await delivery_queries.deliveries(people.community_id, motion.id)
    assert await delivery_asking.hanging_on(motion, records, ids) == Sums()


async def test_from_the_home_to_the_second_persons_list(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await silence_counts(await opened(people))
    made = await proven(people, motion)
    clock(LATER)
    frank, dana = await enter(people.frank), await enter(people.dana)
    home = f"{BOARD}?motion={motion.id}&room=102"
    page = await frank.get(home)
    assert "撤回也要两个人" in page.text
    assert "只凭这一条算已送达" in page.text
    assert (await submit(frank, page, f"/{made.id}/ask", why="")).status_code == 422
    asked = await submit(frank, page, f"/{made.id}/ask", why="不是这一户")
    assert asked.headers["location"].endswith("&said=delivery.asked_back")
    page = await frank.get(home)
    assert "另一位工作人员同意以前，记录照常有效" in page.text
    assert f"/{made.id}/ask" not in page.text
    listed = f"/c/garden/motions/{motion.id}/deliveries"
    own = await frank.get(listed)
    assert 'value="agree"' not in own.text
    page = await dana.get(listed)
    assert "不是这一户" in page.text
    assert "其中1\xa0人" in page.text
    assert "按弃权计" in page.text
    agreed = await submit(dana, page, f"#asked-{made.id}", button="act=agree")
    assert agreed.headers["location"] == f"{listed}?said=delivery.agreed"
    assert await delivered_at(motion, "v2") is None
    late = await submit(dana, page, f"#asked-{made.id}", button="act=keep")
    assert late.status_code == 409
    assert "已经处理过了" in late.text
    page = await dana.get(listed)
    assert "Frank" in page.text
    assert f'id="asked-{made.id}"' not in page.text
    gina = await enter(people.gina)
    await ask(people.frank, motion, await proven(people, motion, "201"))
    page = await gina.get(listed)
    assert "有人提出撤回" in page.text
    assert 'value="keep"' not in page.text


async def test_the_desk_has_a_row_for_the_second_person(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await proven(people, motion)
    assert (await desk_jobs.queue(people.dana, LATER)).find(f"deliveries-{motion.id}") is None
    await ask(people.frank, motion, made)
    queue = await desk_jobs.queue(people.dana, LATER)
    job = queue.find(f"deliveries-{motion.id}")
    assert job in queue.mine
    assert job is not None
    assert (job.small, job.due) == (Note("job.deliveries.asked", {"n": 1}), CLOSES)
    frank = await desk_jobs.queue(people.frank, LATER)
    assert frank.find(job.key) in frank.others
    await record(people.dana, motion, "201")
    job = (await desk_jobs.queue(people.dana, LATER)).find(job.key)
    assert job is not None
    assert job.small == Note("job.deliveries.both", {"n": 1, "asked": 1})
    await answer(people.dana, motion, made)
    job = (await desk_jobs.queue(people.frank, LATER)).find(job.key)
    assert job is not None
    assert job.small == Note("job.deliveries.waiting", {"n": 1})
