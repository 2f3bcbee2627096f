"""Saying, replying, answering for an office, marking and hiding."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from council.deliberation import queries, service
from council.deliberation.model import Comment, HideReason, Stance
from council.kernel import ids
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, NotFound, Refused
from council.storage.sql import execute
from tests.people import NOW, Garden, garden
from tests.proposals.matters import filed, recorded, said

pytestmark = pytest.mark.usefixtures("db")


async def again(comment: Comment, people: Garden) -> Comment:
    return await queries.comment(people.community_id, comment.id)


async def mark(people: Garden, comment: Comment, answer_from: str = "设计单位 刘工", days: int = 3) -> None:
    await service.mark_question(actor=people.dana, comment_id=comment.id, answer_from=answer_from, days=days, now=NOW)


async def hide(people: Garden, comment: Comment) -> None:
    await service.hide(actor=people.dana, comment_id=comment.id, reason=HideReason.PRIVACY, now=NOW)


async def test_the_same_form_twice_at_once_is_one_comment() -> None:
    people = await garden()
    proposal, key = await filed(people), ids.new_id()
    first, second = await asyncio.gather(*(said(people.grace, proposal, key=key) for _ in range(2)))
    assert first == second
    assert (await queries.talk(people.grace, proposal.thread_id)).said == 1
    for actor, body in ((people.grace, "换了一句话"), (people.heidi, "什么时候修？")):
        with pytest.raises(Refused, match=r"form\.used_before"):
            await said(actor, proposal, body, key=key)


@pytest.mark.parametrize("is_marked", [True, False])
async def test_of_officials_who_answer_at_once_one_has_answered(is_marked: bool) -> None:
    people = await garden()
    proposal = await filed(people)
    question = await said(people.grace, proposal)
    if is_marked:
        await mark(people, question)

    async def answer(actor: Actor, key: str, *, is_first: bool = True) -> Comment:
        return await said(
            actor, proposal, "三米二。", parent_id=question.id, office=actor.name, key=key, is_first=is_first
        )

    officials, keys = (people.dana, people.erin) * 3, [ids.new_id() for _ in range(6)]
    results = await asyncio.gather(*map(answer, officials, keys), return_exceptions=True)
    [first] = [result for result in results if isinstance(result, Comment)]
    assert [str(error) for error in results if isinstance(error, Refused)] == ["thread.answered_already"] * 5
    replies = (await queries.replies_to(people.community_id, [question.id]))[question.id]
    assert replies == [first]
    assert await recorded("question.answered") == is_marked
    # the same form once more is the same answer; a word added on purpose stands beside it
    at = results.index(first)
    assert await answer(officials[at], keys[at]) == first
    added = await answer(people.erin, ids.new_id(), is_first=False)
    assert (await queries.replies_to(people.community_id, [question.id]))[question.id] == [first, added]


async def test_a_reply_to_a_reply_answers_the_comment_above_both() -> None:
    people = await garden()
    proposal = await filed(people)
    top = await said(people.grace, proposal)
    reply = await said(people.heidi, proposal, "我也想问", Stance.NONE, parent_id=top.id)
    deeper = await said(people.ivan, proposal, "同问", Stance.NONE, parent_id=reply.id)
    assert deeper.parent_id == top.id
    [exchange] = await queries.exchanges(people.community_id, proposal.thread_id)
    assert [each.id for each in exchange.replies] == [reply.id, deeper.id]


async def test_who_takes_part_and_who_only_reads() -> None:
    people = await garden()
    proposal = await filed(people)
    for name in ("ken", "leo", "dana", "erin", "frank"):
        assert (await said(people.actors[name], proposal)).author_name == name.title()
    with pytest.raises(Refused, match=r"thread\.readers_only"):
        await said(people.gina, proposal)
    for actor in (people.alice, people.frank):
        with pytest.raises(Refused, match=r"thread\.not_official"):
            await said(actor, proposal, office="区房管局")
    with pytest.raises(NotFound):
        await said(people.charlie, proposal)


@pytest.mark.parametrize("body", ["", "长" * 2001])
async def test_words_that_are_none_or_too_many(body: str) -> None:
    people = await garden()
    with pytest.raises(Invalid):
        await said(people.grace, await filed(people), body)


async def test_a_marked_question_waits_until_an_office_answers() -> None:
    people = await garden()
    proposal = await filed(people)
    question = await said(people.grace, proposal)
    await mark(people, question, days=3)
    assert (await again(question, people)).answer_due_at == end_of_days(NOW, 3)
    await said(people.heidi, proposal, "我猜下周", Stance.NONE, parent_id=question.id)
    assert (await again(question, people)).waits
    await mark(people, question, "物业 王经理", days=5)
    later = NOW + timedelta(days=1)
    answer = await said(
        people.erin, proposal, "周五修", Stance.AGREE, parent_id=question.id, office="业委会", now=later
    )
    done = await again(question, people)
    assert (done.waits, done.answered_at, done.answer_from) == (False, later, "物业 王经理")
    assert (answer.office, answer.stance) == ("业委会", Stance.NONE)
    assert await recorded("question.answered") == 1
    with pytest.raises(Refused, match=r"thread\.answered_already"):
        await mark(people, question)


async def test_what_cannot_be_marked() -> None:
    people = await garden()
    proposal = await filed(people)
    top = await said(people.grace, proposal)
    reply = await said(people.heidi, proposal, "同问", Stance.NONE, parent_id=top.id)
    with pytest.raises(Refused, match=r"thread\.mark_top"):
        await mark(people, reply)
    with pytest.raises(Invalid):
        await mark(people, top, "")
    for days in (0, 61):
        with pytest.raises(Invalid):
            await mark(people, top, days=days)
    with pytest.raises(Refused, match=r"thread\.only_secretary"):
        await service.mark_question(actor=people.erin, comment_id=top.id, answer_from="物业", days=3, now=NOW)
    assert not (await again(top, people)).needs_answer


async def test_a_question_that_an_office_just_answered_is_not_opened_again() -> None:
    people = await garden()
    proposal = await filed(people)
    question = await said(people.grace, proposal)
    results = await asyncio.gather(
        said(people.erin, proposal, "三米二。", parent_id=question.id, office="业委会", is_first=True),
        mark(people, question),
        return_exceptions=True,
    )
    waits = (await again(question, people)).waits
    assert isinstance(results[0], Comment), results
    assert not waits, "answered, whichever of the two came first"
    with pytest.raises(Refused, match=r"thread\.answered_already"):
        await mark(people, question)
    # a view that an office has replied to may still be put to somebody: it was no question
    view = await said(people.heidi, proposal, "采光会变差", Stance.OPPOSE)
    await said(people.erin, proposal, "收到。", parent_id=view.id, office="业委会")
    await mark(people, view)
    assert (await again(view, people)).waits


async def test_a_question_whose_answer_was_hidden_is_answered_once_more() -> None:
    people = await garden()
    proposal = await filed(people)
    question = await said(people.grace, proposal)
    first = await said(people.erin, proposal, "问张工，电话……", parent_id=question.id, office="业委会", is_first=True)
    with pytest.raises(Refused, match=r"thread\.answered_already"):
        await said(people.dana, proposal, "三米二。", parent_id=question.id, office="居委会", is_first=True)
    await hide(people, first)
    second = await said(people.dana, proposal, "三米二。", parent_id=question.id, office="居委会", is_first=True)
    with pytest.raises(Refused, match=r"thread\.answered_already"):
        await mark(people, question)
    await hide(people, second)
    await mark(people, question)
    assert (await again(question, people)).waits


async def test_hiding_takes_the_words_and_leaves_who_and_why() -> None:
    people = await garden()
    comment = await said(people.grace, await filed(people), "他家电话 13800000000")
    both = await asyncio.gather(*(hide(people, comment) for _ in range(2)), return_exceptions=True)
    assert sorted(map(str, both)) == ["None", "thread.hidden_already"]
    gone = await again(comment, people)
    assert (gone.body, gone.hidden_by_name, gone.hidden_reason) == (None, "Dana", HideReason.PRIVACY)
    assert await recorded("comment.hidden") == 1
    await service.unhide(actor=people.dana, comment_id=comment.id, now=NOW)
    await service.unhide(actor=people.dana, comment_id=comment.id, now=NOW)
    assert (await again(comment, people)).body == "他家电话 13800000000"
    assert await recorded("comment.restored") == 1


@pytest.mark.parametrize("name", ["grace", "erin", "frank", "gina"])
async def test_only_the_secretary_hides(name: str) -> None:
    people = await garden()
    comment = await said(people.grace, await filed(people))
    for verb in (
        service.hide(actor=people.actors[name], comment_id=comment.id, reason=HideReason.INSULT, now=NOW),
        service.unhide(actor=people.actors[name], comment_id=comment.id, now=NOW),
    ):
        with pytest.raises(Refused, match=r"thread\.only_secretary"):
            await verb


async def test_a_hidden_comment_is_not_replied_to_but_a_hidden_question_gets_its_official_answer() -> None:
    people = await garden()
    proposal = await filed(people)
    plain, question = await said(people.grace, proposal), await said(people.heidi, proposal)
    await mark(people, question)
    for comment in (plain, question):
        await hide(people, comment)
        with pytest.raises(Refused, match=r"thread\.parent_hidden"):
            await said(people.ivan, proposal, "同问", Stance.NONE, parent_id=comment.id)
    with pytest.raises(Refused, match=r"thread\.parent_hidden"):
        await said(people.dana, proposal, "答", Stance.NONE, parent_id=plain.id, office="社区")
    assert (await again(question, people)).waits
    await said(people.dana, proposal, "答", Stance.NONE, parent_id=question.id, office="社区")
    assert not (await again(question, people)).waits


async def test_a_reply_belongs_to_its_thread_and_a_closed_one_takes_none() -> None:
    people = await garden()
    proposal, other = await filed(people), await filed(people)
    comment = await said(people.grace, proposal)
    for parent_id in (comment.id, 10**9):
        with pytest.raises(NotFound):
            await said(people.heidi, other, "同问", Stance.NONE, parent_id=parent_id)
    await execute("UPDATE thread SET closed_at = {} WHERE id = {}", NOW, proposal.thread_id)
    with pytest.raises(Refused, match=r"thread\.closed"):
        await said(people.heidi, proposal)
    assert not (await queries.talk(people.heidi, proposal.thread_id)).powers.may_speak


async def test_words_that_were_hidden_meanwhile_are_the_same_form_and_others_are_not() -> None:
    people = await garden()
    proposal, key = await filed(people), ids.new_id()
    first = await said(people.grace, proposal, key=key)
    await hide(people, first)
    assert (await said(people.grace, proposal, key=key)).id == first.id
    with pytest.raises(Refused, match=r"form\.used_before"):
        await said(people.grace, proposal, "装在南侧好", key=key)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await said(people.alice, proposal, key=key)
