"""The ballot's pages: form, second look, receipt, and the kind pages of those who cannot cast."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from council.audit import queries as log
from council.audit import receipts
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import casting
from council.voting.motion import LeakRisk, Motion
from council.voting.tables import Motion as MotionRow
from council.voting.turnout_queries import STEP
from council.voting.voter import CastBallot
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.voting.changing import called_off
from tests.voting.motions import AFTER, CLOSES, DURING, OPENS, cast, opened, setting

TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


async def confirm(client: httpx.AsyncClient, motion_id: int, choice: str = "agree", **more: str) -> httpx.Response:
    page = await client.get(f"/c/garden/motions/{motion_id}/ballot")
    assert page.status_code == 200
    return await submit(client, page, "#ballot", choice=choice, **more)


async def test_form_second_look_receipt(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    first = await grace.get(f"/c/garden/motions/{motion.id}/ballot")
    assert "一、在单元门北侧装一部电梯。" in first.text
    assert "您的一票：1人、71.37㎡。" in first.text
    assert "邻居看不到您的选择；户数少时，面积合计可能让人推算出来。" in first.text
    assert "checked" not in first.text
    second = await submit(grace, first, "#ballot", choice="oppose")
    assert second.status_code == 200
    assert await fetch("SELECT id FROM ballot") == []
    assert "返回修改" in second.text
    done = await submit(grace, second, "#cast")
    assert done.status_code == 303
    again = await submit(grace, second, "#cast")
    assert again.headers["location"] == done.headers["location"]
    rows = await fetch("SELECT choice, code, state FROM ballot")
    assert [(row["choice"], row["state"]) for row in rows] == [("oppose", "in_force")]
    receipt = await grace.get(done.headers["location"])
    assert "投票成功" in receipt.text
    assert rows[0]["code"] in receipt.text
    assert '<svg class="qr"' in receipt.text
    assert "反对" in receipt.text.partition("<details")[2]
    assert "反对" not in receipt.text.partition("<details")[0]


async def test_the_receipt_says_with_yours_once_the_turnout_has_it(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    await execute("UPDATE motion SET leak_risk = 'high' WHERE id = {}", motion.id)
    clock(DURING + timedelta(minutes=3))
    grace = await enter(people.grace)
    page = await grace.get(f"/c/garden/motions/{motion.id}/ballot")
    done = await submit(grace, await submit(grace, page, "#ballot", choice="agree"), "#cast")
    at_once = (await grace.get(done.headers["location"])).text
    assert ("您这一票已经算数" in at_once, "加上您家" in at_once) == (True, False)
    clock(DURING + timedelta(minutes=13))
    later = (await grace.get(done.headers["location"])).text.replace("\xa0", " ")
    assert ("您这一票已经算数" in later, "加上您家，已有 1 人" in later) == (False, True)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "还没有填码。"),
        ("  ", "还没有填码。"),
        ("abc", "一共 12 位，现在是 3 位"),
        ("K7QF 3M9D WX2", "现在是 11 位"),
    ],
)
async def test_half_a_code_is_no_alarm(db: AnyEngine, client, typed: str, told: str) -> None:
    await garden()
    answer = await client.get("/c/garden/verify", params={"code": typed})
    assert answer.status_code == 422
    assert told in answer.text.replace("\xa0", " ")
    assert "没有这" not in answer.text
    assert "tel:01055550132" not in answer.text.partition("<footer")[0]
    whole = await client.get("/c/garden/verify", params={"code": "K7QF 3M9D WX24"})
    assert whole.status_code == 404
    assert 'href="tel:01055550132"' in whole.text.partition("<footer")[0]


async def test_nothing_is_fixed_over_the_choices(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    page = (await (await enter(people.grace)).get(f"/c/garden/motions/{motion.id}/ballot")).text
    assert 'class="act"' not in page
    assert 'class="tabs"' not in page
    order = ['id="text"', "怎样算通过：参与要到三分之二；其中同意要到四分之三", 'value="agree"', 'value="oppose"']
    order += ['value="abstain"', "<b>投出后不能改</b>", "下一步：核对一遍", "计票时看得到选票"]
    at = [page.index(each) for each in order]
    assert at == sorted(at)


async def test_without_a_choice_the_form_says_so_at_the_choice(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    page = await grace.get(f"/c/garden/motions/{motion.id}/ballot?choice=")
    assert page.status_code == 422
    assert "还没有选。同意、反对、弃权，请选一个" in page.text.partition('id="choice"')[2]
    assert 'href="#choice"' in page.text.partition('id="choice"')[0]
    assert "checked" not in page.text


async def test_title_text_rule_and_weight_stand_before_the_choices(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    text = (await (await enter(people.grace)).get(f"/c/garden/motions/{motion.id}/ballot")).text
    marks = ['<h1 class="whole">', "要表决的全文", "怎样算通过", "您的一票", 'id="choice"', "弃权也算参与"]
    found = [text.index(mark) for mark in marks]
    assert found == sorted(found)
    assert f"<h1>{motion.title}</h1>" in text.replace("<wbr>", "").replace(' class="whole"', "")
    before = text.partition('id="choice"')[0]
    for line in motion.text.split("\n")[1:]:
        assert line in before, "every word can be read before choosing"
    assert " novalidate>" in text.partition('<form id="ballot"')[2][:200], "a missing choice is told in our words"


async def test_a_long_text_is_folded_and_a_short_one_is_not(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    clock(DURING)
    grace = await enter(people.grace)
    for words, is_open in (("刷成枣红色。", True), ("一条一条写清楚。" * 20, False)):
        motion = await opened(people, body=words)
        text = (await grace.get(f"/c/garden/motions/{motion.id}/ballot")).text
        assert f"要表决的全文（{len(motion.text.partition(chr(10))[2].replace(chr(10), ''))}字）" in text
        assert bool(re.search(r'<details class="slip" open>', text)) is is_open


async def test_the_least_whole_number_that_must_take_part_stands_by_the_rule(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    page = (await (await enter(people.grace)).get(f"/c/garden/motions/{motion.id}/ballot")).text.replace("\xa0", " ")
    roll = int(re.search(r"名册上共 (\d+) 人", page)[1])
    least = int(re.search(r"参与至少要 (\d+) 人、[\d.,]+ ㎡。", page)[1])
    assert 3 * (least - 1) < 2 * roll <= 3 * least


async def test_five_homes_count_as_one_person(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    for code in ("1-1-302", "1-1-402", "1-1-501", "1-1-502"):
        await fetch(
            "UPDATE ownership SET owner_id = {} WHERE unit_id = {}", people.owners["1-1-102"], people.units[code]
        )
    motion = await opened(people)
    clock(DURING)
    page = await (await enter(people.grace)).get(f"/c/garden/motions/{motion.id}/ballot")
    assert "您的5套房屋合计1人、391.10㎡。" in page.text


async def test_the_receipt_is_its_voters_alone(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    mine = await cast(people.grace, motion)
    clock(DURING)
    address = f"/c/garden/motions/{motion.id}/ballots/{mine.ballot_id}"
    for name in ("heidi", "dana", "gina", "erin"):
        other = await enter(people.actors[name])
        for path in (address, f"{address}/receipt", f"{address}/opened"):
            assert (await other.get(path)).status_code == 404
        own = await other.get("/c/garden/verify")
        posted = await other.post(f"{address}/opened", data={"_csrf": _token(own.text)})
        assert posted.status_code == 404


def _token(html: str) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', html)
    assert found is not None
    return found[1]


async def test_files_of_the_receipt(db: AnyEngine, enter, clock, client) -> None:
    people = await garden()
    motion = await opened(people)
    mine = await cast(people.grace, motion, "oppose")
    clock(DURING)
    grace = await enter(people.grace)
    address = f"/c/garden/motions/{motion.id}/ballots/{mine.ballot_id}"
    sealed = await grace.get(f"{address}/receipt")
    assert sealed.headers["content-disposition"].endswith('.tlog-proof"')
    assert receipts.parse(sealed.text).is_sealed
    assert receipts.parse(sealed.text).code == mine.code
    warning = await grace.get(f"{address}/opened")
    assert "谁拿到这个文件，谁就能证明您怎么投的。" in warning.text
    opened_file = await submit(grace, warning, "#opened")
    found = receipts.parse(opened_file.text)
    assert found.opening is not None
    assert found.opening.choice == "oppose"
    assert receipts.verify_receipt(opened_file.text).holds
    page = await client.get("/c/garden/verify")
    for text in (sealed.text, opened_file.text):
        checked = await submit(client, page, "#receipt-form", receipt=text)
        assert checked.status_code == 200
        assert "您这一票已如实记入" in checked.text
        assert "反对" not in checked.text
    uploaded = await submit(
        client, page, "#receipt-form", files={"file": ("r.tlog-proof", sealed.content, "text/plain")}
    )
    assert mine.code in uploaded.text
    broken = await submit(client, page, "#receipt-form", receipt=sealed.text.replace("index 1", "index 0"))
    assert broken.status_code == 422
    nothing = await submit(client, page, "#receipt-form", receipt="不是凭证")
    assert "这不是凭证文件" in nothing.text
    empty = await submit(client, page, "#receipt-form", receipt="")
    assert empty.status_code == 422


async def _changed_their_mind(clock) -> tuple[Motion, CastBallot, CastBallot, Garden]:
    """Grace's ballot that was replaced, and the one in force; a day later."""
    people = await garden()
    await setting(people, "change", "until_close")
    motion = await opened(people)
    first = await cast(people.grace, motion, "oppose")
    second = await cast(people.grace, motion, "agree", at=DURING + timedelta(hours=1))
    clock(DURING + timedelta(days=1))
    return motion, first, second, people


