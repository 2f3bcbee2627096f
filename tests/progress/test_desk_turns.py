"""The desk says whose turn it is, keeps its place in the list, and is kind to whoever comes second."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx

from council.bylaws import queries as bylaws
from council.deliberation import queries as threads
from council.deliberation import service as talk
from council.deliberation.model import HideReason, Remark, Stance
from council.kernel.clock import end_of_days
from council.kernel.ids import new_id
from council.pathways.model import ActorKind, Kind
from council.progress import queries
from council.progress.desk import JobKind
from council.progress.desk_jobs import jobs, queue
from council.proposals import service as residents
from council.proposals.model import ProposalState
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting import objections
from council.voting import queries as voting
from tests.bylaws.drafts import proposed, said
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden
from tests.progress import life
from tests.progress.test_desk import DESK, At, Seen, object_to
from tests.voting.objecting import mediated

Look = Callable[..., Awaitable[httpx.Response]]


async def poll(people: Garden, title: str, now: datetime = NOW) -> int:
    return await life.file(people, people.alice, kind=Kind.OPINION_POLL, title=title, now=now)


async def asked(people: Garden, answer_from: str) -> int:
    """A question of Grace's on an accepted matter, marked as one that this office answers."""
    proposal_id = await life.accepted(people)
    thread_id = (await life.proposal(people, proposal_id)).thread_id
    remark = Remark(new_id(), Stance.QUESTION, "井道离北窗几米？", "1-1-102")
    comment = await talk.say(actor=people.grace, thread_id=thread_id, remark=remark, now=life.ACCEPTED)
    await talk.mark_question(
        actor=people.dana, comment_id=comment.id, answer_from=answer_from, days=3, now=life.ACCEPTED
    )
    return comment.id


async def turns(people: Garden, who: str, now: datetime) -> tuple[set[str], set[str]]:
    found = await queue(people.actors[who], now)
    return {job.key for job in found.mine}, {job.key for job in found.others}


