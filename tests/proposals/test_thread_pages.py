"""Talking in a browser, with and without htmx: saying, replying, answering, moderating; and who may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from council.deliberation import queries, service
from council.deliberation.model import Comment, HideReason
from council.kernel import ids
from council.proposals.model import Proposal
from council.storage.database import AnyEngine
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden, sign_in
from tests.proposals.matters import counted, filed, recorded, said

HTMX = {"HX-Request": "true"}


async def signed(client: httpx.AsyncClient, name: str = "grace") -> tuple[Garden, Proposal]:
    people = await garden()
    await sign_in(client, people.actors[name])
    return people, await filed(people)


async def form(client: httpx.AsyncClient, proposal: Proposal, **fields: str) -> dict[str, str]:
    """A comment's fields with this person's token and a fresh key."""
    page = await client.get(f"/c/garden/proposals/{proposal.id}/comments/{fields.pop('on')}")
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]
    return {"_csrf": token, "key": ids.new_id(), **fields}


def address(proposal: Proposal) -> str:
    return f"/c/garden/proposals/{proposal.id}"


async def only(people: Garden, proposal: Proposal) -> Comment:
    return (await queries.exchanges(people.community_id, proposal.thread_id))[0].comment


async def mark(people: Garden, comment: Comment, now: datetime = NOW) -> None:
    await service.mark_question(actor=people.dana, comment_id=comment.id, answer_from="物业", days=3, now=now)


async def hide(people: Garden, comment: Comment) -> None:
    await service.hide(actor=people.dana, comment_id=comment.id, reason=HideReason.PRIVACY, now=NOW)


async def test_saying_something_leads_back_to_it_and_twice_is_once(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client)
    first = await said(people.heidi, proposal)
    data = await form(client, proposal, on=str(first.id), stance="oppose", body="采光\u202e没有\u200b说法 <b>之前</b>")
    answers = [await client.post(address(proposal) + "/comments", data=data) for _ in range(2)]
    comment = await only(people, proposal)
    assert [answer.headers["Location"] for answer in answers] == [
        f"{address(proposal)}?said=comment.{code}&on={comment.id}#comment-{comment.id}"
        for code in ("said", "said_already")
    ]
    assert (comment.body, comment.stance, comment.author_place) == ("采光没有说法 <b>之前</b>", "oppose", "1-1-102")
    assert (await queries.talk(people.grace, proposal.thread_id)).said == 2


async def test_what_was_done_is_said_at_the_comment_once(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client)
    other = await said(people.heidi, proposal)
    data = await form(client, proposal, on=str(other.id), stance="agree", body="我家也是这样")
    answer = await client.post(address(proposal) + "/comments", data=data)
    page = (await client.get(answer.headers["Location"])).text
    assert page.count("您的发言已发布") == 1
    there = page.index(f'id="comment-{(await only(people, proposal)).id}"')
    assert there < page.index("您的发言已发布") < page.index("我家也是这样")
    away = (await client.get(f"{address(proposal)}?said=comment.said&on=4711")).text
    assert page.index('id="live"') < away.index("您的发言已发布") < away.index("<h1"), (
        "on top where it stands elsewhere"
    )


async def test_a_comment_that_a_browser_filled_in_again_is_one(client: httpx.AsyncClient) -> None:
    """Back to the page after posting: it is made anew, with a new key, and the words are there again."""
    people, proposal = await signed(client)
    mine = await said(people.grace, proposal, "我家也是这样", now=datetime.now(UTC) - timedelta(hours=2))
    data = await form(client, proposal, on=str(mine.id), stance="question", body="我家也是这样")
    answer = await client.post(address(proposal) + "/comments", data=data)
    assert answer.headers["Location"].endswith(f"?said=comment.said_already&on={mine.id}#comment-{mine.id}")
    assert (await queries.talk(people.grace, proposal.thread_id)).said == 1
    replies = [f"{address(proposal)}/comments/{mine.id}/replies"] * 2
    places = [(await client.post(each, data=data | {"key": ids.new_id()})).headers["Location"] for each in replies]
    assert places[0].partition("&")[2] == places[1].partition("&")[2], "one reply, not taken for the comment above"
    assert "said=comment.said&" in places[0]
    other_view = data | {"key": ids.new_id(), "stance": "oppose"}
    changed = await client.post(address(proposal) + "/comments", data=other_view)
    assert "said=comment.said&" in changed.headers["Location"]
    exchanges = await queries.exchanges(people.community_id, proposal.thread_id)
    assert sorted(len(one.replies) for one in exchanges) == [0, 1]


@pytest.mark.parametrize("asks", [{}, HTMX], ids=["plain", "htmx"])
async def test_other_words_in_a_form_that_was_sent_are_kept_and_may_be_sent(
    client: httpx.AsyncClient, asks: dict[str, str]
) -> None:
    people, proposal = await signed(client)
    other = await said(people.heidi, proposal)
    data = await form(client, proposal, on=str(other.id), stance="agree", body="先说一句")
    await client.post(address(proposal) + "/comments", data=data)
    again = await client.post(address(proposal) + "/comments", data=data | {"body": "再补一句"}, headers=asks)
    assert (again.status_code, "您刚才的话已经发布了" in again.text) == (409, True)
    assert (await queries.talk(people.grace, proposal.thread_id)).said == 2
    assert (await submit(client, again, "#say")).status_code == 303
    assert (await only(people, proposal)).body == "再补一句"
    reply = await form(client, proposal, on=str(other.id), body="回一句")
    replies = f"{address(proposal)}/comments/{other.id}/replies"
    await client.post(replies, data=reply)
    again = await client.post(replies, data=reply | {"body": "再回一句"}, headers=asks)
    assert (again.status_code, "再回一句" in again.text, reply["key"] in again.text) == (409, True, False)


async def test_htmx_gets_the_thread_with_the_new_comment(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client)
    first = await said(people.heidi, proposal)
    data = await form(client, proposal, on=str(first.id), stance="agree", body="<script>alert(1)</script>")
    part = await client.post(address(proposal) + "/comments", data=data, headers=HTMX)
    assert part.text.lstrip().startswith(f'<section id="thread-{proposal.thread_id}"')
    assert "&lt;script&gt;" in part.text
    assert "<script>" not in part.text
    assert "讨论 2 条" in part.text.replace("\u00a0", " ")
    assert data["key"] not in part.text
    assert part.text.count('id="say"') == 1
    [comment] = [one.comment for one in await queries.exchanges(people.community_id, proposal.thread_id)][:1]
    there = part.text.index(f'id="comment-{comment.id}"')
    assert there < part.text.index("您的发言已发布") < part.text.index("alert(1)"), "said where the new comment stands"
    assert part.headers["HX-Reswap"].endswith(f"show:#comment-{comment.id}:top"), "and that is where the reader lands"
    assert "您的发言已发布" not in (await client.get(address(proposal))).text


@pytest.mark.parametrize("body", ["", "\u200b\u200d \u202e", "长" * 2001])
async def test_a_comment_that_is_refused_keeps_what_was_typed(client: httpx.AsyncClient, body: str) -> None:
    people, proposal = await signed(client)
    first = await said(people.heidi, proposal)
    data = await form(client, proposal, on=str(first.id), body=body)
    refused = await client.post(address(proposal) + "/comments", data=data)
    assert refused.status_code == 422
    assert "还没有选您的态度" in refused.text
    assert (body in refused.text) or not body.strip()
    part = await client.post(address(proposal) + "/comments", data=data, headers=HTMX)
    assert (part.status_code, part.headers["HX-Retarget"]) == (422, "#say")
    assert part.text.lstrip().startswith("<form")
    again = await submit(client, refused, "#say", stance="question", body="那就问一句")
    assert again.status_code == 303
    assert (await only(people, proposal)).body == "那就问一句"


async def test_the_unverified_are_told_once_what_they_can_do(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client, "leo")
    first = await said(people.heidi, proposal)
    sentence = "未核实业主身份，可参与讨论，暂不能投业主票。"
    data = await form(client, proposal, on=str(first.id), stance="agree", body="我也赞成")
    part = await client.post(address(proposal) + "/comments", data=data, headers=HTMX)
    assert (part.text.count(sentence), (await only(people, proposal)).author_name) == (1, "Leo")
    await sign_in(client, people.grace)
    page = await client.get(f"{address(proposal)}/comments/{first.id}")
    assert sentence not in page.text


async def test_replying_from_the_comments_own_page_and_under_it(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client)
    comment = await said(people.heidi, proposal)
    page = await client.get(f"{address(proposal)}/comments/{comment.id}")
    assert "以单位名义答复" not in page.text
    empty = await submit(client, page, f"#answer-{comment.id}", body=" ")
    assert (empty.status_code, "还没有写内容" in empty.text) == (422, True)
    answer = await submit(client, empty, f"#answer-{comment.id}", body="同问")
    [exchange] = await queries.exchanges(people.community_id, proposal.thread_id)
    assert [reply.body for reply in exchange.replies] == ["同问"]
    said_id = exchange.replies[0].id
    assert answer.headers["Location"].endswith(f"?said=comment.said&on={said_id}#comment-{said_id}")
    under = await client.get(f"{address(proposal)}/comments/{comment.id}", headers=HTMX)
    assert (under.headers["HX-Retarget"], "<html" in under.text) == (f"#under-{comment.id}", False)
    part = await submit(client, under, "", body="再问", headers=HTMX)
    assert f'id="thread-{proposal.thread_id}"' in part.text
    refused = await submit(client, under, "", body="", headers=HTMX)
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, f"#under-{comment.id}")


async def test_an_office_answers_the_question_that_waits(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client, "erin")
    comment = await said(people.heidi, proposal)
    await mark(people, comment)
    page = await client.get(f"{address(proposal)}/comments/{comment.id}")
    assert "等答复" in page.text
    answer = await submit(client, page, f"#answer-{comment.id}", body="下周一修", office="业委会")
    assert "said=comment.answered" in answer.headers["Location"]
    done = await only(people, proposal)
    assert not done.waits
    after = await client.get(f"{address(proposal)}/comments/{comment.id}")
    assert ("官方答复" in after.text, 'class="say asked"' in after.text) == (True, False)


async def test_whoever_answers_second_keeps_the_words_and_may_add_them(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client, "dana")
    question = await said(people.grace, proposal)
    page = await client.get(f"{address(proposal)}/comments/{question.id}")
    await said(people.erin, proposal, "三米二。", parent_id=question.id, office="业委会", is_first=True)
    late = await submit(client, page, "/replies", body="图纸第4页：三米二。", office="社区")
    assert late.status_code == 409
    assert "这个问题已经有官方答复" in late.text
    assert "图纸第4页：三米二。" in late.text
    added = await submit(client, late, "/replies")
    assert added.status_code == 303
    replies = (await queries.replies_to(people.community_id, [question.id]))[question.id]
    assert [(reply.office, reply.body) for reply in replies] == [
        ("业委会", "三米二。"),
        ("社区", "图纸第4页：三米二。"),
    ]


async def test_an_answer_is_asked_of_those_who_owe_it_and_an_overdue_one_says_so(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client)
    comment = await said(people.heidi, proposal)
    await mark(people, comment, datetime.now(UTC))
    neighbour = (await client.get(address(proposal))).text
    assert ("答复这个问题" in neighbour, "等答复" in neighbour, "已过答复期限" in neighbour) == (False, True, False)
    await sign_in(client, people.erin)
    assert "答复这个问题" in (await client.get(address(proposal))).text
    other = await said(people.grace, proposal, "几时开工？")
    await mark(people, other, NOW - timedelta(days=30))
    late = (await client.get(f"{address(proposal)}/comments/{other.id}")).text
    assert ("</svg>已过答复期限<" in late, "</svg>等答复<" in late) == (True, False)


async def test_the_desk_marks_hides_and_shows_again(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client, "dana")
    comment = await said(people.heidi, proposal, "他家电话 13800000000")
    path = f"{address(proposal)}/comments/{comment.id}"
    page = await client.get(path)
    refused = await submit(client, page, "#question", answer_from="", days="90")
    assert (refused.status_code, "由谁答复" in refused.text, "1 到 60 天" in refused.text.replace("\u00a0", " ")) == (
        422,
        True,
        True,
    )
    marked = await submit(client, refused, "#question", answer_from="设计单位 刘工", days="5")
    assert marked.headers["Location"] == f"{address(proposal)}?said=comment.marked&on={comment.id}#comment-{comment.id}"
    assert (await only(people, proposal)).answer_from == "设计单位 刘工"
    bare = await submit(client, page, "#hide")
    assert (bare.status_code, "请选隐藏的原因" in bare.text) == (422, True)
    await submit(client, page, "#hide", reason="privacy")
    twice = await submit(client, page, "#hide", reason="insult")
    assert (twice.status_code, "已由Dana隐藏" in twice.text) == (409, True)
    hidden = await client.get(path)
    assert "原因：写了别人的电话、住址或家事。Dana" in hidden.text
    await submit(client, hidden, "#unhide")
    assert (await only(people, proposal)).body == "他家电话 13800000000"
    assert await recorded("comment.hidden") == 1


async def test_what_is_hidden_is_read_by_its_author_and_the_desk_only(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client)
    comment = await said(people.heidi, proposal, "写了别人家的电话")
    await hide(people, comment)
    for name, reads in (("heidi", True), ("dana", True), ("gina", True), ("grace", False), ("erin", False)):
        await sign_in(client, people.actors[name])
        page = await client.get(f"{address(proposal)}/comments/{comment.id}")
        assert ("写了别人家的电话" in page.text) == reads, name
        assert "这条发言已隐藏" in page.text


async def test_a_reply_to_what_was_hidden_meanwhile(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client)
    comment = await said(people.heidi, proposal)
    page = await client.get(f"{address(proposal)}/comments/{comment.id}")
    await hide(people, comment)
    late = await submit(client, page, f"#answer-{comment.id}", body="同问")
    assert (late.status_code, "不能再回复" in late.text) == (409, True)


async def test_an_auditor_reads_and_does_not_speak(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client)
    comment = await said(people.heidi, proposal)
    data = await form(client, proposal, on=str(comment.id), stance="agree", body="好")
    await sign_in(client, people.gina)
    page = await client.get(f"{address(proposal)}/comments/{comment.id}")
    assert (page.status_code, "<textarea" in page.text) == (200, False)
    other = await client.get("/me")
    data["_csrf"] = other.text.split('name="_csrf" value="')[1].split('"')[0]
    for path in ("/comments", f"/comments/{comment.id}/replies"):
        assert (await client.post(address(proposal) + path, data=data)).status_code == 403
    for tool in ("question", "hide", "unhide"):
        assert (await client.post(f"/c/garden/comments/{comment.id}/{tool}", data=data)).status_code == 403


async def test_strangers_outsiders_and_ids_of_elsewhere(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client)
    other = await filed(people)
    comment = await said(people.heidi, proposal)
    data = await form(client, proposal, on=str(comment.id), stance="agree", body="好")
    assert (await client.get(f"{address(other)}/comments/{comment.id}")).status_code == 404
    assert (await client.get(f"{address(proposal)}/comments/{10**9}")).status_code == 404
    assert (await client.post(f"{address(other)}/comments/{comment.id}/replies", data=data)).status_code == 404
    assert (await client.post(f"/c/garden/proposals/{10**9}/comments", data=data)).status_code == 404
    assert (await client.put(f"{address(proposal)}/comments")).status_code == 405
    assert (await client.get(f"/c/garden/comments/{comment.id}/hide")).status_code == 405
    await sign_in(client, people.charlie)
    for path in (
        f"{address(proposal)}/comments/{comment.id}",
        f"/c/orchard/proposals/{proposal.id}/comments/{comment.id}",
    ):
        assert (await client.get(path)).status_code == 404
    client.cookies.clear()
    for path in (f"{address(proposal)}/comments", f"/c/garden/comments/{comment.id}/hide"):
        assert (await client.post(path, data=data)).headers["Location"].startswith("/login")
    assert (await queries.talk(people.grace, proposal.thread_id)).said == 1


async def test_another_communitys_secretary_moderates_nothing_here(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client)
    comment = await said(people.heidi, proposal)
    data = await form(client, proposal, on=str(comment.id), reason="insult")
    assert (await client.post(f"/c/orchard/comments/{comment.id}/hide", data=data)).status_code == 404
    assert (await client.post(f"/c/garden/comments/{comment.id}/hide", data=data)).status_code == 403
    assert (await only(people, proposal)).hidden_at is None


async def test_a_thread_of_thirty_costs_what_a_thread_of_one_costs(client: httpx.AsyncClient, db: AnyEngine) -> None:
    people, proposal = await signed(client, "dana")
    asked = []
    for n in range(30):
        comment = await said(people.grace, proposal, f"第{n}条")
        if n in {0, 28}:
            data = await form(client, proposal, on=str(comment.id), stance="agree", body=f"好，{n}")
            with counted(db) as seen:
                await client.post(address(proposal) + "/comments", data=data, headers=HTMX)
            asked.append(len(seen))
    assert asked[0] == asked[1]


async def test_a_question_is_put_to_an_office_until_one_has_answered(client: httpx.AsyncClient) -> None:
    people, proposal = await signed(client, "dana")
    question = await said(people.heidi, proposal, "几时开工？")
    path = f"{address(proposal)}/comments/{question.id}"
    page = await client.get(path)
    assert 'id="question"' in page.text
    answer = await said(people.erin, proposal, "下周一。", parent_id=question.id, office="业委会")
    assert 'id="question"' not in (await client.get(path)).text
    late = await submit(client, page, "#question", answer_from="设计单位 刘工", days="5")
    assert (late.status_code, "这个问题已经有官方答复" in late.text) == (409, True)
    assert not (await only(people, proposal)).needs_answer
    await service.hide(actor=people.dana, comment_id=answer.id, reason=HideReason.PRIVACY, now=NOW)
    assert 'id="question"' in (await client.get(path)).text, "a hidden answer is none"
