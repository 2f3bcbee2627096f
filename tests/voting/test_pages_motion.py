"""The list, one vote's page in each of its states, the posted notice, who took part."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx

from council.pathways.model import Kind
from council.storage import database
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting import official_results
from council.voting.model import Outcome
from council.voting.motion import Motion
from tests.people import NOW, Garden, garden
from tests.voting.changing import called_off
from tests.voting.motions import AFTER, CLOSES, DURING, OPENS, cast, certified, opened
from tests.voting.official import drafted


async def voted(people: Garden, pattern: str = "AAOB") -> Motion:
    """Alice's two flats, Grace and Heidi, by their signs."""
    motion = await opened(people)
    words = {"A": "agree", "O": "oppose", "B": "abstain"}
    people_in_order = [(people.alice, "v1"), (people.alice, "v7"), (people.grace, None), (people.heidi, None)]
    for (actor, voter), sign in zip(people_in_order, pattern, strict=True):
        await cast(actor, motion, words[sign], voter=voter)
    return motion


async def all_but_four(people: Garden, *, agree: int = 8) -> Motion:
    """Eight of twelve take part, written straight into the ballots' own voters: exactly two thirds of the persons."""
    motion = await opened(people)
    owner = people.owners["1-1-102"]
    await execute("DELETE FROM roll_holder WHERE motion_id = {}", motion.id)
    await execute(
        "INSERT INTO roll_holder (community_id, motion_id, roll_voter_id, owner_id, is_representative)"
        " SELECT community_id, motion_id, id, {}, TRUE FROM roll_voter WHERE motion_id = {}",
        owner,
        motion.id,
    )
    for number in range(5, 13):
        choice = "agree" if number - 4 <= agree else "oppose"
        await cast(people.grace, motion, choice, voter=f"v{number}")
    return motion


async def text_of(client: httpx.AsyncClient, path: str, status: int = 200) -> str:
    answer = await client.get(path)
    assert answer.status_code == status, answer.text[-2000:]
    return re.sub(r"</?span[^>]*>", "", answer.text).replace("\xa0", " ")


