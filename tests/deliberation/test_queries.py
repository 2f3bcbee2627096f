"""A thread as it is read: order, pages, sides by household, hidden words, and a constant number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from council.deliberation import queries, service
from council.deliberation.model import HideReason, Sides, Stance
from council.kernel.errors import NotFound
from council.storage.database import AnyEngine
from tests.people import NOW, garden
from tests.proposals.matters import counted, filed, said

pytestmark = pytest.mark.usefixtures("db")


async def test_waiting_questions_stand_on_top_the_oldest_first_then_the_newest() -> None:
    people = await garden()
    proposal = await filed(people)
    comments = [await said(people.grace, proposal, f"第{n}条", now=NOW + timedelta(minutes=n)) for n in range(5)]
    for n in (1, 3):
        await service.mark_question(actor=people.dana, comment_id=comments[n].id, answer_from="物业", days=3, now=NOW)
    talk = await queries.talk(people.grace, proposal.thread_id)
    assert [one.comment.body for one in talk.exchanges] == ["第1条", "第3条", "第4条", "第2条", "第0条"]
    assert (talk.said, talk.waiting) == (5, 2)


async def test_fifty_to_a_page_and_a_page_too_far_is_the_last() -> None:
    people = await garden()
    proposal = await filed(people)
    for n in range(queries.PAGE + 3):
        await said(people.grace, proposal, f"第{n}条", now=NOW + timedelta(minutes=n))
    first, second, far = [await queries.talk(people.grace, proposal.thread_id, page) for page in (1, 2, 99)]
    assert (len(first.exchanges), len(second.exchanges), first.pages) == (queries.PAGE, 3, 2)
    assert [one.comment.body for one in second.exchanges] == ["第2条", "第1条", "第0条"]
    assert (far.page, far.exchanges) == (2, second.exchanges)


async def test_a_household_in_scope_counts_once_with_its_latest_view() -> None:
    people = await garden()
    proposal = await filed(people)
    views = [
        (people.grace, "1-1-102", Stance.OPPOSE),
        (people.heidi, "1-1-201", Stance.OPPOSE),
        (people.grace, "1-1-102", Stance.AGREE),
        (people.grace, "1-1-102", Stance.QUESTION),
        (people.ken, "1-2-101", Stance.AGREE),
        (people.dana, "", Stance.AGREE),
    ]
    for minute, (actor, place, stance) in enumerate(views):
        await said(actor, proposal, "我的看法", stance, place=place, now=NOW + timedelta(minutes=minute))
    talk = await queries.talk(people.grace, proposal.thread_id)
    assert talk.sides == Sides(agree=1, oppose=1)
    opposing = next(one.comment for one in talk.exchanges if one.comment.author_place == "1-1-201")
    await service.hide(actor=people.dana, comment_id=opposing.id, reason=HideReason.INSULT, now=NOW)
    hidden = await queries.talk(people.grace, proposal.thread_id)
    assert (hidden.sides, hidden.said) == (Sides(agree=1, oppose=1), 5)


async def test_hidden_words_are_for_their_author_the_moderator_and_the_auditor() -> None:
    people = await garden()
    proposal = await filed(people)
    comment = await said(people.grace, proposal, "写了别人家的电话")
    await service.hide(actor=people.dana, comment_id=comment.id, reason=HideReason.PRIVACY, now=NOW)
    for name in ("grace", "dana", "gina", "heidi", "erin", "frank"):
        words = (await queries.talk(people.actors[name], proposal.thread_id)).hidden_words
        assert words == ({comment.id: "写了别人家的电话"} if name in {"grace", "dana", "gina"} else {}), name


async def test_speaking_from_the_home_that_the_matter_concerns() -> None:
    people = await garden()
    proposal = await filed(people)
    assert await queries.speaking_place(people.bob, proposal.thread_id) == "1-1-401"
    assert await queries.speaking_place(people.ken, proposal.thread_id) == "1-2-101"
    assert await queries.speaking_place(people.dana, proposal.thread_id) == ""


async def test_another_communitys_thread_is_none() -> None:
    people = await garden()
    proposal = await filed(people)
    for actor, thread_id in ((people.charlie, proposal.thread_id), (people.grace, 10**9)):
        with pytest.raises(NotFound):
            await queries.talk(actor, thread_id)


async def test_thirty_comments_take_as_many_queries_as_one(db: AnyEngine) -> None:
    people = await garden()
    proposal = await filed(people)
    asked = []
    for n in range(30):
        top = await said(people.grace, proposal, f"第{n}条")
        await said(people.heidi, proposal, "同问", Stance.NONE, parent_id=top.id)
        if n in {0, 29}:
            with counted(db) as seen:
                await queries.talk(people.grace, proposal.thread_id)
            asked.append(len(seen))
    assert asked[0] == asked[1] <= 5
