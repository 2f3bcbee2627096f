"""By-elections and the one-person chair by the owners' route: whoever is elected joins the committee that stands."""

from __future__ import annotations

import pytest

from council.bodies import establishing, queries, rounds
from council.bodies.duties import DutyKind, duties
from council.bodies.model import Ending, Post, VoteForm
from council.bodies.papers import Leaving
from council.kernel.errors import Refused
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.bodies.ground import (
    DAY,
    ELECTED,
    RECALLED,
    Committee,
    committee,
    election,
    established,
    founding,
    ground,
    on_paper,
)
from tests.people import garden
from tests.voting.motions import AFTER

SOON = AFTER + DAY


async def chosen(given: Committee, chair: str, deputy: str | None = None) -> None:
    """Every member votes for these two (or this one)."""
    now = SOON + 3 * DAY
    round_id = await rounds.open_round(
        actor=given.people.dana,
        body_id=given.id,
        key=new_id(),
        form=VoteForm.NAMED,
        basis="业主委员会工作规则第八条",
        closes_at=now + DAY,
        now=now,
    )
    picks = {Post.CHAIR: given.members[chair]} | ({Post.DEPUTY: given.members[deputy]} if deputy else {})
    for each in (await given.body()).sitting:
        actor = given.people.actors[each.name.lower()]
        await rounds.vote(actor=actor, round_id=round_id, key=new_id(), picks=picks, now=now)


async def test_the_one_chair_is_elected_a_member_and_then_chosen_by_the_members(db: AnyEngine) -> None:
    """一肩挑: the owners elect one to be a member; the committee goes on, and its members choose the chair."""
    people = await garden()
    before = await committee(people, names=ELECTED, reserve=())
    await chosen(before, "heidi", "ivan")
    motion = await election(people, ("alice",), seats=1, kind=Kind.ONE_PERSON_CHAIR)
    assert "本次是补选：补选的委员加入现任业主委员会" in motion.text
    wanted = founding(motion)
    assert await establishing.establish(actor=people.dana, founding=wanted, now=SOON) == before.id
    assert await establishing.establish(actor=people.dana, founding=wanted, now=SOON) == before.id
    (body,) = await queries.bodies(people.community_id)
    assert body.is_standing
    assert ({each.name for each in body.sitting}, body.seats) == ({"Grace", "Heidi", "Ivan", "Alice"}, 4)
    assert [each.motion_id for each in body.sitting if each.name == "Alice"] == [motion.id]
    assert [each.kind for each in duties(body, SOON) if each.kind is DutyKind.CHOOSE and each.is_open] == []
    given = await ground(people, body.id)
    # the chair before gives the post up, and stays a member
    heidi = given.members["heidi"]
    paper = Leaving(heidi, Ending.POST, SOON, post=Post.CHAIR)
    await on_paper(people, body.id, paper, SOON + DAY)
    after = await given.body()
    assert (after.holder(Post.CHAIR), len(after.sitting)) == (None, 4)
    (due,) = [each for each in duties(after, SOON) if each.kind is DutyKind.CHOOSE and each.is_open]
    assert not due.is_late(SOON + 7 * DAY)
    assert due.is_late(SOON + 9 * DAY)
    await chosen(given, "alice")
    chair = (await given.body()).holder(Post.CHAIR)
    assert chair is not None
    assert chair.name == "Alice"
    with pytest.raises(Refused, match=r"body\.holds_no_post"):
        await on_paper(people, body.id, Leaving(heidi, Ending.POST, SOON, post=Post.CHAIR), SOON + 4 * DAY)
    (told,) = await fetch("SELECT body FROM log_record WHERE kind = 'body.joined'")
    assert "Alice" not in told["body"]
    with pytest.raises(Refused, match=r"body\.established"):
        await established(people, motion, now=SOON)


async def test_a_by_election_is_for_the_committee_that_stood_when_it_was_called(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people, reserve=())
    await on_paper(people, given.id, Leaving(given.members["ivan"], Ending.RESIGNED, SOON), SOON)
    motion = await election(people, ("judy",), seats=1, fills=True, days=60)
    # the committee stood before this vote was called
    assert (await given.body()).began_at > motion.notice_at
    with pytest.raises(Refused, match=r"body\.nothing_to_join"):
        await established(people, motion, now=RECALLED + 20 * DAY)
    assert {each.name for each in (await given.body()).sitting} == {"Grace", "Heidi"}


async def test_a_whole_election_ends_the_committee_before_it(db: AnyEngine) -> None:
    people = await garden()
    first = await committee(people)
    motion = await election(people, ("judy", "alice", "grace"), days=60)
    assert "本次是换届选举" in motion.text
    body_id = await established(people, motion, now=AFTER + 60 * DAY)
    assert body_id != first.id
    assert not (await first.body()).is_standing
    assert {each.name for each in (await queries.body(people.community_id, body_id)).sitting} == {
        "Judy",
        "Alice",
        "Grace",
    }


async def test_nobody_founds_a_committee_of_one(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people, ("alice",), seats=1, kind=Kind.ONE_PERSON_CHAIR)
    with pytest.raises(Refused, match=r"body\.nothing_to_join"):
        await established(people, motion)
    assert await queries.bodies(people.community_id) == []


async def test_whoever_sits_already_takes_no_second_seat(db: AnyEngine) -> None:
    people = await garden()
    await committee(people)
    motion = await election(people, ("grace",), seats=1, kind=Kind.ONE_PERSON_CHAIR)
    with pytest.raises(Refused, match=r"body\.sits_already"):
        await established(people, motion)