async def test_what_waits_for_neighbours_is_not_counted_as_mine(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    mine = await poll(people, "晾衣架放哪里好")
    theirs = await life.file(
        people, people.ken, home="1-2-101", kind=Kind.RESIDENT_MATTER, scope=people.building_scope, title="种树"
    )
    assert await turns(people, "dana", NOW) == ({f"answer-{mine}", "claims-0"}, {f"answer-{theirs}"})
    page = await seen(people, "dana", DESK)
    assert "2\xa0件事等您" in page.text
    assert "另有 1\xa0件等别人办" in page.text
    assert "附议还不够" in page.text
    # the auditor moves nothing
    assert (await turns(people, "gina", NOW))[0] == set()
    assert "3\xa0件事正在办" in (await seen(people, "gina", DESK)).text


async def test_a_question_is_the_turn_of_whom_it_is_put_to(db: AnyEngine) -> None:
    people = await garden()
    for put_to, mine in (("设计单位 刘工", set()), ("社区书记", {"dana"}), ("业委会", {"erin"}), ("Erin", {"erin"})):
        question = f"question-{await asked(people, put_to)}"
        found = {who: await turns(people, who, life.ACCEPTED) for who in ("dana", "erin")}
        assert {who for who, (own, _) in found.items() if question in own} == mine
        assert all(question in own | others for own, others in found.values())


async def test_a_question_put_to_an_office_waits_for_the_proposer_on_neither_page(
    db: AnyEngine, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.erin, home=None, kind=Kind.OPINION_POLL, title="晾衣架放哪里好")
    question = f"question-{await ask(people, proposal_id)}"
    # asked of whoever proposed it: hers on the desk as on the courtyard, and counted once
    assert question in (await turns(people, "erin", NOW))[0]
    page = (await seen(people, "erin", "/c/garden/")).text
    assert "1\xa0个问题等答复：晾衣架放哪里好" in page
    assert "1\xa0件事等您" in page
    for put_to, is_hers in (("换届筹备组", False), ("业委会 Erin", True)):
        await talk.mark_question(
            actor=people.dana, comment_id=int(question[9:]), answer_from=put_to, days=3, now=life.ACCEPTED
        )
        assert (question in (await turns(people, "erin", NOW))[0]) == is_hers
        page = (await seen(people, "erin", "/c/garden/")).text
        assert ("1\xa0个问题等答复：晾衣架放哪里好" in page) == is_hers
        assert ("1\xa0件事等您" in page) == is_hers
        assert ("现在没有事等您" in page) != is_hers


async def ask(people: Garden, proposal_id: int, who: str = "grace", now: datetime = NOW) -> int:
    thread_id = (await life.proposal(people, proposal_id)).thread_id
    remark = Remark(new_id(), Stance.QUESTION, "井道离北窗几米？", "1-1-102")
    return (await talk.say(actor=people.actors[who], thread_id=thread_id, remark=remark, now=now)).id


async def test_a_question_reaches_the_desk_and_the_proposer_when_it_is_asked(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    comment_id = await ask(people, proposal_id)
    question = f"question-{comment_id}"
    assert question in (await turns(people, "dana", NOW))[0]
    # the committee looks on; what nobody has put to a department does not fill its list
    assert question in (await turns(people, "erin", NOW))[1]
    [matter] = await queries.own_matters(people.alice)
    assert (matter.id, matter.questions, matter.due_at) == (proposal_id, 1, None)
    assert "1\xa0个问题等答复" in (await seen(people, "alice", "/c/garden/")).text
    # given to somebody, it has a day and holds the matter up
    page = await seen(people, "dana", f"{DESK}?open={question}")
    assert "Grace提问，还没有人答复" in page.text
    assert (await submit(client, page, "#put", answer_from="", days="3")).status_code == 422
    put = await submit(client, page, "#put", answer_from="设计单位 刘工", days="3")
    assert put.headers["location"].startswith(f"{DESK}?said=comment.marked")
    assert question in (await turns(people, "dana", NOW))[1]
    assert (await threads.comment(people.community_id, comment_id)).answer_from == "设计单位 刘工"


async def test_the_stepper_says_that_a_question_waits_and_for_whom(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)
    other_id = await life.accepted(people, title="1号楼1单元再装一部电梯")
    comment_id = await ask(people, proposal_id, now=life.ACCEPTED)
    at(life.ACCEPTED + life.HOUR)
    waits, nobody = "有问题等提出人或社区书记答复", ">不用办，等时间到<"
    page = (await seen(people, "heidi", f"/c/garden/proposals/{proposal_id}")).text
    assert page.count(waits) == 2, "under the title, and at the station"
    other = (await seen(people, "heidi", f"/c/garden/proposals/{other_id}")).text
    assert (waits in other, nobody in other) == (False, True)
    await talk.mark_question(
        actor=people.dana, comment_id=comment_id, answer_from="设计单位 刘工", days=3, now=life.ACCEPTED
    )
    page = (await seen(people, "heidi", f"/c/garden/proposals/{proposal_id}")).text
    assert (waits in page, page.count("设计单位 刘工") > 1) == (False, True)


async def test_a_question_is_put_once_more_but_not_after_its_answer(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    comment_id, other_id = [await ask(people, proposal_id) for _ in range(2)]
    await seen(people, "dana", DESK)
    pages = {each: await client.get(f"{DESK}?open=question-{each}") for each in (comment_id, other_id)}
    refused = await submit(client, pages[comment_id], "#put", answer_from="", days="3")
    assert (refused.status_code, refused.text.count('id="problems"')) == (422, 1)
    assert refused.text.index('id="put"') < refused.text.index('id="problems"') < refused.text.index('id="answer_from"')
    for put_to, days in (("设计单位 刘工", 3), ("物业 王经理", 5)):
        assert (await submit(client, pages[comment_id], "#put", answer_from=put_to, days=str(days))).status_code == 303
        put = await threads.comment(people.community_id, comment_id)
        assert (put.answer_from, put.answer_due_at) == (put_to, end_of_days(NOW, days))
    # a colleague answers while the page stands open
    thread_id = (await life.proposal(people, proposal_id)).thread_id
    remark = Remark(new_id(), Stance.NONE, "三米二。", "", other_id, "业委会", is_first=True)
    await talk.say(actor=people.erin, thread_id=thread_id, remark=remark, now=NOW)
    late = await submit(client, pages[other_id], "#put", answer_from="设计单位 刘工", days="3")
    assert late.status_code == 409
    assert "这个问题已经有官方答复" in late.text
    assert not (await threads.comment(people.community_id, other_id)).needs_answer


async def test_another_communitys_question_is_not_put(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    comment_id = await ask(people, await life.file(people, people.alice))
    await seen(people, "dana", DESK)
    own = await client.get(f"{DESK}?open=question-{comment_id}")
    await execute("UPDATE comment SET community_id = {} WHERE id = {}", people.orchard_id, comment_id)
    for form in ("#put", "#answer"):
        sent = {"answer_from": "设计单位 刘工", "days": "3"} if form == "#put" else {"body": "三米二。"}
        assert (await submit(client, own, form, **sent)).status_code == 404
    elsewhere = await threads.comment(people.orchard_id, comment_id)
    assert (elsewhere.needs_answer, elsewhere.answer_from) == (False, None)
    assert await threads.replies_to(people.orchard_id, [comment_id]) == {}


async def test_a_question_whose_answer_was_hidden_is_answered_at_the_desk(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    thread_id = (await life.proposal(people, proposal_id)).thread_id
    comment_id = await ask(people, proposal_id)
    remark = Remark(new_id(), Stance.NONE, "问张工，电话……", "", comment_id, "业委会", is_first=True)
    answer = await talk.say(actor=people.erin, thread_id=thread_id, remark=remark, now=NOW)
    await talk.hide(actor=people.dana, comment_id=answer.id, reason=HideReason.PRIVACY, now=NOW)
    page = await seen(people, "dana", f"{DESK}?open=question-{comment_id}")
    sent = await submit(client, page, "#answer", body="三米二，见图纸第4页。")
    assert (sent.status_code, "said=comment.answered" in sent.headers["location"]) == (303, True)
    assert f"question-{comment_id}" not in (await turns(people, "dana", NOW))[0]


async def test_what_the_proposer_or_an_office_answered_waits_no_more(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    thread_id = (await life.proposal(people, proposal_id)).thread_id
    by_proposer, by_office, by_neighbour = [await ask(people, proposal_id) for _ in range(3)]

    async def answer(who: str, comment_id: int, office: str | None = None) -> None:
        remark = Remark(new_id(), Stance.NONE, "三米二。", "", comment_id, office)
        await talk.say(actor=people.actors[who], thread_id=thread_id, remark=remark, now=NOW)

    await answer("alice", by_proposer)
    await answer("erin", by_office, "业委会")
    await answer("heidi", by_neighbour)
    waiting = {key for key in (await turns(people, "dana", NOW))[0] if key.startswith("question")}
    assert waiting == {f"question-{by_neighbour}"}
    assert [each.questions for each in await queries.own_matters(people.alice)] == [1]
    # what the proposer asks waits for the desk, not for the proposer
    own = await ask(people, proposal_id, "alice")
    assert f"question-{own}" in (await turns(people, "dana", NOW))[0]
    assert [each.questions for each in await queries.own_matters(people.alice)] == [1]
    await residents.withdraw(actor=people.alice, proposal_id=proposal_id, reason="不提了，另想办法", now=NOW)
    assert not any(key.startswith("question") for key in (await turns(people, "dana", NOW))[0])
    assert await queries.own_matters(people.alice) == []


async def test_what_waited_for_others_is_not_late_by_us(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    much_later = NOW + timedelta(days=20)
    [job] = [each for each in (await queue(people.dana, much_later)).all if each.key == f"answer-{proposal_id}"]
    assert (job.due, job.role, job.since) == (None, ActorKind.DEPARTMENT, NOW)
    at(much_later)
    page = await seen(people, "dana", DESK)
    assert '起等<span class="n">设计单位或职能部门</span>' in page.text
    assert "超期" not in page.text
    await life.find_feasible(people, proposal_id, now=much_later)
    page = await seen(people, "dana", DESK)
    assert "超期" not in page.text
    [job] = [each for each in (await queue(people.dana, much_later)).mine if each.key == f"answer-{proposal_id}"]
    assert (job.days_late(much_later), job.role, job.since) == (0, ActorKind.SECRETARY, much_later)


async def test_a_date_that_others_missed_is_said_beside_their_name(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    await asked(people, "设计单位 刘工")
    at(life.ACCEPTED + timedelta(days=6))
    page = await seen(people, "dana", DESK)
    assert '起等<span class="n">设计单位 刘工</span>' in page.text
    assert "已过期限 " in page.text
    assert "件对方已过期限" in page.text
    assert "超期" not in page.text


async def test_bylaws_wait_for_the_second_person_only(db: AnyEngine) -> None:
    people = await garden()
    version_id = await proposed(people, *said(parking_counted="yes"))
    assert f"bylaws-{version_id}" in (await turns(people, "dana", NOW))[1]
    assert f"bylaws-{version_id}" in (await turns(people, "erin", NOW))[0]


async def test_own_matters_are_decided_by_somebody_else(db: AnyEngine, at: At) -> None:
    people = await garden()
    own = await life.file(people, people.dana, home=None, kind=Kind.OPINION_POLL)
    assert f"answer-{own}" not in (await turns(people, "dana", NOW))[0]


async def test_a_deadline_of_today_is_said_in_a_word(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    await poll(people, "晾衣架放哪里好")
    due = (await queue(people.dana, NOW)).mine[0].due
    assert due is not None
    at(due - timedelta(hours=1))
    assert "今天到期" in (await seen(people, "dana", DESK)).text
    at(due + timedelta(hours=1))
    page = await seen(people, "dana", DESK)
    assert "超期 1\xa0天" in page.text
    assert "今天到期" not in page.text


async def test_opening_a_job_swaps_its_row_and_the_one_that_was_open(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    first, second, third = [await poll(people, f"第{number}张长椅放哪里") for number in (1, 2, 3)]
    await seen(people, "dana", DESK)

    async def rows(opening: int | None, before: str) -> httpx.Response:
        wanted = f"?open=answer-{opening}" if opening else ""
        target = f"job-answer-{opening or first}"
        headers = {"HX-Request": "true", "HX-Target": target, "HX-Current-URL": f"http://testserver{DESK}{before}"}
        return await client.get(DESK + wanted, headers=headers)

    one = await rows(first, "")
    assert one.text.count('<li class="job') == 1
    assert f'<li class="job open" id="job-answer-{first}">' in one.text
    assert f"/desk/proposals/{first}/accept" in one.text
    other = await rows(second, f"?open=answer-{first}")
    assert f'<li class="job open" id="job-answer-{second}">' in other.text
    assert f'<li class="job" id="job-answer-{first}" data-hx-swap-oob="true">' in other.text
    assert f"job-answer-{third}" not in other.text
    shut = await rows(None, f"?open=answer-{first}")
    assert shut.text.count('<li class="job') == 1
    assert f'<li class="job" id="job-answer-{first}">' in shut.text


async def test_a_job_that_is_gone_says_so_and_brings_the_list(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    first, second = [await poll(people, f"第{number}张长椅放哪里") for number in (1, 2)]
    await seen(people, "dana", DESK)
    await life.accept(people, first, NOW)
    headers = {"HX-Request": "true", "HX-Target": f"job-answer-{first}", "HX-Current-URL": f"http://testserver{DESK}"}
    answer = await client.get(f"{DESK}?open=answer-{first}", headers=headers)
    assert answer.headers["HX-Retarget"] == "#jobs"
    assert "这件事已经有人办了" in answer.text
    assert f"job-answer-{second}" in answer.text


async def test_the_next_job_takes_the_focus(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    first, second, third = [await poll(people, f"第{number}张长椅放哪里") for number in (1, 2, 3)]
    page = await seen(people, "dana", f"{DESK}?open=answer-{second}")
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{DESK}?open=answer-{second}"}
    sent = await submit(client, page, f"/{second}/return", reason="请附上照片", headers=headers)
    assert f'id="open-answer-{third}" autofocus' in sent.text
    assert sent.headers["HX-Replace-Url"] == DESK
    assert sent.text.count("autofocus") == 1
    # the live region says it, whoever listens
    assert '<div id="live" data-hx-swap-oob="innerHTML"><p class="vh">第2张长椅放哪里：已返回提出人修改' in sent.text
    # without scripts: to the sentence that says so, beside the next job
    page = await client.get(f"{DESK}?open=answer-{first}")
    plain = await submit(client, page, f"/{first}/return", reason="请附上照片")
    assert plain.headers["location"] == f"{DESK}?said=desk.returned&about=answer-{first}&next=answer-{third}#said"
    landed = await client.get(plain.headers["location"])
    assert "第1张长椅放哪里：已返回提出人修改" in landed.text
    assert f'id="open-answer-{third}" autofocus' in landed.text
    assert "1\xa0件事等您" not in landed.text
    assert "2\xa0件事等您" in landed.text


async def test_the_second_of_two_at_the_same_job_gets_the_fresh_list(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    first, second = [await poll(people, f"第{number}张长椅放哪里") for number in (1, 2)]
    page = await seen(people, "dana", f"{DESK}?open=answer-{first}")
    await life.accept(people, first, NOW)
    for headers in ({}, {"HX-Request": "true"}):
        late = await submit(client, page, f"/{first}/return", reason="请附上照片<b>\n两张", headers=headers)
        assert late.status_code == 409
        assert "这件事已经处理过了" in late.text
        assert "<b>第1张长椅放哪里</b>：这件事已经处理过了" in late.text
        assert "您刚才写的：" in late.text
        assert "<p>请附上照片&lt;b&gt;</p><p>两张</p>" in late.text
        assert "下面是最新的工作台" in late.text
        assert f'id="open-answer-{second}" autofocus' in late.text
    assert (await life.proposal(people, first)).state is ProposalState.ACCEPTED


async def test_a_question_is_answered_at_the_desk(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    comment_id = await asked(people, "设计单位 刘工")
    at(life.ACCEPTED)
    page = await seen(people, "dana", f"{DESK}?open=question-{comment_id}")
    assert "井道离北窗几米？" in page.text
    empty = await submit(client, page, "#answer", body="")
    assert empty.status_code == 422
    assert (await submit(client, page, "#answer", body="三米二。", office="")).status_code == 422
    sent = await submit(client, page, "#answer", body="三米二，见图纸第4页。")
    assert sent.status_code == 303
    assert "said=comment.answered" in sent.headers["location"]
    replies = (await threads.replies_to(people.community_id, [comment_id]))[comment_id]
    assert [(reply.body, reply.office) for reply in replies] == [("三米二，见图纸第4页。", "设计单位 刘工")]
    assert not (await threads.comment(people.community_id, comment_id)).waits
    # the same form again is the same answer; a colleague's comes too late
    assert (await submit(client, page, "#answer", body="三米二，见图纸第4页。")).status_code == 303
    page = await seen(people, "erin", "/me")
    token = page.text.partition('name="_csrf" value="')[2].partition('"')[0]
    late = {"_csrf": token, "key": new_id(), "body": "四米。", "office": "业委会"}
    assert (await client.post(f"{DESK}/questions/{comment_id}", data=late)).status_code == 409
    assert len((await threads.replies_to(people.community_id, [comment_id]))[comment_id]) == 1


async def test_an_objection_is_closed_at_the_desk(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    _, motion_id = await life.certified(people)
    objection_id = await object_to(people, motion_id)
    at(life.STARTABLE)
    page = await seen(people, "dana", f"{DESK}?open=objection-{objection_id}")
    unnamed = await submit(client, page, "#closing", outcome="mediation_failed", reply="日照测算达标")
    assert unnamed.status_code == 422
    assert "日照测算达标" in unnamed.text
    unproven = await submit(client, page, "#closing", outcome="ruled", reply="规自委说日照达标")
    assert (unproven.status_code, "还没有主管部门的处理文书" in unproven.text) == (422, True)
    await mediated(people, objection_id, life.STARTABLE)
    said = {"outcome": "mediation_failed", "reply": "日照测算达标，没有谈成", "remedy": "可以向人民法院起诉"}
    assert (await submit(client, page, "#closing", **said)).status_code == 303
    await objections.confirm_closing(actor=people.erin, objection_id=objection_id, now=life.STARTABLE)
    closed = await voting.objection(people.community_id, objection_id)
    assert closed.reply == "日照测算达标，没有谈成"
    again = await submit(client, page, "#closing", **said)
    assert again.status_code == 409
    assert "下面是最新的工作台" in again.text


async def test_bylaws_are_confirmed_at_the_desk(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    version_id = await proposed(people, *said(parking_counted="yes"))
    assert "/second" not in (await seen(people, "dana", f"{DESK}?open=bylaws-{version_id}")).text
    page = await seen(people, "erin", f"{DESK}?open=bylaws-{version_id}")
    assert "第3条 原文如此" in page.text
    assert (await submit(client, page, "#second")).status_code == 303
    assert (await bylaws.procedure(people.community_id, NOW)).parking_counted.value == "yes"
    assert (await submit(client, page, "#second")).status_code == 409


async def test_others_do_not_act_at_the_desk(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    comment_id = await asked(people, "社区书记")
    version_id = await proposed(people, *said(parking_counted="yes"))
    for who, status in (("alice", 403), ("frank", 403), ("gina", 403), ("charlie", 404)):
        page = await seen(people, who, "/me")
        token = page.text.partition('name="_csrf" value="')[2].partition('"')[0]
        sent = {"_csrf": token, "key": new_id(), "body": "三米二。", "office": "业委会"}
        for path in (
            f"questions/{comment_id}",
            f"questions/{comment_id}/put",
            f"bylaws/{version_id}/second",
            "objections/1",
        ):
            assert (await client.post(f"{DESK}/{path}", data=sent)).status_code == status
    assert (await threads.comment(people.community_id, comment_id)).waits


async def test_the_desk_links_to_its_other_pages(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    for who, links in (("dana", {"board", "desk/staff", "desk/roll"}), ("frank", {"board", "desk/people"})):
        page = await seen(people, who, DESK)
        for link in links:
            assert f'href="/c/garden/{link}"' in page.text
    assert 'href="/c/garden/desk/staff"' not in (await seen(people, "frank", DESK)).text


async def test_in_the_last_days_the_desk_is_told_whom_nothing_has_reached(db: AnyEngine, at: At) -> None:
    people = await garden()
    _, motion_id = await life.published(people)

    async def told(now: datetime) -> list[object]:
        found = [job for job in await jobs(people.frank, now) if job.kind is JobKind.MISSED]
        return [(job.id, job.small.code, dict(job.small.details)) for job in found if job.small is not None]

    assert await told(life.CLOSES - timedelta(days=4)) == []
    silent = (motion_id, "job.missed.silent", {"n": 12, "roll": 12})
    assert await told(life.CLOSES - timedelta(days=3)) == [silent]
    assert await told(life.CLOSES) == []