async def test_verify_by_code(db: AnyEngine, client, clock, enter) -> None:
    motion, first, second, people = await _changed_their_mind(clock)
    for typed in (second.code, second.code.replace(" ", "-").lower(), second.code.replace(" ", "")):
        page = await client.get("/c/garden/verify", params={"code": typed})
        assert page.status_code == 200
        assert "这一票原样记在存证里" in page.text
        assert motion.title in page.text
    grace = await enter(people.grace)
    for ballot, words in ((second, "有效，在计票之列。"), (first, "以改投的为准")):
        assert words in (await grace.get("/c/garden/verify", params={"code": ballot.code})).text
        assert words not in (await client.get("/c/garden/verify", params={"code": ballot.code})).text
    wrong = await client.get("/c/garden/verify", params={"code": "K7QF 3M9D WX24"})
    assert wrong.status_code == 404
    assert "没有这个凭证码" in wrong.text
    elsewhere = await client.get("/c/orchard/verify", params={"code": first.code})
    assert elsewhere.status_code == 404
    assert (await client.get("/c/nowhere/verify")).status_code == 404


async def test_of_a_vote_that_was_called_off_no_page_says_that_a_ballot_counts(
    db: AnyEngine, client, clock, enter
) -> None:
    motion, _, second, people = await _changed_their_mind(clock)
    grace = await enter(people.grace)
    address = f"/c/garden/motions/{motion.id}/ballots/{second.ballot_id}"
    opened_ = (await submit(grace, await grace.get(f"{address}/opened"), "/opened")).text
    assert "投票成功" in (await grace.get(address)).text
    await execute(
        "UPDATE motion SET cancelled_at = {}, cancelled_by_name = 'Erin', cancel_reason = '文本写错' WHERE id = {}",
        *(DURING, motion.id),
    )
    told = [await grace.get(address)]
    told += [await each.get("/c/garden/verify", params={"code": second.code}) for each in (grace, client)]
    told.append(await submit(client, await client.get("/c/garden/verify"), "#receipt-form", receipt=opened_))
    for page in told:
        assert page.status_code == 200
        assert "这次投票已取消，所有的票都不计" in page.text
        assert not re.search("投票成功|有效，在计票之列|您这一票已如实记入", page.text)


