"""After the closing: the count, two signatures, the result's days, an objection, and the start."""

from __future__ import annotations

import re

from tests.journeys.lift.neighbours import COMMITTEE, GRID_WORKER, SECRETARY, SHEN
from tests.journeys.lift.story import TITLE, C, Story
from tests.journeys.quiet import quiet
from tests.journeys.tongue import found_in, spoken
from tests.pdf import read

COMPARED = ("9", "12", "801.00", "979.87", "7", "688.15")
PRODUCTS = tuple(
    re.compile(f"{one} ?[＝=] ?{is_one}(，不少于| is no less than) {other} ?[＝=] ?{is_other}")
    for one, is_one, other, is_other in (
        ("3×9", "27", "2×12", "24"),
        ("3×80,100", "240,300", "2×97,987", "195,974"),
        ("4×7", "28", "3×9", "27"),
        ("4×68,815", "275,260", "3×80,100", "240,300"),
    )
)
GROUND = "噪声评估没有公开，二层住户的补偿也没有谈妥。"
REPLY = "噪声评估已于4月13日张贴；补偿已调解两次，未能达成一致，理由见调解记录。"
REMEDY = "可依法向北城区人民法院起诉"


async def certify(story: Story) -> None:
    """The verdict is there at the closing; two of the three named people sign it."""
    committee = await story.at_work(COMMITTEE)
    await story.stepper(committee, "业主投票", missing="2 个计票人、监票人签字", acts="计票人、监票人")
    await committee.go(f"{C}/")
    await committee.follow("签字")
    await committee.sees(*(f"{each}" for each in COMPARED))
    await committee.submit("#certify")
    await story.stepper(committee, "业主投票", missing="1 个计票人、监票人签字", acts="计票人、监票人")
    worker = await story.at_work(GRID_WORKER)
    await worker.go(f"{story.motion}/count")
    await worker.submit("#certify")
    await worker.sees("两位计票人已签字确认")
    await story.stepper(worker, "结果公示 15 天", missing="", acts="不用办，等时间到", until="4月")


async def read_the_result(story: Story) -> None:
    """The page, and the notice on paper, show every comparison with both sides."""
    stranger = quiet(story.house, "路人")
    await stranger.go(story.motion)
    await stranger.sees("通过，4 项比较都达到", *PRODUCTS)
    await stranger.misses("吴博敏", "沈杰华")
    pdf = story.folder / "notice.pdf"
    pdf.write_bytes((await stranger.client.get(f"{story.motion}/notice", params={"format": "pdf"})).content)
    printed = read(pdf.read_bytes())
    printed += re.sub(r"\n\s*", "", printed)  # a sentence goes on in the next line
    missing = [
        each for each in (TITLE, "表决通过", *COMPARED) if not found_in(printed, spoken(each, story.house.locale))
    ]
    assert not missing, f"the posted notice does not say {missing}:\n{printed}"


async def object(story: Story) -> None:
    shen = await story.with_phone(SHEN)
    await shen.go(story.motion)
    await shen.submit("#object", ground="不行", status=422)
    await shen.submit("#object", ground=GROUND)
    await shen.sees(GROUND)
    await story.stepper(shen, "异议办结", missing="1 条异议没有办结", acts="社区书记", until="4月21日（周二）24:00")


async def answer_the_objection(story: Story) -> None:
    """Mediation failed: a written reply with reasons, and the court that can be asked."""
    secretary = await story.at_work(SECRETARY)
    await secretary.go(f"{C}/desk")
    await secretary.tap(secretary.page.locator("li.job > a[href*='objection']").filter(has_text=TITLE))
    await secretary.submit("#closing", outcome="mediation_failed", reply=REPLY, status=422)
    await secretary.tap(secretary.page.locator("li.job.open a.more[href*='/objections/']"))
    await secretary.submit("#step", kind="mediation", happened_at="2026-04-14", words="在居委会谈了一次，没有谈成")
    await secretary.submit("#closing", outcome="mediation_failed", reply=REPLY, remedy=REMEDY)
    committee = await story.at_work(COMMITTEE)
    await committee.go(f"{C}/desk")
    await committee.tap(committee.page.locator("li.job > a[href*='objection']").filter(has_text=TITLE))
    await committee.tap(committee.page.locator("#second button[value=confirm]"))
    shen = await story.with_phone(SHEN)
    await shen.go(story.motion)
    await shen.sees(REPLY, REMEDY)


async def start(story: Story) -> None:
    """The result's days have run and the objection is closed: the desk's one act, and the project is there."""
    secretary = await story.at_work(SECRETARY)
    await story.stepper(secretary, "具备开工条件", missing="", acts="社区书记")
    await story.open_job(secretary, "start", TITLE)
    await secretary.submit("/start")
    await secretary.go(story.proposal)
    await secretary.sees("具备开工条件")
    await secretary.follow("台账里的项目")
    await secretary.sees(TITLE, "￥628,460.00")
    stranger = quiet(story.house, "路人")
    await stranger.go(f"{C}/projects")
    await stranger.sees(TITLE, "￥628,460.00")
