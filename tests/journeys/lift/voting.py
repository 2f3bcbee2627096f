"""From the locked text to the last ballot: notice, opening, nine ballots, and everybody who may not cast one."""

from __future__ import annotations

import re

from playwright.async_api import Browser  # noqa: F401

from tests.journeys.lift.neighbours import (
    AREA,
    COMMITTEE,
    GRID_WORKER,
    LIN,
    LUO,
    NINE,
    SECRETARY,
    TAKING_PART_AREA,
    TENANT,
    WU,
    XIE,
    Neighbour,
)
from tests.journeys.lift.story import TITLE, C, Story
from tests.journeys.phone import Phone, phone
from tests.journeys.quiet import Quiet, quiet

BY_ANOTHER = re.compile("由郑春晓代表投票|郑春晓 votes")


async def publish(story: Story) -> None:
    """The desk locks text and roll; two counters and a scrutineer are named; the notice is out."""
    secretary = await story.at_work(SECRETARY)
    await story.stepper(secretary, "公告表决文本 15 天", missing="公告表决文本，贴满 15 天", acts="召集人")
    await story.open_job(secretary, "publish", TITLE)
    await secretary.sees("12", f"{AREA} ㎡")
    form = secretary.form("/publish")
    await secretary.unfold(form)
    for name, member in (("counters", COMMITTEE), ("counter_b", GRID_WORKER), ("scrutineer", TENANT)):
        option = form.locator(f"[name={name}] option", has_text=member.name)
        await secretary.control(form, name).select_option(await option.get_attribute("value"))
    await secretary.submit("/publish", convener="owners_representative", convener_name="1号楼1单元加装电梯业主代表")
    await secretary.sees("公告已发布")
    await secretary.go(story.proposal)
    await secretary.tap(secretary.page.locator("a[href$='/notice']").first)
    story.motion = secretary.path.removesuffix("/notice")
    stranger = quiet(story.house, "路人")
    await stranger.go(f"{story.motion}/notice")
    await stranger.sees(
        TITLE,
        "艾琳",
        "傅岚",
        "田小雨",
        "1号楼1单元加装电梯业主代表",
        "979.87 ㎡",
        re.compile("第二百七十八条|art. 278"),
    )
    await stranger.go(f"{story.proposal}")
    assert stranger.path.startswith("/login"), "the discussion is for members"
    await story.stepper(secretary, "公告表决文本 15 天", missing="公告期还有", acts="不用办，等时间到", until="3月26日")


async def wait_for_the_opening(story: Story) -> None:
    wu = await story.with_phone(WU)
    await wu.go(f"{story.motion}/ballot", status=409)
    await wu.sees("投票还没开始")


async def vote(story: Story) -> None:
    """Nine owners; the first two in the browser."""
    wu = await story.with_phone(WU)
    await story.stepper(wu, "业主投票", missing="8 人达到参与门槛", acts="业主", until="4月")
    lin = await story.with_phone(LIN)
    other = await phone(story.browser, story.house, "林文的平板")
    await other.log_in(LIN.phone)
    await other.go(f"{story.motion}/ballot")
    await other.submit("#ballot", choice="oppose")

    await _cast(story, wu, WU)
    await _cast(story, lin, LIN)
    await other.submit("#cast", status=409)
    await other.sees("已经投过票", "您刚才提交的这一张没有计入")
    await other.context.close()

    for one in NINE[2:]:
        person = story[one]
        await person.go(f"{story.motion}/ballot")
        await person.submit("#ballot", choice=one.choice)
        form_page = person.page
        await person.submit("#cast")
        await person.sees("投票成功")
        if isinstance(person, Quiet):
            receipt, person.page = person.path, form_page
            await person.submit("#cast")
            assert person.path == receipt, "the same form again leads to the same receipt"
    await _refuse_the_others(story)
    await _look_at_the_turnout(story)


async def _cast(story: Story, who: Phone, one: Neighbour) -> None:
    await who.go(f"{C}/")
    await who.follow("去投票")
    await who.submit("#ballot", choice=one.choice)
    await who.sees("同意", "核对一遍")
    await who.submit("#cast", taps=2)
    await who.sees("投票成功")
    saving = who.page.locator("a[href$='/receipt']")
    await who.unfold(saving)
    story.receipts.append(await who.download(saving, story.folder / f"{one.room}.tlog-proof"))
    assert one.choice not in story.receipts[-1].read_text(), "a sealed receipt does not say what was chosen"
    await who.follow("核验这张凭证")
    await who.sees("这一票在记录里")


async def _refuse_the_others(story: Story) -> None:
    """The co-owner who does not represent, the tenant, the neighbour next door, and nobody at all."""
    for one, why in (
        (LUO, BY_ANOTHER),
        (TENANT, "业主"),
        (XIE, "不在这次投票的名册里"),
    ):
        person = story[one]
        await person.go(f"{story.motion}/ballot", status=403)
        await person.sees(why)
    stranger = quiet(story.house, "路人")
    await stranger.go(f"{story.motion}/ballot")
    assert stranger.path.startswith("/login")


async def _look_at_the_turnout(story: Story) -> None:
    """Anybody sees how many took part; nobody sees which way."""
    stranger = quiet(story.house, "路人")
    await stranger.go(story.motion)
    await stranger.sees(TAKING_PART_AREA, "已参与 9")
    for staff in (COMMITTEE, SECRETARY):
        member = await story.at_work(staff)
        await member.go(story.motion)
        await member.misses("688.15", "56.50 ㎡", "56.35 ㎡", "7 人同意")
    counter = await story.at_work(COMMITTEE)
    await counter.go(f"{story.motion}/bundle.json", status=409)
