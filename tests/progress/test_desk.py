"""The desk: who sees which jobs in which order, every form, and what the wrong person or a stale form gets."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from council.accounts import issuing
from council.accounts.tables import AccessCode
from council.deliberation import service as talk
from council.deliberation.model import Remark, Stance
from council.files import store
from council.kernel.actor import Actor, Role
from council.kernel.ids import new_id
from council.ledger import queries as ledger
from council.pathways.model import Kind, Note
from council.progress import service
from council.progress.courtyard import waiting_for
from council.progress.desk import JobKind, Turn, turn_of
from council.progress.desk_jobs import jobs
from council.proposals import consent_queries
from council.proposals import queries as proposals
from council.proposals.model import ProposalState
from council.registry.rollfile.model import Basis
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting import objections, official_results, recounts
from council.voting import queries as voting
from council.voting.holding_papers import confirm_paper
from council.voting.model import Outcome
from council.voting.objection import ObjectionOutcome
from council.voting.paper_keying import decide_paper
from tests.bylaws.drafts import proposed, said
from tests.fixtures.client import submit
from tests.funds.plans import fund_matter, planned
from tests.people import NOW, Garden, garden, say_in_bylaws
from tests.progress import life
from tests.voting.holders import recorded
from tests.voting.motions import AFTER
from tests.voting.objecting import mediated
from tests.voting.official import drafted, official_result
from tests.voting.papers import both_key, key, mark, on_paper, printed, returned

At = Callable[[datetime], None]
Seen = Callable[..., Awaitable[httpx.Response]]
DESK = "/c/garden/desk"


async def kinds(people: Garden, who: str, now: datetime) -> list[JobKind]:
    return [job.kind for job in await jobs(people.actors[who], now)]


async def object_to(people: Garden, motion_id: int) -> int:
    return await objections.file_objection(
        actor=people.judy,
        motion_id=motion_id,
        key=new_id(),
        ground="一层采光会变差，请给日照测算。",
        place="1-1-301",
        now=life.COUNTED + 2 * life.HOUR,
    )


async def test_the_desk_is_for_staff(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    answers = {"dana": 200, "erin": 200, "frank": 200, "gina": 200, "alice": 403, "charlie": 404, None: 303}
    for who, status in answers.items():
        assert (await seen(people, who, DESK)).status_code == status
    assert (await client.put(DESK)).status_code == 405


async def test_each_sees_their_part(db: AnyEngine, at: At) -> None:
    people = await garden()
    _, motion_id = await life.certified(people)
    await life.file(people, people.grace, home="1-1-102", title="我们单元也要电梯", now=life.COUNTED)
    await object_to(people, motion_id)
    now = life.COUNTED + timedelta(days=1)
    everything = {JobKind.ANSWER, JobKind.OBJECTION, JobKind.CLAIMS}
    assert set(await kinds(people, "dana", now)) == everything
    assert set(await kinds(people, "gina", now)) == set(await kinds(people, "dana", now))
    assert await kinds(people, "erin", now) == [JobKind.RESULT]
    assert set(await kinds(people, "frank", now)) == {JobKind.RESULT, JobKind.CLAIMS}


async def test_a_claim_by_a_slip_that_one_has_seen_is_the_others_job(db: AnyEngine) -> None:
    people = await garden()
    (slip,) = await AccessCode.insert(
        AccessCode(
            community_id=people.community_id,
            kind="owner",
            owner_id=people.owners["1-1-302"],
            lookup="x",
            issued_at=NOW,
        )
    )
    await execute("UPDATE owner_claim SET access_code_id = {} WHERE verified_at IS NULL", slip["id"])
    await issuing.saw(people.frank, [slip["id"]], NOW)
    assert (await kinds(people, "frank", NOW), await kinds(people, "dana", NOW)) == ([], [JobKind.CLAIMS])


async def test_who_may_not_read_the_count_is_led_to_the_vote(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)
    draft = replace(
        life.motion_draft(people),
        counter_ids=(people.frank.person_id, people.ken.person_id),
        scrutineer_id=people.dana.person_id,
    )
    motion_id = await service.publish_motion(
        actor=people.dana, proposal_id=proposal_id, seen_version=1, draft=draft, now=life.TALKED
    )
    at(life.COUNTED)
    vote = f"/c/garden/motions/{motion_id}"
    # Frank counts; the secretary and the auditor look on; the committee reads the vote's own page
    for who, link in (("frank", "/count"), ("dana", "/count"), ("gina", "/count"), ("erin", "")):
        [job] = [each for each in await jobs(people.actors[who], life.COUNTED) if each.kind is JobKind.SIGN]
        assert job.link == f"/motions/{motion_id}{link}"
        page = await seen(people, who, DESK)
        assert f'href="{vote}{link}"' in page.text
        assert (await seen(people, who, vote + link)).status_code == 200
    assert f'href="{vote}/count"' not in (await seen(people, "erin", DESK)).text


async def test_nobody_is_asked_to_sign_a_poll(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice, kind=Kind.OPINION_POLL, title="晾衣架放哪里好")
    await life.accept(people, proposal_id)
    motion_id = await service.publish_motion(
        actor=people.dana, proposal_id=proposal_id, seen_version=1, draft=life.motion_draft(people), now=life.TALKED
    )
    at(life.COUNTED)
    assert "现在没有事等您" in (await seen(people, "erin", "/c/garden/")).text
    for who in ("erin", "dana"):
        assert f"/motions/{motion_id}" not in (await seen(people, who, DESK)).text
    page = await seen(people, "erin", f"/c/garden/motions/{motion_id}/count")
    assert 'id="certify"' not in page.text
    assert "还没签字" not in page.text
    assert "意愿征询只供参考，不用签字确认" in page.text


async def test_the_notice_of_the_result_is_at_hand_while_it_runs(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    _, motion_id = await life.certified(people)
    at(life.COUNTED + 2 * life.HOUR)
    link = f'href="/c/garden/motions/{motion_id}/notice">打印结果公示'
    for who, is_there in (("dana", True), ("erin", True), ("gina", False)):
        assert (link in (await seen(people, who, DESK)).text) == is_there


async def test_done_here_is_said_only_when_a_job_is(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    await life.file(people, people.alice, kind=Kind.OPINION_POLL, title="晾衣架放哪里好")
    # the grid worker's one job, claims, has a page of its own; the secretary has the proposal too
    assert "点左边的一件，就在这里办" in (await seen(people, "dana", DESK)).text
    page = (await seen(people, "frank", DESK)).text
    assert "核实业主" in page
    assert "点左边的一件" not in page


async def test_the_oldest_deadline_stands_first_and_lateness_is_counted(db: AnyEngine, at: At) -> None:
    people = await garden()
    first = await life.file(people, people.alice, kind=Kind.OPINION_POLL, title="晾衣架放哪里好")
    second = await life.file(
        people, people.alice, kind=Kind.OPINION_POLL, title="垃圾桶放哪里好", now=NOW + timedelta(days=2)
    )
    waiting = await life.file(
        people, people.ken, home="1-2-101", kind=Kind.RESIDENT_MATTER, scope=people.building_scope, title="种树"
    )
    found = [job for job in await jobs(people.dana, NOW + timedelta(days=5)) if job.kind is JobKind.ANSWER]
    assert [job.id for job in found] == [first, second, waiting]
    assert [job.days_late(NOW + timedelta(days=5)) for job in found] == [2, 0, 0]


async def test_the_auditor_gets_no_form(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    page = await seen(people, "gina", f"{DESK}?open=answer-{proposal_id}")
    assert "/accept" not in page.text
    assert "/return" not in page.text
    assert "四到六层有五位老人下楼难" in page.text


async def test_a_finding_and_then_acceptance(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    path = f"{DESK}?open=answer-{proposal_id}"
    page = await seen(people, "dana", path)
    assert "/accept" not in page.text
    missing = await submit(client, page, "/finding", office="市建筑设计院")
    assert missing.status_code == 422
    assert 'value="市建筑设计院"' in missing.text
    recorded = await submit(client, page, "/finding", feasible="yes", office="市建筑设计院", note="设字第12号")
    assert recorded.headers["location"] == (
        f"{DESK}?said=desk.finding&about=answer-{proposal_id}&open=answer-{proposal_id}&next=claims-0#said"
    )
    again = await submit(client, page, "/finding", feasible="yes", office="市建筑设计院", note="设字第12号")
    assert again.status_code == 303
    events = await proposals.events(people.community_id, proposal_id)
    assert [event.kind for event in events].count("found_feasible") == 1
    other = await submit(client, page, "/finding", feasible="yes", office="市建筑设计院", note="设字第13号")
    assert (other.status_code, 'value="设字第13号"' in other.text) == (409, True)
    assert (await submit(client, other, "/finding")).status_code == 303
    events = await proposals.events(people.community_id, proposal_id)
    assert [event.kind for event in events].count("found_feasible") == 2
    page = await client.get(path)
    accepted = await submit(client, page, "/accept")
    assert accepted.headers["location"].startswith(f"{DESK}?said=desk.accepted")
    assert (await life.proposal(people, proposal_id)).state is ProposalState.ACCEPTED
    assert (await submit(client, page, "/accept")).status_code == 409


async def test_sending_back_needs_a_reason_that_everybody_reads(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    page = await seen(people, "dana", f"{DESK}?open=answer-{proposal_id}")
    for reason in ("", "改", "长" * 1001):
        refused = await submit(client, page, "/return", reason=reason)
        assert refused.status_code == 422
        assert ("请写几个字说明原因" in refused.text) == (not reason)
        # what is to be mended stands in the act that was refused, above its field: not above the opposite act
        assert refused.text.count('id="problems"') == 1
        assert refused.text.index('/return"') < refused.text.index('id="problems"') < refused.text.index('id="reason"')
    assert (await life.proposal(people, proposal_id)).state is ProposalState.FILED
    assert (await submit(client, page, "/return", reason="请附上照片")).status_code == 303
    assert (await life.proposal(people, proposal_id)).state is ProposalState.RETURNED
    page = await seen(people, "grace", f"/c/garden/proposals/{proposal_id}")
    assert "请附上照片" in page.text


async def test_merging_a_duplicate(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    first = await life.file(people, people.alice)
    second = await life.file(people, people.grace, home="1-1-102", title="我们单元也要电梯")
    elsewhere = await life.file(
        people, people.alice, kind=Kind.OPINION_POLL, scope=people.building_scope, title="晾衣架放哪里好"
    )
    page = await seen(people, "dana", f"{DESK}?open=answer-{second}")
    assert f'name="into" value="{first}"' in page.text
    assert f'name="into" value="{elsewhere}"' not in page.text
    assert (await submit(client, page, "/merge", into=first, merge_reason="")).status_code == 422
    assert (await submit(client, page, "/merge", into=first, merge_reason="同一件事")).status_code == 303
    assert (await life.proposal(people, second)).merged_into_id == first


async def test_correcting_the_kind_and_naming_a_home(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    page = await seen(people, "dana", f"{DESK}?open=answer-{proposal_id}")
    consents = await client.get(f"{DESK}/proposals/{proposal_id}/consents")
    assert f"{DESK}/proposals/{proposal_id}/consents" in page.text
    named = await submit(client, consents, "#name-form", room="1-1-102", why="井道挡北窗")
    assert named.status_code == 303
    found = (await consent_queries.consents_of(people.community_id, [proposal_id]))[proposal_id]
    assert [(each.unit_code, each.why) for each in found] == [("1-1-102", "井道挡北窗")]
    changed = await submit(client, page, "/kind", kind="fund_use", kind_reason="其实是维修")
    assert changed.headers["location"] == (
        f"{DESK}?said=desk.kind&about=answer-{proposal_id}&open=answer-{proposal_id}&next=claims-0#said"
    )
    assert (await life.proposal(people, proposal_id)).kind is Kind.FUND_USE


async def test_publishing_the_motion(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)
    at(life.TALKED)
    page = await seen(people, "dana", f"{DESK}?open=publish-{proposal_id}")
    assert 'value="1号楼1单元加装电梯业主代表"' in page.text
    fields = {
        "counters": people.erin.person_id,
        "counter_b": people.frank.person_id,
        "scrutineer": people.ken.person_id,
    }
    nobody = await submit(client, page, "/publish")
    assert nobody.status_code == 422
    # everything at once, in the form's order, each linked to its field, nothing lost
    much = await submit(
        client,
        page,
        "/publish",
        counters=people.erin.person_id,
        scrutineer=people.erin.person_id,
        convener_name="",
        opens_at="2026-03-12T09:00",
        closes_at="2026-03-13T09:00",
    )
    assert much.status_code == 422
    listed = re.findall(r'<li><a href="#(\w+)">', much.text)
    assert listed == ["convener_name", "counter_b", "scrutineer", "opens_at", "closes_at"]
    assert [f'id="{field}"' in much.text for field in listed] == [True] * 5
    assert much.text.count(f'<option value="{people.erin.person_id}" selected>') == 2
    assert 'value="2026-03-13T09:00"' in much.text
    assert re.search(r'<option value="\d+"( selected)?>Grace', much.text)
    assert not re.search(r'<option value="\d+"( selected)?>Alice', much.text), "who proposed it does not count"
    early = await submit(
        client, page, "/publish", **{**fields, "scrutineer": people.judy.person_id}, opens_at="2026-03-12T09:00"
    )
    assert early.status_code == 422
    assert "2026-03-12T09:00" in early.text
    fields["scrutineer"] = people.judy.person_id
    sent = await submit(client, page, "/publish", **fields)
    assert sent.headers["location"].startswith(f"{DESK}?said=desk.published")
    landed = await client.get(sent.headers["location"])
    [motion] = await voting.motions(people.community_id)
    assert f'<a class="more" href="/c/garden/motions/{motion.id}/notice">' in landed.text
    again = await submit(client, page, "/publish", **fields)
    assert again.status_code == 303
    motions = await voting.motions(people.community_id)
    assert len(motions) == 1
    assert motions[0].convener_name == "1号楼1单元加装电梯业主代表"


async def test_roll_problems_are_shown_before_the_form(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)
    await db.run(
        f"UPDATE ownership SET ended_at = began_at, end_reason = 'sale' WHERE unit_id = {people.units['1-1-602']}", []
    )
    at(life.TALKED)
    page = await seen(people, "dana", f"{DESK}?open=publish-{proposal_id}")
    assert "1-1-602" in page.text
    assert "/publish" not in page.text


async def test_an_advisory_vote_is_said_so(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden(online_counts=False)
    proposal_id = await life.accepted(people)
    at(life.TALKED)
    page = await seen(people, "dana", f"{DESK}?open=publish-{proposal_id}")
    assert "本次网上投票为意愿征询，不作为法定表决；正式表决以签名纸质票为准。" in page.text


async def test_the_official_result(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden(online_counts=False)
    _, motion_id = await life.published(people)
    at(life.COUNTED)
    assert f'href="/c/garden/motions/{motion_id}/count#official"' in (await seen(people, "dana", DESK)).text
    page = await client.get(f"/c/garden/motions/{motion_id}/count")
    assert (await submit(client, page, "/official", outcome="passed")).status_code == 422
    await official_result(people, motion_id, life.COUNTED)
    assert JobKind.OFFICIAL not in await kinds(people, "dana", life.COUNTED)
    motion = await voting.motion(people.community_id, motion_id)
    assert (motion.official_outcome, motion.result_notice_at) == (Outcome.PASSED, life.COUNTED)


async def test_an_objection_and_the_start(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id, motion_id = await life.certified(people)
    objection_id = await object_to(people, motion_id)
    at(life.STARTABLE)
    assert f'id="open-objection-{objection_id}"' in (await seen(people, "dana", DESK)).text
    page = await client.get(f"/c/garden/objections/{objection_id}")
    unnamed = await submit(
        client, page, "/objections/" + str(objection_id), outcome="mediation_failed", reply="日照测算达标"
    )
    assert unnamed.status_code == 422
    assert "日照测算达标" in unnamed.text
    said = {"outcome": "mediation_failed", "reply": "日照测算达标", "remedy": "区人民法院"}
    early = await submit(client, page, f"/objections/{objection_id}", **said)
    assert (early.status_code, "还没有记录调解" in early.text) == (422, True)
    await mediated(people, objection_id, life.STARTABLE)
    closed = await submit(
        client,
        page,
        f"/objections/{objection_id}",
        outcome="mediation_failed",
        reply="日照测算达标",
        remedy="区人民法院",
    )
    assert closed.status_code == 303
    await objections.confirm_closing(actor=people.erin, objection_id=objection_id, now=life.STARTABLE)
    assert JobKind.OBJECTION not in await kinds(people, "dana", life.STARTABLE)
    objection = await voting.objection(people.community_id, objection_id)
    assert objection.outcome is ObjectionOutcome.MEDIATION_FAILED
    page = await client.get(f"{DESK}?open=start-{proposal_id}")
    assert "异议办结" in page.text
    assert "由社区确认下一步" in (await client.get(f"/c/garden/motions/{motion_id}")).text
    started = await submit(client, page, "/start")
    assert started.headers["location"].startswith(f"{DESK}?said=desk.started")
    assert "这件事已经具备开工条件" in (await client.get(f"/c/garden/motions/{motion_id}")).text
    assert (await submit(client, page, "/start")).status_code == 303
    assert len(await ledger.projects(people.community_id)) == 1


ACTS = ("accept", "return", "merge", "kind", "finding", "publish", "start")


async def test_acts_are_the_secretarys(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)

    async def answers(who: str | None, proposal: int) -> set[int]:
        page = await seen(people, who, "/me" if who else "/login")
        token = page.text.partition('name="_csrf" value="')[2].partition('"')[0]
        fields = {"_csrf": token, "version": "1", "reason": "请附上照片", "job": "answer"}
        return {(await client.post(f"{DESK}/proposals/{proposal}/{act}", data=fields)).status_code for act in ACTS}

    for who in ("alice", "erin", "frank", "gina"):
        assert await answers(who, proposal_id) == {403}
    assert await answers("charlie", proposal_id) == {404}
    assert await answers("dana", 999_999) == {404}
    assert await answers(None, proposal_id) == {303}
    assert (await life.proposal(people, proposal_id)).state is ProposalState.FILED


async def test_htmx_swaps_the_queue(db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    htmx = {"HX-Request": "true"}
    page = await seen(people, "dana", f"{DESK}?open=answer-{proposal_id}")
    part = await client.get(f"{DESK}?open=answer-{proposal_id}", headers=htmx)
    assert part.text.lstrip().startswith('<div id="jobs"')
    sent = await submit(client, page, "/return", reason="请附上照片", headers=htmx)
    assert sent.status_code == 200
    assert "已返回提出人修改，原因已公开" in sent.text
    assert "工作台上没有事等您" not in sent.text
    assert f"answer-{proposal_id}" not in sent.text


async def test_questions_and_bylaws_wait(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    proposal_id = await life.accepted(people)
    thread_id = (await life.proposal(people, proposal_id)).thread_id
    remark = Remark(new_id(), Stance.QUESTION, "井道离北窗几米？", "1-1-102")
    comment = await talk.say(actor=people.grace, thread_id=thread_id, remark=remark, now=life.ACCEPTED)
    await talk.mark_question(
        actor=people.dana, comment_id=comment.id, answer_from="设计单位 刘工", days=3, now=life.ACCEPTED
    )
    await proposed(people, *said(parking_counted="yes"))
    at(life.ACCEPTED)
    page = await seen(people, "dana", DESK)
    assert f'href="/c/garden/desk?open=question-{comment.id}#job-question-{comment.id}"' in page.text
    assert '起等<span class="n">设计单位 刘工</span>' in page.text
    assert "<b>花园小区业主大会议事规则</b>" in page.text
    assert JobKind.QUESTION in await kinds(people, "erin", life.ACCEPTED)
    # the second person who may confirm it finds it, and its page
    assert JobKind.BYLAWS in await kinds(people, "erin", life.ACCEPTED)
    assert 'id="open-bylaws-' in (await seen(people, "erin", DESK)).text
    assert JobKind.QUESTION not in await kinds(people, "frank", life.ACCEPTED)


async def test_the_queue_costs_the_same_for_two_and_for_thirty(
    db: AnyEngine, at: At, seen: Seen, queries: list[str]
) -> None:
    people = await garden()
    await life.certified(people)
    await life.file(people, people.alice, kind=Kind.OPINION_POLL, title="晾衣架放哪里好")
    at(life.COUNTED + timedelta(days=1))
    await seen(people, "dana", DESK)
    queries.clear()
    await seen(people, "dana", DESK)
    few = len(queries)
    for number in range(28):
        await life.file(people, people.alice, kind=Kind.OPINION_POLL, title=f"第{number}张长椅放哪里")
    queries.clear()
    await seen(people, "dana", DESK)
    assert len(queries) == few


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", "这次投票户数很少，从面积合计很可能推算出每户的选择。"),
        ("en", "Very few vote here: the exact area totals will probably give every choice away."),
    ],
)
async def test_who_opens_a_small_vote_is_warned(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen, language: str, words: str
) -> None:
    """Where every home has an area of its own, exact totals name who chose what."""
    people = await garden()
    proposal_id = await life.accepted(people)
    at(life.TALKED)
    client.headers["Accept-Language"] = language
    assert words not in (await seen(people, "dana", f"{DESK}?open=publish-{proposal_id}")).text
    units = await db.run("SELECT id, area_dm2 FROM unit ORDER BY id", [])
    for n, unit in enumerate(units):
        await db.run(f"UPDATE unit SET area_dm2 = {unit['area_dm2'] + 37 * n * n} WHERE id = {unit['id']}", [])
    assert words in (await seen(people, "dana", f"{DESK}?open=publish-{proposal_id}")).text


async def test_questions_about_a_count_wait_for_its_officers(db: AnyEngine) -> None:
    people = await garden()
    await say_in_bylaws(people.community_id, query_days=3)
    _, motion_id = await life.published(people)
    await recounts.publish_preliminary(actor=people.erin, motion_id=motion_id, now=life.COUNTED)
    assert JobKind.RECOUNT not in await kinds(people, "erin", life.COUNTED)
    words = "我家交了纸质票，为什么名单里写着没参加？"
    asked = {"actor": people.grace, "motion_id": motion_id, "words": words, "now": life.COUNTED}
    request_id = await recounts.ask_recount(**asked, key=new_id())
    (job,) = [each for each in await jobs(people.erin, life.COUNTED) if each.kind is JobKind.RECOUNT]
    assert (job.link, job.small) == (f"/motions/{motion_id}/count#recounts", Note("job.recount.many", {"n": 1}))
    assert [turn_of(people.actors[name], job) for name in ("erin", "dana")] == [Turn.MINE, Turn.OTHERS]
    await recounts.answer_recount(actor=people.erin, request_id=request_id, answer="已计入。", now=life.COUNTED)
    assert JobKind.RECOUNT not in await kinds(people, "erin", life.COUNTED)


async def test_what_waits_for_a_second_person(db: AnyEngine, tmp_path) -> None:
    store.use(tmp_path / "files")
    people = await garden(online_counts=False)
    _, motion_id = await life.published(people)
    motion = await voting.motion(people.community_id, motion_id)
    draft = await drafted(people, motion, life.COUNTED)
    await official_results.record(actor=people.dana, motion_id=motion_id, draft=draft, now=life.COUNTED)
    plan = await planned(people, await fund_matter(people))
    found = {each.kind: each for each in await jobs(people.dana, life.COUNTED)}
    assert JobKind.OFFICIAL not in found
    official, of_plan = found[JobKind.OFFICIAL_CHECK], found[JobKind.PLAN]
    assert of_plan.link == f"/desk/proposals/{plan.proposal_id}/plan"
    turns = {name: [turn_of(people.actors[name], each) for each in (official, of_plan)] for name in ("dana", "erin")}
    assert turns == {"dana": [Turn.OTHERS, Turn.MINE], "erin": [Turn.MINE, Turn.OTHERS]}


async def test_papers_about_right_holders_wait_in_one_row(db: AnyEngine, tmp_path) -> None:
    store.use(tmp_path / "files")
    people = await garden()
    papers = [await recorded(people, room, Basis.HEIR) for room in ("1-1-501", "1-1-502")]
    (job,) = [each for each in await jobs(people.dana, NOW) if each.kind is JobKind.HOLDERS]
    assert (job.link, job.details) == ("/desk/holders", {"n": 2})
    assert [turn_of(people.actors[name], job) for name in ("dana", "frank")] == [Turn.OTHERS, Turn.MINE]
    for paper_id in papers:
        await confirm_paper(actor=people.frank, paper_id=paper_id, now=NOW)
    assert JobKind.HOLDERS not in await kinds(people, "frank", NOW)


async def test_nobody_is_asked_to_sign_before_every_paper_is_read(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    agreed, disputed = await returned(people, motion, "v1", "v2")

    async def of_count(actor: Actor) -> list[tuple[JobKind, Turn]]:
        found = [job for job in await jobs(actor, AFTER) if job.kind in COUNTS]
        return [(job.kind, turn_of(actor, job)) for job in found]

    assert await of_count(people.erin) == [(JobKind.PAPERS, Turn.MINE)]
    await both_key(people, motion, agreed, "1")
    await key(people.erin, motion, disputed, "1")
    await key(people.frank, motion, disputed, "2")
    assert await of_count(people.erin) == [(JobKind.DISPUTES, Turn.OTHERS)]
    # The scrutineer, of an office that has a desk of its own: it stands there, and on no other department's.
    ken, leo = (replace(who, roles=frozenset({Role.DEPARTMENT})) for who in (people.ken, people.leo))
    assert await of_count(ken) == [(JobKind.DISPUTES, Turn.MINE)]
    assert await of_count(leo) == []
    # A neighbour who serves has it on the courtyard, and is not told to sign what cannot be signed.
    asked = await waiting_for(people.ken, AFTER)
    assert ([each.id for each in asked.to_read], asked.to_sign, asked.count) == ([motion.id], (), 1)
    await decide_paper(
        actor=people.ken, motion_id=motion.id, return_id=disputed.id, mark=mark("1"), words="勾在同意一栏", now=AFTER
    )
    asked = await waiting_for(people.ken, AFTER)
    assert ([each.id for each in asked.to_sign], asked.to_read) == ([motion.id], ())
    assert await of_count(ken) == [(JobKind.SIGN, Turn.MINE)]
    assert await of_count(people.erin) == [(JobKind.SIGN, Turn.MINE)]


COUNTS = {JobKind.PAPERS, JobKind.DISPUTES, JobKind.SIGN}
