"""What this room refuses, sentence by sentence (`refusals.toml`), and the few that no story elsewhere provokes."""

from __future__ import annotations

import httpx
import pytest
from litestar import Litestar

from council.bodies import composition, entries
from council.bodies.model import Ending
from council.bodies.papers import Leaving
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute
from tests.bodies.ground import committee
from tests.fixtures.client import submit
from tests.people import OWNED, garden, sign_in
from tests.refusals import refusals, unprovoked, wrongly_said
from tests.voting.motions import AFTER

REFUSALS = refusals("bodies")


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_refusal_is_said_in_words(locale: str) -> None:
    assert wrongly_said(REFUSALS, locale) == {}


def test_every_refusal_is_provoked_somewhere() -> None:
    assert unprovoked(REFUSALS) == []


def test_an_empty_list_misses_every_leg_but_none_of_its_own_sentences() -> None:
    wrong = composition.failed([])
    assert wrong is not None
    assert set(wrong.errors.values()) == {
        "composition.size",
        "composition.odd",
        "composition.owners",
        "composition.one_chair",
        "composition.chair_of_office",
        "composition.one_deputy",
        "composition.deputy_owner",
    }


async def test_papers_are_the_offices(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    ground = await committee(people)
    await sign_in(client, people.alice)
    answer = await client.get(f"/c/garden/desk/bodies/{ground.id}")
    assert (answer.status_code, REFUSALS["body.staff_only"]["zh"] in answer.text) == (403, True)


async def test_what_is_not_so_any_more_is_not_confirmed(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient
) -> None:
    """Recorded while the paper could hold; by the time of the second person it cannot: Refused "body.changed_since"."""
    people = await garden()
    ground = await committee(people)
    home = people.units[OWNED["ivan"]]
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", AFTER, home)
    leaving = Leaving(ground.members["ivan"], Ending.SOLD, AFTER)
    entry_id = await entries.record(
        actor=people.dana, body_id=ground.id, paper=leaving, scan_id=None, key=new_id(), now=AFTER
    )
    await execute("UPDATE body_member SET began_at = {} WHERE id = {}", AFTER.replace(year=2027), leaving.member_id)
    await sign_in(client, people.erin)
    page = await client.get(f"/c/garden/desk/bodies/papers/{entry_id}")
    answer = await submit(client, page, "#confirm")
    assert (answer.status_code, REFUSALS["body.changed_since"]["zh"] in answer.text) == (409, True)
    ivan = (await ground.body()).member(leaving.member_id)
    assert ivan is not None
    assert ivan.ended_at is None
