"""The desk tells whoever may be the second person of a role that waits, and who it waits for."""

from __future__ import annotations

import pytest

from council.accounts import role_asks
from council.kernel.actor import Role
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from tests.people import NOW, garden
from tests.progress.test_desk import DESK, At, Seen
from tests.progress.test_desk_turns import turns


@pytest.fixture(params=["zh-CN", "en"])
def words(request: pytest.FixtureRequest) -> tuple[str, str, str]:
    if request.param == "en":
        return "en", "A role of Ken to be confirmed", "Waits since"
    return "zh-CN", "Ken的职务任免要确认", "第二个人"


async def test_a_role_that_waits_is_on_the_desk_of_its_second_person(
    db: AnyEngine, at: At, seen: Seen, words: tuple[str, str, str]
) -> None:
    people = await garden()
    ask_id = await role_asks.ask_grant(
        actor=people.dana,
        person_id=people.ken.person_id,
        role=Role.AUDITOR,
        key=new_id(),
        reason="社区任命",
        now=NOW,
    )
    key = f"roles-{ask_id}"
    assert [key in turn for turn in await turns(people, "erin", NOW)] == [True, False]
    for name in ("dana", "gina"):
        assert [key in turn for turn in await turns(people, name, NOW)] == [False, True]
    locale, title, waits = words
    for name, is_anothers in (("erin", False), ("dana", True)):
        page = (await seen(people, name, DESK, headers={"Accept-Language": locale})).text
        row = page.partition(f'id="job-{key}"')[2].partition("</li>")[0]
        assert (f"/c/garden/desk/staff#ask-{ask_id}" in row, title in row) == (True, True)
        assert (waits in row) is is_anothers
        assert 'href="/c/garden/desk/staff"' in page
    await role_asks.confirm(actor=people.erin, ask_id=ask_id, now=NOW)
    assert key not in (await seen(people, "erin", DESK)).text