async def test_the_list_in_its_order(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    over = await opened(people, title="已经办完的一件事", now=NOW)
    await cast(people.grace, over, "agree")
    await certified(people, over)
    clock(DURING)
    mine = await opened(people, title="等着投的一件事")
    done = await opened(people, title="投过的一件事")
    await cast(people.grace, done)
    coming = await opened(people, title="以后的一件事")
    later = DURING + timedelta(days=3)
    await execute("UPDATE motion SET opens_at = {} WHERE id = {}", later, coming.id)
    gone = await opened(people, title="取消的一件事")
    await called_off(people, gone.id, reason="不办了", now=DURING)
    text = await text_of(await enter(people.grace), "/c/garden/motions")
    order = [text.index(title) for title in ("等着投的一件事", "投过的一件事", "以后的一件事", "取消的一件事")]
    assert order == sorted(order)
    assert f'href="/c/garden/motions/{mine.id}/ballot"' in text
    assert f'href="/c/garden/motions/{done.id}/ballot"' not in text
    assert "您已投票" in text
    assert "还剩" in text


async def test_nothing_yet(db: AnyEngine, enter) -> None:
    people = await garden()
    assert "还没有投票" in await text_of(await enter(people.grace), "/c/garden/motions")


async def test_outsiders_and_strangers(db: AnyEngine, enter, client) -> None:
    people = await garden()
    motion = await opened(people)
    charlie = await enter(people.charlie)
    assert (await charlie.get("/c/garden/motions")).status_code == 404
    for reader in (client, charlie):
        assert motion.title in await text_of(reader, f"/c/garden/motions/{motion.id}")
        await text_of(reader, f"/c/orchard/motions/{motion.id}", 404)
        await text_of(reader, "/c/garden/motions/99999", 404)
        await text_of(reader, f"/c/orchard/motions/{motion.id}/notice", 404)
    assert (await client.post(f"/c/garden/motions/{motion.id}")).status_code == 405
    assert (await client.post("/c/garden/motions")).status_code == 405


async def test_while_the_notice_is_out(db: AnyEngine, client) -> None:
    people = await garden()
    motion = await opened(people)
    assert "户数少时" not in await text_of(client, f"/c/garden/motions/{motion.id}")
    await execute("UPDATE motion SET leak_risk = 'high' WHERE id = {}", motion.id)
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "二、按楼层分摊费用，一层不出钱。" in text
    assert "参与的业主人数和面积都要到全体的三分之二" in text
    assert "参与的人里，同意的业主人数和面积都要到四分之三" in text
    assert "《民法典》第二百七十八条第一款第七项" in text
    assert "12 人、930.42 ㎡" in text
    assert "1号楼1单元加装电梯业主代表" in text
    assert motion.text_sha256[:4] in text
    assert "Erin、Frank" in text
    assert "户数少时，面积合计可能让人推算出来。" in text
    assert "去投票" not in text


async def test_of_several_votes_to_cast_one_has_the_main_button(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    votes = [await opened(people, title=title) for title in ("1号楼1单元加装电梯", "1号楼1单元门厅换灯")]
    clock(DURING)
    text = (await (await enter(people.grace)).get("/c/garden/motions")).text
    assert text.count('class="btn main"') == 1
    assert all(f"/motions/{motion.id}/ballot" in text for motion in votes)


async def test_turnout_and_nothing_else_while_open(db: AnyEngine, client, enter, clock) -> None:
    people = await garden()
    motion = await voted(people)
    clock(DURING)
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    taken = 7000 + 7822 + 7137 + 7274
    needed = -(-2 * motion.roll_area_dm2 // 3)
    missing = needed - taken
    assert f"还差 4 人、{missing // 100}.{missing % 100:02d} ㎡ 达到参与门槛。" in text
    assert "参与门槛 8 人" in text
    assert "7.5" not in text
    assert '<th scope="row">门槛</th><td>8</td><td>620.28</td>' in text
    assert "还剩" in text
    assert "登录投票" in text
    mine = await text_of(await enter(people.grace), f"/c/garden/motions/{motion.id}")
    assert "我的凭证" in mine


async def test_preliminary_then_certified(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await all_but_four(people)
    clock(CLOSES)
    assert "初步结果" not in await text_of(client, f"/c/garden/motions/{motion.id}")
    clock(AFTER)
    first = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "初步结果，计票人、监票人还没有签字确认。" in first
    assert "签好以后结果公示 15 天" in first
    await certified(people, motion)
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "初步结果" not in text
    assert "通过，4 项比较都达到" in text
    assert "12 人中 8 人参与，8 人同意。" in text
    assert "3×8＝24，不少于 2×12＝24" in text
    assert "4×8＝32，不少于 3×8＝24" in text
    assert "同意门槛 6 人" in text
    assert "两位计票人已签字确认" in text
    assert "监票人已签字" not in text
    assert "结果正在公示，有不同意见请在这期间提出" in text
    assert "结果公示到" in text
    clock(AFTER + timedelta(days=20))
    over = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "公示期已满" in over
    assert "结果公示到" not in over


async def test_what_failed_is_named(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await all_but_four(people, agree=5)
    clock(AFTER)
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "没有通过" in text
    assert "同意的业主人数还差 1 人" in text
    assert "4×5＝20，少于 3×8＝24" in text
    assert "参与的业主人数还差" not in text
    assert "照这份文本不办了" not in text  # nobody has signed yet
    await certified(people, motion)
    assert "照这份文本不办了。结果公示期间可以提异议" in await text_of(client, f"/c/garden/motions/{motion.id}")


async def test_nobody_took_part(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(AFTER)
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "没有人参与，不算达到。" in text
    assert "12 人中 0 人参与" in text


async def test_undetermined_is_said_plainly(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await voted(people, "AAOO")
    rules = (await database.current().run("SELECT ruleset FROM motion", []))[0]["ruleset"]
    assert isinstance(rules, str)
    await execute("UPDATE motion SET ruleset = {}", rules.replace("not_participating", "follow_majority"))
    await execute("UPDATE roll_voter SET delivered_at = {}", OPENS)
    clock(AFTER)
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "算不出结果" in text
    assert "没有哪一种意见人数和面积都领先" in text
    assert "通过，" not in text
    assert "这次算不出结果，不能签字确认" in text


async def test_cancelled_with_its_reason(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await voted(people)
    await called_off(people, motion.id, reason="文本有误，重新公告", now=DURING)
    clock(AFTER)
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "文本有误，重新公告" in text
    assert "已经投出的票封存，不计票。" in text
    assert "同样的数，列成表" not in text
    assert "召集人可以重新发布公告，再投一次" in text
    assert "已取消：文本有误" in await text_of(client, f"/c/garden/motions/{motion.id}/notice")


async def test_the_official_result_stands_beside_the_poll(db: AnyEngine, client, clock) -> None:
    people = await garden(online_counts=False)
    motion = await all_but_four(people)
    await certified(people, motion)
    clock(AFTER)
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "意愿征询：达到比例" in text
    assert "通过，" not in text
    assert "等正式表决（签名纸质票）的结果" in text
    notice = await text_of(client, f"/c/garden/motions/{motion.id}/notice")
    assert "意愿征询结果的公示" in notice
    assert "表决通过" not in notice
    draft = await drafted(people, motion, AFTER, outcome=Outcome.REJECTED)
    waits = await official_results.record(actor=people.dana, motion_id=motion.id, draft=draft, now=AFTER)
    assert "正式表决没有通过" not in await text_of(client, f"/c/garden/motions/{motion.id}")
    await official_results.confirm(actor=people.erin, official_id=waits, now=AFTER)
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "正式表决没有通过，见《纸质票统计表（2026年第3号）》。" in text
    assert "登记、核对 Dana" in text
    notice = await text_of(client, f"/c/garden/motions/{motion.id}/notice")
    assert "正式表决没有通过" in notice
    assert ">正式表决<" in notice
    assert ">意愿征询（不作为法定表决）<" in notice


async def test_the_notice_before_the_vote(db: AnyEngine, client) -> None:
    people = await garden()
    motion = await opened(people)
    text = await text_of(client, f"/c/garden/motions/{motion.id}/notice")
    assert "关于1号楼1单元加装电梯的表决公告" in text
    assert "业主人数 12 人，专有部分面积 930.42 ㎡（专有部分面积，取自不动产登记；车位、储藏间不计）" in text
    assert "2026年3月18日（周三）09:00至2026年4月1日（周三）18:00" in text
    assert "010-5555 0132" in text
    assert "签字处" in text
    assert "本告示是存证记录第 1 条" in text
    assert "统计结果" not in text


async def test_the_notice_of_the_result(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await all_but_four(people)
    await certified(people, motion)
    clock(AFTER)
    text = await text_of(client, f"/c/garden/motions/{motion.id}/notice")
    assert "关于1号楼1单元加装电梯表决结果的公示" in text
    assert "经统计，参与表决及同意的业主人数、专有部分面积均达到《民法典》第二百七十八条规定的比例，表决通过。" in text
    assert "对书面异议，7日内书面答复并组织调解；对决定不服的，可依法向人民法院起诉。" in text
    assert "2026年4月16日（周四）24:00" in text
    assert "业主人数（人）" in text
    pdf = await client.get(f"/c/garden/motions/{motion.id}/notice?format=pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert pdf.content.count(b"/Type /Page\n") == 1


async def test_the_notice_of_a_rejected_result(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await certified(people, await all_but_four(people, agree=5))
    clock(AFTER)
    text = await text_of(client, f"/c/garden/motions/{motion.id}/notice")
    assert "经统计，同意的业主人数还差 1 人" in text
    assert "表决没有通过。" in text
    assert "表决通过。" not in text


async def test_english(db: AnyEngine, app, client, clock) -> None:
    people = await garden()
    motion = await certified(people, await all_but_four(people))
    clock(AFTER)
    client.headers["Accept-Language"] = "en"
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "Passed: all 4 comparisons are met" in text
    assert "3×8 = 24 is no less than 2×12 = 24" in text
    notice = await text_of(client, f"/c/garden/motions/{motion.id}/notice")
    assert "Result of the vote: 1号楼1单元加装电梯" in notice
    assert "Civil Code art. 278" in notice


async def test_who_took_part(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await voted(people)
    address = f"/c/garden/motions/{motion.id}/participation"
    clock(DURING)
    assert (await (await enter(people.grace)).get(address)).status_code == 409
    clock(AFTER)
    text = await text_of(await enter(people.bob), address)
    rows = [line for line in text.splitlines() if "</td></tr>" in line]
    assert len(rows) == 12
    assert sum("已参与" in row for row in rows) == 4
    assert "同意" not in text
    await text_of(await enter(people.frank), address)
    await text_of(await enter(people.ken), address, 403)
    await text_of(await enter(people.leo), address, 403)
    await text_of(await enter(people.charlie), address, 404)
    assert (await client.get(address)).status_code == 303
    assert "哪些房屋参与了" not in await text_of(client, f"/c/garden/motions/{motion.id}")


async def test_a_list_of_thirty_asks_no_more_than_a_list_of_one(db: AnyEngine, enter, clock, monkeypatch) -> None:
    people = await garden()
    clock(AFTER)
    grace = await enter(people.grace)
    asked: list[str] = []
    engine = database.current()
    run = engine.run

    async def counted(sql: str, *args: object, **more: object) -> object:
        asked.append(sql)
        return await run(sql, *args, **more)

    monkeypatch.setattr(engine, "run", counted)

    async def queries() -> int:
        await text_of(grace, "/c/garden/motions")
        asked.clear()
        await text_of(grace, "/c/garden/motions")
        return len(asked)

    for kind in (Kind.ELEVATOR, Kind.RESIDENT_MATTER):
        await certified(people, await opened(people, kind=kind, scope=people.building_scope))
        await opened(people, kind=kind, scope=people.building_scope)
    few = await queries()
    for number in range(13):
        await opened(people, title=f"第{number}件事")
        await opened(people, kind=Kind.RESIDENT_MATTER, scope=people.building_scope, title=f"居民第{number}件事")
    assert await queries() == few


async def test_the_time_for_objections_is_over_when_it_is_over(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await all_but_four(people)
    await certified(people, motion)
    clock(AFTER)
    page = f"/c/garden/motions/{motion.id}"
    during = await text_of(client, page)
    assert "前可以提出异议" in during
    assert "提异议的时间已经过了" not in during
    clock(AFTER + timedelta(days=20))
    over = await text_of(client, page)
    assert "提异议的时间已经过了" in over
    assert "前可以提出异议" not in over


async def test_a_poll_below_its_own_mark_does_not_say_that_the_wishes_are_known(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await opened(people, kind=Kind.OPINION_POLL, scope=people.building_scope)
    clock(AFTER + timedelta(days=20))
    text = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "征询结果" in text
    assert "表决结果" not in text
    assert "看不出大家多数的意愿" in text
    assert "意愿已经清楚" not in text
    assert "面积按百分之一平方米" not in text