async def test_a_decision_that_a_court_revoked_is_said_with_its_ballots(db: AnyEngine, client, clock, enter) -> None:
    motion, _, second, people = await _changed_their_mind(clock)
    await execute(
        "UPDATE motion SET revoked_at = {}, revoked_by_name = 'Erin', revoked_document = '(2026)1号',"
        " revoked_reason = '程序违法' WHERE id = {}",
        *(AFTER, motion.id),
    )
    clock(AFTER)
    grace = await enter(people.grace)
    for page in (
        await grace.get(f"/c/garden/motions/{motion.id}/ballots/{second.ballot_id}"),
        await client.get("/c/garden/verify", params={"code": second.code}),
    ):
        assert "后来被法院撤销了" in page.text


async def test_the_receipt_of_a_ballot_that_does_not_count_proves_no_vote(db: AnyEngine, client, clock, enter) -> None:
    """Told to its own voter, and to whoever is shown the opened file, which its voter alone can make; by the sealed
    one, or by the code, nobody learns that somebody changed their mind."""
    motion, first, second, people = await _changed_their_mind(clock)
    grace, page = await enter(people.grace), await client.get("/c/garden/verify")
    own_page = await grace.get("/c/garden/verify")
    for ballot, counts in ((first, False), (second, True)):
        address = f"/c/garden/motions/{motion.id}/ballots/{ballot.ballot_id}"
        sealed = (await grace.get(f"{address}/receipt")).text
        opened_ = (await submit(grace, await grace.get(f"{address}/opened"), "/opened")).text
        for by, shown, text in ((client, page, opened_), (grace, own_page, sealed)):
            checked = await submit(by, shown, "#receipt-form", receipt=text)
            assert (checked.status_code, "您这一票已如实记入" in checked.text) == (200, counts)
            assert ("这一票在记录里，但不计票" in checked.text and "以改投的为准" in checked.text) != counts
        stranger = await submit(client, page, "#receipt-form", receipt=sealed)
        by_code = await client.get("/c/garden/verify", params={"code": ballot.code})
        for answer in (stranger, by_code):
            assert (answer.status_code, "不计票" in answer.text, "以改投的为准" in answer.text) == (200, False, False)


