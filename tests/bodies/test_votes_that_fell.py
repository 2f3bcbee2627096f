"""A court revokes the vote, or another one takes its place: it is said, and two people record what becomes of it."""

from __future__ import annotations

import httpx
import pytest
from litestar import Litestar

from council.bodies import entries
from council.bodies.duties import DutyKind
from council.bodies.model import Ending, EntryKind, Fate
from council.bodies.papers import Aftermath, Filing
from council.bodies.standing import body_view
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.progress import desk_jobs
from council.progress.desk import JobKind
from council.storage.database import AnyEngine
from council.voting import afterwards
from council.voting.court import CourtAct
from tests.bodies.ground import DAY, Committee, committee, election, established, on_paper, scan
from tests.people import Garden, garden
from tests.voting.court import said_by_court
from tests.voting.motions import AFTER

SOON = AFTER + DAY
JUDGMENT = "北京市朝阳区人民法院民事判决书 （2026）民初1号"


async def revoked(people: Garden, motion_id: int | None) -> None:
    assert motion_id is not None
    await said_by_court(people, motion_id, SOON, number="（2026）民初1号", words="通知程序违法")


async def fallen(people: Garden) -> tuple[Committee, int]:
    given = await committee(people)
    motion_id = (await given.body()).motion_id
    await revoked(people, motion_id)
    return given, motion_id or 0


async def test_everybody_reads_it_and_nobody_goes_by_themselves(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient
) -> None:
    people = await garden()
    given, motion_id = await fallen(people)
    body = await given.body()
    assert len(body.sitting) == 3
    await on_paper(people, given.id, Filing("花街备〔2026〕3号", "花园街道办事处", SOON), SOON)
    assert "已被法院撤销" in (await client.get(f"/c/garden/bodies/{given.id}/notices/filing?format=text")).text
    shown = (await client.get(f"/c/garden/bodies/{given.id}")).text
    for told in ("已被法院撤销", JUDGMENT, "Grace、Heidi、Ivan怎么办，还没有登记"):
        assert told in shown
    (job,) = [each for each in (await desk_jobs.queue(people.dana, SOON)).mine if each.kind is JobKind.BODIES]
    assert (job.small and job.small.code) == "duty.annulled"
    view = await body_view(people.community_id, given.id, SOON)
    assert [each.motion_id for each in view.annulled] == [motion_id]


async def test_two_people_record_that_it_has_ended(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await fallen(people)
    paper = Aftermath(motion_id, Fate.ENDED, JUDGMENT, SOON + DAY)
    entry_id = await entries.record(
        actor=people.dana, body_id=given.id, paper=paper, scan_id=await scan(people), key=new_id(), now=SOON + DAY
    )
    assert len((await given.body()).sitting) == 3
    await entries.confirm(actor=people.erin, entry_id=entry_id, now=SOON + DAY)
    body = await given.body()
    assert (body.is_standing, body.sitting) == (False, ())
    assert {each.ending for each in body.members} == {Ending.ANNULLED}
    view = await body_view(people.community_id, given.id, SOON + DAY)
    assert ([each.is_open for each in view.annulled], view.restored) == ([False], ())


async def test_a_vote_that_stands_again_is_said_to_while_its_members_are_gone(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient
) -> None:
    people = await garden()
    given, motion_id = await fallen(people)
    page = f"/c/garden/bodies/{given.id}"
    await on_paper(people, given.id, Aftermath(motion_id, Fate.ENDED, JUDGMENT, SOON + DAY), SOON + DAY)
    assert "又有效了" not in (await client.get(page)).text
    later = SOON + 2 * DAY
    await said_by_court(people, motion_id, later, CourtAct.RESTORE, number="（2026）终2号", words="撤销一审判决")
    view = await body_view(people.community_id, given.id, later)
    assert ([each.id for each in view.restored], view.annulled) == ([motion_id], ())
    shown = (await client.get(page)).text
    assert ("又有效了" in shown, "任期几年由Dana登记结果时填写" in shown) == (True, True)


async def test_they_stay_until_a_day_and_then_it_is_asked_again(db: AnyEngine) -> None:
    people = await garden()
    given, motion_id = await fallen(people)
    until = SOON + 30 * DAY
    await on_paper(people, given.id, Aftermath(motion_id, Fate.STANDS, "花街办〔2026〕9号", SOON, until), SOON)
    assert len((await given.body()).sitting) == 3
    for now, owed in ((SOON + 2 * DAY, False), (until, True)):
        view = await body_view(people.community_id, given.id, now)
        assert (now, DutyKind.ANNULLED in {each.kind for each in view.duties}) == (now, owed)


async def test_what_may_not_be_recorded_of_a_vote(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    motion_id = (await given.body()).motion_id or 0
    with pytest.raises(Refused, match=r"body\.vote_stands"):
        await on_paper(people, given.id, Aftermath(motion_id, Fate.ENDED, JUDGMENT, SOON), SOON)
    await revoked(people, motion_id)
    for changed, wrong in (
        ({"on": SOON - 2 * DAY}, {"on": "body.before_the_judgment"}),
        ({"on": SOON + 2 * DAY}, {"on": "body.day_ahead"}),
        ({"fate": Fate.STANDS, "until": SOON}, {"until": "body.until_ahead"}),
    ):
        with pytest.raises(Invalid) as refused:
            said = {"motion_id": motion_id, "fate": Fate.ENDED, "document": JUDGMENT, "on": SOON, **changed}
            await on_paper(people, given.id, Aftermath(**said), SOON)
        assert refused.value.errors == wrong
    assert (await given.body()).last(EntryKind.AFTERMATH) is None


async def test_a_by_election_that_fell_takes_its_own_member_alone(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    motion = await election(people, ("alice",), seats=1, kind=Kind.ONE_PERSON_CHAIR)
    await established(people, motion)
    await revoked(people, motion.id)
    await afterwards.call_again(actor=people.dana, motion_id=motion.id, reason="重新选举", now=SOON)
    view = await body_view(people.community_id, given.id, SOON)
    assert [(each.names, each.is_whole) for each in view.annulled] == [(("Alice",), False)]
    await on_paper(people, given.id, Aftermath(motion.id, Fate.ENDED, JUDGMENT, SOON), SOON)
    body = await given.body()
    assert body.is_standing
    assert {each.name for each in body.sitting} == {"Grace", "Heidi", "Ivan"}
