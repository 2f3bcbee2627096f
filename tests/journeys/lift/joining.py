"""Neighbours join with their slips; the desk makes sure who owns what."""

from __future__ import annotations

from tests.journeys import slips
from tests.journeys.lift.neighbours import LIN, LUO, NINE, SECRETARY, TENANT, WU, XIE, Neighbour
from tests.journeys.lift.story import C, Story
from tests.journeys.phone import PASSWORD
from tests.journeys.quiet import Quiet, quiet


def owner_code(story: Story, one: Neighbour) -> str:
    return slips.code(story.slips, "业主码", one.name)


async def join(story: Story) -> None:
    """Two in the browser, one typing the code and one having scanned it; the others do the same without a picture."""
    wu = await story.with_phone(WU)
    await wu.go("/join")
    await wu.submit("/join", code="ZZZZ ZZZZ", status=422)
    await wu.submit("/join", code=owner_code(story, WU).lower())
    await wu.sees("1号楼1单元")
    await wu.submit("#join", name=WU.name, phone=WU.phone, password=PASSWORD)
    await wu.sees("未核实业主身份")

    lin = await story.with_phone(LIN)
    await lin.go(f"/join/{owner_code(story, LIN)}")
    await lin.submit("#join", name=LIN.name, phone=LIN.phone, password="short", status=422)
    assert await lin.control(lin.form("#join"), "phone").input_value() == LIN.phone, "what was typed is kept"
    await lin.submit("#join", name=LIN.name, phone=LIN.phone, password=PASSWORD)

    for one in (*NINE, LUO, XIE):
        if one.name not in story.people:
            story.people[one.name] = await _knock(story, one, owner_code(story, one))
    story.people[TENANT.name] = await _knock(story, TENANT, slips.code(story.slips, "住户码", "1号楼1单元", "102"))
    await _add_a_home(story, WU, slips.code(story.slips, "住户码", "1号楼1单元", "101"))


async def _knock(story: Story, one: Neighbour, code: str) -> Quiet:
    visitor = quiet(story.house, one.name)
    await visitor.go(f"/join/{code}")
    await visitor.submit("#join", name=one.name, phone=one.phone, password=PASSWORD)
    assert visitor.path.startswith(f"{C}/"), visitor.path
    visitor.number = one.phone
    return visitor


async def _add_a_home(story: Story, one: Neighbour, code: str) -> None:
    """A second slip, the household's, added to the account that is logged in."""
    person = story[one]
    await person.go(f"/join/{code}")
    await person.submit("#join")


async def verify(story: Story) -> None:
    """The desk makes sure of every owner: identity card, deed, or the telephone on the register answered."""
    secretary = await story.at_work(SECRETARY)
    waiting = (*NINE, LUO, XIE)
    for number, one in enumerate(waiting):
        await secretary.go(f"{C}/desk/people")
        assert await secretary.page.locator("a[href*='/desk/people/claims/']").count() == len(waiting) - number
        await secretary.tap(secretary.page.locator("a[href*='/desk/people/claims/']").filter(has_text=one.name).first)
        await secretary.submit("#verify", how=one.how)
        await secretary.sees("已核实")
    wu = story[WU]
    await wu.go("/me")
    await wu.sees("已核实")
