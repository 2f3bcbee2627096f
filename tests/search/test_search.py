"""The search page on both databases: what it finds, in which order, for whom, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from council.deliberation import page_queries, permissions
from council.deliberation import queries as talk_queries
from council.deliberation import service as talk
from council.deliberation.model import Comment as ReadComment
from council.deliberation.model import HideReason, Stance
from council.deliberation.tables import Comment
from council.kernel import ids
from council.kernel.text import clean, clean_line
from council.progress import service as progress
from council.proposals import service
from council.search.queries import comments_with
from council.search.terms import words_of
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction
from tests.people import NOW, Garden, garden, sign_in
from tests.progress import life
from tests.proposals.matters import counted, filed, said

PAGE = "/c/garden/search"


async def found(client: httpx.AsyncClient, q: str, **more: str) -> list[str]:
    """The addresses of the results below /c/garden."""
    page = await client.get(PAGE, params={"q": q, **more})
    assert page.status_code == 200
    return re.findall(r'class="row" href="/c/garden([^"]*)"', page.text)


async def seen(client: httpx.AsyncClient, path: str, params: Mapping[str, str] | None = None) -> str:
    return (await client.get(path, params=params)).text.replace("\u00a0", " ")


async def signed(client: httpx.AsyncClient, name: str = "alice") -> Garden:
    people = await garden()
    await sign_in(client, people.actors[name])
    return people


async def test_members_only(client: httpx.AsyncClient) -> None:
    people = await garden()
    assert (await client.get(PAGE)).headers["Location"].startswith("/login?next=")
    for name, status in (("alice", 200), ("leo", 200), ("gina", 200), ("charlie", 404)):
        await sign_in(client, people.actors[name])
        assert (await client.get(PAGE)).status_code == status, name
    assert (await client.post(PAGE)).status_code == 405


async def test_titles_first_then_the_newest_each_with_its_hit_marked(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    old = await filed(people, title="一单元加装电梯方案", body="没有别的。")
    body = await filed(people, title="楼道换声控灯泡", body="等电梯的地方太黑。", now=NOW + timedelta(hours=1))
    comment = await said(people.grace, body, "装了电梯就好了", now=NOW + timedelta(hours=2), place="1-1-102")
    assert await found(client, "电梯") == [
        f"/proposals/{old.id}",
        f"/proposals/{body.id}#comment-{comment.id}",
        f"/proposals/{body.id}",
    ]
    text = await seen(client, PAGE, params={"q": "电梯"})
    assert "一单元加装<mark>电梯</mark>方案" in text
    assert "装了<mark>电梯</mark>就好了" in text
    assert "找到 3 条" in text
    assert "<title>“电梯”找到 3 条" in text


async def test_several_words_must_all_be_in_the_same_thing(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    both = await filed(people, title="一单元加装电梯方案", body="楼道要先拓宽。")
    await filed(people, title="楼道换声控灯泡", body="没有别的。")
    assert await found(client, "楼道 电梯") == [f"/proposals/{both.id}"]
    assert await found(client, "楼道 火星") == []


async def test_width_case_wildcards_and_markup(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    led = await filed(people, title="楼道换ＬＥＤ灯泡", body="省电５０%，<b>便宜</b>。")
    for typed in ("led", "LED", "ｌｅｄ灯", "50%", "５０％", "<b>", "便宜</b>"):
        assert await found(client, typed) == [f"/proposals/{led.id}"], typed
    for typed in ("5_%", "%%", "换*灯", "[a-z]", "l.d", "''", "5?%"):
        assert await found(client, typed) == [], typed
    text = await seen(client, PAGE, params={"q": "<b>"})
    assert "<mark>&lt;b&gt;</mark>便宜" in text
    assert "<b>便宜" not in text


async def test_places_by_number_and_by_name(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    here = await filed(people, title="换一盏门前的灯", body="没有别的。")
    comment = await said(people.grace, here, "好的好的", place="1-1-102")
    home = [f"/proposals/{here.id}#comment-{comment.id}"]
    for typed in ("1-1-102", "1号楼1单元102室", "1号楼 1单元 102室", "１－１－１０２", "102室", "102", "好的 1-1-102"):
        assert await found(client, typed) == home, typed
    assert await found(client, "1号楼1单元") == [*home, f"/proposals/{here.id}"]
    assert await found(client, "1号楼2单元") == []
    assert await found(client, "2号楼") == []


async def test_hidden_words_are_found_by_those_who_may_unfold_them(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    proposal = await filed(people)
    comment = await said(people.grace, proposal, "卖壁挂锅炉请找我")
    address = [f"/proposals/{proposal.id}#comment-{comment.id}"]
    assert await found(client, "锅炉") == address
    await talk.hide(actor=people.dana, comment_id=comment.id, reason=HideReason.ADVERTISING, now=NOW)
    hidden = await talk_queries.comment(people.community_id, comment.id)
    for name, actor in people.actors.items():
        if actor.community_id == people.community_id:
            await sign_in(client, actor)
            sees = permissions.may_read_hidden(actor, hidden) is None
            assert await found(client, "锅炉") == (address if sees else []), name
            assert ("锅炉" in (await seen(client, PAGE, params={"q": "壁挂"}))) == sees, name
    await talk.unhide(actor=people.dana, comment_id=comment.id, now=NOW)
    await sign_in(client, people.alice)
    assert await found(client, "锅炉") == address


async def test_another_communitys_things_are_not_there(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    await filed(people, title="一单元加装电梯方案")
    await sign_in(client, people.charlie)
    page = await client.get("/c/orchard/search", params={"q": "电梯"})
    assert (page.status_code, "没有找到“电梯”" in page.text) == (200, True)


async def test_only_the_current_text_counts_and_what_was_withdrawn_says_so(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    proposal = await filed(people, body="原来写的是锅炉。")
    await service.revise(
        actor=people.alice, proposal_id=proposal.id, seen_version=1, title=proposal.title, body="现在写的是水泵。",
        cost_fen=proposal.cost_fen, now=NOW,
    )  # fmt: skip
    assert await found(client, "锅炉") == []
    assert await found(client, "水泵") == [f"/proposals/{proposal.id}"]
    await service.withdraw(actor=people.alice, proposal_id=proposal.id, reason="", now=NOW)
    await sign_in(client, people.grace)
    assert await found(client, "水泵") == [f"/proposals/{proposal.id}"]
    assert "已撤回" in (await seen(client, PAGE, params={"q": "水泵"}))


async def test_notice_vote_and_project_are_found_with_where_they_stand(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await signed(client)
    proposal_id, motion_id = await life.certified(people)
    moment = [life.TALKED + life.HOUR]
    monkeypatch.setattr("council.kernel.clock.Clock.now", lambda self: moment[0])
    await sign_in(client, people.alice, moment[0])
    text = await seen(client, PAGE, params={"q": "业主代表"})
    assert ("公告</span>" in text, f"/motions/{motion_id}" in text) == (True, True)
    project_id = await progress.approve_start(actor=people.dana, proposal_id=proposal_id, now=life.STARTABLE)
    moment[0] = life.STARTABLE + life.HOUR
    await sign_in(client, people.alice, moment[0])
    assert set(await found(client, "加装 电梯")) == {
        f"/proposals/{proposal_id}",
        f"/motions/{motion_id}",
        f"/projects/{project_id}",
    }
    text = await seen(client, PAGE, params={"q": "加装电梯"})
    for words in ("提的事</span>", "投票</span>", "项目</span>", "下一步：", "具备开工条件"):
        assert words in text, words


async def test_a_comment_is_opened_on_its_page_of_the_thread(client: httpx.AsyncClient, db: AnyEngine) -> None:
    people = await signed(client)
    proposal = await filed(people)
    first = await said(people.grace, proposal, "最早说的锅炉", Stance.NONE)
    reply = await said(people.alice, proposal, "回复说的水泵", Stance.NONE, parent_id=first.id)
    for n in range(talk_queries.PAGE + 5):
        asked = await said(people.grace, proposal, f"第{n}句", Stance.QUESTION, now=NOW + timedelta(minutes=n + 1))
        if n % 10 == 3:
            await talk.mark_question(actor=people.dana, comment_id=asked.id, answer_from="设计院", days=3, now=NOW)
    assert await found(client, "锅炉") == [f"/proposals/{proposal.id}?page=2#comment-{first.id}"]
    assert await found(client, "水泵") == [f"/proposals/{proposal.id}?page=2#comment-{reply.id}"]
    assert f'id="comment-{reply.id}"' in (await seen(client, f"/c/garden/proposals/{proposal.id}?page=2"))
    every = [row["id"] for row in await fetch("SELECT id FROM comment WHERE community_id = {}", people.community_id)]
    pages = await page_queries.pages_of(people.community_id, every)
    for number in (1, 2):
        shown = await talk_queries.exchanges(people.community_id, proposal.thread_id, number)
        on = [each for one in shown for each in (one.comment, *one.replies)]
        assert {pages[each.id] for each in on} == {number}, _ids(on)


def _ids(comments: list[ReadComment]) -> list[int]:
    return [each.id for each in comments]


async def test_twenty_a_page_and_as_many_queries_for_one_as_for_fifty(client: httpx.AsyncClient, db: AnyEngine) -> None:
    people = await signed(client)
    proposal = await filed(people, title="加装电梯的方案")
    asked = []
    for n in range(50):
        await said(people.grace, proposal, f"电梯第{n}句", now=NOW + timedelta(minutes=n))
        if n in {0, 49}:
            with counted(db) as statements:
                await client.get(PAGE, params={"q": "电梯"})
            asked.append(len(statements))
    assert asked[0] == asked[1]
    pages = [await found(client, "电梯", page=str(number)) for number in (1, 2, 3)]
    assert [len(each) for each in pages] == [20, 20, 11]
    assert len({address for each in pages for address in each}) == 51
    assert "第 2 页，共 3 页" in (await seen(client, PAGE, params={"q": "电梯", "page": "2"}))
    for odd in ("0", "-1", "x", "99999", "9" * 30):
        assert await found(client, "电梯", page=odd) == pages[0], odd


async def test_nothing_typed_nothing_found_and_too_much(client: httpx.AsyncClient) -> None:
    await signed(client)
    for blank in ("", " ", "\u3000", "\u200b"):
        assert "写两三个字就行" in (await seen(client, PAGE, params={"q": blank}))
    nothing = await seen(client, PAGE, params={"q": "火星人"})
    assert ("没有找到“火星人”" in nothing, "/c/garden/proposals/new" in nothing) == (True, True)
    assert (await client.get(PAGE, params={"q": "长" * 200})).status_code == 200
    long = await client.get(PAGE, params={"q": "长" * 201})
    assert (long.status_code, "写得太长了" in long.text) == (422, True)
    many = await client.get(PAGE, params={"q": " ".join("一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子")})
    assert (many.status_code, "词太多了" in many.text) == (422, True)


async def test_what_was_searched_for_is_logged_nowhere(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    await signed(client)
    with caplog.at_level("DEBUG", logger="council"):
        await client.get(PAGE, params={"q": "离婚"})
        await client.get(PAGE, params={"q": "离婚" * 200})
    assert "离婚" not in caplog.text
    assert (await fetch("SELECT COUNT(*) AS n FROM log_record WHERE body LIKE '%离婚%'"))[0]["n"] == 0


async def test_the_index_of_rare_signs_is_used(db: AnyEngine) -> None:
    """Its condition and the query's must be the same letter for letter, or it is dead weight."""
    people = await garden()
    wanted = comments_with(people.alice, words_of("led"))
    if db.engine_type == "sqlite":
        plan = await fetch("EXPLAIN QUERY PLAN " + wanted.sql, *wanted.values)
    else:
        async with transaction():
            await execute("SET LOCAL enable_seqscan = off")
            plan = await fetch("EXPLAIN " + wanted.sql, *wanted.values)
    assert "comment_rare_signs" in repr(plan)


