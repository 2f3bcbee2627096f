"""The board as those see it who go from door to door, the second person's list, posting, and whose the photos are."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest

from council.kernel.clock import end_of_days, local_midnight
from council.pathways.model import Note
from council.progress import desk_jobs
from council.storage import database
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting import delivery, delivery_checks, delivery_queries, wording
from council.voting.delivery import Channel, Receiver, Result
from council.voting.model import Unreturned
from council.voting.motion import Motion
from council.voting.ruleset_json import ruleset_to_json
from tests.files.pictures import picture
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden
from tests.voting.doors import confirm, photo, record
from tests.voting.motions import AFTER, CLOSES, DURING, cast, opened
from tests.voting.test_board import BOARD, rooms

PICTURE = {"photo": ("door.jpg", picture(size=(120, 90)), "image/jpeg")}


def at(motion: Motion, path: str = "") -> str:
    return f"/c/garden/motions/{motion.id}/deliveries{path}"


async def records(people: Garden, motion: Motion) -> list[delivery.Delivery]:
    return await delivery_queries.deliveries(people.community_id, motion.id)


async def tap(one: httpx.AsyncClient, motion: Motion, room: str, button: str = "result=delivered", **fields: object):
    page = await one.get(f"{BOARD}?motion={motion.id}&room={room}")
    return await submit(one, page, "#door", button=button, **fields)


# the board


async def test_each_home_stands_as_its_papers_do(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.grace, motion)
    await record(people.frank, motion, "102")
    await confirm(people.dana, motion, await record(people.frank, motion, "201"))
    await record(people.frank, motion, "202")
    await record(people.frank, motion, "301", "refused", witness="楼长赵敏")
    await record(people.frank, motion, "302", "not_reached")
    clock(DURING)
    for who in ("frank", "dana", "gina"):
        page = await (await enter(people.actors[who])).get(BOARD)
        drawn = rooms(page.text)
        assert {room: drawn[room] for room in ("102", "201", "202", "301", "302", "401")} == {
            "102": "in",
            "201": "sent",
            "202": "check",
            "301": "refused",
            "302": "missed",
            "401": "none",
        }
        for word in ("待复核", "拒收", "没遇到", "已送达", "未送达"):
            assert word in page.text
        homes = sum(state in {"none", "missed", "refused"} for state in drawn.values())
        assert f"还有 {homes} 户没送达" in page.text.replace("\xa0", " "), "those tried in vain have nothing either"
    frank = await enter(people.frank)
    assert list(rooms((await frank.get(f"{BOARD}?show=missed")).text)) == ["302"]
    for who in ("grace", "erin", "ken"):
        page = await (await enter(people.actors[who])).get(BOARD)
        assert set(rooms(page.text).values()) == {"plain"}
        assert "拒收" not in page.text


async def test_papers_go_round_from_the_notice_on(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(NOW)
    page = await (await enter(people.frank)).get(BOARD)
    assert set(rooms(page.text).values()) == {"none"}
    assert (await (await enter(people.grace)).get(f"{BOARD}?motion={motion.id}")).status_code == 404
    clock(AFTER)
    page = await (await enter(people.frank)).get(f"{BOARD}?motion={motion.id}&room=102")
    assert set(rooms(page.text).values()) == {"yet"}
    assert 'id="door"' not in page.text


async def test_one_tap_and_the_next_home_is_at_hand(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    await record(people.frank, motion, "302", "not_reached")
    clock(DURING)
    frank = await enter(people.frank)
    answer = await tap(frank, motion, "401")
    assert answer.status_code == 303
    assert answer.headers["location"] == (
        f"/c/garden/board/1-1?motion={motion.id}&room=402&done=401&said=delivery.delivered"
    )
    page = await frank.get(answer.headers["location"])
    assert "已记为送达，等另一位工作人员复核" in page.text
    assert 'value="1-1-402"' in page.text
    made = (await records(people, motion))[-1]
    assert (made.unit_code, made.result, made.receiver_kind, made.channel, made.at) == (
        "1-1-401",
        Result.DELIVERED,
        Receiver.OWNER,
        Channel.DOOR,
        DURING,
    )
    # after 301 the walk goes on with 201: at 302 somebody has been
    assert "room=201" in (await tap(frank, motion, "301", "result=not_reached")).headers["location"]


async def test_the_same_tap_twice_is_one_record_and_other_words_are_kept(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    frank = await enter(people.frank)
    page = await frank.get(f"{BOARD}?motion={motion.id}&room=401")
    first = await submit(frank, page, "#door", button="result=delivered")
    assert (await submit(frank, page, "#door", button="result=delivered")).headers["location"] == first.headers[
        "location"
    ]
    assert len(await records(people, motion)) == 1
    again = await submit(frank, page, "#door", button="result=not_reached", note="门锁着")
    assert again.status_code == 409
    assert "门锁着" in again.text
    assert (await submit(frank, again, "#door", button="result=not_reached")).status_code == 303
    assert len(await records(people, motion)) == 2


async def test_what_a_record_lacks_is_said_beside_it_and_the_photo_is_kept(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    frank = await enter(people.frank)
    refused = await tap(frank, motion, "102", "result=refused")
    assert refused.status_code == 422
    assert "拒收要附照片，或者写上在场见证人的姓名" in refused.text
    lacking = await tap(frank, motion, "102", receiver_kind="household", files=PICTURE)
    assert lacking.status_code == 422
    assert "谁代收的？请写上姓名" in lacking.text
    assert "刚才选的照片还在" in lacking.text
    assert await records(people, motion) == []
    mended = await submit(frank, lacking, "#door", button="result=delivered", receiver="女儿王小妹")
    assert mended.status_code == 303
    made = (await records(people, motion))[0]
    assert made.receiver == "女儿王小妹"
    assert made.photo_id is not None
    document = {"photo": ("door.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    assert "这不是照片" in (await tap(frank, motion, "201", files=document)).text


async def test_without_a_photo_of_ones_own_none_is_kept(db: AnyEngine, enter, clock) -> None:
    """The hidden field names a file: only one's own, and only one brought as a proof."""
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    theirs = await photo(people.dana)
    frank = await enter(people.frank)
    page = await frank.get(f"{BOARD}?motion={motion.id}&room=102")
    token = re.search(r'name="_csrf" value="([^"]+)"', page.text)
    assert token is not None
    sent = {"_csrf": token[1], "key": "A" * 27, "unit": "1-1-102", "result": "refused", "kept_photo": str(theirs)}
    answer = await frank.post(at(motion), data=sent, files={"": ("", b"")})
    assert answer.status_code == 422
    assert await records(people, motion) == []


