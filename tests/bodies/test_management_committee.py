"""Appointed, never elected: its document, its composition, the change of its list, its end."""

from __future__ import annotations

import pytest

from council.bodies import entries, queries, rounds
from council.bodies.composition import Seat
from council.bodies.duties import DutyKind, duties
from council.bodies.model import BodyKind, Ending, Post, Side, VoteForm
from council.bodies.papers import Dissolution, Filing, Leaving
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute
from tests.bodies.ground import APPOINTED, DAY, appointment, committee, on_paper, scan, seats
from tests.people import garden
from tests.voting.motions import AFTER


async def test_it_is_there_once_two_people_have_read_the_document(db: AnyEngine) -> None:
    people = await garden()
    given = {"actor": people.dana, "body_id": None, "paper": appointment(people), "scan_id": await scan(people)}
    key = new_id()
    entry_id = await entries.record(**given, key=key, now=AFTER)
    assert await queries.bodies(people.community_id) == []
    with pytest.raises(Refused, match=r"body\.waiting"):
        await entries.record(**given, key=new_id(), now=AFTER)
    body_id = await entries.confirm(actor=people.erin, entry_id=entry_id, now=AFTER)
    assert await entries.record(**given, key=key, now=AFTER) == entry_id
    body = await queries.body(people.community_id, body_id)
    chair, deputy = body.holder(Post.CHAIR), body.holder(Post.DEPUTY)
    assert chair is not None
    assert deputy is not None
    assert (body.kind, len(body.sitting), chair.side, deputy.owner_id) == (
        *(BodyKind.MANAGEMENT, 7, Side.NEIGHBOURHOOD),
        people.owners["1-1-102"],
    )
    with pytest.raises(Refused, match=r"body\.management_stands"):
        await on_paper(people, None, appointment(people), AFTER)


async def test_every_leg_of_its_composition_is_named(db: AnyEngine) -> None:
    people = await garden()
    with pytest.raises(Invalid) as wrong:
        await on_paper(people, None, appointment(people, seats=seats(people, owners=2, others=4)), AFTER)
    assert set(wrong.value.errors) == {"leg_size", "leg_odd", "leg_owners"}
    assert wrong.value.details["leg_owners.needed"] == 3


async def test_an_owner_on_the_list_owns_something_here(db: AnyEngine) -> None:
    people = await garden()
    stranger = Seat("外来人", Side.OWNER, Post.MEMBER, "1-1-401")
    with pytest.raises(Invalid) as wrong:
        await on_paper(people, None, appointment(people, seats=(*seats(people)[:-1], stranger)), AFTER)
    assert wrong.value.errors == {"place_6": "body.not_owner_here"}


async def test_an_owner_who_sold_before_the_second_persons_yes_is_no_member(db: AnyEngine) -> None:
    people = await garden()
    entry_id = await entries.record(
        actor=people.dana,
        body_id=None,
        paper=appointment(people),
        scan_id=await scan(people),
        key=new_id(),
        now=AFTER,
    )
    owner_id = people.owners["1-1-301"]
    await execute("UPDATE ownership SET ended_at = {} WHERE owner_id = {}", AFTER, owner_id)
    with pytest.raises(Invalid) as wrong:
        await entries.confirm(actor=people.erin, entry_id=entry_id, now=AFTER)
    assert wrong.value.errors == {"place_6": "body.not_owner_here"}
    assert await queries.bodies(people.community_id) == []


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"appointed_on": AFTER + DAY, "term_until": AFTER + 9 * DAY}, {"appointed_on": "body.day_ahead"}),
        ({"term_until": APPOINTED}, {"term_until": "body.term_too_long"}),
        ({"term_until": APPOINTED + 2000 * DAY}, {"term_until": "body.term_too_long"}),
    ],
)
async def test_days_of_an_appointment(db: AnyEngine, changed: dict[str, object], errors: dict[str, str]) -> None:
    people = await garden()
    with pytest.raises(Invalid) as wrong:
        await on_paper(people, None, appointment(people, **changed), AFTER)
    assert wrong.value.errors == errors


