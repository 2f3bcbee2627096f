"""Paper ballots in the browser: printing, the code on the sheet, the desk's field, keying, the count's page."""

from __future__ import annotations

import re

import httpx
import pytest

from council.exports.model import What
from council.exports.tables_of import content
from council.kernel.ids import new_id
from council.storage import database
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting.motion import Motion
from council.voting.paper import ReturnRefused
from council.web.catalogues import Catalogue
from council.web.i18n import Words
from tests.fixtures.client import find_form, submit
from tests.people import garden, verify_owner
from tests.voting.motions import AFTER, CLOSES, DURING, cast, opened
from tests.voting.papers import both_key, brought, fresh, key, on_paper, paper_of, picture, printed, returned
from tests.voting.test_secrecy import CHOICES, logged, told


def at(motion: Motion, end: str = "") -> str:
    return f"/c/garden/motions/{motion.id}/paper{end}"


async def text_of(client: httpx.AsyncClient, address: str, status: int = 200) -> str:
    answer = await client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.text


async def test_print_download_and_again(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    clock(DURING)
    dana = await enter(people.dana)
    page = await dana.get(at(motion, "/print"))
    sent = await submit(dana, page, "#print", layout="half")
    assert sent.status_code == 303
    run = await dana.get(sent.headers["location"])
    assert "已印 12 张票" in run.text.replace("\xa0", " "), run.text[run.text.index("<h1") :][:90]
    assert "票已备好" in run.text
    pdf = await dana.get(sent.headers["location"].partition("?")[0] + "/ballots.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["cache-control"] == "no-store"
    assert (await submit(dana, page, "#print", layout="half")).headers["location"] == sent.headers["location"]
    other = await submit(dana, page, "#print", layout="large")
    assert other.status_code == 409
    again = await submit(dana, page, "#print", layout="half", key=new_id())
    assert again.status_code == 422
    assert "没有要印的" in again.text
    assert len(await fetch("SELECT id FROM paper_ballot")) == 12


async def test_once_all_are_printed_no_button_prints_them_again(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    clock(DURING)
    dana = await enter(people.dana)
    before = (await dana.get(at(motion, "/print"))).text
    assert "生成票" in before
    await printed(people, motion)
    page = await dana.get(at(motion, "/print"))
    assert "都已经印好" in page.text
    assert ("生成票</button>" in page.text, 'form="print"' in page.text) == (False, False)
    assert 'value="missing"' not in page.text


async def test_the_board_leads_to_one_homes_ballot_and_its_new_one_voids_the_old(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    clock(DURING)
    dana = await enter(people.dana)
    board = (await dana.get(f"/c/garden/board/1-1?motion={motion.id}&room=102")).text
    found = re.search(r'href="(/c/garden/motions/\d+/paper/print\?whom=voter-\d+)"', board)
    assert found
    one = found[1]
    first = await submit(dana, await dana.get(one), "#print")
    assert first.status_code == 303
    assert [row["issue"] for row in await fetch("SELECT issue FROM paper_ballot")] == [1]
    old = await paper_of(motion, "v2")
    page = await dana.get(one)
    assert "再印一张" in page.text
    assert "哪一张先交回来就收哪一张" in page.text
    (again,) = re.findall(r'href="([^"]+ballots.pdf\?voter=\d+)"', page.text)
    assert (await dana.get(again)).content.startswith(b"%PDF")
    assert (await dana.get(again.replace(f"voter={old.roll_voter_id}", "voter=1"))).status_code == 409
    await submit(dana, page, "#print")
    assert (await paper_of(motion, "v2")).serial != old.serial
    assert "先收回的算数" in (await dana.get(f"/c/garden/paper/{old.serial}")).text
    await returned(people, motion, "v2")
    assert "作数的是另一张" in (await dana.get(f"/c/garden/paper/{old.serial}")).text
    rows = await fetch("SELECT issue, void_reason FROM paper_ballot ORDER BY id")
    assert [(row["issue"], row["void_reason"]) for row in rows] == [(1, "printed_anew"), (2, None)]
    done = await dana.get(one)
    assert "已经收回" in done.text
    assert 'id="print"' not in done.text
    alice = await enter(people.alice)
    assert "paper/print" not in (await alice.get(f"/c/garden/board/1-1?motion={motion.id}&room=102")).text


async def test_the_code_on_the_sheet_and_one_button(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    clock(DURING)
    frank = await enter(people.frank)
    serial = (await paper_of(motion, "v2")).serial
    page = await frank.get(f"/c/garden/paper/{serial}")
    assert "102室" in page.text
    sent = await submit(frank, page, "#return", files={"photo": ("IMG_2.jpg", picture(), "image/jpeg")})
    assert sent.status_code == 303
    done = await frank.get(sent.headers["location"])
    assert "照片已封存" in done.text
    assert 'id="return"' not in done.text
    (row,) = await fetch("SELECT channel, image_width, state FROM paper_return")
    assert (row["channel"], row["image_width"], row["state"]) == ("door", 600, "sealed")
    again = await submit(frank, page, "#return")
    assert again.headers["location"] == sent.headers["location"], "the same form"
    assert len(await fetch("SELECT id FROM paper_return")) == 1
    once_more = await frank.get(f"/c/garden/paper/{serial.lower()}")
    assert "这张已收回" in once_more.text
    clock(AFTER)
    assert (await text_of(await enter(people.alice), f"/c/garden/motions/{motion.id}")).count("已收回") == 0


async def test_anybody_else_learns_what_it_is_and_nothing_of_the_voter(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    clock(DURING)
    serial = (await paper_of(motion, "v2")).serial
    readers = [client, *[await enter(people.actors[name]) for name in ("grace", "erin", "gina", "charlie")]]
    for reader in readers:
        text = await text_of(reader, f"/c/garden/paper/{serial}")
        assert "这是一张纸质票的编码" in text
        for secret in ("102", "业**", "业主1-1-102", 'id="return"'):
            assert secret not in text.partition("<main")[2]
        nobody = await text_of(reader, "/c/garden/paper/AAAABBBBCC")
        assert "这是一张纸质票的编码" in nobody
    page = await (await enter(people.frank)).get(f"/c/garden/paper/{serial}")
    form = find_form(page.text, "#return")
    assert form.is_multipart
    grace = await enter(people.grace)
    token = re.search(r'name="_csrf" value="([^"]+)"', (await grace.get("/c/garden/verify")).text)
    assert token is not None
    refused = await grace.post(
        f"/c/garden/paper/{serial}", data={"_csrf": token[1], "key": new_id(), "channel": "door"}
    )
    assert refused.status_code == 403
    assert await fetch("SELECT id FROM paper_return") == []


async def test_a_recused_grid_worker_is_told_so(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people, counter_ids=(people.erin.person_id, people.heidi.person_id))
    await printed(people, motion)
    await verify_owner(people, people.frank.person_id, people.owners["1-1-402"])
    clock(DURING)
    frank = await enter(await people.refreshed("frank"))
    text = await text_of(frank, f"/c/garden/paper/{(await paper_of(motion, 'v2')).serial}")
    assert "按规定回避" in text
    assert "102室" not in text
    assert "按规定回避" in await text_of(frank, at(motion, "/print"), 403)
    assert "按规定回避" in await text_of(frank, at(motion))


async def test_typed_and_scanned_at_the_desk(db: AnyEngine, enter, clock) -> None:
    """By the keyboard alone: a typed serial in small letters, and a hand scanner's whole address."""
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    clock(DURING)
    dana = await enter(people.dana)
    one, two = (await paper_of(motion, "v2")).serial, (await paper_of(motion, "v3")).serial
    page = await dana.get(at(motion, "/returns"))
    for typed in (f"{one[:5].lower()} {one[5:].lower()}", f"http://testserver/c/garden/paper/{two}"):
        sent = await submit(dana, page, "#return", serial=typed)
        assert sent.status_code == 303
        page = await dana.get(sent.headers["location"])
        assert 'role="status" id="kept"' in page.text
    assert {row["serial"] for row in await fetch("SELECT serial FROM paper_return WHERE state = 'sealed'")} == {
        one,
        two,
    }
    empty = await submit(dana, page, "#return", serial="  ")
    assert empty.status_code == 422
    assert "请输入票上的编号" in empty.text


SAID = {
    "serial_used": ("已经收回过一次", "has come back already"),
    "unknown_serial": ("没有印过这个编号", "No paper with this serial"),
    "void_serial": ("已作废", "This paper is void"),
    "late": ("来晚了", "came late"),
    "wrong_motion": ("另一次投票", "another vote"),
    "early": ("还没有开始", "not opened yet"),
    "cancelled": ("已经取消", "called off"),
    "suspended": ("有争议", "in dispute"),
    "authority_over": ("不能再代业主行使权利", "acts for the owner no more"),
    "sold": ("换了业主", "changed hands"),
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_every_refusal_has_its_sentence_and_stays_listed(db: AnyEngine, enter, clock, language: str) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    clock(DURING)
    dana = await enter(people.dana, language)
    for reason, (chinese, english) in SAID.items():
        await execute("DELETE FROM paper_return")
        kept = await brought(people, motion, "AAAABBBBCC")
        await execute("UPDATE paper_return SET reason = {} WHERE id = {}", reason, kept.id)
        text = await text_of(dana, at(motion, f"/returns?kept={kept.id}"))
        alert = text.partition('id="kept"')[2].partition("</div></div>")[0]
        assert (chinese if language == "zh-CN" else english) in alert, reason
    assert set(SAID) == {str(reason) for reason in ReturnRefused}


async def test_the_voter_sees_that_it_came_back_and_what_online_would_mean(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    clock(DURING)
    (paper,) = await returned(people, motion, "v2")
    grace = await enter(people.grace)
    text = await text_of(grace, f"/c/garden/motions/{motion.id}")
    assert "您的纸质票已收回" in text
    assert "收票人：Dana" in text
    assert text.index("不是您交的？") < text.index('id="gap"')
    assert told(await grace.get(f"/c/garden/motions/{motion.id}")) == []
    ballot = await text_of(grace, f"/c/garden/motions/{motion.id}/ballot")
    assert "纸质票先交，只要有效，就按纸质票计" in ballot
    assert "收票人：Dana" in ballot
    confirm = await text_of(grace, f"/c/garden/motions/{motion.id}/ballot?choice=agree")
    assert "纸质票先交，只要有效，就按纸质票计" in confirm
    votes = await text_of(grace, "/c/garden/motions")
    assert "等您投票" not in votes
    cast_after = await cast(people.grace, motion)
    receipt = await text_of(grace, f"/c/garden/motions/{motion.id}/ballots/{cast_after.ballot_id}")
    for told_so in ("收票人：Dana", "纸质票先交，只要有效，就按纸质票计", "不是您交的？"):
        assert told_so in receipt
    clock(AFTER)
    await both_key(people, motion, paper, "93")
    after = await text_of(grace, f"/c/garden/motions/{motion.id}")
    assert "无效票，没有计入：有涂改" in after


# the count


async def keyed(client: httpx.AsyncClient, motion: Motion, *typed: str) -> httpx.Response:
    """From paper to paper, one figure each, as the keyboard sends it."""
    page = await client.get(at(motion, "/keying"))
    for figure in typed:
        sent = await submit(client, page, "#keying", mark=figure)
        assert sent.status_code == 303, figure
        page = await client.get(sent.headers["location"])
    return page


async def test_from_paper_to_paper_with_one_key_each(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    await returned(people, motion, "v2", "v3", "v4")
    clock(AFTER)
    erin, frank = await enter(people.erin), await enter(people.frank)
    done = await keyed(erin, motion, "1", "2", "93")
    assert "要您看的票都看完了" in done.text
    count = f"/c/garden/motions/{motion.id}/count"
    before = await text_of(erin, count)
    assert "收回的 3 张纸质票中，已看定 0 张" in before.replace("\xa0", " ")
    for figure in ('id="certify"', "表决通过", "没有通过", "bundle.json"):
        assert figure not in before
    public = await text_of(frank, f"/c/garden/motions/{motion.id}")
    assert "全部看定后才有结果" in public
    assert told(await frank.get(f"/c/garden/motions/{motion.id}")) == []
    await keyed(frank, motion, "1", "1", "93")
    assert "第 1 遍看作" not in await text_of(frank, at(motion, "/disputes"))
    ken = await enter(people.ken)
    page = await ken.get(at(motion, "/disputes"))
    assert "第 1 遍看作：反对" in page.text.replace("\xa0", " ")
    (form,) = re.findall(r'id="(decide-\d+)"', page.text)
    missing = await submit(ken, page, f"#{form}", mark="oppose", why="")
    assert missing.status_code == 422
    sent = await submit(ken, page, f"#{form}", mark="oppose", why="勾在反对格里，看得很清楚。")
    assert sent.status_code == 303
    after = await text_of(erin, count)
    assert "已看定 3 张" in after.replace("\xa0", " ")
    assert 'id="certify"' in after
    assert "有涂改" in after
    assert "201室" not in after.partition("没能收下")[2]


async def test_the_image_has_one_address_and_it_is_sealed(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    clock(DURING)
    frank, erin = await enter(people.frank), await enter(people.erin)
    serial = (await paper_of(motion, "v2")).serial
    page = await frank.get(f"/c/garden/paper/{serial}")
    await submit(frank, page, "#return", files={"photo": ("a.jpg", picture(), "image/jpeg")})
    (row,) = await fetch("SELECT id, image_sha256 FROM paper_return")
    image = at(motion, f"/returns/{row['id']}/image")
    clock(CLOSES)
    for who in (frank, erin):
        assert (await who.get(image)).status_code == 409
    assert (await (await enter(people.alice)).get(image)).status_code == 403
    assert (await (await enter(people.charlie)).get(image)).status_code == 404
    assert (await client.get(image)).status_code == 303
    clock(AFTER)
    opened_ = await erin.get(image)
    assert opened_.headers["content-type"] == "image/jpeg"
    assert opened_.headers["cache-control"] == "no-store"
    assert (await (await enter(people.dana)).get(image)).status_code == 403
    assert (await erin.get(at(motion, f"/returns/{row['id'] + 1}/image"))).status_code == 404
    keying = await text_of(erin, at(motion, "/keying"))
    assert image in keying


async def test_a_stack_without_photos(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    papers = await returned(people, motion, "v2", "v3")
    clock(AFTER)
    erin = await enter(people.erin)
    for paper in reversed(papers):
        stack = await erin.get(at(motion, "/keying?stack=1"))
        assert 'id="keying"' not in stack.text
        found = await submit(erin, stack, "#find", serial=f"http://testserver/c/garden/paper/{paper.serial}")
        sent = await submit(erin, found, "#keying", mark="2")
        assert sent.headers["location"].endswith("?stack=1")
    again = await erin.get(at(motion, f"/keying?stack=1&serial={papers[0].serial}"))
    assert again.status_code == 404
    assert "这张票您已经看过一次" in again.text
    nothing = await erin.get(at(motion, "/keying?serial=AAAABBBBCC"))
    assert "收回的票里没有这个编号" in nothing.text


async def test_undo_leads_back_to_the_paper(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    papers = await returned(people, motion, "v2", "v3")
    clock(AFTER)
    erin = await enter(people.erin)
    page = await keyed(erin, motion, "1")
    sent = await submit(erin, page, "#undo")
    back = await erin.get(sent.headers["location"])
    assert f'value="{papers[0].id}"' in back.text
    assert "已撤回，请重新看这张票" in back.text
    late = await keyed(erin, motion, "2")
    await key(people.frank, motion, papers[0], "2")
    refused = await submit(erin, late, "#undo")
    assert refused.status_code == 409
    assert "不能再撤回" in refused.text


async def test_a_wrong_figure_and_a_second_reading(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    (paper,) = await returned(people, motion, "v2")
    clock(AFTER)
    erin = await enter(people.erin)
    page = await erin.get(at(motion, "/keying"))
    wrong = await submit(erin, page, "#keying", mark="7")
    assert wrong.status_code == 422
    assert "请按 1、2、3 选一项" in wrong.text.replace("\xa0", " ")
    assert f'value="{paper.id}"' in wrong.text
    for mark, button in (("", ""), ("2", "pressed=1")):
        neither = await submit(erin, page, "#keying", mark=mark, **({"button": button} if button else {}))
        assert neither.status_code == 422, "Enter in an empty field chooses nothing, nor do two that differ"
    assert page.text.index('class="btn main full"') < page.text.index('name="pressed"'), "what Enter presses"
    assert (await submit(erin, page, "#keying", mark="1")).status_code == 303
    second = await submit(erin, page, "#keying", mark="2")
    assert second.status_code == 409
    assert "第二遍要由另一位计票人看" in second.text


async def test_who_comes_where(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    await returned(people, motion, "v2")
    clock(AFTER)
    ladder = {
        "": {"dana": 200, "frank": 200, "erin": 200, "ken": 200, "gina": 200, "alice": 403, "charlie": 404},
        "/print": {"dana": 200, "frank": 200, "erin": 403, "gina": 403, "alice": 403, "charlie": 404},
        "/returns": {"dana": 200, "frank": 200, "erin": 200, "gina": 200, "alice": 403, "charlie": 404},
        "/keying": {"erin": 200, "frank": 200, "ken": 403, "dana": 403, "gina": 403, "alice": 403, "charlie": 404},
        "/disputes": {"ken": 200, "erin": 200, "gina": 200, "dana": 200, "alice": 403, "charlie": 404},
    }
    for end, statuses in ladder.items():
        for name, status in statuses.items():
            assert ((await (await enter(people.actors[name])).get(at(motion, end))).status_code) == status, (end, name)
        assert (await client.get(at(motion, end))).status_code == 303


async def test_a_vote_without_paper_has_no_such_pages(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    dana = await enter(people.dana)
    for end in ("", "/print", "/returns"):
        assert "没有发纸质票" in await text_of(dana, at(motion, end), 409)
    assert (
        "纸质票"
        not in (await text_of(dana, f"/c/garden/motions/{motion.id}")).partition("<main")[2].partition("<footer")[0]
    )


async def test_the_follow_up_list(db: AnyEngine, enter, clock) -> None:
    people = await garden(online_counts=False)
    motion = await on_paper(people)
    await cast(people.grace, motion, "oppose")
    await cast(people.heidi, motion, "agree")
    clock(DURING)
    dana = await enter(people.dana)
    page = await dana.get(at(motion, "/follow-up"))
    assert "102室" in page.text
    assert "201室" in page.text
    assert "202室" not in page.text
    assert told(page) == []
    sent = await submit(dana, page, "#follow")
    assert sent.status_code == 303
    assert len(await fetch("SELECT id FROM paper_ballot")) == 2
    assert (await (await enter(people.erin)).get(at(motion, "/follow-up"))).status_code == 403


# secrecy


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_no_page_and_no_log_tells_what_a_paper_says(
    db: AnyEngine, enter, client, clock, caplog, language: str
) -> None:
    """Keyed once and keyed differently: nobody but the scrutineer and the auditor reads a choice anywhere."""
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    papers = await returned(people, motion, "v2", "v3", "v4")
    caplog.set_level("DEBUG")
    clock(AFTER)
    await key(people.erin, motion, papers[0], "2")
    await key(people.frank, motion, papers[0], "3")
    await key(people.erin, motion, papers[1], "1")
    here = f"/c/garden/motions/{motion.id}"
    ends = ["", "/paper", "/paper/returns", "/paper/disputes", "/count", "/participation", "/notice", "/bundle.json"]
    addresses = [*(here + end for end in ends), "/c/garden/motions", f"/c/garden/paper/{papers[0].serial}"]
    addresses += ["/c/garden/desk", "/c/garden/", "/c/garden/board/1-1"]
    readers = [client, *[await enter(people.actors[name], language) for name in ("grace", "dana", "frank", "erin")]]
    for reader in readers:
        for address in addresses:
            answer = await reader.get(address)
            assert answer.status_code < 500, address
            assert told(answer) == [], (address, told(answer))
    assert not CHOICES.search(logged(caplog))


async def test_the_counters_page_shows_nothing_of_the_other(db: AnyEngine, enter, clock) -> None:
    """Frank's page is the same whatever Erin keyed."""
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    (paper,) = await returned(people, motion, "v2")
    clock(AFTER)
    frank = await enter(people.frank)
    seen = set()
    for typed in ("1", "2", "95"):
        await execute("DELETE FROM paper_keying")
        await key(people.erin, motion, paper, typed)
        seen.add(re.sub(r'name="_csrf" value="[^"]+"', "", await text_of(frank, at(motion, "/keying"))))
    assert len(seen) == 1


async def test_as_many_queries_for_four_papers_as_for_one(
    db: AnyEngine, enter, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    clock(DURING)
    dana = await enter(people.dana)
    engine = database.current()
    run = engine.run
    asked: list[int] = []

    async def counted(*args: object) -> object:
        asked.append(1)
        return await run(*args)

    monkeypatch.setattr(engine, "run", counted)
    found = []
    for numbers in (("v2",), ("v3", "v4", "v5")):
        await returned(people, motion, *numbers)
        asked.clear()
        for end in ("", "/returns", "/print"):
            await text_of(dana, at(motion, end))
        found.append(len(asked))
    assert found[0] == found[1] > 0
    assert (await fresh(motion)).papers_waiting == 4


async def test_the_desk_lines_up_what_waits(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    papers = await returned(people, motion, "v2", "v3")
    await brought(people, motion, papers[0].serial)
    clock(DURING)
    dana, erin = await enter(people.dana), await enter(people.erin)
    during = await text_of(dana, "/c/garden/desk")
    assert f'href="{at(motion, "/returns")}"' in during
    assert "看票录入" not in during
    clock(AFTER)
    await key(people.erin, motion, papers[0], "1")
    await key(people.frank, motion, papers[0], "2")
    counters = await text_of(erin, "/c/garden/desk")
    assert f'href="{at(motion, "/keying")}"' in counters
    assert "1 张待看" in counters.replace("\xa0", " ")
    secretary = await text_of(dana, "/c/garden/desk")
    assert f'href="{at(motion, "/disputes")}"' in secretary


async def test_the_export_says_what_the_count_says(db: AnyEngine, clock) -> None:
    """Taken, refused and invalid with their reasons, once all are read; neither voter nor choice."""
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    papers = await returned(people, motion, "v2", "v3")
    await brought(people, motion, papers[0].serial, at=AFTER)
    await both_key(people, motion, papers[0], "1")
    codes = Words(Catalogue("en", strict=False))
    assert (await content(people.community_id, What.PAPERS, codes, now=AFTER)).rows == []
    await both_key(people, motion, papers[1], "92")
    rows = (await content(people.community_id, What.PAPERS, codes, now=AFTER)).rows
    assert [tuple(row[5:8]) for row in rows] == [
        ("yes_no.True", "", ""),
        ("yes_no.True", "", "void.two_ticked"),
        ("yes_no.False", "paper_reason.serial_used", ""),
    ]
    assert not CHOICES.search(repr(rows))
