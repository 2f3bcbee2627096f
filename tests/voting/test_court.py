"""What a court says about a decision: two people of the office record it, and it can be set aside again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from council.files import queries as files
from council.files import store
from council.files.model import Holder
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.pathways.model import GateName, GateStatus
from council.progress import service as progress
from council.progress.desk import JobKind, Turn, turn_of
from council.progress.desk_jobs import jobs
from council.progress.happenings import Source, happenings
from council.proposals import queries as proposals
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import afterwards, court_queries, court_records, objections, queries
from council.voting.court import CourtAct
from council.voting.motion import Motion
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.progress import life
from tests.voting.changing import called_off
from tests.voting.court import NUMBER, drafted, recorded, said_by_court, scan_of
from tests.voting.motions import AFTER, certified, opened

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_current", [])
    store.use(tmp_path / "files")


async def fresh(motion: Motion) -> Motion:
    return await queries.motion(motion.community_id, motion.id)


async def vote_of(people: Garden, motion: Motion) -> tuple[GateStatus, list[str]]:
    way = await progress.pathway_of(await proposals.proposal(people.community_id, motion.proposal_id), AFTER)
    report = next(report for report in way.reports if report.gate is GateName.VOTE)
    return report.status, [note.code for note in report.missing]


async def decided(people: Garden) -> Motion:
    return await certified(people, await opened(people))


class TestTwoPeople:
    async def test_nothing_changes_before_the_second_yes_and_then_the_way_stops(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await opened(people)
        with pytest.raises(Refused, match=r"motion\.nothing_to_revoke"):
            await recorded(people, motion.id, drafted(AFTER), AFTER)
        await certified(people, motion)
        draft = drafted(AFTER)
        judgment_id = await recorded(people, motion.id, draft, AFTER)
        assert await recorded(people, motion.id, draft, AFTER) == judgment_id, "the same form is the same record"
        with pytest.raises(Refused, match=r"court\.waiting"):
            await recorded(people, motion.id, drafted(AFTER, number="（2026）另一份"), AFTER)
        assert (await fresh(motion)).revoked_at is None
        assert (await vote_of(people, motion))[1] != ["missing.vote.revoked"]
        with pytest.raises(Refused, match=r"court\.second_person"):
            await court_records.confirm(actor=people.dana, judgment_id=judgment_id, now=AFTER)
        for other in (people.frank, people.gina, people.grace):
            with pytest.raises(Refused, match=r"court\.office_only"):
                await court_records.confirm(actor=other, judgment_id=judgment_id, now=AFTER)
        results = await asyncio.gather(
            *(court_records.confirm(actor=people.erin, judgment_id=judgment_id, now=AFTER) for _ in range(3)),
            return_exceptions=True,
        )
        assert sorted(str(each) for each in results if each is not None) == ["court.moved_on"] * 2
        now_is = await fresh(motion)
        assert (now_is.revoked_at, now_is.revoked_reason) == (AFTER, "送达程序违法，撤销该决定")
        assert NUMBER in (now_is.revoked_document or "")
        assert await vote_of(people, motion) == (GateStatus.FAILED, ["missing.vote.revoked"])
        with pytest.raises(Refused, match=r"motion\.revoked_already"):
            await recorded(people, motion.id, drafted(AFTER), AFTER)
        kinds = [row["kind"] for row in await fetch("SELECT kind FROM log_record ORDER BY seq DESC LIMIT 2")]
        assert kinds == ["motion.revoked", "judgment.recorded"]

    async def test_it_is_taken_back_while_it_waits_and_not_afterwards(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await decided(people)
        first = await recorded(people, motion.id, drafted(AFTER), AFTER)
        with pytest.raises(Refused, match=r"court\.office_only"):
            await court_records.withdraw(actor=people.frank, judgment_id=first, now=AFTER)
        await court_records.withdraw(actor=people.erin, judgment_id=first, now=AFTER)
        with pytest.raises(Refused, match=r"court\.moved_on"):
            await court_records.confirm(actor=people.erin, judgment_id=first, now=AFTER)
        assert (await fresh(motion)).revoked_at is None
        second = await said_by_court(people, motion.id, AFTER)
        with pytest.raises(Refused, match=r"court\.moved_on"):
            await court_records.withdraw(actor=people.dana, judgment_id=second, now=AFTER)
        assert (await fresh(motion)).revoked_at == AFTER

    async def test_only_with_a_scan_of_the_recorders_and_on_a_day_that_can_be(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await decided(people)
        for day, code in ((AFTER + DAY, "court.day_ahead"), (motion.notice_at - DAY, "court.day_before")):
            with pytest.raises(Invalid) as wrong:
                await recorded(people, motion.id, drafted(AFTER, day=day), AFTER)
            assert wrong.value.errors == {"dated_on": code}
        with pytest.raises(Refused, match=r"motion\.only_secretary"):
            await court_records.record(
                actor=people.erin, motion_id=motion.id, draft=drafted(AFTER), file_id=0, now=AFTER
            )
        assert await court_queries.judgments_of(people.community_id, motion.id) == []
        await recorded(people, motion.id, drafted(AFTER), AFTER)
        (waits,) = await court_queries.judgments_of(people.community_id, motion.id)
        assert await files.held_by(await files.stored_file(people.community_id, waits.file_id)) == {Holder.APART}

    async def test_nobody_with_something_of_their_own_in_it_is_the_second(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await decided(people)
        judgment_id = await recorded(people, motion.id, drafted(AFTER), AFTER)
        # Grace owns in scope and sits in the office: where Erin could do it, she stands back
        await execute(
            "INSERT INTO staff_role (community_id, person_id, role, granted_at, granted_by_name)"
            " VALUES ({}, {}, 'committee', {}, 'test')",
            *(people.community_id, people.grace.person_id, AFTER - DAY),
        )
        grace = await people.refreshed("grace", AFTER)
        with pytest.raises(Refused, match=r"office\.recused"):
            await court_records.confirm(actor=grace, judgment_id=judgment_id, now=AFTER)
        # whoever has objected to the result stands back always
        erin = people.erin
        await objections.file_objection(
            actor=Actor(erin.person_id, erin.name, erin.community_id, erin.roles, frozenset({people.units["1-1-302"]})),
            motion_id=motion.id,
            key=new_id(),
            ground="送达程序违法，我要起诉撤销",
            place="",
            now=AFTER,
        )
        with pytest.raises(Refused, match=r"office\.recused"):
            await court_records.confirm(actor=erin, judgment_id=judgment_id, now=AFTER)
        # and now nobody else is left, so that a neighbour of the committee may
        await court_records.confirm(actor=grace, judgment_id=judgment_id, now=AFTER)
        assert (await fresh(motion)).revoked_at == AFTER

    async def test_another_community_knows_nothing_of_it(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await decided(people)
        judgment_id = await recorded(people, motion.id, drafted(AFTER), AFTER)
        stranger = Actor(people.charlie.person_id, "Charlie", people.orchard_id, frozenset({Role.SECRETARY}))
        with pytest.raises(Exception, match="judgment"):
            await court_records.confirm(actor=stranger, judgment_id=judgment_id, now=AFTER)
        assert await court_queries.waiting(people.orchard_id) == []


class TestSetAside:
    async def test_the_decision_stands_again_by_the_same_two_hands(self, db: AnyEngine) -> None:
        people = await garden()
        motion = await decided(people)
        later = AFTER + 3 * DAY
        back = drafted(later, CourtAct.RESTORE, number="（2026）京03民终7号", words="撤销一审判决，驳回起诉")
        with pytest.raises(Refused, match=r"motion\.not_revoked"):
            await recorded(people, motion.id, back, later)
        await said_by_court(people, motion.id, AFTER + DAY)
        with pytest.raises(Invalid) as early:
            await recorded(people, motion.id, drafted(later, CourtAct.RESTORE, day=AFTER - DAY), later)
        assert early.value.errors == {"dated_on": "court.day_before"}
        judgment_id = await recorded(people, motion.id, back, later)
        assert (await fresh(motion)).revoked_at == AFTER + DAY
        await court_records.confirm(actor=people.erin, judgment_id=judgment_id, now=later)
        stands = await fresh(motion)
        assert (stands.revoked_at, stands.revoked_document, stands.certified_at) == (None, None, motion.certified_at)
        assert (await vote_of(people, motion))[1] != ["missing.vote.revoked"]
        await said_by_court(people, motion.id, later + DAY, number="（2026）京民再1号")
        assert (await fresh(motion)).revoked_at == later + DAY, "and it can be revoked anew"

    async def test_a_vote_that_was_called_again_for_it_comes_back_while_no_other_is_out(self, db: AnyEngine) -> None:
        people = await garden()
        proposal_id, motion_id = await life.certified(people)
        motion = await queries.motion(people.community_id, motion_id)
        then = life.STARTABLE
        await said_by_court(people, motion.id, then)
        await afterwards.call_again(actor=people.dana, motion_id=motion.id, reason="按判决重新表决", now=then + DAY)
        draft = life.motion_draft(people, opens_at=then + 20 * DAY, closes_at=then + 40 * DAY)
        second = await progress.publish_motion(
            actor=people.dana, proposal_id=proposal_id, seen_version=1, draft=draft, now=then + DAY
        )
        back = drafted(then + 2 * DAY, CourtAct.RESTORE, words="撤销一审判决，驳回起诉")
        with pytest.raises(Refused, match=r"court\.voted_again"):
            await recorded(people, motion.id, back, then + 2 * DAY)
        await called_off(people, second, reason="二审改判了，不再表决", now=then + 2 * DAY)
        await said_by_court(people, motion.id, then + 2 * DAY, CourtAct.RESTORE, words="撤销一审判决，驳回起诉")
        stands = await fresh(motion)
        assert (stands.revoked_at, stands.superseded_at) == (None, None)
        assert (await queries.motions_of(people.community_id, [proposal_id]))[proposal_id].id == motion.id


class TestBegun:
    async def test_a_matter_that_had_begun_is_not_voted_on_again(self, db: AnyEngine) -> None:
        people = await garden()
        proposal_id, motion_id = await life.certified(people)
        then = life.STARTABLE
        await progress.approve_start(actor=people.dana, proposal_id=proposal_id, now=then)
        await said_by_court(people, motion_id, then + DAY)
        motion = await queries.motion(people.community_id, motion_id)
        assert await afterwards.came_to_nothing(motion, then + DAY) is False
        with pytest.raises(Refused, match=r"motion\.started_file_anew"):
            await afterwards.call_again(actor=people.dana, motion_id=motion_id, reason="按判决重新表决", now=then + DAY)
        assert (await fresh(motion)).superseded_at is None


class TestPages:
    async def test_one_records_it_with_its_scan_the_other_finds_it_on_the_desk(
        self, db: AnyEngine, enter, client, clock
    ) -> None:
        people = await garden()
        motion = await decided(people)
        clock(AFTER)
        dana, erin, grace = await enter(people.dana), await enter(people.erin, "en"), await enter(people.grace)
        court = f"/c/garden/motions/{motion.id}/court"
        assert f'href="{court}"' in (await dana.get(f"/c/garden/motions/{motion.id}/count")).text
        assert f'href="{court}"' in (await dana.get(f"/c/garden/motions/{motion.id}")).text
        assert f'href="{court}"' not in (await grace.get(f"/c/garden/motions/{motion.id}")).text
        assert (await grace.get(court)).status_code == 403
        typed = {
            "judgment": "北京市朝阳区人民法院民事判决书",
            "number": NUMBER,
            "dated_on": f"{AFTER:%Y-%m-%d}",
            "court_said": "送达程序违法，撤销该决定",
        }
        bare = await submit(dana, await dana.get(court), "#court", **typed)
        assert (bare.status_code, "送达程序违法，撤销该决定" in bare.text) == (422, True)
        scan = ("判决书.pdf", b"%PDF-1.4 judgment\n%%EOF\n", "application/pdf")
        sent = await submit(dana, bare, "#court", files={"document": scan}, **typed)
        assert sent.status_code == 303, sent.text
        assert "撤销该决定" not in (await client.get(f"/c/garden/motions/{motion.id}")).text
        own = (await dana.get(court)).text
        assert ("要由另一个人核对" in own, 'value="confirm"' in own) == (True, False)
        (job,) = [each for each in await jobs(people.erin, AFTER) if each.kind is JobKind.JUDGMENT]
        assert (turn_of(people.erin, job), turn_of(people.dana, job)) == (Turn.MINE, Turn.OTHERS)
        desk = (await erin.get("/c/garden/desk")).text
        assert "Check a court" in desk
        assert f'href="{court}"' in desk
        (judgment,) = await court_queries.judgments_of(people.community_id, motion.id)
        assert (await erin.get(f"{court}/{judgment.id}/scan")).status_code == 200
        assert (await grace.get(f"{court}/{judgment.id}/scan")).status_code == 403
        assert (await grace.get(f"/c/garden/files/{judgment.file_id}")).status_code == 404
        assert (await erin.get(f"/c/garden/motions/999/court/{judgment.id}/scan")).status_code == 404
        done = await submit(erin, await erin.get(court), "#court-act", button="act=confirm")
        assert done.status_code == 303
        shown = (await client.get(f"/c/garden/motions/{motion.id}")).text
        assert "人民法院已撤销该决定" in shown
        assert NUMBER in (await client.get(f"/c/garden/motions/{motion.id}/notice?format=text")).text
        again = await submit(
            dana, await dana.get(f"/c/garden/motions/{motion.id}/count"), "#again", why_again="按判决重新送达，重新表决"
        )
        assert again.headers["location"].startswith(f"/c/garden/proposals/{motion.proposal_id}")

    async def test_what_was_set_aside_is_told(self, db: AnyEngine, enter, client, clock) -> None:
        people = await garden()
        motion = await decided(people)
        await said_by_court(people, motion.id, AFTER)
        await said_by_court(people, motion.id, AFTER + 2 * DAY, CourtAct.RESTORE, words="撤销一审判决，驳回起诉")
        clock(AFTER + 2 * DAY)
        shown = (await client.get(f"/c/garden/motions/{motion.id}")).text
        assert ("这个决定重新有效" in shown, "人民法院已撤销该决定" in shown) == (True, False)
        assert "撤销一审判决，驳回起诉" in shown
        news = (await (await enter(people.grace)).get("/c/garden/")).text
        assert "撤销决定的判决被改判" in news
        told = await happenings(people.community_id, [Source.MOTION], before=AFTER + 3 * DAY, most=9)
        assert told[0].code == "moved.motion.restored"
        assert [each.code for each in told].count("moved.motion.revoked") == 1

    async def test_no_page_offers_what_the_verb_refuses(self, db: AnyEngine, enter, client, clock) -> None:
        people = await garden()
        proposal_id, motion_id = await life.certified(people)
        then = life.STARTABLE
        await progress.approve_start(actor=people.dana, proposal_id=proposal_id, now=then)
        await said_by_court(people, motion_id, then)
        clock(then + DAY)
        page = (await (await enter(people.dana)).get(f"/c/garden/motions/{motion_id}/count")).text
        assert ('id="again"' in page, "重新提一件新事项" in page) == (False, True)
        assert 'href="/c/garden/proposals/new"' in page
        assert "已经办了的在原项目里收尾" in (await client.get(f"/c/garden/motions/{motion_id}")).text


async def test_the_same_form_with_other_words_is_another(db: AnyEngine) -> None:
    people = await garden()
    motion = await decided(people)
    scan = await scan_of(people.dana, AFTER)
    same = drafted(AFTER)
    first = await court_records.record(actor=people.dana, motion_id=motion.id, draft=same, file_id=scan, now=AFTER)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await court_records.record(
            actor=people.dana,
            motion_id=motion.id,
            draft=drafted(AFTER, key=same.key, words="判的是另一回事，驳回了"),
            file_id=scan,
            now=AFTER,
        )
    assert [each.id for each in await court_queries.judgments_of(people.community_id, motion.id)] == [first]


async def test_the_page_says_what_a_court_would_take_away(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    lost = await decided(people)
    clock(AFTER)
    dana = await enter(people.dana)
    page = (await dana.get(f"/c/garden/motions/{lost.id}/court")).text
    assert ("投票没有通过，结果有效" in page, "决定有效" in page) == (True, False)
    _, passed = await life.certified(people)
    clock(life.STARTABLE)
    dana = await enter(people.dana)
    assert "决定有效" in (await dana.get(f"/c/garden/motions/{passed}/court")).text
    offered = (await dana.get(f"/c/garden/motions/{passed}/count")).text
    assert ("登记法院撤销决定的判决" in offered, "改判" in offered) == (True, False)
