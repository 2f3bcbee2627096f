"""Shorter stories of votes: by household, wishes that are no vote, a ballot that comes too late; and 320 px."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.async_api import Browser

from council.kernel.clock import CHINA
from tests.journeys import quick
from tests.journeys.conftest import BOTH_MANNERS
from tests.journeys.house import House
from tests.journeys.phone import phone
from tests.journeys.quick import C, Quick
from tests.journeys.quiet import Quiet

pytestmark = [pytest.mark.journey, BOTH_MANNERS, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]

BENCHES = "1号楼2单元门口添两张长椅"
LIFT = "1号楼1单元加装一部电梯"
QUESTIONS = ("occupies_common", "charges_fee", "brings_operator", "spends_common_money")
TOO_WIDE = """() => document.documentElement.scrollWidth <= 320 ? [] : [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > 320).map(one => one.outerHTML.slice(0, 90))"""
HOMES = ("101", "102", "201", "202", "301", "302", "401")
"""Seven of twelve households: more than half."""


async def test_residents_decide_by_household(browser: Browser, house: House) -> None:
    """Seven homes of twelve take part, five agree; a second person of a home changes nothing."""
    house.set_clock(2026, 3, 2, 9)
    begun = await quick.begun(house)
    homes = {
        room: await begun.join(f"住户{room}", f"17100000{room}", "住户码", "1号楼2单元", f"{room}室") for room in HOMES
    }
    proposer = homes["101"]
    await proposer.go(f"{C}/proposals/new?kind=resident_matter")
    await proposer.submit("#questions", **dict.fromkeys(QUESTIONS, "no"))
    place = re.search(r'name="scope" value="(e\d+)"', proposer.page.text)
    assert place, "the form offers one's own entrance"
    await proposer.submit("#new", scope=place[1], title=BENCHES, body="老人等车没处坐，单元门两边各放一张，不挡路。")
    proposal = proposer.path.partition("?")[0]
    for room in ("102", "201"):
        await homes[room].go(proposal)
        await homes[room].submit("#endorse-now")
    await _accept(begun, proposal)
    house.set_clock(2026, 3, 6, 9)
    motion = await begun.publish(proposal, "住户401")

    house.set_clock(2026, 3, 10, 12)
    partner = await begun.join("住户101的老伴", "17100009101", "住户码", "1号楼2单元", "101室")
    for room, person in homes.items():
        await _cast(person, motion, "oppose" if room == "202" else "abstain" if room == "301" else "agree")
    await partner.go(f"{motion}/ballot", status=409)
    await partner.sees("已经投过票")
    await homes["101"].go(motion)
    await homes["101"].sees("户数", "7")

    house.set_clock(2026, 3, 20, 9)
    await homes["101"].go(motion)
    await homes["101"].sees("通过", "12 户", "5 户")


async def test_wishes_are_no_vote(browser: Browser, house: House) -> None:
    """Where online votes do not count by law, every page says so, and the matter waits for the official result."""
    house.set_clock(2026, 3, 2, 9)
    begun = await quick.begun(house)
    owners = [
        await begun.join(name, number, "业主码", name)
        for name, number in (("吴博敏", "17000066510"), ("林文", "17000029260"), ("高文", "17000015439"))
    ]
    await begun.join("田小雨", "17000000102", "住户码", "1号楼1单元", "102室")
    await begun.verify()
    wu, lin, gao = owners
    await wu.go(f"{C}/proposals/new?kind=elevator")
    await wu.submit("#new", title=LIFT, body="四层以上有六位七十岁以上的老人。", occupied="no", cost="600000")
    proposal = wu.path.partition("?")[0]
    number = proposal.rpartition("/")[2]
    await begun.secretary.go(f"{C}/desk?open=answer-{number}")
    await begun.secretary.submit("/finding", feasible="yes", office="市建筑设计院", note="设字第12号")
    await _accept(begun, proposal)
    house.set_clock(2026, 3, 10, 9)
    motion = await begun.publish(proposal, "田小雨")
    await _advisory(wu, f"{motion}/notice")

    house.set_clock(2026, 3, 27, 9)
    await _advisory(wu, f"{motion}/ballot")
    await _cast(wu, motion, "agree")
    await _cast(lin, motion, "agree")
    await _a_ballot_too_late(house, gao, motion)

    for path in (motion, f"{motion}/notice", proposal):
        await _advisory(wu, path)
    await wu.go(motion)
    await wu.sees("2 人")
    await wu.go(proposal)
    await wu.sees("网上投票为意愿征询，不作为法定表决")
    await begun.secretary.go(f"{C}/desk")
    await begun.secretary.sees(LIFT)
    await _no_sideways_scrolling(browser, house, [proposal, motion, f"{motion}/notice"])


async def _a_ballot_too_late(house: House, gao: Quiet, motion: str) -> None:
    """The form was opened before the closing and sent after it: not counted, and said so."""
    await gao.go(motion)
    closing = re.search(r'(?s)class="kicker"[^>]*>.*?<time datetime="([^"]+)"', gao.page.text)
    assert closing, await gao.text()
    closes = datetime.fromisoformat(closing[1]).astimezone(CHINA)
    month, day, hour = closes.month, closes.day, closes.hour
    house.set_clock(2026, month, day, hour - 1, 59)
    await gao.go(f"{motion}/ballot")
    await gao.submit("#ballot", choice="oppose")
    house.set_clock(2026, month, day, hour, 1)
    await gao.submit("#cast", status=409)
    await gao.sees("您刚才提交的这一张没有计入", "已经截止")


async def _accept(begun: Quick, proposal: str) -> None:
    number = proposal.rpartition("/")[2]
    await begun.secretary.go(f"{C}/desk?open=answer-{number}")
    await begun.secretary.submit(f"/desk/proposals/{number}/accept")


async def _cast(person: Quiet, motion: str, choice: str) -> None:
    await person.go(f"{motion}/ballot")
    await person.submit("#ballot", choice=choice)
    await person.submit("#cast")
    await person.sees("投票成功")


async def _advisory(person: Quiet, path: str) -> None:
    await person.go(path)
    await person.sees("网上投票为意愿征询，不作为法定表决")


async def _no_sideways_scrolling(browser: Browser, house: House, pages: list[str]) -> None:
    """The narrowest phones, and large type on them: nothing is wider than the screen."""
    too_wide = []
    for number, paths in (
        ("17000066510", [f"{C}/", f"{C}/proposals", f"{C}/proposals/new", f"{C}/motions", "/me", *pages]),
        (quick.SECRETARY, [f"{C}/desk", f"{C}/desk/people", f"{C}/desk/roll", f"{C}/desk/register"]),
    ):
        one = await phone(browser, house, number)
        await one.page.set_viewport_size({"width": 320, "height": 640})
        await one.log_in(number)
        for size in ("normal", "large"):
            if size == "large":
                await one.submit("/type")
            for each in paths:
                await one.go(each)
                too_wide += [(each, size, element) for element in await one.page.evaluate(TOO_WIDE)]
    assert not too_wide
