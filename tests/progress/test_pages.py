"""Courtyard, proposal page, start page, rules, privacy: by who looks, and that length costs no queries."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx
import pytest

from council.deliberation import service as talk
from council.deliberation.model import Remark, Stance
from council.kernel.actor import Actor
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.progress import feed, service
from council.progress.desk_jobs import queue
from council.proposals import consent_queries, consents, desk
from council.proposals import queries as proposals
from council.proposals.model import ProposalState
from council.storage.database import AnyEngine
from council.voting import objections
from council.voting.frozen_text import motion_text
from tests.fixtures.client import submit
from tests.people import NOW, garden, live_in
from tests.progress import life

At = Callable[[datetime], None]
Seen = Callable[..., Awaitable[httpx.Response]]


def words(page: httpx.Response) -> str:
    """What stands on the page, without tags and no-break spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text.replace("\xa0", " ")))


OF_IT = "/c/garden/proposals/{id}"


@pytest.mark.parametrize("path", ["/c/garden/", OF_IT, f"{OF_IT}/revise", f"{OF_IT}/withdraw"])
async def test_members_pages(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen, path: str) -> None:
    people = await garden()
    path = path.format(id=await life.file(people, people.alice))
    assert (await seen(people, "alice", path)).status_code == 200
    stranger = await seen(people, None, path)
    assert (stranger.status_code, stranger.headers["location"]) == (303, f"/login?next={path.rstrip('/')}")
    assert (await seen(people, "charlie", path)).status_code == 404
    assert (await client.delete(path)).status_code == 405


@pytest.mark.parametrize("path", ["/c/garden/proposals/99999", "/c/garden/proposals/99999/revise", "/c/nowhere/"])
async def test_unknown_ids(db: AnyEngine, at: At, seen: Seen, path: str) -> None:
    assert (await seen(await garden(), "alice", path)).status_code == 404


