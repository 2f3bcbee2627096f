"""The count's page, signatures, the bundle, calling off, the official result, and objections."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from council.audit import queries as log
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import bundle, objections, official_results, queries
from council.voting.model import Sums
from council.voting.objection import ObjectionOutcome
from tests.fixtures.client import submit
from tests.people import garden
from tests.voting.doors import confirm, record
from tests.voting.motions import AFTER, CLOSES, DURING, cast, certified, opened
from tests.voting.objecting import mediated
from tests.voting.official import PDF, drafted
from tests.voting.test_pages_ballot import _token as token_in
from tests.voting.test_pages_motion import all_but_four, text_of, voted

GROUND = "一层采光受影响，没有说明怎么补偿，希望先谈清楚。"


async def test_two_officers_sign_on_their_page(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await voted(people)
    address = f"/c/garden/motions/{motion.id}/count"
    erin, ken = await enter(people.erin), await enter(people.ken)
    clock(CLOSES)
    early = await text_of(erin, address)
    assert "截止以后才计票" in early
    assert "certify" not in early
    clock(AFTER)
    page = await erin.get(address)
    assert "4×2＝8" in page.text
    signed = await submit(erin, page, "#certify")
    assert signed.headers["location"].endswith("said=motion.signed")
    again = await erin.get(signed.headers["location"])
    assert "您已签字。还需要另一位签字。" in again.text
    assert 'id="certify"' not in again.text
    second = await submit(ken, await ken.get(address), "#certify")
    assert second.headers["location"].endswith("said=motion.certified")
    notice = f'href="/c/garden/motions/{motion.id}/notice"'
    assert notice not in again.text
    after = await ken.get(second.headers["location"])
    assert notice in after.text
    assert "打印结果公示" in after.text
    certified_motion = await queries.motion(people.community_id, motion.id)
    assert certified_motion.certified_at == AFTER


async def test_before_signing_it_is_said_whom_nothing_has_reached(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.grace, motion)
    clock(AFTER)
    text = (await text_of(await enter(people.erin), f"/c/garden/motions/{motion.id}/count")).replace("\xa0", " ")
    assert "名册上 12 位表决人，有 11 位没有有效的送达记录，也没有投票" in text
    assert text.index("没有有效的送达记录") < text.index('id="certify"')
    reached = await opened(people)
    await cast(people.grace, reached)
    rooms = [f"{floor}0{side}" for floor in range(1, 7) for side in (1, 2) if (floor, side) != (1, 2)]
    await confirm(people.dana, reached, *[await record(people.frank, reached, room) for room in rooms])
    assert "没有有效的送达记录" not in await text_of(await enter(people.frank), f"/c/garden/motions/{reached.id}/count")


async def test_who_sees_the_count(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await voted(people)
    clock(AFTER)
    address = f"/c/garden/motions/{motion.id}/count"
    for name, status in (("gina", 200), ("dana", 200), ("frank", 200), ("alice", 403), ("leo", 403), ("charlie", 404)):
        text = await text_of(await enter(people.actors[name]), address, status)
        assert ('id="certify"' in text) == (name == "frank")
    assert (await client.get(address)).status_code == 303
    gina = await enter(people.gina)
    form = {"_csrf": token_in((await gina.get("/c/garden/verify")).text)}
    assert (await gina.post(f"/c/garden/motions/{motion.id}/certify", data=form)).status_code == 403
    assert (await gina.get(f"/c/garden/motions/{motion.id}/certify")).status_code == 405


async def test_the_bundle_for_those_who_may(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await voted(people)
    clock(DURING)
    result = f"/c/garden/motions/{motion.id}"
    address = f"{result}/bundle.json"
    gina = await enter(people.gina)
    assert (await gina.get(address)).status_code == 409
    assert address not in await text_of(gina, result)
    clock(AFTER)
    for name, status in (("gina", 200), ("erin", 200), ("ken", 200), ("dana", 403), ("grace", 403), ("charlie", 404)):
        who = await enter(people.actors[name])
        if status != 404:
            assert (f'href="{address}"' in await text_of(who, result)) == (status == 200)
        answer = await who.get(address)
        assert answer.status_code == status
        if status == 200:
            assert bundle.recount(bundle.load(answer.content)).matches
            assert len(json.loads(answer.content)["ballots"]) == 4
    kinds = [record.kind for record in await log.latest(people.community_id)]
    assert kinds.count("bundle.downloaded") == 3


async def test_calling_off(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await voted(people)
    clock(DURING)
    dana = await enter(people.dana)
    page = await dana.get(f"/c/garden/motions/{motion.id}/count")
    short = await submit(dana, page, "#cancel", reason="错了")
    assert short.status_code == 422
    assert "错了" in short.text
    done = await submit(dana, page, "#cancel", reason="文本第二条写错，重新公告。")
    assert done.headers["location"].endswith("said=motion.cancel_asked#change")
    twice = await submit(dana, page, "#cancel", reason="文本第二条写错，重新公告。")
    assert (twice.headers["location"], await waiting_changes()) == (done.headers["location"], 1)
    assert (await queries.motion(people.community_id, motion.id)).cancelled_at is None
    address = f"/c/garden/motions/{motion.id}"
    assert 'value="confirm"' not in (await dana.get(address)).text
    erin = await enter(people.erin)
    form = {"reason": "文本第二条写错，重新公告。", "_csrf": token_in((await erin.get("/c/garden/verify")).text)}
    assert (await erin.post(f"{address}/cancel", data=form)).status_code == 403
    page = await erin.get(address)
    assert "文本第二条写错" in page.text
    done = await submit(erin, page, "#change-act", button="act=confirm")
    assert done.headers["location"].endswith("said=motion.cancelled")
    assert (await queries.motion(people.community_id, motion.id)).cancelled_at == DURING
    assert (await submit(erin, page, "#change-act", button="act=confirm")).status_code == 409


async def waiting_changes() -> int:
    return len(await fetch("SELECT id FROM motion_change WHERE confirmed_at IS NULL AND withdrawn_at IS NULL"))


async def test_recording_the_official_result(db: AnyEngine, enter, clock) -> None:
    people = await garden(online_counts=False)
    motion = await voted(people)
    clock(AFTER)
    dana, erin = await enter(people.dana), await enter(people.erin)
    page = await dana.get(f"/c/garden/motions/{motion.id}/count")
    said = {"outcome": "passed", "document": "市级系统表决结果", "number": "2026年第3号", "dated_on": "2026-04-01"}
    sums = {
        "roll_persons": "12",
        "roll_area": "930.42",
        "agree_persons": "9",
        "agree_area": "700",
        "oppose_persons": "1",
    }
    rest = {"oppose_area": "60.00", "abstain_persons": "0", "abstain_area": "0"}
    paper = {"file": ("结果.pdf", PDF, "application/pdf")}
    empty = await submit(dana, page, "#official", document="")
    assert empty.status_code == 422
    less = {**sums, "agree_persons": "5"}
    wrong = await submit(dana, page, "#official", files=paper, **said, **less, **rest)
    assert (wrong.status_code, "按这些人数和面积，结果不是这样" in wrong.text) == (422, True)
    no_paper = await submit(dana, page, "#official", **said, **sums, **rest)
    assert no_paper.status_code == 422
    done = await submit(dana, page, "#official", files=paper, **said, **sums, **rest)
    assert done.status_code == 303, done.text
    kept = await queries.motion(people.community_id, motion.id)
    assert kept.official_outcome is None
    waiting = await dana.get(f"/c/garden/motions/{motion.id}/count")
    assert "不能自己确认自己登记的" in waiting.text
    own = await submit(dana, waiting, "#official-act", button="act=withdraw")
    assert own.status_code == 303
    await submit(
        dana, await dana.get(f"/c/garden/motions/{motion.id}/count"), "#official", files=paper, **said, **sums, **rest
    )
    second = await erin.get(f"/c/garden/motions/{motion.id}")
    assert (await submit(erin, second, "#official-act", button="act=confirm")).status_code == 303
    kept = await queries.motion(people.community_id, motion.id)
    assert (kept.official_outcome, kept.official_document) == ("passed", "市级系统表决结果（2026年第3号）")
    assert (await submit(erin, second, "#official-act", button="act=confirm")).status_code == 409
    notice = (await erin.get(f"/c/garden/motions/{motion.id}/notice")).text
    assert "正式表决通过，见《市级系统表决结果（2026年第3号）》。" in notice
    # What is posted is the result that counts by law: its title, who vouches for it, and its own figures measured.
    assert "意愿征询结果的公示" not in notice
    assert "两个人对照文件核对过" in notice
    compared = notice.partition("与门槛比较")[2].partition("</table>")[0]
    assert "10 人" in compared.replace("\xa0", " ").replace("&nbsp;", " ")
    assert notice.count("与门槛比较") == 1


async def test_a_document_that_counts_on_another_roll_says_so_to_whoever_confirms_it(
    db: AnyEngine, enter, clock
) -> None:
    people = await garden(online_counts=False)
    motion = await voted(people)
    clock(AFTER)
    found = await drafted(people, motion, AFTER)
    assert found.figures is not None
    other = replace(found.figures, roll=Sums(13, motion.roll_area_dm2 + 1))
    for figures, warns in ((found.figures, False), (other, True)):
        draft = replace(found, key=new_id(), figures=figures)
        kept = await official_results.record(actor=people.dana, motion_id=motion.id, draft=draft, now=AFTER)
        page = await (await enter(people.erin)).get(f"/c/garden/motions/{motion.id}")
        assert ("文件上的名册和这次投票的名册不一样" in page.text) is warns
        await official_results.withdraw(actor=people.dana, official_id=kept, now=AFTER)


async def test_objecting_on_the_results_page(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await certified(people, await all_but_four(people))
    address = f"/c/garden/motions/{motion.id}"
    clock(AFTER)
    grace = await enter(people.grace)
    page = await grace.get(address)
    short = await submit(grace, page, "#object", ground="不行")
    assert short.status_code == 422
    assert "只写了" in short.text
    filed = await submit(grace, page, "#object", ground=GROUND)
    assert filed.status_code == 303
    assert (await submit(grace, page, "#object", ground=GROUND)).status_code == 303
    assert (await submit(grace, await grace.get(address), "#object", ground=GROUND)).status_code == 303
    assert (await fetch("SELECT COUNT(*) AS n FROM objection"))[0]["n"] == 1
    public, inside = await text_of(client, address), await text_of(await enter(people.heidi), address)
    assert GROUND in public
    assert "Grace" not in public
    assert "1号楼1单元 102室" not in public
    assert "Grace 1号楼1单元 102室" in inside
    assert "等待答复" in public
    assert 'id="object"' not in public
    assert 'id="object"' not in await text_of(await enter(people.dana), address)
    clock(AFTER + timedelta(days=30))
    assert 'id="object"' not in await text_of(grace, address)
    assert (await submit(grace, page, "#object", ground=GROUND + "再提一次")).status_code in {303, 409}


async def test_another_objection_in_a_form_that_was_sent_is_kept_and_may_be_filed(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await certified(people, await all_but_four(people))
    clock(AFTER)
    grace = await enter(people.grace)
    page = await grace.get(f"/c/garden/motions/{motion.id}")
    await submit(grace, page, "#object", ground=GROUND)
    other = "施工噪声怎么办，没有写明。"
    again = await submit(grace, page, "#object", ground=other)
    assert (again.status_code, "还没有交" in again.text, again.text.count(other)) == (409, True, 1)
    assert [row["ground"] for row in await fetch("SELECT ground FROM objection")] == [GROUND]
    assert (await submit(grace, again, "#object")).status_code == 303
    assert [row["ground"] for row in await fetch("SELECT ground FROM objection ORDER BY id")] == [GROUND, other]


async def test_the_desk_answers(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await certified(people, await all_but_four(people))
    objection_id = await objections.file_objection(
        actor=people.grace, motion_id=motion.id, key=new_id(), ground=GROUND, place="1-1-102", now=AFTER
    )
    clock(AFTER)
    address = f"/c/garden/objections/{objection_id}"
    for name, status in (("grace", 200), ("dana", 200), ("gina", 200), ("heidi", 403), ("charlie", 404)):
        text = await text_of(await enter(people.actors[name]), address, status)
        assert ('id="closing"' in text) == (name == "dana")
        assert ('id="withdraw"' in text) == (name == "grace")
    assert (await client.get(address)).status_code == 303
    dana = await enter(people.dana)
    page = await dana.get(address)
    without = await submit(dana, page, "#closing", outcome="mediation_failed", reply="经调解未达成一致。")
    assert without.status_code == 422
    assert "请写明可以怎样起诉" in without.text
    await mediated(people, objection_id, AFTER)
    done = await submit(
        dana,
        page,
        "#closing",
        outcome="mediation_failed",
        reply="经调解未达成一致，理由如下：采光测算达标。",
        remedy="可依法向人民法院起诉。",
    )
    assert done.status_code == 303
    erin = await enter(people.erin)
    waits = await erin.get(address)
    assert "可依法向人民法院起诉。" in waits.text
    assert (await submit(erin, waits, "#second", button="act=confirm")).status_code == 303
    public = await text_of(client, f"/c/garden/motions/{motion.id}")
    assert "调解不成，已书面答复" in public
    assert "可依法向人民法院起诉。" in public
    assert (await submit(dana, page, "#closing", outcome="agreed", reply="又谈妥了，不再有异议。")).status_code == 409


async def test_taking_an_objection_back(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await certified(people, await all_but_four(people))
    objection_id = await objections.file_objection(
        actor=people.grace, motion_id=motion.id, key=new_id(), ground=GROUND, place="1-1-102", now=AFTER
    )
    clock(AFTER)
    grace, heidi = await enter(people.grace), await enter(people.heidi)
    page = await grace.get(f"/c/garden/objections/{objection_id}")
    form = {"_csrf": token_in((await heidi.get("/c/garden/verify")).text)}
    assert (await heidi.post(f"/c/garden/objections/{objection_id}/withdraw", data=form)).status_code == 403
    assert (await submit(grace, page, "#withdraw")).status_code == 303
    assert (await queries.objection(people.community_id, objection_id)).outcome is ObjectionOutcome.WITHDRAWN
    assert "提出人已撤回" in await text_of(grace, f"/c/garden/motions/{motion.id}")


async def test_other_communities_ids(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await certified(people, await opened(people))
    await cast(people.grace, await opened(people, title="另一件事"))
    objection_id = await objections.file_objection(
        actor=people.grace, motion_id=motion.id, key=new_id(), ground=GROUND, place="", now=AFTER
    )
    clock(AFTER)
    charlie = await enter(people.charlie)
    for path in (f"motions/{motion.id}/count", f"motions/{motion.id}/bundle.json", f"objections/{objection_id}"):
        assert (await charlie.get(f"/c/orchard/{path}")).status_code == 404
        assert (await charlie.get(f"/c/garden/{path}")).status_code == 404
    form = {"_csrf": token_in((await charlie.get("/c/orchard/verify")).text), "key": new_id(), "ground": GROUND}
    assert (await charlie.post(f"/c/orchard/motions/{motion.id}/objections", data=form)).status_code == 404