@pytest.mark.parametrize("risk", [LeakRisk.HIGH, LeakRisk.LOW])
async def test_an_old_receipt_does_not_tell_of_new_ballots(db: AnyEngine, clock, enter, risk: LeakRisk) -> None:
    people = await garden()
    motion = await opened(people)
    await MotionRow.update({MotionRow.leak_risk: risk.value}).where(MotionRow.id == motion.id)
    mine = await cast(people.grace, motion, at=DURING + MINUTE)
    grace = await enter(people.grace)
    address = f"/c/garden/motions/{motion.id}/ballots/{mine.ballot_id}/receipt"
    clock(DURING + 3 * MINUTE)
    before = (await grace.get(address)).text
    await cast(people.heidi, motion, at=DURING + 4 * MINUTE)
    clock(DURING + 5 * MINUTE)
    after = (await grace.get(address)).text
    assert (before == after) == (risk is LeakRisk.HIGH)
    clock(DURING + STEP)
    later = receipts.parse((await grace.get(address)).text)
    assert later.size > receipts.parse(before).size
    assert receipts.verify_receipt(after).holds


@pytest.mark.parametrize("risk", [LeakRisk.HIGH, LeakRisk.LOW])
async def test_the_record_does_not_tell_the_moment_of_a_ballot(db: AnyEngine, client, clock, risk: LeakRisk) -> None:
    """While a small vote is open its head is that of the last full ten minutes; receipts are checked against now."""
    people = await garden()
    motion = await opened(people)
    await MotionRow.update({MotionRow.leak_risk: risk.value}).where(MotionRow.id == motion.id)
    seen = []
    for at in (DURING + 3 * MINUTE, DURING + 9 * MINUTE, DURING + STEP):
        clock(at)
        seen.append(_record_of((await client.get("/c/garden/verify")).text))
        if len(seen) == 1:
            mine = await cast(people.grace, motion, at=DURING + 4 * MINUTE)
    if risk is LeakRisk.LOW:
        assert seen[0] != seen[1] == seen[2]
        return
    assert seen[0] == seen[1] != seen[2]
    assert "每满十分钟更新一次" in (await client.get("/c/garden/verify")).text
    assert not [told for told in seen if ":04" in told[1]], "nor the minute of the newest entry"
    clock(DURING + 5 * MINUTE)
    assert "这一票原样记在存证里" in (await client.get("/c/garden/verify", params={"code": mine.code})).text
    sealed = receipts.receipt(await log.inclusion(people.community_id, mine.log_seq), origin="testserver/garden")
    page = await client.get("/c/garden/verify")
    checked = await submit(client, page, "#receipt-form", receipt=receipts.to_text(sealed))
    assert checked.status_code == 200, "a receipt that is younger than the head that is shown"
    clock(CLOSES + MINUTE)
    assert "每满十分钟更新一次" not in (await client.get("/c/garden/verify")).text


