"""One human, one seat; and an older election ends no newer committee."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from council.bodies import alternates, queries, results, rounds
from council.bodies.model import Ending, Post, VoteForm
from council.bodies.papers import Leaving
from council.files import service as files
from council.files import store
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import official_results
from council.voting import queries as voting
from council.voting.model import Outcome
from council.voting.official import OfficialDraft, Placed
from tests.bodies.ground import (
    DAY,
    FINAL,
    Committee,
    appointment,
    certified_recall,
    committee,
    election,
    established,
    on_paper,
)
from tests.people import garden, say_in_bylaws, sign_in
from tests.voting.motions import AFTER
from tests.voting.official import PDF

SOON = AFTER + DAY
LATER = AFTER + 60 * DAY


async def left(given: Committee, name: str) -> None:
    await on_paper(given.people, given.id, Leaving(given.members[name], Ending.RESIGNED, SOON), SOON)


async def sitting(given: Committee) -> list[str]:
    return sorted(each.name for each in (await given.body()).sitting)


async def test_an_older_election_ends_no_newer_committee(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient
) -> None:
    people = await garden()
    older = await election(people, ("alice", "judy", "grace"))
    given = await committee(people, days=60)
    assert [each.id for each in (await results.unused(people.community_id)).overtaken] == [older.id]
    with pytest.raises(Refused, match=r"body\.newer_stands"):
        await established(people, older, now=LATER + DAY)
    body = await given.body()
    assert (body.is_standing, len(body.sitting)) == (True, 3)
    assert (await results.unused(people.community_id)).waiting == ()
    await sign_in(client, people.dana)
    desk = (await client.get("/c/garden/desk/bodies")).text
    assert "早先的选举结果不能取代、也不能加入后来的业委会" in desk
    assert f"/desk/bodies/results/{older.id}" not in desk
    assert "早先的选举结果不能再取代它" in (await client.get(f"/c/garden/desk/bodies/results/{older.id}")).text


async def test_of_an_official_result_the_day_on_its_document_counts(db: AnyEngine, tmp_path: Path) -> None:
    """However late it is recorded here."""
    people = await garden()
    await say_in_bylaws(people.community_id, online_counts="no")
    older = await election(people, ("alice", "judy", "grace"))
    await say_in_bylaws(people.community_id, online_counts="yes")
    given = await committee(people, days=60)
    now = LATER + DAY
    store.use(tmp_path)
    scan = await files.save_document(actor=people.dana, data=PDF, name="结果.pdf", now=now)
    numbers = [each.number for each in await voting.candidates(people.community_id, older.id)]
    draft = OfficialDraft(
        key=new_id(),
        outcome=Outcome.PASSED,
        document="业主决定共同事项系统结果",
        number="2026年第8号",
        dated_on=local_midnight(local_date(SOON)),
        figures=None,
        file_id=scan.id,
        elected=tuple(Placed(each) for each in numbers),
    )
    official_id = await official_results.record(actor=people.dana, motion_id=older.id, draft=draft, now=now)
    await official_results.confirm(actor=people.erin, official_id=official_id, now=now)
    with pytest.raises(Refused, match=r"body\.newer_stands"):
        await established(people, older, now=LATER + 2 * DAY)
    assert (await given.body()).is_standing


async def test_an_alternate_who_is_elected_waits_no_more(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    motion = await election(people, ("judy", "alice"), seats=2, kind=Kind.GOVERNANCE, fills=True, days=60)
    await execute("UPDATE body SET began_at = {} WHERE id = {}", motion.notice_at, given.id)
    await established(people, motion, now=LATER)
    body = await given.body()
    assert await sitting(given) == ["Alice", "Grace", "Heidi", "Ivan", "Judy"]
    row = body.member(given.members["judy"])
    assert row is not None
    assert (row.ending, body.alternates) == (Ending.REPLACED, ())
    (told,) = await fetch("SELECT body FROM log_record WHERE kind = 'body.joined'")
    assert f'"rows_over":[{row.id}]' in told["body"]
    await left(given, "ivan")
    with pytest.raises(Refused, match=r"body\.no_alternate"):
        await alternates.step_up(actor=people.dana, body_id=given.id, member_id=row.id, now=LATER)


async def test_whoever_sits_is_left_out_and_the_others_join(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    motion = await election(people, ("grace", "alice"), seats=2, fills=True, days=60)
    await execute("UPDATE body SET began_at = {} WHERE id = {}", motion.notice_at, given.id)
    await established(people, motion, now=LATER)
    assert await sitting(given) == ["Alice", "Grace", "Heidi", "Ivan"]
    assert (await given.body()).seats == 4
    (told,) = await fetch("SELECT body FROM log_record WHERE kind = 'body.joined'")
    assert '"left_out":1' in told["body"]


async def test_whoever_waits_keeps_the_older_place_in_the_row(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    motion = await election(people, ("alice", "judy"), seats=1, fills=True, days=60)
    await execute("UPDATE body SET began_at = {} WHERE id = {}", motion.notice_at, given.id)
    await established(people, motion, now=LATER)
    assert [each.id for each in (await given.body()).alternates] == [given.members["judy"]]


async def test_an_account_that_sits_follows_nobody(db: AnyEngine) -> None:
    """The same human by another owner in the register."""
    people = await garden()
    given = await committee(people)
    await execute("UPDATE body_member SET person_id = {} WHERE id = {}", people.grace.person_id, given.members["judy"])
    await left(given, "ivan")
    with pytest.raises(Refused, match=r"body\.no_alternate"):
        await alternates.step_up(actor=people.dana, body_id=given.id, member_id=given.members["judy"], now=SOON)


async def test_a_recalled_member_is_not_back_by_an_older_result_or_another_row(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    heidi = given.members["heidi"]
    # another row of the same human, from before rows were one an owner
    await execute("UPDATE body_member SET person_id = {} WHERE id = {}", people.heidi.person_id, given.members["judy"])
    by_election = await election(people, ("heidi", "alice"), seats=2, fills=True)
    await execute("UPDATE body SET began_at = {} WHERE id = {}", by_election.notice_at, given.id)
    await execute("UPDATE body_member SET began_at = {} WHERE body_id = {}", by_election.notice_at, given.id)
    recall = await certified_recall(people, heidi)
    await on_paper(people, given.id, Leaving(heidi, Ending.RECALLED, FINAL, recall.id), FINAL)
    body = await given.body()
    assert (await sitting(given), body.alternates) == (["Grace", "Ivan"], ())
    await established(people, by_election, now=FINAL + DAY)
    assert await sitting(given) == ["Alice", "Grace", "Ivan"]


async def test_an_appointment_lists_an_owner_once(db: AnyEngine) -> None:
    people = await garden()
    paper = appointment(people)
    owner = paper.seats[-1]
    with pytest.raises(Invalid) as refused:
        twice = (*paper.seats[:-2], owner, owner)
        await on_paper(people, None, replace(paper, seats=twice), SOON)
    assert refused.value.errors == {"name_6": "body.listed_twice"}
    assert await queries.bodies(people.community_id) == []


async def test_the_chair_is_no_deputy(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    await execute("UPDATE body_member SET post = 'chair' WHERE id = {}", given.members["grace"])
    round_id = await rounds.open_round(
        actor=people.dana,
        body_id=given.id,
        key=new_id(),
        form=VoteForm.NAMED,
        basis="规则第八条",
        closes_at=SOON + DAY,
        now=SOON,
    )
    picks = {Post.DEPUTY: given.members["grace"]}
    with pytest.raises(Invalid) as refused:
        await rounds.vote(actor=people.heidi, round_id=round_id, key=new_id(), picks=picks, now=SOON)
    assert refused.value.errors == {"deputy": "inner.is_chair"}


async def test_a_committees_number_follows_the_last_one(db: AnyEngine) -> None:
    people = await garden()
    first = await committee(people)
    second = await committee(people, days=60)
    assert [(await each.body()).number for each in (first, second)] == [1, 2]


async def test_the_members_ballot_does_not_stand_open_for_years(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    wanted = {"actor": people.dana, "body_id": given.id, "form": VoteForm.NAMED, "basis": "规则第八条", "now": SOON}
    with pytest.raises(Invalid) as refused:
        await rounds.open_round(**wanted, key=new_id(), closes_at=SOON + 30 * DAY + DAY / 24)
    assert refused.value.errors == {"closes_at": "inner.closes_too_late"}
    assert (await given.body()).open_round is None
    await rounds.open_round(**wanted, key=new_id(), closes_at=SOON + 30 * DAY)
    assert (await given.body()).open_round is not None
