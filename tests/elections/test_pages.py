"""An election before its vote as people see it: the desk opens it, owners stand, two people look, the notice hangs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime

import httpx
import pytest

from council.elections import forms, permissions, publishing
from council.elections import queries as elections
from council.elections.candidate import Reason, Verdict
from council.kernel.actor import Actor
from council.kernel.errors import Refusal
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.web.forms import Form
from tests.elections.slates import (
    DAY,
    NOMINATED,
    PUBLISHED,
    STANDS,
    accepted,
    find,
    nominating_for,
    objected,
    published,
    put_self_forward,
    slate,
)
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden

Enter = Callable[..., Awaitable[httpx.AsyncClient]]
Clock = Callable[[datetime], None]
PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
PAPER = ("推荐函.pdf", PDF, "application/pdf")


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    return await garden()


def text(answer: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def test_from_the_first_tap_to_the_slate(people: Garden, enter: Enter, clock: Clock) -> None:
    proposal_id = await accepted(people)
    desk, list_ = f"/c/garden/desk/elections/{proposal_id}", f"/c/garden/proposals/{proposal_id}/candidates"
    dana, erin, grace, judy = [await enter(who) for who in (people.dana, people.erin, people.grace, people.judy)]
    answer = await submit(dana, await dana.get(desk), "#open", seats="1")
    assert answer.headers["location"] == f"{desk}?said=election.opened"
    assert "3月9日（周一）24:00" in text(await grace.get(list_))
    answer = await submit(grace, await grace.get(f"{list_}/new"), "#nominate", statement="公开每一笔账。")
    (one,) = (await elections.standing(people.community_id, proposal_id)).candidates
    assert answer.headers["location"] == f"/c/garden/candidates/{one.id}?said=candidate.self"
    page = await dana.get(f"{desk}/new")
    form = {"nominated_by": "花园社区党支部", "room": "1-1-201", "name": "业主1-1-201"}
    answer = await submit(dana, page, "#enter", files={"document": PAPER}, **form)
    named = answer.headers["location"].split("?")[0]
    assert "等本人同意" in text(await dana.get(desk))
    heidi = await enter(people.heidi)
    own = f"/c/garden/candidates/{named.rsplit('/', 1)[1]}"
    assert "您同意参选吗？" in text(await heidi.get(own))
    await submit(heidi, await heidi.get(own), "#consent", statement="修好电梯。")
    clock(NOMINATED)
    frank = await enter(people.frank)
    assert "这份材料是您登记的" in (await dana.get(named)).text
    for review, first, second in ((f"/c/garden/desk/candidates/{one.id}", dana, erin), (named, erin, frank)):
        await submit(first, await first.get(review), "#judge", verdict="eligible")
        assert 'id="confirm"' not in (await first.get(review)).text
        answer = await submit(second, await second.get(review), "#confirm")
        assert answer.headers["location"] == f"{review}?said=candidate.confirmed"
    clock(PUBLISHED)
    answer = await submit(dana, await dana.get(desk), "#publish")
    assert answer.headers["location"] == f"{desk}?said=candidates.published"
    page = await judy.get(f"/c/garden/candidates/{one.id}")
    answer = await submit(judy, page, "#object", ground="她在物业公司上班，请核实。")
    assert answer.headers["location"].startswith(f"/c/garden/candidates/{one.id}?said=candidate.objected")
    assert await slate(people, proposal_id) is None
    review = f"/c/garden/desk/candidates/{one.id}"
    page = await dana.get(review)
    (objection,) = (await elections.standing(people.community_id, proposal_id)).objections
    await submit(dana, page, f"#answer-{objection.id}", outcome="rejected", answer="已核实，不在物业公司任职。")
    found = await slate(people, proposal_id)
    assert found is not None
    assert {each.name for each in found.candidates} == {"业主1-1-102", "业主1-1-201"}
    clock(STANDS)
    assert "候选人名单已经确定" in text(await judy.get(list_))


async def test_the_notice_as_page_text_and_pdf_for_anybody(
    people: Garden, client: httpx.AsyncClient, clock: Clock
) -> None:
    proposal_id, _ = await published(people, "grace", "heidi", "ivan")
    address = f"/c/garden/proposals/{proposal_id}/candidates"
    clock(PUBLISHED)
    for where in (f"{address}?format=text", f"{address}/notice?format=text"):
        said = await client.get(where)
        assert said.headers["content-type"].startswith("text/plain")
        assert "自2026年3月10日（周二）起，至2026年3月17日（周二） 24:00止" in said.text
        assert "《民法典》第二百七十八条第一款第三项" in said.text
    pdf = await client.get(f"{address}/notice?format=pdf")
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    page = await client.get(f"{address}/notice")
    (seed,) = re.findall(r"校验码：([0-9a-f ]+)（", text(page))
    rows = re.findall(r'<tr><th scope="row">(\d)</th><td>(业主[\d-]+)</td>', page.text)
    names = sorted(
        ("业主1-1-102", "业主1-1-201", "业主1-1-202"),
        key=lambda name: hashlib.sha256((seed.replace(" ", "") + name).encode()).hexdigest(),
    )
    assert rows == [(str(number), name) for number, name in enumerate(names, 1)]


async def test_strangers_read_the_notice_and_no_name_before_it(
    people: Garden, client: httpx.AsyncClient, clock: Clock
) -> None:
    proposal_id = await nominating_for(people)
    candidate_id = await put_self_forward(people, "grace", proposal_id)
    address = f"/c/garden/proposals/{proposal_id}/candidates"
    clock(NOW + DAY)
    before = await client.get(address)
    assert (before.status_code, "业主1-1-102" in before.text) == (200, False)
    assert (await client.get(f"/c/garden/candidates/{candidate_id}")).status_code == 404
    assert (await client.get(f"{address}/notice")).status_code == 404
    assert (await client.get(f"/c/orchard/candidates/{candidate_id}")).status_code == 404
    other, ids = await published(people, "heidi")
    clock(PUBLISHED)
    assert "业主1-1-201" in (await client.get(f"/c/garden/proposals/{other}/candidates")).text
    assert "业主1-1-201" in (await client.get(f"/c/garden/candidates/{ids['heidi']}")).text
    lift = await accepted(people, elects=False)
    assert (await client.get(f"/c/garden/proposals/{lift}/candidates")).status_code == 404


async def test_neighbours_sign_on_their_phones(people: Garden, enter: Enter, clock: Clock) -> None:
    proposal_id = await nominating_for(people)
    clock(NOW + DAY)
    grace, heidi, ivan = [await enter(who) for who in (people.grace, people.heidi, people.ivan)]
    new = f"/c/garden/proposals/{proposal_id}/candidates/new?channel=joint"
    wrong = await submit(grace, await grace.get(new), "#nominate", room="9-9-999", name="某某")
    assert (wrong.status_code, "名册里没有找到这一户" in wrong.text) == (422, True)
    wrong = await submit(grace, await grace.get(new), "#nominate", room="1-1-202", name="某某")
    assert (wrong.status_code, "名册上这一户的业主里没有某某" in wrong.text) == (422, True)
    answer = await submit(grace, await grace.get(new), "#nominate", room="1号楼1单元202室", name="业主1-1-202")
    page = answer.headers["location"].split("?")[0]
    await submit(heidi, await heidi.get(page), "#sign")
    assert "2 位业主已签名" in text(await ivan.get(page))
    assert 'id="sign"' not in (await ivan.get(page)).text
    await submit(ivan, await ivan.get(page), "#withdraw")
    assert (await elections.standing(people.community_id, proposal_id)).candidates[0].withdrawn_at is not None


def test_a_room_that_the_register_does_not_know() -> None:
    form = Form.blank()
    forms.one_unit(form, [])
    assert [each.code for each in form.problems] == ["candidate.no_such_room"]


async def test_the_desk_enters_no_secretary_who_owns_nothing(people: Garden, enter: Enter, clock: Clock) -> None:
    proposal_id = await nominating_for(people, kind=Kind.ONE_PERSON_CHAIR)
    clock(NOW + DAY)
    dana, english = await enter(people.dana), await enter(people.dana, "en")
    form = {"nominated_by": "社区党委", "room": "1-1-201", "name": "Dana"}
    for browser, said in ((dana, "不能走业委会选举这条路"), (english, "cannot take this route")):
        page = await browser.get(f"/c/garden/desk/elections/{proposal_id}/new")
        answer = await submit(browser, page, "#enter", files={"document": PAPER}, **form)
        assert (answer.status_code, said in answer.text) == (422, True)


async def test_whoever_is_found_not_eligible_is_told_why_and_others_are_not(
    people: Garden, enter: Enter, clock: Clock
) -> None:
    proposal_id = await nominating_for(people)
    candidate_id = await put_self_forward(people, "grace", proposal_id)
    clock(NOMINATED)
    dana, erin, grace, judy = [await enter(who) for who in (people.dana, people.erin, people.grace, people.judy)]
    review, page = f"/c/garden/desk/candidates/{candidate_id}", f"/c/garden/candidates/{candidate_id}"
    bare = await submit(dana, await dana.get(review), "#judge", verdict="not")
    assert (bare.status_code, "请选一个不符合条件的原因" in bare.text) == (422, True)
    said = "在物业公司任职，见工资单。"
    await submit(dana, await dana.get(review), "#judge", verdict="not", reason="works_for_manager", words=said)
    assert said not in (await grace.get(page)).text  # one person's word alone is told to nobody
    await submit(erin, await erin.get(review), "#confirm")
    assert said in (await grace.get(page)).text
    assert said not in (await judy.get(page)).text
    answer = await submit(grace, await grace.get(page), "#object", ground="我去年就离职了，有证明。")
    assert "申诉" in (await dana.get(review)).text
    assert answer.status_code == 303


async def test_an_objection_that_comes_too_late_keeps_its_words(people: Garden, enter: Enter, clock: Clock) -> None:
    proposal_id, ids = await published(people, "grace", "heidi")
    clock(PUBLISHED)
    judy = await enter(people.judy)
    page = await judy.get(f"/c/garden/candidates/{ids['grace']}")
    clock(STANDS)
    late = await submit(judy, page, "#object", ground="她在物业公司上班，请核实。")
    assert (late.status_code, "她在物业公司上班，请核实。" in late.text) == (409, True)
    assert "现在不在公示期" in late.text
    assert (await elections.standing(people.community_id, proposal_id)).objections == ()


async def test_an_appeal_that_comes_too_late_keeps_its_words(people: Garden, enter: Enter, clock: Clock) -> None:
    proposal_id = await nominating_for(people)
    out = await put_self_forward(people, "grace", proposal_id)
    await find(people, out, Verdict.NOT, reason=Reason.FALSE_PAPERS, words="材料对不上。")
    await find(people, await put_self_forward(people, "heidi", proposal_id))
    clock(NOMINATED)
    grace = await enter(people.grace)
    page = await grace.get(f"/c/garden/candidates/{out}")
    await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=PUBLISHED)
    clock(PUBLISHED)
    late = await submit(grace, page, "#object", ground="材料都是真的，请再看一遍。")
    assert (late.status_code, "材料都是真的，请再看一遍。" in late.text) == (409, True)
    assert "不能再对审查结果提出申诉" in late.text


async def test_who_reads_an_objection(people: Garden, enter: Enter, clock: Clock, client: httpx.AsyncClient) -> None:
    _, ids = await published(people, "grace", "heidi")
    await objected(people, ids["grace"])
    clock(PUBLISHED + 2 * DAY)
    ground, page = "他在本小区的物业公司上班。", f"/c/garden/candidates/{ids['grace']}"
    seen = {
        name: ground in (await (await enter(people.actors[name])).get(page)).text for name in ("judy", "grace", "ivan")
    }
    assert seen == {"judy": True, "grace": True, "ivan": False}
    assert ground not in (await client.get(page)).text
    assert "等待答复" in (await client.get(page)).text


async def test_the_desk_is_for_staff(people: Garden, enter: Enter, clock: Clock) -> None:
    proposal_id = await nominating_for(people)
    candidate_id = await put_self_forward(people, "grace", proposal_id)
    clock(NOW + DAY)
    asked: list[tuple[Actor, int]] = [(people.grace, 403), (people.gina, 200), (people.frank, 200)]
    for actor, status in asked:
        one = await enter(actor)
        for where in (f"/c/garden/desk/elections/{proposal_id}", f"/c/garden/desk/candidates/{candidate_id}"):
            assert (await one.get(where)).status_code == status
    assert (await (await enter(people.frank)).get(f"/c/garden/desk/elections/{proposal_id}/new")).status_code == 403
    assert permissions.may_read_desk(people.grace) == Refusal("election.staff_only")
    gina = await (await enter(people.gina)).get(f"/c/garden/desk/candidates/{candidate_id}")
    assert 'id="judge"' not in gina.text


async def test_a_paper_stands_for_a_tap(people: Garden, enter: Enter, clock: Clock) -> None:
    proposal_id = await nominating_for(people)
    clock(NOW + DAY)
    dana = await enter(people.dana)
    page = await dana.get(f"/c/garden/desk/elections/{proposal_id}/new")
    form = {"channel": "self", "room": "1-2-101", "name": "业主1-2-101"}
    answer = await submit(dana, page, "#enter", files={"document": PAPER}, **form)
    review = answer.headers["location"].split("?")[0]
    (one,) = (await elections.standing(people.community_id, proposal_id)).candidates
    assert (one.consented_how, one.consent_id) == ("paper", one.document_id)
    page = await dana.get(review)
    bare = await submit(dana, page, "#letter-form", reason="身体不好")
    assert bare.status_code == 422
    await submit(dana, page, "#letter-form", files={"document": PAPER}, reason="身体不好")
    page = await dana.get(review)
    assert ("身体不好" in page.text, 'id="confirm-letter"' in page.text) == (True, False)
    assert (await elections.candidate(people.community_id, one.id)).is_in
    frank = await enter(people.frank)
    page = await frank.get(review)
    letter = re.findall(r'href="(/c/garden/files/\d+)"', page.text.partition('id="letter"')[2])[0]
    assert (await frank.get(letter)).content == PDF
    assert (await (await enter(people.grace)).get(letter)).status_code == 404
    await submit(frank, page, "#confirm-letter")
    gone = await elections.candidate(people.community_id, one.id)
    assert (gone.is_in, gone.withdrawn_reason, gone.withdrawn_by_name) == (False, "身体不好", "Dana")


async def test_a_page_costs_the_same_for_three_candidates_as_for_one(
    people: Garden, enter: Enter, clock: Clock, queries: list[str]
) -> None:
    one, _ = await published(people, "grace")
    three, _ = await published(people, "grace", "heidi", "ivan")
    clock(PUBLISHED)
    judy = await enter(people.judy)
    costs = []
    for proposal_id in (one, one, three):
        queries.clear()
        await judy.get(f"/c/garden/proposals/{proposal_id}/candidates")
        costs.append(len(queries))
    assert costs[1] == costs[2] > 5