def _record_of(page: str) -> list[str]:
    """Number of entries, time and check code of the log's head."""
    head = page.partition('id="head"')[2].partition("</dl>")[0]
    return re.findall(r"<dd[^>]*>(.*?)</dd>", head, re.DOTALL)


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("bob", 403, "这一户由业主1-1-101代表投票。"),
        ("ken", 403, "未核实业主身份，可参与讨论，暂不能投业主票。"),
        ("leo", 403, "未核实业主身份，可参与讨论，暂不能投业主票。"),
        ("dana", 403, "未核实业主身份"),
        ("charlie", 404, "这个页面不在了"),
    ],
)
async def test_who_cannot_cast_is_told_why(db: AnyEngine, enter, clock, name: str, status: int, words: str) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    one = await enter(people.actors[name])
    page = await one.get(f"/c/garden/motions/{motion.id}/ballot")
    assert page.status_code == status
    assert words in page.text
    token = _token((await one.get("/c/garden/verify")).text)
    sent = await one.post(
        f"/c/garden/motions/{motion.id}/ballots", data={"choice": "agree", "ballot": new_id(), "_csrf": token}
    )
    assert sent.status_code == status
    assert words in sent.text
    if status == 403:
        assert "您刚才提交的这一张没有计入。" in sent.text
        assert f"/c/garden/motions/{motion.id}" in page.text
    assert await fetch("SELECT id FROM ballot") == []