async def test_a_wrong_record_is_taken_back_on_the_home_itself(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion, "102")
    clock(DURING)
    frank = await enter(people.frank)
    page = await frank.get(f"{BOARD}?motion={motion.id}&room=102")
    nothing = await submit(frank, page, f"/{made.id}/withdraw", why="")
    assert nothing.status_code == 422
    gone = await submit(frank, page, f"/{made.id}/withdraw", why="按错了")
    assert gone.status_code == 303
    assert not (await records(people, motion))[0].stands
    page = await frank.get(gone.headers["location"])
    assert "按错了" in page.text
    assert rooms(page.text)["102"] == "none"


# who


@pytest.mark.parametrize(
    "path",
    ["", "/posting", "/confirm", "/999/photo", "/999/withdraw"],
    ids=["list", "post", "confirm", "photo", "back"],
)
async def test_whose_pages_these_are(db: AnyEngine, enter, clock, client: httpx.AsyncClient, path: str) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    is_get = path in {"", "/posting", "/999/photo"}
    for who, status in (("grace", 403), ("ken", 403), ("erin", 403), ("charlie", 404)):
        one = await enter(people.actors[who])
        if is_get:
            assert (await one.get(at(motion, path))).status_code == status, who
        else:
            assert (await one.post(at(motion, path), data={})).status_code == status, who
    if is_get:
        assert (await client.get(at(motion, path))).status_code == 303
    frank = await enter(people.frank)
    assert (await frank.get(f"/c/garden/motions/999{path and '/deliveries'}{path}")).status_code in {404, 405}
    assert (await frank.get(f"/c/orchard/motions/{motion.id}/deliveries")).status_code == 404


