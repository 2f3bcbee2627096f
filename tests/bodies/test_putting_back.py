"""A later judgment sets a revocation aside: two people record that those who had left because of it sit again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from council.bodies import entries, queries
from council.bodies.duties import DutyKind
from council.bodies.model import Ending, EntryKind, Fate, Post
from council.bodies.papers import Aftermath
from council.bodies.standing import body_view
from council.files import store
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting.court import CourtAct
from tests.bodies.ground import DAY, Committee, committee, election, established, on_paper, scan
from tests.fixtures.client import browser, submit
from tests.people import OWNED, Garden, garden, sign_in
from tests.voting.court import said_by_court
from tests.voting.motions import AFTER

SOON, BACK = AFTER + DAY, AFTER + 3 * DAY
FIRST, SECOND = "（2026）民初1号", "（2026）民终2号"
SCAN = {"scan_file": ("材料.pdf", b"%PDF-1.4\n% paper\n%%EOF\n", "application/pdf")}


@pytest.fixture(autouse=True)
def _scans(tmp_path: Path) -> None:
    store.use(tmp_path)


def ended(motion_id: int, on: datetime = SOON) -> Aftermath:
    return Aftermath(motion_id, Fate.ENDED, FIRST, on)


def restored(motion_id: int, on: datetime = BACK) -> Aftermath:
    return Aftermath(motion_id, Fate.RESTORED, SECOND, on)


async def fallen(people: Garden) -> tuple[Committee, int]:
    """Grace is in the chair; the vote is revoked, and two people have recorded that everybody has left."""
    given = await committee(people)
    motion_id = (await given.body()).motion_id or 0
    await execute("UPDATE body_member SET post = 'chair' WHERE id = {}", given.members["grace"])
    await said_by_court(people, motion_id, SOON, number=FIRST)
    await on_paper(people, given.id, ended(motion_id), SOON)
    return given, motion_id


async def standing_again(people: Garden) -> tuple[Committee, int]:
    given, motion_id = await fallen(people)
    await said_by_court(people, motion_id, BACK, CourtAct.RESTORE, number=SECOND)
    return given, motion_id


async def test_two_people_record_it_and_the_committee_is_as_before(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await standing_again(people)
    entry_id = await entries.record(
        actor=people.dana,
        body_id=given.id,
        paper=restored(motion_id),
        scan_id=await scan(people),
        key=new_id(),
        now=BACK,
    )
    assert not (await given.body()).is_standing
    with pytest.raises(Refused, match=r"body\.second_person"):
        await entries.confirm(actor=people.dana, entry_id=entry_id, now=BACK)
    await entries.confirm(actor=people.erin, entry_id=entry_id, now=BACK)
    with pytest.raises(Refused, match=r"body\.closed"):
        await entries.confirm(actor=people.erin, entry_id=entry_id, now=BACK)
    body = await given.body()
    assert [(each.name, each.post) for each in body.sitting] == [
        ("Grace", Post.CHAIR),
        ("Heidi", Post.MEMBER),
        ("Ivan", Post.MEMBER),
    ]
    assert ([each.name for each in body.alternates], body.is_standing) == (["Judy"], True)
    view = await body_view(people.community_id, given.id, BACK)
    assert (view.restored, view.annulled, [each.document for each in view.back]) == ((), (), [SECOND])
    kinds = await fetch("SELECT kind FROM log_record WHERE kind LIKE 'body.%' ORDER BY seq")
    assert [each["kind"] for each in kinds][-2:] == ["body.recorded", "body.confirmed"]


async def test_only_while_the_revocation_is_set_aside(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await fallen(people)
    with pytest.raises(Refused, match=r"body\.not_put_back"):
        await on_paper(people, given.id, restored(motion_id), BACK)
    await said_by_court(people, motion_id, BACK, CourtAct.RESTORE, number=SECOND)
    for on, wrong in ((BACK - DAY, "body.before_it_stood_again"), (BACK + DAY, "body.day_ahead")):
        with pytest.raises(Invalid) as refused:
            await on_paper(people, given.id, restored(motion_id, on), BACK)
        assert refused.value.errors == {"on": wrong}
    entry_id = await entries.record(
        actor=people.dana,
        body_id=given.id,
        paper=restored(motion_id),
        scan_id=await scan(people),
        key=new_id(),
        now=BACK,
    )
    later = BACK + DAY
    await said_by_court(people, motion_id, later, number="（2026）民再3号")
    with pytest.raises(Refused, match=r"body\.not_put_back"):
        await entries.confirm(actor=people.erin, entry_id=entry_id, now=later)
    assert not (await given.body()).is_standing


async def test_it_can_fall_once_more_and_come_back_once_more(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await standing_again(people)
    await on_paper(people, given.id, restored(motion_id), BACK)
    again = BACK + DAY
    await said_by_court(people, motion_id, again, number="（2026）民再3号")
    view = await body_view(people.community_id, given.id, again)
    assert ([each.is_open for each in view.annulled], view.back) == ([True], ())
    assert DutyKind.ANNULLED in {each.kind for each in view.duties}
    await on_paper(people, given.id, ended(motion_id, again), again)
    assert not (await given.body()).is_standing
    await said_by_court(people, motion_id, again + DAY, CourtAct.RESTORE, number="（2026）民再4号")
    view = await body_view(people.community_id, given.id, again + DAY)
    assert ([each.id for each in view.restored], view.back) == ([motion_id], ())
    await on_paper(people, given.id, restored(motion_id, again + DAY), again + DAY)
    assert len((await given.body()).sitting) == 3


async def test_another_committee_and_the_end_of_the_term_stand_in_the_way(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await standing_again(people)
    over = (await given.body()).term_until
    with pytest.raises(Refused, match=r"body\.term_over"):
        await on_paper(people, given.id, restored(motion_id), over)
    other = await election(people, ("alice",), seats=1, days=5)
    other_id = await established(people, other, now=AFTER + 5 * DAY)
    with pytest.raises(Refused, match=r"body\.committee_stands"):
        await on_paper(people, given.id, restored(motion_id), AFTER + 6 * DAY)
    standing = [each.id for each in await queries.bodies(people.community_id) if each.is_standing]
    assert standing == [other_id]


async def test_whoever_has_sold_stays_gone_and_an_empty_chair_is_chosen_anew(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await standing_again(people)
    sold = "UPDATE ownership SET ended_at = {} WHERE owner_id IN {}"
    await execute(sold, BACK, [people.owners[OWNED["grace"]]])
    await on_paper(people, given.id, restored(motion_id), BACK)
    body = await given.body()
    assert ({each.name for each in body.sitting}, body.vacancies) == ({"Heidi", "Ivan"}, 1)
    assert [each.ending for each in body.members if each.name == "Grace"] == [Ending.ANNULLED]
    view = await body_view(people.community_id, given.id, BACK)
    days = [each for each in view.duties if each.kind is DutyKind.CHOOSE]
    assert [each.is_late(BACK + 6 * DAY) for each in days] == [True, False]


async def test_if_all_have_sold_nobody_comes_back(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await standing_again(people)
    owners = [people.owners[OWNED[each]] for each in ("grace", "heidi", "ivan")]
    await execute("UPDATE ownership SET ended_at = {} WHERE owner_id IN {}", BACK, owners)
    with pytest.raises(Refused, match=r"body\.nobody_returns"):
        await on_paper(people, given.id, restored(motion_id), BACK)


async def by_election_back(people: Garden) -> tuple[Committee, int]:
    """Alice joined by a vote that fell and stands again; the others have sat on."""
    given = await committee(people)
    motion = await election(people, ("alice",), seats=1, kind=Kind.ONE_PERSON_CHAIR)
    await established(people, motion)
    await execute("UPDATE body_member SET post = 'chair' WHERE motion_id = {} AND name = 'Alice'", motion.id)
    await said_by_court(people, motion.id, SOON, number=FIRST)
    await on_paper(people, given.id, ended(motion.id), SOON)
    await said_by_court(people, motion.id, BACK, CourtAct.RESTORE, number=SECOND)
    return given, motion.id


async def test_a_post_that_somebody_else_holds_meanwhile_is_theirs(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await by_election_back(people)
    await execute("UPDATE body_member SET post = 'chair' WHERE id = {}", given.members["ivan"])
    await on_paper(people, given.id, restored(motion_id), BACK)
    sitting = {each.name: each.post for each in (await given.body()).sitting}
    assert (sitting["Ivan"], sitting["Alice"], len(sitting)) == (Post.CHAIR, Post.MEMBER, 4)


async def test_not_into_a_seat_that_is_taken_nor_into_an_open_ballot(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await by_election_back(people)
    await execute("UPDATE body_member SET is_alternate = FALSE WHERE id = {}", given.members["judy"])
    with pytest.raises(Refused, match=r"body\.seats_taken"):
        await on_paper(people, given.id, restored(motion_id), BACK)
    await execute("UPDATE body_member SET is_alternate = TRUE WHERE id = {}", given.members["judy"])
    await execute(
        "INSERT INTO inner_round (community_id, body_id, key, number, form, basis, posts, members, opened_at,"
        " person_id, by_name, closes_at) VALUES ({}, {}, 'r', 1, 'named', 'x', 'chair', 3, {}, {}, 'Dana', {})",
        *(people.community_id, given.id, SOON, people.dana.person_id, BACK + DAY),
    )
    with pytest.raises(Refused, match=r"inner\.open"):
        await on_paper(people, given.id, restored(motion_id), BACK)


async def test_whoever_would_come_back_confirms_nothing(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await standing_again(people)
    entry_id = await entries.record(
        actor=people.dana,
        body_id=given.id,
        paper=restored(motion_id),
        scan_id=await scan(people),
        key=new_id(),
        now=BACK,
    )
    await execute("UPDATE body_member SET person_id = {} WHERE name = 'Heidi'", people.erin.person_id)
    with pytest.raises(Refused, match=r"body\.about_you"):
        await entries.confirm(actor=people.erin, entry_id=entry_id, now=BACK)


async def test_on_the_pages(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient, at: Callable[[datetime], None]
) -> None:
    people = await garden()
    given, motion_id = await fallen(people)
    desk = f"/c/garden/desk/bodies/{given.id}"
    at(BACK)
    await sign_in(client, people.dana)
    assert "登记恢复任职" not in (await client.get(desk)).text
    assert (await client.get(f"{desk}/aftermath")).status_code == 409
    await said_by_court(people, motion_id, BACK, CourtAct.RESTORE, number=SECOND)
    assert "登记恢复任职" in (await client.get(desk)).text
    form = await client.get(f"{desk}/aftermath")
    assert ("恢复任职" in form.text, "继续履职一段时间" in form.text) == (True, False)
    said = {"motion": motion_id, "fate": "restored", "document": SECOND, "on": "2026-04-04"}
    wrong = await submit(client, form, "#record", files=SCAN, **{**said, "on": "2026-04-01"})
    assert (wrong.status_code, SECOND in wrong.text) == (422, True)
    sent = await submit(client, wrong, "#record", **{**said, "on": BACK.date().isoformat()})
    assert sent.status_code == 303, sent.text
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        shown = await erin.get(sent.headers["location"])
        assert "恢复任职" in shown.text
        assert (await submit(erin, shown, "#confirm")).status_code == 303
    async with browser(app) as anybody:
        shown = await anybody.get(f"/c/garden/bodies/{given.id}")
    assert ("恢复任职" in shown.text, SECOND in shown.text, "又有效了" in shown.text) == (True, True, False)
    assert (await given.body()).last(EntryKind.AFTERMATH) is not None
