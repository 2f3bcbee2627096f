"""One household asks for a lift, others endorse, the institute answers, the community accepts, neighbours talk."""

from __future__ import annotations

from tests.journeys.lift import pictures
from tests.journeys.lift.neighbours import COMMITTEE, GAO, LIN, SECRETARY, SHEN, TANG, TENANT, WU, XIE, YUAN, ZHENG
from tests.journeys.lift.story import TITLE, C, Story

WHY = "四层以上有六位七十岁以上的老人，下一次楼要歇两三回；去年冬天叫急救，担架在三楼转不过来。"
QUESTION = "井道离一楼的窗户有多远？会不会挡光？"
ANSWER = "井道距北侧外墙一米二，玻璃幕墙，日照分析见附图，一层满足标准。"
RUMOUR = "听说有人收了回扣。"


async def propose(story: Story) -> None:
    """Filed in the browser, first with a fault: what was typed stays."""
    tang = await story.with_phone(TANG)
    await tang.go(f"{C}/proposals/new")
    await tang.follow("加装电梯")
    await tang.submit("#new", title=TITLE, body=WHY, cost="很多", occupied="yes", status=422)
    assert await tang.control(tang.form("#new"), "body").input_value() == WHY, "what was typed is kept"
    await tang.submit(
        "#new",
        cost="628,460",
        occupied="yes",
        occupied_rooms="101室",
        occupied_how="厨房外的阳台边",
        files={"photos": {"name": "楼梯.jpg", "mimeType": "image/jpeg", "buffer": pictures.stairwell()}},
    )
    story.proposal = tang.path.partition("?")[0]
    await tang.sees(TITLE, WHY, "￥628,460.00")
    await _look_at_the_photo(story)
    await story.stepper(tang, "技术上能不能做", missing="能不能做的书面结论", acts="设计单位或职能部门")


async def _look_at_the_photo(story: Story) -> None:
    """What is served says no longer where it was taken; strangers do not get it at all."""
    tang = await story.with_phone(TANG)
    picture = tang.page.locator(".photos a").first
    for address in (await picture.get_attribute("href"), await picture.locator("img").get_attribute("src")):
        answer = await tang.context.request.get(f"{story.house.address}{address}")
        assert answer.status == 200
        assert not pictures.says_where(await answer.body())


async def endorse(story: Story) -> None:
    """One household each; the tenant's household too; a neighbour of another entrance may not."""
    wu = await story.with_phone(WU)
    await wu.go(story.proposal)
    await wu.submit("/endorsements")
    await wu.sees("已附议")
    for one in (GAO, ZHENG, YUAN):
        person = story[one]
        await person.go(story.proposal)
        await person.submit("#endorse-now")
    await wu.go(story.proposal)
    await wu.sees("5 户")
    xie = story[XIE]
    await xie.go(story.proposal)
    await xie.sees("5 户附议")
    assert "/endorsements" not in xie.page.text


async def find_feasible_and_accept(story: Story) -> None:
    secretary = await story.at_work(SECRETARY)
    await story.open_job(secretary, "answer", TITLE)
    await secretary.submit("/finding", feasible="yes", office="市建筑设计院", note="可行性意见 设字第12号")
    await story.stepper(secretary, "社区受理", missing="社区受理", acts="社区书记", until="3月6日")
    await story.open_job(secretary, "answer", TITLE)
    await secretary.submit("/accept")
    await secretary.sees("已受理")
    await story.stepper(secretary, "公开讨论", missing="讨论期还有", acts="", until="3月10日")


async def talk(story: Story) -> None:
    """For, against, a question that must be answered, its official answer, and one comment hidden with its reason."""
    wu = await story.with_phone(WU)
    await wu.go(story.proposal)
    await wu.submit("#say", stance="agree", body="我住一楼用不上，但楼上老人多，我支持。")
    await wu.sees("楼上老人多")
    lin = await story.with_phone(LIN)
    await lin.go(story.proposal)
    await lin.submit("#say", stance="question", body=QUESTION)
    await lin.sees(QUESTION)
    for one, stance, words in (
        (SHEN, "oppose", "噪声和挡光怎么办？我反对。"),
        (TENANT, "suggestion", RUMOUR),
    ):
        person = story[one]
        await person.go(story.proposal)
        await person.submit("#say", stance=stance, body=words)
        await person.sees(words)
    await _mark_answer_hide(story)


async def _mark_answer_hide(story: Story) -> None:
    secretary, committee = await story.at_work(SECRETARY), await story.at_work(COMMITTEE)
    await _moderate(story, QUESTION)
    await secretary.submit("#question", answer_from="市建筑设计院 刘工", days=3)
    await story.stepper(secretary, "公开讨论", missing="1 个答复（1 个问题已答 0 个）", acts="刘工")
    await _moderate(story, RUMOUR)
    await secretary.submit("#hide", reason="rumour")

    await committee.go(story.proposal)
    await committee.tap(
        committee.page.locator("article", has_text=QUESTION).get_by_role("link", name=committee.words("答复这个问题"))
    )
    await committee.submit("/replies", body=ANSWER, office="市建筑设计院")
    await committee.sees("官方答复", ANSWER)

    lin = await story.with_phone(LIN)
    await lin.go(story.proposal)
    await lin.sees("官方答复", "这条发言已隐藏", "说法没有依据")
    await lin.misses(RUMOUR)
    shen = story[SHEN]
    await shen.go(story.proposal)
    await shen.sees("噪声和挡光怎么办")


async def _moderate(story: Story, words: str) -> None:
    secretary = await story.at_work(SECRETARY)
    await secretary.go(story.proposal)
    await secretary.tap(
        secretary.page.locator("article", has_text=words).get_by_role("link", name=secretary.words("处理")).first
    )


async def agree_to_the_shaft(story: Story) -> None:
    """The one home whose own part is touched answers by itself."""
    wu = await story.with_phone(WU)
    await wu.go(f"{C}/")
    await wu.follow("要征得您同意")
    await wu.submit("/consents", button="我家同意")
    await wu.sees("同意")