SIGNS = st.one_of(
    st.sampled_from("电梯楼道，。、 %_*?[]^-\\'\"ABab19ＡＢａｂ１９⼈人()|.+{}"),
    st.characters(exclude_categories=["Cs"]),
)


async def test_any_two_signs_that_stand_together_find_the_text(db: AnyEngine) -> None:
    people = await garden()
    proposal = await filed(people)
    texts: list[str] = ["100%_[x]*?^-]\\ ＡbＣ1２３⼈"]

    @settings(max_examples=60, database=None, deadline=None)
    @given(st.text(SIGNS, min_size=2, max_size=24))
    def written(text: str) -> None:
        texts.append(clean(text))

    written()
    stored = [text for text in dict.fromkeys(texts) if len(text) >= 2]
    rows = await Comment.insert(*(_comment(people, proposal.thread_id, text) for text in stored))
    for row, text in zip(rows, stored, strict=True):
        for at in range(len(text) - 1):
            pair = text[at : at + 2]
            words = words_of(pair)
            assert bool(words) == bool(clean_line(pair)), pair
            if words:
                wanted = comments_with(people.alice, words)
                hits = await fetch(wanted.sql, *wanted.values)
                assert row["id"] in {hit["id"] for hit in hits}, (text, pair)


def _comment(people: Garden, thread_id: int, body: str) -> Comment:
    return Comment(
        community_id=people.community_id,
        thread_id=thread_id,
        key=ids.new_id(),
        person_id=people.grace.person_id,
        author_name="",
        author_place="",
        stance="none",
        body=body,
        said_at=NOW,
        needs_answer=False,
    )
