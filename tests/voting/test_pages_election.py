"""An election's pages: the ballot with its names, the second look, the receipt, the result, the notice."""

from __future__ import annotations

import httpx
import pytest

from council.audit import receipts
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import counting
from council.voting.forms import parse_names
from council.web.forms import Form
from tests.fixtures.client import find_form, submit
from tests.people import garden, say_in_bylaws
from tests.voting.elections import NAMES, choose, election, picks_of, tied, voted
from tests.voting.motions import AFTER, DURING, certified

NINE = {f"v{number}": (1, 2, 3) for number in range(1, 10)}


async def first_page(client: httpx.AsyncClient, motion_id: int) -> httpx.Response:
    page = await client.get(f"/c/garden/motions/{motion_id}/ballot")
    assert page.status_code == 200
    return page


async def test_names_second_look_receipt(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await election(people)
    clock(DURING)
    grace = await enter(people.grace)
    first = await first_page(grace, motion.id)
    assert first.text.count('name="pick"') == 5
    assert first.text.count('name="none"') == 1
    assert "checked" not in first.text
    assert "请选出您同意的人，最多选3人" in first.text
    at = [first.text.index(f"{number}号　{name}") for number, name in enumerate(NAMES, start=1)]
    assert at == sorted(at)
    second = await submit(grace, first, "#ballot", pick=["1", "3"])
    assert second.status_code == 200
    told = second.text.partition("<main")[2]
    assert ("1号　陈芳" in told, "3号　王秀英" in told, "李国强" in told) == (True, True, False)
    assert "您选了2人，最多可以选3人" in told
    assert await fetch("SELECT id FROM ballot") == []
    # going back to change it: what was ticked is still ticked
    back = await grace.get(f"/c/garden/motions/{motion.id}/ballot?again=1&pick=1&pick=3")
    assert back.text.count(" checked") == 2
    done = await submit(grace, second, "#cast")
    assert done.status_code == 303
    again = await submit(grace, second, "#cast")
    assert again.headers["location"] == done.headers["location"]
    (row,) = await fetch("SELECT id, choice, code FROM ballot")
    assert (row["choice"], await picks_of(row["id"])) == ("agree", [1, 3])
    receipt = await grace.get(done.headers["location"])
    assert row["code"] in receipt.text
    open_, folded = receipt.text.partition("<details")[0], receipt.text.partition("<details")[2]
    assert ("陈芳" in open_, "陈芳" in folded, "李国强" in folded, "同意" in folded) == (False, True, False, False)
    # the sealed file, and the one that opens every name
    sealed = (await grace.get(f"{done.headers['location']}/receipt")).text
    assert receipts.parse(sealed).is_sealed
    warning = await grace.get(f"{done.headers['location']}/opened")
    opened = (await submit(grace, warning, "#opened")).text
    found = receipts.parse(opened)
    assert isinstance(found.opening, tuple)
    assert [each.choice for each in found.opening] == ["agree", "abstain", "agree", "abstain", "abstain"]
    page = await grace.get("/c/garden/verify")
    checked = await submit(grace, page, "#receipt-form", receipt=opened)
    assert checked.status_code == 200
    assert "凭证属实" in checked.text
    wrong = receipts.to_text(found.opened_each([(each.choice, each.r) for each in found.opening[::-1]]))
    assert (await submit(grace, page, "#receipt-form", receipt=wrong)).status_code == 422


@pytest.mark.parametrize(
    ("boxes", "code", "ticked"),
    [
        ({"pick": ["1", "2", "3", "5"]}, "最多选3人，您选了4人。请去掉几位再继续。", 4),
        ({"pick": ["2"], "none": "1"}, "您既选了人，又点了“都不选”。请只留一样。", 2),
        ({}, "请选出您同意的人；一个都不选的，请点“都不选（弃权）”", 0),
        ({"pick": ["9"]}, "选票上没有这个编号", 0),
    ],
)
async def test_what_was_ticked_stays_when_it_is_refused(
    db: AnyEngine, enter, clock, boxes: dict, code: str, ticked: int
) -> None:
    people = await garden()
    motion = await election(people)
    clock(DURING)
    grace = await enter(people.grace)
    pairs = [("sent", "1"), *((name, each) for name, some in boxes.items() for each in some)]
    answer = await grace.get(f"/c/garden/motions/{motion.id}/ballot", params=pairs)
    assert answer.status_code == 422
    assert code in answer.text
    assert answer.text.count(" checked") == ticked
    # the second form, sent by hand, is refused with the same words, and nothing is cast
    second = await submit(grace, await first_page(grace, motion.id), "#ballot", pick=["1"])
    fields = dict(find_form(second.text, "#cast").filled({}))
    kept = {name: value for name, value in fields.items() if name not in {"pick", "none"}}
    again = await grace.post(f"/c/garden/motions/{motion.id}/ballots", data=kept | boxes)
    assert (again.status_code, code in again.text) == (422, True)
    assert await fetch("SELECT id FROM ballot") == []


async def test_none_of_these_is_said_out_loud(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await election(people)
    clock(DURING)
    grace = await enter(people.grace, "en")
    second = await submit(grace, await first_page(grace, motion.id), "#ballot", none="1")
    assert "None of these (abstain)" in second.text
    done = await submit(grace, second, "#cast")
    assert done.status_code == 303
    (row,) = await fetch("SELECT id, choice FROM ballot")
    assert (row["choice"], await picks_of(row["id"])) == ("abstain", [])
    assert "None of these (abstain)" in (await grace.get(done.headers["location"])).text


async def test_nothing_is_told_of_names_while_the_vote_is_open(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await election(people)
    await choose(people.grace, motion, 1)
    clock(DURING)
    for page in (await enter(people.dana), await enter(people.erin), await enter(people.gina), client):
        text = (await page.get(f"/c/garden/motions/{motion.id}")).text
        assert ("候选人得票" in text, "过半" in text.partition("怎样算通过")[0]) == (False, False)
        assert "应选3名，候选人5名" in text


async def test_the_result_names_the_elected_and_compares_each(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await voted(people, await election(people), NINE)
    clock(AFTER)
    text = (await client.get(f"/c/garden/motions/{motion.id}")).text.replace("\xa0", " ")
    assert "选出了3人，名额已满" in text
    assert text.count("当选") >= 3
    for number, name in enumerate(NAMES, start=1):
        assert f"{number}号　{name}" in text
    assert "同意的业主人数 9 人，要超过参与 9 人 的一半" in text
    assert "没有过半" in text
    # the count's page shows the same to those who sign
    counted = (await (await enter(people.erin)).get(f"/c/garden/motions/{motion.id}/count")).text
    assert "选出了3人，名额已满" in counted
    await certified(people, motion)
    notice = f"/c/garden/motions/{motion.id}/notice"
    page = (await client.get(notice)).text
    assert "经统计，陈芳、李国强、王秀英共3人当选（应选3人）。" in page
    plain = (await client.get(f"{notice}?format=text")).text
    assert "· 4号　赵敏：业主人数（人） 0；" in plain
    assert "结果 没有过半" in plain
    assert (await client.get(f"{notice}?format=pdf")).content.startswith(b"%PDF")
    assert "1. 陈芳（1号楼1单元101室，自荐）" in (await client.get(f"{notice}?of=vote")).text


@pytest.mark.parametrize(
    ("votes", "bylaws", "told"),
    [
        ({f"v{n}": (1,) for n in range(1, 6)}, {}, "参与的业主人数还差"),
        ({f"v{n}": (n % 5 + 1,) for n in range(1, 11)}, {}, "没有一位候选人超过一半"),
        (NINE | {"v10": ()}, {"short_result": "fails"}, ""),
        ({f"v{n}": (1, 2) for n in range(1, 10)}, {"short_result": "fails"}, "只有2人过半（陈芳、李国强）"),
    ],
)
async def test_no_result_is_told_as_bad_news(db: AnyEngine, client, clock, votes, bylaws, told: str) -> None:
    people = await garden()
    if bylaws:
        await say_in_bylaws(people.community_id, **bylaws)
    motion = await voted(people, await election(people), votes)
    clock(AFTER)
    text = (await client.get(f"/c/garden/motions/{motion.id}")).text.replace("\xa0", " ")
    assert ("没有选出人" in text) is bool(told)
    assert told in text
    await certified(people, motion)
    notice = (await client.get(f"/c/garden/motions/{motion.id}/notice?format=text")).text
    assert ("本次选举没有选出人" in notice) is bool(told)
    assert told in notice


async def test_open_seats_are_told(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await voted(people, await election(people), {f"v{n}": (1, 2) for n in range(1, 10)})
    clock(AFTER)
    text = (await client.get(f"/c/garden/motions/{motion.id}")).text
    assert "选出了2人，还空缺1人" in text
    await certified(people, motion)
    notice = (await client.get(f"/c/garden/motions/{motion.id}/notice?format=text")).text
    assert "空缺1人，另行补选。" in notice


async def test_equal_ones_wait_for_the_lot(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await tied(people)
    clock(AFTER)
    erin = await enter(people.erin)
    text = (await erin.get(f"/c/garden/motions/{motion.id}/count")).text.replace("\xa0", " ")
    assert "李国强、王秀英 人数、面积都相同，争最后1个名额" in text
    assert 'id="certify"' not in text
    assert (await counting.count(motion, AFTER)).verdict.reason == "lot"


def test_names_and_none_at_once_are_no_choice() -> None:
    for sent, code in (
        ({"pick": ["2"], "none": ["1"]}, "ballot.names_and_none"),
        ({}, "ballot.no_names"),
        ({"pick": ["x"]}, "ballot.no_such_candidate"),
        ({"pick": ["1", "2"]}, "ballot.too_many_names"),
    ):
        form = Form(sent)
        parse_names(form, [1, 2], 1)
        assert [(each.field, each.code) for each in form.problems] == [("pick", code)]
    assert parse_names(Form({"pick": ["2", "1", "2"]}), [1, 2], 2) == {1, 2}
