"""A committee that was elected and filed before anything was kept here: by its filing document, with two people."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from litestar import Litestar

from council.bodies import entries, queries
from council.bodies.composition import Seat
from council.bodies.duties import DutyKind, duties
from council.bodies.model import BodyKind, Ending, EntryKind, Post, Side, VoteForm
from council.bodies.papers import Earlier, Filing, Leaving, Minutes
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.storage.sql import execute
from tests.bodies.ground import (
    DAY,
    FINAL,
    certified_recall,
    committee,
    election,
    established,
    ground,
    on_paper,
    scan,
)
from tests.people import garden
from tests.voting.motions import AFTER

BEGAN = AFTER - 400 * DAY
CODES = ("1-1-102", "1-1-201", "1-1-202")


def earlier() -> Earlier:
    posts = (Post.CHAIR, Post.DEPUTY, Post.MEMBER)
    return Earlier(
        number=2,
        began_on=BEGAN,
        term_until=BEGAN + 3 * 365 * DAY,
        filing=Filing("花街备〔2025〕7号", "花园街道办事处", BEGAN + 20 * DAY),
        seats=tuple(Seat(f"业主{code}", Side.OWNER, post, code) for code, post in zip(CODES, posts, strict=True)),
    )


async def test_it_is_there_with_posts_term_and_filing_once_two_people_have_read_it(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient
) -> None:
    people = await garden()
    given = {"actor": people.dana, "body_id": None, "paper": earlier(), "scan_id": await scan(people)}
    key = new_id()
    entry_id = await entries.record(**given, key=key, now=AFTER)
    assert await queries.bodies(people.community_id) == []
    with pytest.raises(Refused, match=r"body\.second_person"):
        await entries.confirm(actor=people.dana, entry_id=entry_id, now=AFTER)
    body_id = await entries.confirm(actor=people.erin, entry_id=entry_id, now=AFTER)
    assert await entries.record(**given, key=key, now=AFTER) == entry_id
    body = await queries.body(people.community_id, body_id)
    assert (body.kind, body.number, body.motion_id, body.seats) == (BodyKind.OWNERS, 2, None, 3)
    assert next((each.name, each.post) for each in body.sitting) == ("业主1-1-102", Post.CHAIR)
    filing = body.last(EntryKind.FILING)
    assert filing is not None
    assert (filing.said["number"], filing.confirmed_by_name) == ("花街备〔2025〕7号", "Erin")
    assert duties(body, AFTER) == []
    near = body.term_until - 30 * DAY
    assert [each.kind for each in duties(body, near)] == [DutyKind.RENEW]
    shown = (await client.get(f"/c/garden/bodies/{body_id}")).text
    for told in ("花街备〔2025〕7号", "按备案文件登记", "在这里登记以前选出"):
        assert told in shown
    assert "花街备〔2025〕7号" in (await client.get(f"/c/garden/bodies/{body_id}/notices/filing")).text
    with pytest.raises(Refused, match=r"body\.committee_stands"):
        await on_paper(people, None, replace(earlier(), number=3), AFTER)


async def test_what_its_paper_may_not_say(db: AnyEngine) -> None:
    people = await garden()
    plain = earlier()
    chair, deputy, _ = plain.seats
    for changed, wrong in (
        ({"began_on": AFTER + DAY, "term_until": AFTER + 9 * DAY}, {"began_on": "body.day_ahead"}),
        ({"term_until": BEGAN - DAY}, {"term_until": "body.term_too_long"}),
        ({"term_until": BEGAN + 6 * 366 * DAY}, {"term_until": "body.term_too_long"}),
        ({"filing": replace(plain.filing, filed_on=AFTER + DAY)}, {"filed_on": "body.day_ahead"}),
        ({"filing": replace(plain.filing, filed_on=BEGAN - DAY)}, {"filed_on": "body.before_the_election"}),
        ({"seats": ()}, {"name_0": "body.nobody_listed"}),
        ({"seats": (chair, replace(deputy, post=Post.CHAIR))}, {"post_0": "body.one_of_each_post"}),
        ({"seats": (*plain.seats, replace(chair, post=Post.MEMBER))}, {"name_3": "body.listed_twice"}),
        ({"seats": (chair, replace(deputy, name="外来人"))}, {"place_1": "body.not_owner_here"}),
    ):
        with pytest.raises(Invalid) as refused:
            await on_paper(people, None, replace(plain, **changed), AFTER)
        assert refused.value.errors == wrong
    await committee(people)
    await execute("UPDATE body SET dissolved_at = {}", AFTER)
    with pytest.raises(Invalid) as taken:
        await on_paper(people, None, replace(plain, number=1), AFTER)
    assert taken.value.errors == {"number": "body.number_taken"}


async def test_one_whose_chair_has_left_chooses_another_within_seven_days_of_its_record(db: AnyEngine) -> None:
    people = await garden()
    plain = earlier()
    without = replace(plain, seats=tuple(replace(each, post=Post.MEMBER) for each in plain.seats))
    body_id = await on_paper(people, None, without, AFTER)
    body = await queries.body(people.community_id, body_id)
    assert body.holder(Post.CHAIR) is None
    (choose,) = duties(body, AFTER)
    assert (choose.kind, choose.due, choose.is_open) == (DutyKind.CHOOSE, end_of_days(AFTER, 7), True)
    chair, deputy, _ = body.sitting
    votes = {Post.CHAIR: {chair.id: 3}, Post.DEPUTY: {deputy.id: 3}}
    said = Minutes(AFTER + DAY, VoteForm.NAMED, "工作规则第八条", votes)
    await on_paper(people, body_id, said, AFTER + DAY)
    body = await queries.body(people.community_id, body_id)
    assert body.holder(Post.CHAIR) is not None
    done = [each for each in duties(body, AFTER + DAY) if each.kind is DutyKind.CHOOSE]
    assert [(each.done_at, each.is_late(AFTER + 30 * DAY)) for each in done] == [(AFTER + DAY, False)]


async def test_by_elections_and_recalls_work_for_it(db: AnyEngine) -> None:
    people = await garden()
    body_id = await on_paper(people, None, earlier(), AFTER)
    filled = await election(people, ("alice",), seats=1, fills=True)
    assert await established(people, filled) == body_id
    chair = await election(people, ("judy",), seats=1, kind=Kind.ONE_PERSON_CHAIR)
    assert await established(people, chair) == body_id
    given = await ground(people, body_id)
    assert {each.name for each in (await given.body()).sitting} >= {"Alice", "Judy", "业主1-1-102"}
    heidi = given.members["业主1-1-201"]
    recall = await certified_recall(people, heidi)
    await on_paper(people, body_id, Leaving(heidi, Ending.RECALLED, FINAL, recall.id), FINAL)
    assert heidi not in {each.id for each in (await given.body()).sitting}