async def test_another_communitys_proposal_is_not_here(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    await live_in(people, people.charlie.person_id, "1-2-102")
    proposal_id = await life.file(people, people.alice)
    assert (await seen(people, "charlie", f"/c/orchard/proposals/{proposal_id}")).status_code == 404


async def test_the_courtyard_says_what_waits_for_whom(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    _, motion_id = await life.published(people)
    at(life.OPENS + life.HOUR)
    page = words(await seen(people, "alice", "/c/garden/"))
    assert "有 1 件事等您" in page
    assert re.search(r"已有 0 人参与，还差 8 人、[\d.]+ ㎡ 达到参与门槛。", page)
    assert "还剩 14 天" in page
    assert "现在没有事等您" in words(await seen(people, "bob", "/c/garden/"))
    assert "您的业主身份还没核实" in words(await seen(people, "leo", "/c/garden/"))
    await life.vote(people, motion_id, ("alice",))
    assert "现在没有事等您" in words(await seen(people, "alice", "/c/garden/"))
    at(life.COUNTED)
    assert "计票等您签字：1号楼1单元加装电梯" in words(await seen(people, "erin", "/c/garden/"))
    worker = words(await seen(people, "erin", "/c/garden/"))
    assert "有 1 件事等您" in worker
    await life.certify(people, motion_id)
    assert "现在没有事等您" in words(await seen(people, "erin", "/c/garden/"))


async def test_the_courtyard_counts_what_the_desk_counts(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    for number in range(3):
        await life.file(people, people.alice, kind=Kind.OPINION_POLL, title=f"第{number}张长椅放哪里", now=NOW)
    at(NOW + timedelta(days=30))
    mine = (await queue(people.dana, NOW + timedelta(days=30))).mine
    late = sum(job.days_late(NOW + timedelta(days=30)) > 0 for job in mine)
    assert late
    page = words(await seen(people, "dana", "/c/garden/"))
    assert f"有 {len(mine)} 件事等您" in page
    assert f"{len(mine)} 件事等您，{late} 件已经超期" in page
    assert "现在没有事等您" not in page
    assert f"{len(mine)} 件事等您，{late} 件已经超期" in words(await seen(people, "dana", "/c/garden/desk"))


async def test_consents_and_returned_matters_wait_for_their_people(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    await consents.name_home(
        actor=people.dana, proposal_id=proposal_id, unit_id=people.units["1-1-102"], why="井道挡北窗", now=NOW
    )
    assert "要征得您同意：1号楼1单元 102室" in words(await seen(people, "grace", "/c/garden/"))
    page = await seen(people, "grace", f"/c/garden/proposals/{proposal_id}")
    assert "答复是否同意" in page.text
    answer = await submit(client, page, "/consents", button="answer=agree")
    assert answer.headers["location"] == f"/c/garden/proposals/{proposal_id}?said=consent.answered#consents"
    assert (await consent_queries.consents_of(people.community_id, [proposal_id]))[proposal_id][0].answer == "agree"
    again = await submit(client, page, "/consents", button="answer=agree")
    assert again.status_code == 303
    assert "现在没有事等您" in words(await seen(people, "grace", "/c/garden/"))
    other = await seen(people, "heidi", f"/c/garden/proposals/{proposal_id}")
    assert "我家同意" not in other.text
    await desk.return_to_proposer(
        actor=people.dana, proposal_id=proposal_id, seen_version=1, reason="请附照片", now=NOW + life.HOUR
    )
    assert "返回修改：1号楼1单元加装电梯" in words(await seen(people, "alice", "/c/garden/"))


async def test_only_an_owner_of_the_named_home_answers(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    unit_id = people.units["1-1-102"]
    await consents.name_home(actor=people.dana, proposal_id=proposal_id, unit_id=unit_id, why="井道挡北窗", now=NOW)
    page = await seen(people, "grace", f"/c/garden/proposals/{proposal_id}")
    form = page.text.partition('name="_csrf" value="')[2].partition('"')[0]
    assert form
    await seen(people, "heidi", f"/c/garden/proposals/{proposal_id}")
    page = await client.get(f"/c/garden/proposals/{proposal_id}")
    token = page.text.partition('name="_csrf" value="')[2].partition('"')[0]
    answer = await client.post(
        f"/c/garden/proposals/{proposal_id}/consents", data={"_csrf": token, "unit": unit_id, "answer": "agree"}
    )
    assert answer.status_code == 403


async def test_a_matter_has_one_line_a_day_with_its_latest_move(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)  # filed, found feasible and accepted on one day
    await life.file(people, people.grace, kind=Kind.RESIDENT_MATTER, home="1-1-102", title="院里种两棵桂花", now=NOW)
    at(life.ACCEPTED)
    page = words(await seen(people, "heidi", "/c/garden/"))
    assert page.count("1号楼1单元加装电梯") == 1
    assert "1号楼1单元加装电梯 社区受理，开始讨论" in page.replace("加装电梯社区", "加装电梯 社区")
    days, older = await feed.page(people.community_id, before=None, now=life.ACCEPTED)
    assert [(line.matter == proposal_id, line.code) for _, lines in days for line in lines] == [
        (True, "moved.proposal.accepted"),
        (False, "moved.proposal.filed"),
    ]
    assert older is None
    earlier, _ = await feed.page(people.community_id, before=life.ACCEPTED, now=life.ACCEPTED)
    assert [line.matter == proposal_id for _, lines in earlier for line in lines] == [False]  # its line was shown


async def test_an_objection_stands_once_for_the_secretary(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    await life.give_accounts(people)
    _, motion_id = await life.published(people)
    await life.vote(people, motion_id, (*life.AGREEING, *life.UPPER))
    await life.certify(people, motion_id)
    filed = life.COUNTED + 2 * life.HOUR
    await objections.file_objection(
        actor=people.grace, motion_id=motion_id, key=new_id(), ground="公告没有贴到楼门口", place="1-1-102", now=filed
    )
    at(filed)
    page = words(await seen(people, "dana", "/c/garden/"))
    assert "有 2 件事等您" in page
    assert page.count("2 件事等您") == 2, "the heading, and the one row that leads to the desk"
    assert f'href="/c/garden/motions/{motion_id}#objections"' not in page
    desk = words(await seen(people, "dana", "/c/garden/desk"))
    assert desk.count("1号楼1单元加装电梯") == 1, "the objection; the result's days stand beside no other"
    assert "结果公示中" not in desk
    assert "结果公示中" in words(await seen(people, "erin", "/c/garden/desk"))
    at(filed + timedelta(days=9))
    assert "2 件事等您，1 件已经超期" in words(await seen(people, "dana", "/c/garden/"))


async def test_what_the_desk_lists_too_is_counted_once(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    own = await life.file(people, people.dana, home=None, kind=Kind.OPINION_POLL, title="晾衣架放哪里好")
    thread_id = (await life.proposal(people, own)).thread_id
    remark = Remark(new_id(), Stance.QUESTION, "放在哪一棵树下？", "1-1-102")
    await talk.say(actor=people.grace, thread_id=thread_id, remark=remark, now=NOW)
    page = words(await seen(people, "dana", "/c/garden/"))
    # her neighbours' question to her as the proposer, and the claim at the desk
    assert "有 2 件事等您" in page
    assert "1 个问题等答复：晾衣架放哪里好" in page
    assert "1 件事等您" in page.replace("有 2 件事等您", "")


async def test_the_last_day_of_a_vote_is_called_so(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    await life.published(people)
    at(life.CLOSES - timedelta(days=1))
    assert "还剩 1 天" in words(await seen(people, "alice", "/c/garden/"))
    at(life.CLOSES - life.HOUR)
    assert "最后一天" in words(await seen(people, "alice", "/c/garden/"))


async def test_a_newcomer_sees_what_to_do_next(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    tenant = words(await seen(people, "ken", "/c/garden/"))
    assert "现在没有事等您" in tenant
    assert "您是业主吗？" in tenant
    assert "还没有进展" in tenant
    owner = words(await seen(people, "alice", "/c/garden/"))
    assert "您现在可以做的" in owner
    assert "您是业主吗？" not in owner


async def test_filing_and_search_stand_between_what_waits_and_what_moved(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    await life.published(people)
    at(life.OPENS + life.HOUR)
    for who in ("alice", "bob"):  # one has a vote to cast, nothing waits for the other
        text = (await seen(people, who, "/c/garden/")).text
        marks = ['id="q"', "/proposals/new", 'id="moved"', 'id="all"']
        assert [text.count(mark) for mark in marks] == [1, 1, 1, 1], who
        waits, search, files, moved = (text.index(mark) for mark in ("<h1>", *marks[:3]))
        assert waits < min(search, files)
        assert max(search, files) < moved
    auditor = (await seen(people, "gina", "/c/garden/")).text
    assert 'id="q"' in auditor
    assert "/proposals/new" not in auditor, "who may not file is not asked to"


async def test_only_the_most_urgent_vote_has_the_large_button(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    _, first = await life.published(people)
    _, second = await life.published(people, title="1号楼1单元门厅换灯")
    at(life.OPENS + life.HOUR)
    text = (await seen(people, "alice", "/c/garden/")).text
    assert text.count('class="btn main') == 1
    assert sorted(re.findall(r"/motions/(\d+)/ballot", text)) == sorted(map(str, (first, second)))


async def test_everything_is_linked_with_its_count(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    await life.published(people)
    at(life.OPENS + life.HOUR)
    page = words(await seen(people, "alice", "/c/garden/"))
    assert "共 1 件" in page
    assert "1 场正在投 共 1 场" in page
    at(life.CLOSES + life.HOUR)
    assert "眼下没有在投的 共 1 场" in words(await seen(people, "alice", "/c/garden/"))


async def test_what_moved_goes_back_page_by_page(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    for number in range(feed.PAGE + 3):
        await life.file(
            people,
            people.alice,
            kind=Kind.RESIDENT_MATTER,
            title=f"第{number:02}张长椅刷漆",
            now=NOW + timedelta(minutes=number),
        )
    at(NOW + timedelta(hours=2))
    page = await seen(people, "alice", "/c/garden/")
    assert re.findall(r"第(\d\d)张", page.text) == ["12", "11", "10", "09", "08"], "the courtyard's own list is short"
    older = re.search(r'href="(/c/garden/\?before=[^"]+)"', page.text)
    assert older is not None
    page = await seen(people, "alice", older[1])
    assert re.findall(r"第(\d\d)张", page.text) == ["07", "06", "05", "04", "03", "02", "01", "00"]
    assert (await seen(people, "alice", "/c/garden/?before=yesterday")).status_code == 200


async def test_the_courtyard_costs_the_same_for_one_and_for_many(
    db: AnyEngine, at: At, seen: Seen, queries: list[str]
) -> None:
    people = await garden()
    await life.published(people)
    at(life.OPENS + life.HOUR)
    await seen(people, "alice", "/c/garden/")
    queries.clear()
    await seen(people, "alice", "/c/garden/")
    one = len(queries)
    for number in range(12):
        await life.file(people, people.alice, kind=Kind.RESIDENT_MATTER, title=f"第{number}张长椅刷漆")
    queries.clear()
    await seen(people, "alice", "/c/garden/")
    assert len(queries) == one


@pytest.mark.parametrize(
    ("who", "offered"),
    [("heidi", "附议"), ("dana", "去工作台答复"), ("ken", "说说我的看法"), ("alice", "说说我的看法")],
)
async def test_the_bar_at_the_thumb_offers_the_next_step(
    db: AnyEngine, at: At, seen: Seen, who: str, offered: str
) -> None:
    people = await garden()
    page = await seen(people, who, f"/c/garden/proposals/{await life.file(people, people.alice)}")
    bar = page.text.partition('<section class="act"')[2]
    assert offered in bar


async def test_the_bar_stands_behind_the_form_it_makes_room_for(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    text = (await seen(people, "alice", f"/c/garden/proposals/{await life.file(people, people.alice)}")).text
    main, _, after = text.partition("</main>")
    assert main.index('id="say" tabindex="-1"') < main.index('<section class="act" data-yields')
    assert 'class="act"' not in after
    assert 'class="tabs"' not in after, "tabs or a bar, never both"


async def test_one_tap_endorses(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    page = await seen(people, "heidi", f"/c/garden/proposals/{proposal_id}")
    assert (await submit(client, page, "#endorse-now")).status_code == 303
    endorsing = await proposals.endorsed_units(people.community_id, [proposal_id])
    assert [unit_id for unit_id, _ in endorsing[proposal_id]] == [people.units["1-1-101"], people.units["1-1-201"]]
    assert "endorse-now" not in (await client.get(f"/c/garden/proposals/{proposal_id}")).text


async def test_the_auditor_reads_and_gets_tabs(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    page = await seen(people, "gina", f"/c/garden/proposals/{await life.file(people, people.alice)}")
    assert page.status_code == 200
    assert '<section class="act"' not in page.text
    assert 'class="tabs"' in page.text


async def test_the_page_says_where_the_matter_stands(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    await life.give_accounts(people)
    proposal_id = await life.file(people, people.alice)
    path = f"/c/garden/proposals/{proposal_id}"

    async def lede(instant: datetime) -> str:
        at(instant)
        page = await seen(people, "heidi", path)
        return words(
            httpx.Response(200, text=page.text.partition('class="lede"')[2].partition(">")[2].partition("</p>")[0])
        )

    assert await lede(NOW) == "正在等技术上能不能做的结论。"
    await life.find_feasible(people, proposal_id)
    assert await lede(NOW) == "等社区受理。"
    await life.accept(people, proposal_id)
    assert await lede(life.ACCEPTED) == "正在讨论。"
    assert await lede(life.TALKED) == "讨论结束，等发布表决公告。"
    motion_id = await service.publish_motion(
        actor=people.dana, proposal_id=proposal_id, seen_version=1, draft=life.motion_draft(people), now=life.TALKED
    )
    assert await lede(life.TALKED) == "表决文本正在公告，还没有开始投票。"
    assert await lede(life.OPENS) == "正在投票。"
    await life.vote(people, motion_id, (*life.AGREEING, *life.UPPER))
    assert await lede(life.COUNTED) == "投票结束，等计票人、监票人签字确认。"
    await life.certify(people, motion_id)
    assert await lede(life.COUNTED + life.HOUR) == "表决通过，结果正在公示。"
    assert await lede(life.STARTABLE) == "条件都具备了，等社区最后确认。"
    project_id = await service.approve_start(actor=people.dana, proposal_id=proposal_id, now=life.STARTABLE)
    assert await lede(life.STARTABLE) == "具备开工条件，项目已进台账。"
    assert f"/c/garden/projects/{project_id}" in (await client.get(path)).text


async def test_the_three_answers_stand_under_the_title_and_the_steps_behind_the_text(
    db: AnyEngine, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    path = f"/c/garden/proposals/{proposal_id}"
    for moment in (NOW, life.ACCEPTED):
        at(moment)
        if moment == life.ACCEPTED:
            await life.find_feasible(people, proposal_id)
            await life.accept(people, proposal_id)
        html = (await seen(people, "heidi", path)).text
        assert html.index('class="phases"') < html.index('id="what-h"') < html.index('id="path"')
    short = words(httpx.Response(200, text=html.partition('id="next"')[2].partition("</p>")[0]))
    assert "讨论期还有 7 天" in short
    assert "3月9日（周一）24:00" in short
    at(life.TALKED - 2 * life.HOUR)
    assert "今天是讨论期最后一天" in words(await seen(people, "heidi", path))


async def test_what_was_sent_back_says_why_at_once(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    await desk.return_to_proposer(
        actor=people.dana, proposal_id=proposal_id, seen_version=1, reason="请附现场照片", now=NOW + life.HOUR
    )
    at(NOW + life.HOUR)
    html = (await seen(people, "heidi", f"/c/garden/proposals/{proposal_id}")).text
    assert "请附现场照片" in html.partition('id="what-h"')[0]


async def test_what_has_ended_shows_no_steps_to_come(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    path = f"/c/garden/proposals/{proposal_id}"
    assert "业主投票" in words(await seen(people, "heidi", path))
    await service.withdraw_proposal(actor=people.alice, proposal_id=proposal_id, reason="不办了", now=NOW + life.HOUR)
    at(NOW + life.HOUR)
    page = words(await seen(people, "heidi", path))
    assert "走到哪一步" in page
    assert "业主投票" not in page
    assert 'id="next"' not in (await seen(people, "heidi", path)).text


async def test_what_costs_nothing_says_so(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice, cost_fen=0)
    page = words(await seen(people, "heidi", f"/c/garden/proposals/{proposal_id}"))
    assert "不用花钱" in page
    assert "￥" not in page
    matter = await life.proposal(people, proposal_id)
    text = motion_text(matter, await proposals.version(people.community_id, proposal_id, 1))
    assert text.endswith("\n预计总费用：不用花钱")


async def test_revising_and_withdrawing(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    path = f"/c/garden/proposals/{proposal_id}"
    assert (await seen(people, "grace", path + "/revise")).status_code == 403
    page = await seen(people, "alice", path + "/revise")
    short = await submit(client, page, "#revise", title="短", body="太短")
    assert short.status_code == 422
    assert 'value="短"' in short.text
    saved = await submit(client, page, "#revise", title="1号楼1单元装一部电梯", cost="500,000")
    assert saved.headers["location"] == f"{path}?said=proposal.revised"
    version = await proposals.version(people.community_id, proposal_id, 2)
    assert (version.title, version.cost_fen) == ("1号楼1单元装一部电梯", 50_000_000)
    stale = await submit(client, page, "#revise", title="1号楼1单元装两部电梯", body="两部电梯，南北各一部，请看看。")
    assert stale.status_code == 409
    assert "内容已经改过" in stale.text
    assert "1号楼1单元装一部电梯" in stale.text, "the newer text, to be read"
    assert ('value="1号楼1单元装两部电梯"' in stale.text, "两部电梯，南北各一部" in stale.text) == (True, True)
    assert (await proposals.proposal(people.community_id, proposal_id)).version == 2
    assert (await submit(client, stale, "#revise")).status_code == 303, "read, and saved over it"
    third = await proposals.version(people.community_id, proposal_id, 3)
    assert (third.title, third.body) == ("1号楼1单元装两部电梯", "两部电梯，南北各一部，请看看。")
    page = await client.get(path + "/withdraw")
    assert (await submit(client, page, "#withdraw", reason="")).status_code == 422
    gone = await submit(client, page, "#withdraw", reason="邻居们已经另外提了")
    assert gone.headers["location"] == f"{path}?said=proposal.withdrawn"
    assert (await life.proposal(people, proposal_id)).state is ProposalState.WITHDRAWN
    assert "提出人已撤回" in (await client.get(path)).text


async def test_a_locked_text_is_refused_over_http(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id, _ = await life.published(people)
    page = await seen(people, "alice", f"/c/garden/proposals/{proposal_id}/revise")
    late = await submit(client, page, "#revise", title="1号楼1单元装两部电梯")
    assert (late.status_code, 'value="1号楼1单元装两部电梯"' in late.text) == (409, True)
    assert "文本已定稿锁定" in late.text
    assert (await life.proposal(people, proposal_id)).version == 1


async def test_the_start_page(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    page = await seen(people, None, "/")
    assert 'href="/login"' in page.text
    assert 'href="/join"' in page.text
    assert (await seen(people, "alice", "/")).headers["location"] == "/c/garden/"
    people.actors["nobody"] = Actor(people.leo.person_id, "Leo", people.community_id)
    await db.run("UPDATE owner_claim SET ended_at = claimed_at, end_reason = 'mistake' WHERE verified_at IS NULL", [])
    assert "您还没有加入小区" in (await seen(people, "nobody", "/")).text


@pytest.mark.parametrize("who", [None, "charlie", "alice"])
async def test_rules_and_privacy_are_for_everybody(db: AnyEngine, at: At, seen: Seen, who: str | None) -> None:
    people = await garden()
    page = words(await seen(people, who, "/c/garden/rules"))
    assert "网上投票和纸质票一起计入表决。" in page
    assert "业主大会议事规则第12条" in page
    assert "预设，没有法律出处" in page
    assert "《物业管理条例》第十四条" in page
    assert "网上投票为意愿征询" in words(await seen(people, who, "/c/orchard/rules"))
    assert "户数少的时候" in (await seen(people, who, "/c/garden/privacy")).text
    assert (await seen(people, who, "/c/nowhere/rules")).status_code == 404


async def test_english(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    scope = Scope(ScopeKind.COMMUNITY)
    proposal_id = await life.file(people, people.alice, kind=Kind.RESIDENT_MATTER, scope=scope, title="院里种桂花")
    client.headers["Accept-Language"] = "en"
    for path in ("/", "/c/garden/", f"/c/garden/proposals/{proposal_id}", "/c/garden/rules", "/c/garden/privacy"):
        assert (await seen(people, "alice", path)).status_code in {200, 303}
    assert "Why it has not started yet" in (await seen(people, "alice", f"/c/garden/proposals/{proposal_id}")).text


async def test_whoever_may_put_out_the_notice_finds_it_on_the_matter_itself(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)
    path, way = f"/c/garden/proposals/{proposal_id}", f"/c/garden/desk?open=publish-{proposal_id}"
    at(life.ACCEPTED + life.HOUR)
    assert way not in (await seen(people, "dana", path)).text
    at(life.TALKED)
    assert way in (await seen(people, "dana", path)).text
    assert "/publish" in (await client.get(way)).text
    for who in ("alice", "frank", "gina"):
        assert way not in (await seen(people, who, path)).text
    await life.service.publish_motion(
        actor=people.dana, proposal_id=proposal_id, seen_version=1, draft=life.motion_draft(people), now=life.TALKED
    )
    assert way not in (await seen(people, "dana", path)).text