async def test_the_auditor_reads_and_changes_nothing(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    await record(people.frank, motion, "102", to="household", receiver="女儿王小妹", photo_id=await photo(people.frank))
    clock(DURING)
    gina = await enter(people.gina)
    page = await gina.get(at(motion))
    assert "女儿王小妹" in page.text
    assert 'name="ids"' not in page.text
    panel = await gina.get(f"{BOARD}?motion={motion.id}&room=102")
    assert "女儿王小妹" in panel.text
    assert 'id="door"' not in panel.text
    for path in ("", "/confirm", "/posting"):
        assert (await gina.post(at(motion, path), data={})).status_code == 403


async def test_the_photo_is_shown_by_its_own_address_alone(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    picture_id = await photo(people.frank)
    made = await record(people.frank, motion, "102", photo_id=picture_id)
    other = await opened(people, title="另一件事")
    clock(DURING)
    for who, status in (("frank", 200), ("dana", 200), ("gina", 200), ("grace", 403), ("erin", 403), ("charlie", 404)):
        one = await enter(people.actors[who])
        shown = await one.get(at(motion, f"/{made.id}/photo"))
        assert shown.status_code == status, who
        assert (await one.get(f"/c/garden/files/{picture_id}")).status_code == 404, who
        if status == 200:
            assert shown.content.startswith(b"\xff\xd8")
            assert shown.headers["cache-control"] == "no-store"
            assert (await one.get(at(other, f"/{made.id}/photo"))).status_code == 404


# the second person


async def test_the_second_person_confirms_several_from_one_list(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    shown = await record(people.frank, motion, "102", photo_id=await photo(people.frank))
    told, left = await record(people.frank, motion, "201"), await record(people.frank, motion, "202")
    own = await record(people.dana, motion, "301")
    clock(DURING)
    dana = await enter(people.dana)
    page = await dana.get(at(motion))
    assert f"{shown.id}/photo" in page.text
    assert "没有照片，请先问这一户" in page.text
    assert set(re.findall(r'name="ids" value="(\d+)"', page.text)) == {str(each.id) for each in (shown, told, left)}
    assert "您记录的，等别人复核" in page.text
    empty = await submit(dana, page, "#ids", button="act=confirm")
    assert empty.status_code == 422
    assert "请至少勾选一户" in empty.text
    done = await submit(dana, page, "#ids", button="act=confirm", ids=[str(shown.id), str(told.id)])
    assert done.headers["location"].endswith("?said=delivery.confirmed")
    found = {each.id: each.confirmed_by_name for each in await records(people, motion)}
    assert found == {shown.id: "Dana", told.id: "Dana", left.id: None, own.id: None}
    page = await dana.get(at(motion))
    why = await submit(dana, page, "#ids", button="act=return", ids=[str(left.id)])
    assert why.status_code == 422
    assert "请用几个字说明哪里不对" in why.text
    back = await submit(dana, page, "#ids", button="act=return", ids=[str(left.id)], why="门牌不对")
    assert back.status_code == 303
    frank = await (await enter(people.frank)).get(f"{BOARD}?motion={motion.id}&room=202")
    assert "已退回" in frank.text
    assert "门牌不对" in frank.text


async def test_one_who_was_slower_hears_a_kind_word(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion, "102")
    clock(DURING)
    dana = await enter(people.dana)
    page = await dana.get(at(motion))
    await delivery_checks.withdraw_deliveries(
        actor=people.frank, motion_id=motion.id, ids=[made.id], why="记错了", now=DURING
    )
    late = await submit(dana, page, "#ids", button="act=confirm", ids=[str(made.id)])
    assert late.status_code == 409
    assert "其中有记录已经撤回" in late.text
    clock(AFTER)
    closed = await submit(dana, page, "#ids", button="act=confirm", ids=[str(made.id)])
    assert closed.status_code == 409
    assert "投票已截止" in closed.text


async def test_whom_the_papers_have_reached_and_never_who_voted(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.grace, motion)
    await confirm(people.dana, motion, await record(people.frank, motion, "201"))
    await record(people.frank, motion, "301", "not_reached")
    clock(DURING)
    page = await (await enter(people.dana)).get(at(motion))
    rows = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)\xa0人、", page.text))
    assert rows == {"已送达": "1", "没遇到": "1", "未送达": "10"}


# posting


async def test_posting_for_homes_that_were_tried_in_vain(
    db: AnyEngine, enter, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await garden()
    motion = await opened(people)
    await record(people.frank, motion, "102", "not_reached")
    await record(people.frank, motion, "301", "not_reached")
    await cast(people.judy, motion)
    clock(DURING)
    frank = await enter(people.frank)
    page = await frank.get(at(motion, "/posting"))
    assert "可以记录，但不能算已送达" in page.text
    assert re.findall(r'name="units" value="([^"]+)"', page.text) == ["1-1-102"], "whoever has voted needs none"
    bare = await submit(frank, page, "#posting", units=["1-1-102"])
    assert bare.status_code == 422
    assert "请拍一张公告栏上张贴情况的照片" in bare.text
    none = await submit(frank, page, "#posting", files=PICTURE)
    assert none.status_code == 422
    assert "请至少勾选一户" in none.text
    done = await submit(frank, none, "#posting", units=["1-1-102"])
    assert done.headers["location"].endswith("/deliveries?said=delivery.posted")
    assert (await records(people, motion))[-1].channel is Channel.POSTING
    assert (await submit(frank, none, "#posting", units=["1-1-102"])).status_code == 303, "a double tap"
    await record(people.frank, motion, "201", "not_reached")
    more = await frank.get(at(motion, "/posting"))
    assert re.findall(r'name="units" value="([^"]+)"', more.text) == ["1-1-201"]


# weight


async def test_as_many_queries_for_twelve_homes_as_for_one(
    db: AnyEngine, enter, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await garden()
    motion = await opened(people)
    await record(people.frank, motion, "101", photo_id=await photo(people.frank))
    clock(DURING)
    dana = await enter(people.dana)
    asked: list[str] = []
    run = database.current().run

    async def counted(sql: str, *args: object, **more: object) -> object:
        asked.append(sql)
        return await run(sql, *args, **more)

    monkeypatch.setattr(database.current(), "run", counted)
    addresses = (at(motion), at(motion, "/posting"), f"{BOARD}?motion={motion.id}&room=101")
    few = []
    for address in addresses:
        asked.clear()
        assert (await dana.get(address)).status_code == 200
        few.append(len(asked))
    for room in ("102", "201", "202", "301"):
        await record(people.frank, motion, room, photo_id=await photo(people.frank, width=90 + int(room)))
        await record(people.frank, motion, room, "not_reached")
    for address, before in zip(addresses, few, strict=True):
        asked.clear()
        await dana.get(address)
        assert len(asked) == before, address


async def test_the_last_instant(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(CLOSES)
    frank = await enter(people.frank)
    page = await frank.get(f"{BOARD}?motion={motion.id}&room=102")
    clock(AFTER)
    late = await submit(frank, page, "#door", button="result=delivered")
    assert late.status_code == 409
    assert "投票已截止，不能再记录、复核或撤回送达" in late.text
    assert await records(people, motion) == []


# the vote's own page, its rule, and the export


async def test_staff_see_how_far_the_papers_are_on_the_votes_page_and_nobody_else(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    await confirm(people.dana, motion, await record(people.frank, motion, "201"))
    clock(DURING)
    page = f"/c/garden/motions/{motion.id}"
    for who, figures, link in (
        ("dana", True, True),
        ("gina", True, True),
        ("erin", True, False),
        ("grace", False, False),
        ("ken", False, False),
    ):
        text = (await (await enter(people.actors[who])).get(page)).text
        assert ("材料送到了多少" in text) is figures, who
        assert (f'href="{page}/deliveries"' in text) is link, who


@pytest.mark.parametrize(("days", "said"), [(0, "只张贴公告的，不算已送达"), (7, "公告栏张贴满 7 天算已送达")])
async def test_where_silence_counts_the_ballot_says_what_a_delivery_is(
    db: AnyEngine, enter, clock, monkeypatch: pytest.MonkeyPatch, days: int, said: str
) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    ballot = f"/c/garden/motions/{motion.id}/ballot"
    assert "已送达" not in (await grace.get(ballot)).text, "silence counts for nothing here"
    ruleset = ruleset_to_json(replace(motion.ruleset, unreturned=Unreturned.ABSTAIN))
    await execute("UPDATE motion SET ruleset = {} WHERE id = {}", ruleset, motion.id)
    monkeypatch.setattr(wording, "posting_days", lambda motion: days)
    for path in (ballot, f"/c/garden/motions/{motion.id}/notice"):
        text = (await grace.get(path)).text.replace("\xa0", " ")
        assert "投票截止前有送达记录，并经另一位工作人员复核" in text
        assert said in text


async def test_the_export_has_every_record_and_nobody_behind_a_door(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(
        people.frank, motion, "201", to="household", receiver="女儿王小妹", photo_id=await photo(people.frank)
    )
    await confirm(people.dana, motion, made)
    gone = await record(people.frank, motion, "202")
    await record(people.frank, motion, "301")
    await delivery_checks.withdraw_deliveries(
        actor=people.frank, motion_id=motion.id, ids=[gone.id], why="记错了门", now=DURING
    )
    clock(DURING)
    for who, status in (("erin", 200), ("gina", 200), ("dana", 200), ("frank", 403), ("grace", 403), ("charlie", 404)):
        answer = await (await enter(people.actors[who])).get("/c/garden/committee/deliveries.csv")
        assert answer.status_code == status, who
    text = (await (await enter(people.erin)).get("/c/garden/committee/deliveries.csv")).text
    assert "1-1-201" in text
    assert "1-1-202" in text
    assert "Dana" in text
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    proven = {row["房间号"].strip("=\"\t'"): row["算已送达的时间"] for row in rows}
    assert proven["1-1-201"], "confirmed, and it stands"
    assert not proven["1-1-202"], "taken back"
    assert not proven["1-1-301"], "not yet looked at by a second person"
    for word in ("女儿", "按了两次门铃", "记错了门"):
        assert word not in text


# the desk


async def test_the_desk_lines_up_what_waits_and_whom_nobody_reached(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await record(people.frank, motion, "102")
    await record(people.frank, motion, "201", "not_reached")
    await record(people.frank, motion, "301", "not_reached")
    await cast(people.judy, motion)
    queue = await desk_jobs.queue(people.dana, DURING)
    check, missed = queue.find(f"deliveries-{motion.id}"), queue.find(f"missed-{motion.id}")
    assert check is not None
    assert missed is not None
    assert check in queue.mine
    assert (check.due, check.link) == (CLOSES, f"/motions/{motion.id}/deliveries")
    assert check.small == Note("job.deliveries.waiting", {"n": 1})
    assert missed.small == Note("job.missed.homes", {"n": 1}), "whoever has voted is not missed"
    frank = await desk_jobs.queue(people.frank, DURING)
    assert frank.find(check.key) in frank.others, "one's own record waits for somebody else"
    gina = await desk_jobs.queue(people.gina, DURING)
    assert gina.find(check.key) in gina.others
    assert (await desk_jobs.queue(people.erin, DURING)).find(check.key) is None
    assert (await desk_jobs.queue(people.dana, AFTER)).find(check.key) is None


async def test_the_desk_says_until_when_a_posting_can_still_count(
    db: AnyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "posting_days", lambda motion: 7)
    people = await garden()
    motion = await opened(people)
    await record(people.frank, motion, "201", "not_reached")
    missed = (await desk_jobs.queue(people.dana, DURING)).find(f"missed-{motion.id}")
    assert missed is not None
    assert missed.small == Note("job.missed.posting", {"n": 1})
    assert missed.due == local_midnight(date(2026, 3, 25))
    just = missed.due - timedelta(seconds=1)
    assert end_of_days(just, 7) <= CLOSES < end_of_days(missed.due, 7)