async def test_a_stranger_is_led_to_the_log_in(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    for path in ("", f"/{motion.id}/ballot", f"/{motion.id}/ballots/{new_id()}", f"/{motion.id}/count"):
        answer = await client.get(f"/c/garden/motions{path}")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=/c/garden/motions")
    sent = await client.post(f"/c/garden/motions/{motion.id}/ballots", data={"choice": "agree", "ballot": new_id()})
    assert sent.status_code == 303
    assert await fetch("SELECT id FROM ballot") == []


async def test_before_and_after(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    grace = await enter(people.grace)
    clock(OPENS - TICK)
    early = await grace.get(f"/c/garden/motions/{motion.id}/ballot")
    assert early.status_code == 409
    assert "投票还没开始。" in early.text
    clock(CLOSES)
    second = await confirm(grace, motion.id)
    clock(CLOSES + TICK)
    late = await submit(grace, second, "#cast")
    assert late.status_code == 409
    assert "投票已经截止。" in late.text
    assert "您刚才提交的这一张没有计入。" in late.text
    assert await fetch("SELECT id FROM ballot") == []
    looked_in = await grace.get(f"/c/garden/motions/{motion.id}/ballot")
    assert looked_in.status_code == 409
    assert "投票已经截止。" in looked_in.text
    assert "没有计入" not in looked_in.text, "nothing was sent: whoever voted in time is not to be alarmed"


async def test_already_cast(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    one, other = await confirm(grace, motion.id), await confirm(grace, motion.id, "oppose")
    done = await submit(grace, one, "#cast")
    second = await submit(grace, other, "#cast")
    assert second.status_code == 409
    assert done.headers["location"] in second.text
    assert "只计第一次投的有效票" in second.text
    assert 'role="alert"' in second.text
    page = await grace.get(f"/c/garden/motions/{motion.id}/ballot")
    assert page.status_code == 409
    assert "我的凭证" in page.text
    assert "您已经投过票，那一票有效。" in page.text, "who comes by the Back button has done nothing wrong"
    assert 'role="alert"' not in page.text
    receipts = await grace.get("/c/garden/motions?show=cast")
    assert f'href="{done.headers["location"]}"' in receipts.text
    heidi = await enter(people.heidi)
    nothing = await heidi.get("/c/garden/motions?show=cast")
    assert "您还没有投过票。" in nothing.text
    assert "/ballots/" not in nothing.text


async def test_one_more_after_many_second_ballots(db: AnyEngine, enter, clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told the truth about the one that stands, and when they may come back."""
    monkeypatch.setattr(casting, "AGAIN", replace(casting.AGAIN, most=1))
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    forms = [await confirm(grace, motion.id, choice) for choice in ("agree", "oppose", "abstain")]
    answers = [await submit(grace, form, "#cast") for form in forms]
    assert [answer.status_code for answer in answers] == [303, 409, 429]
    assert 3500 < int(answers[2].headers["retry-after"]) <= 3600
    assert "这一户的票早已投好" in answers[2].text
    assert answers[0].headers["location"] in answers[2].text, "the receipt is at hand"
    again = await submit(grace, forms[0], "#cast")
    assert again.headers["location"] == answers[0].headers["location"], "the first form still leads to its receipt"


async def test_a_cancelled_vote(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    await called_off(people, motion.id, reason="文本有误，重新公告", now=DURING)
    clock(DURING + timedelta(hours=1))
    page = await (await enter(people.grace)).get(f"/c/garden/motions/{motion.id}/ballot")
    assert page.status_code == 409
    assert "文本有误，重新公告" in page.text


async def test_one_account_for_two_homes(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    alice = await enter(people.alice)
    page = await alice.get(f"/c/garden/motions/{motion.id}/ballot")
    asked = await submit(alice, page, "#ballot", choice="agree")
    assert asked.status_code == 422
    assert "请选这一票投哪一处" in asked.text
    assert 'value="agree" required checked' in asked.text
    first = await submit(alice, asked, "#ballot", choice="agree", voter="v1")
    assert (await submit(alice, first, "#cast")).status_code == 303
    rest = await alice.get(f"/c/garden/motions/{motion.id}/ballot")
    assert "请选这一票投哪一处" not in rest.text
    assert "1号楼1单元 401室" in rest.text
    second = await submit(alice, rest, "#ballot", choice="oppose")
    sent = await submit(alice, second, "#cast")
    assert sent.status_code == 303
    rows = await fetch("SELECT v.number, b.choice FROM ballot b JOIN roll_voter v ON v.id = b.roll_voter_id")
    assert {(row["number"], row["choice"]) for row in rows} == {("v1", "agree"), ("v7", "oppose")}


async def test_changing_once(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    await setting(people, "change", "once")
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    done = await submit(grace, await confirm(grace, motion.id), "#cast")
    receipt = await grace.get(done.headers["location"])
    assert "改投" in receipt.text
    clock(DURING + timedelta(hours=1))
    changed = await submit(grace, await confirm(grace, motion.id, "abstain"), "#cast")
    assert changed.status_code == 303
    assert "已被您后来的一票代替" in (await grace.get(done.headers["location"])).text
    looked_in = await grace.get(f"/c/garden/motions/{motion.id}/ballot")
    assert looked_in.status_code == 409
    assert "您已经投过票，那一票有效。" in looked_in.text
    assert "没有计入" not in looked_in.text, "nothing was sent: nobody is to be alarmed"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"choice": "perhaps", "ballot": "23456789ABCDEFGH"}, 422),
        ({"ballot": "23456789ABCDEFGH"}, 422),
        ({"choice": "agree", "ballot": "no"}, 422),
        ({"choice": "agree"}, 422),
        ({"choice": "agree", "ballot": "23456789ABCDEFGH", "voter": "v9"}, 404),
    ],
)
async def test_forms_made_by_hand(db: AnyEngine, enter, clock, fields: dict[str, str], status: int) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    token = _token((await grace.get("/c/garden/verify")).text)
    sent = await grace.post(f"/c/garden/motions/{motion.id}/ballots", data={**fields, "_csrf": token})
    assert sent.status_code == status
    without = await grace.post(f"/c/garden/motions/{motion.id}/ballots", data=fields)
    assert without.status_code == 403
    assert await fetch("SELECT id FROM ballot") == []


async def test_wrong_addresses(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    assert (await grace.get("/c/garden/motions/99999/ballot")).status_code == 404
    assert (await grace.get(f"/c/garden/motions/{motion.id}/ballot?choice=perhaps")).status_code == 422
    assert (await grace.get(f"/c/garden/motions/{motion.id}/ballots")).status_code == 405
    assert (await grace.post(f"/c/garden/motions/{motion.id}/ballot")).status_code == 405
    assert (await grace.get(f"/c/garden/motions/{motion.id}/ballots/{new_id()}")).status_code == 404


async def test_residents_vote_as_households(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people, kind=Kind.RESIDENT_MATTER, scope=people.building_scope, title="院里长椅的颜色")
    clock(DURING)
    ken = await enter(people.ken)
    page = await ken.get(f"/c/garden/motions/{motion.id}/ballot")
    assert "您家算 1\xa0户，只投一票。" in page.text
    done = await submit(ken, await submit(ken, page, "#ballot", choice="agree"), "#cast")
    assert done.status_code == 303


async def test_advisory_is_said_on_every_page(db: AnyEngine, enter, clock) -> None:
    people = await garden(online_counts=False)
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    page = await grace.get(f"/c/garden/motions/{motion.id}/ballot")
    second = await submit(grace, page, "#ballot", choice="agree")
    done = await submit(grace, second, "#cast")
    pages = [page, second, await grace.get(done.headers["location"])]
    pages += [await grace.get(f"/c/garden/motions/{motion.id}{path}") for path in ("", "/notice")]
    clock(AFTER)
    pages += [await grace.get(f"/c/garden/motions/{motion.id}")]
    for one in pages:
        assert "本次网上投票为意愿征询，不作为法定表决；正式表决以签名纸质票为准。" in one.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", "这次投票户数少，邻居可能从面积合计推算出您的选择。"),
        ("en", "Few vote here: once the result is out, neighbours may work out your choice from the area totals."),
    ],
)
async def test_a_small_vote_is_said_to_be_one_before_the_choices(
    db: AnyEngine, enter, clock, language: str, words: str
) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    grace = await enter(people.grace)
    grace.headers["Accept-Language"] = language
    await execute("UPDATE person SET locale = {} WHERE id = {}", language.partition("-")[0], people.grace.person_id)
    address = f"/c/garden/motions/{motion.id}/ballot"
    assert words not in (await grace.get(address)).text
    for risk in (LeakRisk.SOME, LeakRisk.HIGH):
        await MotionRow.update({MotionRow.leak_risk: risk.value}).where(MotionRow.id == motion.id)
        text = (await grace.get(address)).text
        assert text.index(words) < text.index('id="choice"')
