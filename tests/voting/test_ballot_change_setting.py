"""Whether a cast vote may be changed is offered at the desk, and the next announced vote keeps what was confirmed."""

from __future__ import annotations

from council.registry import settings
from council.storage.database import AnyEngine
from council.voting.model import Change
from tests.fixtures.client import submit
from tests.people import garden
from tests.voting.motions import opened


async def test_what_two_people_confirmed_holds_for_the_next_vote(db: AnyEngine, enter) -> None:
    people = await garden()
    before = await opened(people, title="1号楼1单元加装电梯之一")
    dana, erin = await enter(people.dana), await enter(people.erin)
    page = await dana.get("/c/garden/desk/settings")
    assert "投了不能改" in page.text
    sent = await submit(dana, page, "#propose", what="ballot_change:once", basis="业主大会议事规则第15条：可改一次")
    assert sent.status_code == 303
    page = await erin.get("/c/garden/desk/settings")
    assert (await submit(erin, page, "/confirm")).status_code == 303
    after = await opened(people, title="1号楼1单元加装电梯之二")
    assert (before.ruleset.change, after.ruleset.change) == (Change.NONE, Change.ONCE)


def test_every_offered_value_is_one_that_the_count_knows() -> None:
    assert set(settings.OPTIONS["ballot_change"]) == {change.value for change in Change}