async def test_another_document_changes_the_list(db: AnyEngine) -> None:
    people = await garden()
    body_id = await on_paper(people, None, appointment(people), AFTER)
    first = await queries.body(people.community_id, body_id)
    changed = list(seats(people))
    changed[0] = Seat("新来的书记", Side.STREET, Post.CHAIR)
    changed[3], changed[4] = (
        Seat(changed[3].name, Side.OWNER, Post.MEMBER, changed[3].place),
        Seat(changed[4].name, Side.OWNER, Post.DEPUTY, changed[4].place),
    )
    paper = appointment(people, document="花街办〔2026〕20号", seats=tuple(changed))
    await on_paper(people, body_id, paper, AFTER + DAY)
    body = await queries.body(people.community_id, body_id)
    chair, deputy = body.holder(Post.CHAIR), body.holder(Post.DEPUTY)
    assert chair is not None
    assert deputy is not None
    assert (chair.name, deputy.name, len(body.sitting)) == ("新来的书记", "业主1-1-201", 7)
    old = body.member(first.sitting[0].id)
    assert old is not None
    assert old.ending is Ending.REPLACED
    assert {each.id for each in body.sitting} - {each.id for each in first.members} == {chair.id}


async def test_the_two_routes_never_mix(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    with pytest.raises(Refused, match=r"body\.owners_elect"):
        await on_paper(people, ground.id, appointment(people), AFTER)
    with pytest.raises(Refused, match=r"body\.owners_elect"):
        await on_paper(people, ground.id, Dissolution("3号", AFTER), AFTER)
    with pytest.raises(Refused, match=r"body\.owners_committee_stands"):
        await on_paper(people, None, appointment(people), AFTER)


async def test_its_chair_is_no_matter_of_a_ballot(db: AnyEngine) -> None:
    people = await garden()
    body_id = await on_paper(people, None, appointment(people), AFTER)
    body = await queries.body(people.community_id, body_id)
    with pytest.raises(Refused, match=r"inner\.chair_by_rule"):
        await rounds.open_round(
            actor=people.dana,
            body_id=body_id,
            key=new_id(),
            form=VoteForm.NAMED,
            basis="规则第八条",
            closes_at=AFTER + DAY,
            now=AFTER,
        )
    with pytest.raises(Refused, match=r"body\.changed_by_appointment"):
        await on_paper(people, body_id, Leaving(body.sitting[0].id, Ending.RESIGNED, AFTER), AFTER)
    with pytest.raises(Refused, match=r"body\.management_not_filed"):
        await on_paper(people, body_id, Filing("3号", "街道办事处", AFTER), AFTER)


async def test_it_ends_when_the_owners_have_a_committee(db: AnyEngine) -> None:
    people = await garden()
    body_id = await on_paper(people, None, appointment(people), AFTER)
    with pytest.raises(Refused, match=r"body\.no_owners_committee"):
        await on_paper(people, body_id, Dissolution("花街办〔2026〕30号", AFTER), AFTER)
    await committee(people)
    body = await queries.body(people.community_id, body_id)
    assert [each.kind for each in duties(body, AFTER, is_succeeded=True)] == [DutyKind.DISSOLVE]
    with pytest.raises(Invalid) as ahead:
        await on_paper(people, body_id, Dissolution("花街办〔2026〕30号", AFTER + DAY), AFTER)
    assert ahead.value.errors == {"on": "body.day_ahead"}
    await on_paper(people, body_id, Dissolution("花街办〔2026〕30号", AFTER), AFTER)
    ended = await queries.body(people.community_id, body_id)
    assert (ended.is_standing, ended.sitting, duties(ended, AFTER)) == (False, (), [])
    with pytest.raises(Refused, match=r"body\.ended"):
        await on_paper(people, body_id, appointment(people), AFTER)


async def test_a_photo_is_no_document(db: AnyEngine) -> None:
    people = await garden()
    scan_id = await scan(people)
    await execute("UPDATE stored_file SET purpose = 'photo', thumb_sha256 = sha256")
    with pytest.raises(Invalid) as wrong:
        await entries.record(
            actor=people.dana, body_id=None, paper=appointment(people), scan_id=scan_id, key=new_id(), now=AFTER
        )
    assert wrong.value.errors == {"scan_file": "file.not_a_document"}
