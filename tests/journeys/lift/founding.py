"""Before anybody joins: the community, its staff, its roll, how votes count, and the slips."""

from __future__ import annotations

from pathlib import Path

from tests.bylaws.drafts import PDF
from tests.journeys import slips
from tests.journeys.house import House
from tests.journeys.lift.neighbours import COMMITTEE, EVERYBODY, GRID_WORKER, SECRETARY
from tests.journeys.lift.story import C, Story
from tests.journeys.phone import PASSWORD

ROLL = Path(__file__).parents[2] / "samples" / "rolls" / "courtyard-24.csv"


def found(house: House) -> None:
    """Area, community and staff, from the command line: first passwords come by standard input."""
    for words in (
        ("area", "add", "beicheng", "北城街道"),
        ("community", "add", "courtyard", "杏花小区", "--area", "beicheng", "--phone", "010-5555 0132"),
    ):
        done = house.council(*words)
        assert done.returncode == 0, done.stderr
    for one in EVERYBODY:
        done = house.council(
            *("staff", "add", "--community", "courtyard", "--role", one.role, "--phone", one.phone, "--name", one.name),
            *("--by", "周工"),
            stdin=PASSWORD + "\n",
        )
        assert done.returncode == 0, done.stderr
        assert one.phone not in done.stdout, "the command line shows no whole number"


async def take_the_roll(story: Story) -> None:
    """The secretary hands over the file, sees that 24 units would be added, and only then confirms."""
    secretary = await story.at_work(SECRETARY)
    await secretary.go(f"{C}/desk")
    await secretary.tap(secretary.page.locator("a[href$='/desk/roll']"))
    await secretary.submit("#upload", files={"file": ROLL})
    await secretary.sees("新增", "courtyard-24.csv")
    effect = await secretary.page.locator("#effect .facts").inner_text()
    assert [word for word in effect.split() if word.isdigit()] == ["24", "0", "0", "0", "0"], effect
    await secretary.submit("#confirm")
    await secretary.sees("已导入，每一行都处理完了。")
    await secretary.go(f"{C}/desk/register")
    await secretary.sees("吴博敏", "979.87 ㎡")


async def let_online_votes_count(story: Story) -> None:
    """The committee records the bylaws with clause, page and scan; it takes a second person to confirm."""
    committee = await story.at_work(COMMITTEE)
    await committee.go(f"{C}/desk/bylaws")
    await (
        committee.page.locator("#propose details", has=committee.page.locator("#value_online_counts"))
        .locator("summary")
        .click()
    )
    await committee.submit(
        "#propose",
        files={"document": {"name": "议事规则.pdf", "mimeType": "application/pdf", "buffer": PDF}},
        title="杏花小区业主大会议事规则",
        adopted_on="2026-01-10",
        effective_from="2026-01-20",
        value_online_counts="yes",
        clause_online_counts="第十二条：本平台实名投票与书面投票效力相同。",
        page_online_counts="4",
    )
    assert await committee.page.locator("form[action$='/confirm']").count() == 0, "nobody confirms their own proposal"
    secretary = await story.at_work(SECRETARY)
    await secretary.go(f"{C}/bylaws")
    await secretary.tap(secretary.page.locator("a.row[href*='/bylaws/']"))
    await secretary.sees("等第二个人确认", "第十二条")
    await secretary.submit("/confirm")
    await secretary.sees("艾琳", "戴娜")


async def print_slips(story: Story) -> None:
    """The grid worker prints the slips of the building: one a household, one an owner; the codes are on the paper."""
    worker = await story.at_work(GRID_WORKER)
    await worker.go(f"{C}/desk/slips")
    building = worker.form("#pile").locator("option[value^=building]", has_text=worker.words("1号楼"))
    await worker.form("#pile").locator("select").select_option(await building.get_attribute("value"))
    pile = await worker.download(await worker.target("生成 PDF"), story.folder / "slips.pdf")
    story.slips = slips.read(pile)
    codes = [slip.code for slip in story.slips]
    assert len(codes) == 24 + 26, "one for each home, one for each owner"
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 8 for code in codes)
