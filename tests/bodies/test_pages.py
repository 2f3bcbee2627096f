"""From the owners' vote to the filed committee, and from a document to the management committee, on the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from litestar import Litestar

from council.bodies import queries
from council.bodies.model import Post
from council.files.model import Purpose
from council.pathways.model import Kind
from council.proposals import queries as proposals
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.bodies.ground import APPOINTED, DAY, appointment, committee, election, established, ground, on_paper
from tests.fixtures.client import browser, submit
from tests.people import OWNED, Garden, garden, sign_in
from tests.voting.court import said_by_court
from tests.voting.motions import AFTER

At = Callable[[datetime], None]
PUBLIC, DESK = "/c/garden/bodies", "/c/garden/desk/bodies"
PDF = b"%PDF-1.4\n% paper\n%%EOF\n"
SCAN = {"scan_file": ("材料.pdf", PDF, "application/pdf")}
FOUR = ("grace", "heidi", "ivan", "judy")


@pytest.fixture
async def people(db: AnyEngine, app: Litestar, at: At) -> Garden:
    at(AFTER)
    return await garden()


async def test_from_the_result_to_the_filed_committee(
    people: Garden, app: Litestar, client: httpx.AsyncClient, at: At
) -> None:
    motion = await election(people, FOUR)
    await sign_in(client, people.dana)
    assert f"{DESK}/results/{motion.id}" in (await client.get(DESK)).text
    page = await client.get(f"{DESK}/results/{motion.id}")
    wrong = await submit(client, page, "#establish", kind="management_committee")
    assert wrong.status_code == 409
    assert "业主投票不能产生" in wrong.text
    assert await queries.bodies(people.community_id) == []
    answer = await submit(client, page, "#establish", years=5)
    (body,) = await queries.bodies(people.community_id)
    assert answer.headers["location"] == f"{DESK}/{body.id}?said=body.established_now"
    assert [each.name for each in body.sitting] == ["Grace", "Heidi", "Ivan"]
    assert ([each.name for each in body.alternates], body.number) == (["Judy"], 1)
    desk = await client.get(f"{DESK}/{body.id}")
    bad = await submit(client, desk, "#round", how="named", basis="", closes_at="2026-04-03T18:00")
    assert (bad.status_code, "2026-04-03T18:00" in bad.text) == (422, True)
    opened = await submit(
        client, desk, "#round", how="named", basis="工作规则第八条：记名推选", closes_at="2026-04-03T18:00"
    )
    assert opened.status_code == 303
    for name in FOUR[:3]:
        async with browser(app) as phone:
            await sign_in(phone, people.actors[name])
            shown = await phone.get(f"{PUBLIC}/{body.id}")
            assert "投票" in shown.text
            form = await phone.get(f"{PUBLIC}/{body.id}/choose")
            picks = {"chair": body.sitting[0].id, "deputy": body.sitting[2].id}
            cast = await submit(phone, form, "#choose", **picks)
            assert cast.headers["location"] == f"{PUBLIC}/{body.id}?said=inner.cast"
            if name != "ivan":
                assert (await phone.get(f"{PUBLIC}/{body.id}/choose")).status_code == 409
    chair = (await queries.body(people.community_id, body.id)).holder(Post.CHAIR)
    assert chair is not None
    assert chair.name == "Grace"
    desk = await client.get(f"{DESK}/{body.id}")
    assert (await submit(client, desk, "/posted", posted_on="2026-04-01")).status_code == 303
    at(AFTER + 2 * DAY)
    form = await client.get(f"{DESK}/{body.id}/filing")
    bare = await submit(client, form, "#record", number="花街备〔2026〕3号", office="花园街道", filed_on="2026-04-02")
    assert bare.status_code == 422
    sent = await submit(
        client, bare, "#record", files=SCAN, number="花街备〔2026〕3号", office="花园街道", filed_on="2026-04-02"
    )
    paper = sent.headers["location"].partition("?")[0]
    assert "花街备〔2026〕3号" not in (await client.get(f"{PUBLIC}/{body.id}")).text
    assert 'id="confirm"' not in (await client.get(paper)).text
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        page = await erin.get(paper)
        assert (await submit(erin, page, "#confirm")).status_code == 303
        assert (await submit(erin, page, "#confirm")).status_code == 409
    await opened_by_the_office_alone(people, app)
    async with browser(app) as anybody:
        shown = (await anybody.get(f"{PUBLIC}/{body.id}")).text
        for told in (
            "Grace是怎么当上主任的",
            "自荐",
            "花街备〔2026〕3号",
            "不是任命的",
            "第1次推选",
            f"/proposals/{motion.proposal_id}/candidates",
        ):
            assert told in shown
        assert "谁推选了谁" not in shown
        for what, told in (("chair-1", "得3票"), ("filing", "花街备〔2026〕3号")):
            assert told in (await anybody.get(f"{PUBLIC}/{body.id}/notices/{what}")).text
            assert told in (await anybody.get(f"{PUBLIC}/{body.id}/notices/{what}?format=text")).text
            pdf = await anybody.get(f"{PUBLIC}/{body.id}/notices/{what}?format=pdf")
            assert pdf.content.startswith(b"%PDF")
        for what in ("chair-2", "appointment", "x"):
            assert (await anybody.get(f"{PUBLIC}/{body.id}/notices/{what}")).status_code == 404
    async with browser(app, "en") as english:
        assert "How Grace came to the chair" in (await english.get(f"{PUBLIC}/{body.id}")).text


async def opened_by_the_office_alone(people: Garden, app: Litestar) -> None:
    """The scan of the one filing, or of the one earlier committee, now and where it was brought in as a document."""
    (scan_id,) = [row["scan_id"] for row in await fetch("SELECT DISTINCT scan_id FROM body_entry")]
    for purpose in (Purpose.SCAN, Purpose.DOCUMENT):
        await execute("UPDATE stored_file SET purpose = {} WHERE id = {}", purpose.value, scan_id)
        for name, status in (("erin", 200), ("gina", 200), ("alice", 404), ("grace", 404)):
            async with browser(app) as one:
                await sign_in(one, people.actors[name])
                answer = await one.get(f"/c/garden/files/{scan_id}")
                assert (purpose, name, answer.status_code) == (purpose, name, status)


async def test_an_appointment_on_the_pages(people: Garden, app: Litestar, client: httpx.AsyncClient) -> None:
    await sign_in(client, people.dana)
    page = await client.get(f"{DESK}/appointment")
    given = {
        "number": "花街办〔2026〕12号",
        "appointed_by": "花园街道办事处",
        "appointed_on": "2026-04-01",
        "term_until": "2027-03-31",
    }
    lines: dict[str, str] = {"name_0": "陆书记", "side_0": "neighbourhood", "post_0": "chair"}
    short = await submit(client, page, "#record", files=SCAN, **given, **lines)
    assert short.status_code == 422
    for told in ("人数1人，至少要7人", "业主0人，不到一半", "副主任0人"):
        assert told in short.text
    assert "材料.pdf" in short.text
    for place, code in enumerate(("1-1-102", "1-1-201", "1-1-202", "1-1-301"), 1):
        post = "deputy" if place == 1 else "member"
        lines |= {f"name_{place}": f"业主{code}", f"side_{place}": "owner", f"post_{place}": post}
        lines |= {f"place_{place}": code}
    for place in (5, 6):
        lines |= {f"name_{place}": f"居民{place}", f"side_{place}": "user", f"post_{place}": "member"}
    stranger = await submit(client, short, "#record", **given, **(lines | {"name_2": "不是业主"}))
    assert "没有叫不是业主的业主" in stranger.text
    sent = await submit(client, stranger, "#record", **given, **lines)
    assert sent.status_code == 303, sent.text
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        page = await erin.get(sent.headers["location"])
        assert (await submit(erin, page, "#confirm")).status_code == 303
    (body,) = await queries.bodies(people.community_id)
    async with browser(app) as anybody:
        shown = (await anybody.get(f"{PUBLIC}/{body.id}")).text
        for told in ("陆书记是怎么当上主任的", "不是选举的", "花街办〔2026〕12号", "业主代表"):
            assert told in shown
        assert "花街办〔2026〕12号" in (await anybody.get(f"{PUBLIC}/{body.id}/notices/appointment")).text


async def test_minutes_that_name_a_secretary_who_was_not_elected(people: Garden, client: httpx.AsyncClient) -> None:
    ground = await committee(people)
    await sign_in(client, people.dana)
    page = await client.get(f"{DESK}/{ground.id}/minutes")
    said = {"held_on": "2026-04-01", "how": "secret", "basis": "工作规则第八条", "other": "陆书记"}
    bad = await submit(client, page, "#record", files=SCAN, **said)
    assert bad.status_code == 422
    assert "陆书记不是业主选出来的委员" in bad.text
    assert "物管会这条路" in bad.text


async def test_what_is_late_is_bad_news_for_everybody(people: Garden, client: httpx.AsyncClient, at: At) -> None:
    ground = await committee(people)
    assert "已经逾期" not in (await client.get(f"{PUBLIC}/{ground.id}")).text
    at(AFTER + 40 * DAY)
    shown = (await client.get(f"{PUBLIC}/{ground.id}")).text
    assert "已经逾期" in shown
    assert "2件逾期" in (await client.get(PUBLIC)).text
    await sign_in(client, people.dana)
    assert "2件逾期" in (await client.get(DESK)).text


async def test_who_may_see_and_do_what(people: Garden, app: Litestar, client: httpx.AsyncClient) -> None:
    ground = await committee(people)
    for name, status in (("gina", 200), ("frank", 403), ("alice", 403), ("charlie", 404)):
        async with browser(app) as one:
            await sign_in(one, people.actors[name])
            assert (name, (await one.get(f"{DESK}/{ground.id}")).status_code) == (name, status)
            assert (await one.get(f"{DESK}/{ground.id}/filing")).status_code == max(status, 403)
    await sign_in(client, people.dana)
    for address in (f"{DESK}/987654", f"{DESK}/{ground.id}/nothing", f"{DESK}/papers/987654", f"{PUBLIC}/987654"):
        assert (address, (await client.get(address)).status_code) == (address, 404)
    refused = await client.get(f"{PUBLIC}/{ground.id}/choose")
    assert refused.status_code == 403
    assert "业主和工作人员不参加" in refused.text


async def test_that_somebody_sold_is_for_the_desk_alone(people: Garden, client: httpx.AsyncClient) -> None:
    ground = await committee(people)
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", AFTER, people.units[OWNED["ivan"]])
    told = "名下已没有房屋"
    assert told not in (await client.get(f"{PUBLIC}/{ground.id}")).text
    await sign_in(client, people.dana)
    assert told in (await client.get(f"{DESK}/{ground.id}")).text


async def test_a_member_leaves_and_an_alternate_follows(
    people: Garden, app: Litestar, client: httpx.AsyncClient
) -> None:
    ground = await committee(people)
    await sign_in(client, people.dana)
    page = await client.get(f"{DESK}/{ground.id}/leaving")
    said = {"member": ground.members["heidi"], "why": "resigned", "on": "2026-04-01"}
    assert "辞职信" in (await submit(client, page, "#record", **said)).text
    sent = await submit(client, page, "#record", files=SCAN, **said)
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        await submit(erin, await erin.get(sent.headers["location"]), "#confirm")
    desk = await client.get(f"{DESK}/{ground.id}")
    assert (await submit(client, desk, "#fill")).status_code == 303
    assert {each.name for each in (await ground.body()).sitting} == {"Grace", "Ivan", "Judy"}


async def test_as_many_queries_for_two_bodies_as_for_one(
    people: Garden, client: httpx.AsyncClient, queries: list[str]
) -> None:
    await on_paper(people, None, appointment(people), AFTER)
    await client.get(PUBLIC)
    queries.clear()
    await client.get(PUBLIC)
    one = len(queries)
    await committee(people)
    queries.clear()
    page = await client.get(PUBLIC)
    assert page.text.count('class="row"') >= 2
    assert APPOINTED < AFTER
    assert len(queries) <= one + 4  # what a committee has and an appointment has not: the vote and its result


async def test_a_recall_is_filed_from_the_committees_page(
    people: Garden, app: Litestar, client: httpx.AsyncClient
) -> None:
    ground = await committee(people)
    await sign_in(client, people.alice)
    assert f"{PUBLIC}/{ground.id}/recall" in (await client.get(f"{PUBLIC}/{ground.id}")).text
    page = await client.get(f"{PUBLIC}/{ground.id}/recall")
    bad = await submit(client, page, "#recall", member=ground.members["heidi"], body="短")
    assert bad.status_code == 422
    sent = await submit(client, bad, "#recall", member=ground.members["heidi"], body="一年没有参加委员会会议。")
    assert (await submit(client, bad, "#recall", body="一年没有参加委员会会议。")).status_code == 303
    proposal_id = int(sent.headers["location"].partition("?")[0].rpartition("/")[2])
    matter = await proposals.proposal(people.community_id, proposal_id)
    assert (matter.recalls_id, matter.recalls_name) == (ground.members["heidi"], "Heidi（1号楼1单元201室）")
    assert (matter.title, matter.kind) == ("罢免Heidi的第1届业主委员会委员职务", Kind.GOVERNANCE)
    again = await submit(
        client,
        await client.get(f"{PUBLIC}/{ground.id}/recall"),
        "#recall",
        **{"member": ground.members["heidi"], "body": "再提一次，同一位委员。"},
    )
    assert again.status_code == 303
    async with browser(app) as charlie:
        await sign_in(charlie, people.charlie)
        assert (await charlie.get(f"{PUBLIC}/{ground.id}/recall")).status_code == 404
    await sign_in(client, people.gina)
    assert (await client.get(f"{PUBLIC}/{ground.id}/recall")).status_code == 403


async def test_a_committee_in_office_is_recorded_on_the_desk(
    people: Garden, app: Litestar, client: httpx.AsyncClient
) -> None:
    await sign_in(client, people.dana)
    assert f"{DESK}/earlier" in (await client.get(DESK)).text
    page = await client.get(f"{DESK}/earlier")
    said = {"nth": 2, "began_on": "2025-03-01", "term_until": "2028-02-29", "number": "花街备〔2025〕7号"}
    said |= {"office": "花园街道办事处", "filed_on": "2025-03-20", "name_0": "业主1-1-102", "place_0": "1-1-102"}
    said |= {"post_0": "chair", "name_1": "外来人", "place_1": "1-1-201", "post_1": "deputy"}
    wrong = await submit(client, page, "#record", files=SCAN, **said)
    assert (wrong.status_code, "没有叫外来人的业主" in wrong.text) == (422, True)
    sent = await submit(client, wrong, "#record", **(said | {"name_1": "业主1-1-201"}))
    assert sent.status_code == 303
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        shown = await erin.get(sent.headers["location"])
        assert "花街备〔2025〕7号" in shown.text
        assert (await submit(erin, shown, "#confirm")).status_code == 303
    await opened_by_the_office_alone(people, app)
    (body,) = await queries.bodies(people.community_id)
    address = f"/files/{body.entries[0].scan_id}"
    assert address in (await client.get(f"{PUBLIC}/{body.id}")).text
    async with browser(app) as alice:
        await sign_in(alice, people.alice)
        assert address not in (await alice.get(f"{PUBLIC}/{body.id}")).text
    assert [(each.name, each.post) for each in body.sitting] == [
        ("业主1-1-102", Post.CHAIR),
        ("业主1-1-201", Post.DEPUTY),
    ]
    assert f"{DESK}/earlier" not in (await client.get(DESK)).text
    for act in ("lot", "aftermath"):
        assert (act, (await client.get(f"{DESK}/{body.id}/{act}")).status_code) == (act, 409)


async def test_what_becomes_of_a_committee_whose_vote_fell_on_the_pages(
    people: Garden, app: Litestar, client: httpx.AsyncClient, at: At
) -> None:
    ground = await committee(people)
    motion_id = (await ground.body()).motion_id or 0
    later = AFTER + DAY
    await said_by_court(people, motion_id, later)
    at(later)
    await sign_in(client, people.dana)
    assert "选举的投票已不算数" in (await client.get(DESK)).text
    desk = await client.get(f"{DESK}/{ground.id}")
    assert "已被法院撤销" in desk.text
    page = await client.get(f"{DESK}/{ground.id}/aftermath")
    said = {"motion": motion_id, "fate": "stands", "document": "花街办〔2026〕9号", "on": "2026-04-02"}
    assert (await submit(client, page, "#record", files=SCAN, **said)).status_code == 422
    sent = await submit(client, page, "#record", files=SCAN, **said, until="2026-06-30")
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        shown = await erin.get(sent.headers["location"])
        assert "继续履职一段时间" in shown.text
        assert (await submit(erin, shown, "#confirm")).status_code == 303
    async with browser(app) as anybody:
        shown = await anybody.get(f"{PUBLIC}/{ground.id}")
        assert "由这次投票选出的委员，继续履职" in shown.text
        assert "还没有登记" not in shown.text


async def test_a_by_election_and_a_lot_on_the_desk(people: Garden, app: Litestar, client: httpx.AsyncClient) -> None:
    ground = await committee(people, reserve=())
    motion = await election(people, ("alice",), seats=1, kind=Kind.ONE_PERSON_CHAIR)
    await execute("UPDATE motion SET result_notice_at = {} WHERE id = {}", AFTER, motion.id)
    await sign_in(client, people.dana)
    page = await client.get(f"{DESK}/results/{motion.id}")
    for told in ("这是补选", "其他委员不变", "补选以后委员名额相应增加", "结果公示到"):
        assert told in page.text
    sent = await submit(client, page, "#establish")
    assert sent.headers["location"] == f"{DESK}/{ground.id}?said=body.joined_now"
    assert {each.name for each in (await ground.body()).sitting} == {"Grace", "Heidi", "Ivan", "Alice"}
    async with browser(app) as anybody:
        assert f"/motions/{motion.id}" in (await anybody.get(f"{PUBLIC}/{ground.id}")).text


async def test_equal_alternates_are_drawn_on_the_desk(people: Garden, app: Litestar, client: httpx.AsyncClient) -> None:
    names = ("grace", "heidi", "judy", "alice", "ivan")
    motion = await election(people, names, chosen=(18, 17, 14, 13, 13))
    given = await ground(people, await established(people, motion))
    await sign_in(client, people.dana)
    page = await client.get(f"{DESK}/{given.id}/lot")
    equal = [each.id for each in (await given.body()).equals]
    said = {"drawn_on": "2026-04-01", "witness_a": "王", "witness_b": "李"}
    twice = await submit(client, page, "#record", files=SCAN, **said, drawn_0=equal[1], drawn_1=equal[1])
    assert twice.status_code == 422
    said |= {"witness_a": "王见证", "witness_b": "李见证"}
    sent = await submit(client, twice, "#record", **said, drawn_0=equal[1], drawn_1=equal[0])
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        shown = await erin.get(sent.headers["location"])
        assert "王见证、李见证" in shown.text
        assert (await submit(erin, shown, "#confirm")).status_code == 303
    assert [each.id for each in (await given.body()).alternates] == [equal[1], equal[0]]
