"""The pages of what comes after: what somebody sees, sends, and what is then so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from council.files import store
from council.kernel.clock import CHINA, end_of_days
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.voting import objections, queries, recounts
from tests.fixtures.client import find_form, submit
from tests.people import garden, say_in_bylaws
from tests.voting.motions import AFTER, CLOSES, DURING, cast, certified, opened

DAY = timedelta(days=1)


def local(at: object) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%dT%H:%M}"


async def test_the_desk_gives_more_time_and_everybody_reads_why(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    await say_in_bylaws(people.community_id, online_counts="yes", extension_days=7)
    motion = await opened(people)
    clock(DURING)
    dana, passer_by = await enter(people.dana), client
    page = await dana.get(f"/c/garden/motions/{motion.id}/count")
    refused = await submit(dana, page, "#extend", closes_at=local(CLOSES + 9 * DAY), why_longer="参与的人还不够多")
    assert refused.status_code == 422
    assert "议事规则规定一共最多延长" in refused.text
    assert "参与的人还不够多" in refused.text
    sent = await submit(dana, refused, "#extend", closes_at=local(CLOSES + 5 * DAY), why_longer="参与的人还不够多")
    assert sent.status_code == 303
    assert (await queries.motion(people.community_id, motion.id)).closes_at == CLOSES
    asked = (await passer_by.get(f"/c/garden/motions/{motion.id}")).text
    assert ("有人提出延长这次投票" in asked, "参与的人还不够多" in asked, "change-act" in asked) == (True, False, False)
    erin = await enter(people.erin)
    done = await submit(erin, await erin.get(f"/c/garden/motions/{motion.id}"), "#change-act", button="act=confirm")
    assert done.headers["location"].endswith("said=motion.extended")
    assert (await queries.motion(people.community_id, motion.id)).closes_at == CLOSES + 5 * DAY
    for address in (f"/c/garden/motions/{motion.id}", f"/c/garden/motions/{motion.id}/notice?format=text"):
        shown = (await passer_by.get(address)).text
        assert "参与的人还不够多" in shown
        assert "4月6日" in shown


@pytest.mark.parametrize(
    ("form", "typed"), [("#extend", {"why_longer": "参与的人还不够多"}), ("#cancel", {"reason": "方案还要再改一改"})]
)
async def test_a_form_that_was_still_arriving_at_the_closing_is_too_late(
    db: AnyEngine, enter, clock, form: str, typed: dict[str, str]
) -> None:
    """Its first bytes came in time: whoever holds the rest back gains nothing by it."""
    people = await garden()
    await say_in_bylaws(people.community_id, online_counts="yes", extension_days=7)
    motion = await opened(people)
    clock(DURING)
    dana = await enter(people.dana)
    page = await dana.get(f"/c/garden/motions/{motion.id}/count")
    found = find_form(page.text, form)
    fields = typed | ({"closes_at": local(CLOSES + 5 * DAY)} if form == "#extend" else {})
    body = urlencode(found.filled(fields)).encode()

    async def held_back() -> AsyncIterator[bytes]:
        yield body[:20]
        clock(AFTER)
        yield body[20:]

    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    sent = await dana.post(found.action, content=held_back(), headers=headers)
    assert sent.status_code == 409
    now_is = await queries.motion(people.community_id, motion.id)
    assert (now_is.closes_at, now_is.cancelled_at) == (CLOSES, None)


async def test_a_preliminary_result_is_asked_about_and_answered(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    await say_in_bylaws(people.community_id, online_counts="yes", query_days=3)
    motion = await opened(people)
    await cast(people.grace, motion)
    clock(AFTER)
    erin, grace, heidi = await enter(people.erin), await enter(people.grace), await enter(people.heidi)
    count = f"/c/garden/motions/{motion.id}/count"
    page = await erin.get(count)
    assert 'id="certify"' not in page.text
    assert (await submit(erin, page, "#preliminary")).status_code == 303
    asked = await submit(
        grace, await grace.get(f"/c/garden/motions/{motion.id}"), "#recount", question="我家算了吗？请查"
    )
    assert asked.status_code == 303
    page = await erin.get(count)
    assert "Grace" in page.text
    other = (await heidi.get(f"/c/garden/motions/{motion.id}")).text
    assert "我家算了吗" in other
    assert "Grace" not in other, "who asked is for those who count"
    (request,) = await queries.recount_requests(people.community_id, motion.id)
    short = await submit(erin, page, f"/recounts/{request.id}", answer="没")
    assert (short.status_code, "没" in short.text) == (422, True)
    assert (await submit(erin, page, f"/recounts/{request.id}", answer="算了，第 2 号。")).status_code == 303
    clock(end_of_days(AFTER, 3))
    assert 'id="recount"' not in (await heidi.get(f"/c/garden/motions/{motion.id}")).text
    assert (await submit(erin, await erin.get(count), "#certify")).status_code == 303


async def test_a_question_that_comes_too_late_keeps_its_words(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    await say_in_bylaws(people.community_id, online_counts="yes", query_days=3)
    motion = await opened(people)
    clock(AFTER)
    await recounts.publish_preliminary(actor=people.erin, motion_id=motion.id, now=AFTER)
    grace = await enter(people.grace)
    page = await grace.get(f"/c/garden/motions/{motion.id}")
    clock(end_of_days(AFTER, 3))
    late = await submit(grace, page, "#recount", question="我家的票算进去了吗")
    assert (late.status_code, "我家的票算进去了吗" in late.text, "查询期已经结束" in late.text) == (409, True, True)
    assert await queries.recount_requests(people.community_id, motion.id) == []


async def test_an_objection_that_comes_too_late_keeps_its_words(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await certified(people, await opened(people))
    clock(AFTER)
    grace = await enter(people.grace)
    page = await grace.get(f"/c/garden/motions/{motion.id}")
    until = objections.objections_until(motion)
    assert until is not None
    clock(until)
    late = await submit(grace, page, "#object", ground="公示的面积和我家房本上写的不一样")
    assert (late.status_code, "公示的面积和我家房本上写的不一样" in late.text) == (409, True)
    assert await queries.open_objections(people.community_id) == []


async def test_the_steps_about_an_objection(
    db: AnyEngine, enter, client, clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_current", [])
    store.use(tmp_path / "files")
    people = await garden()
    motion = await certified(people, await opened(people))
    clock(AFTER + DAY)
    ground = "公示的面积和我家房本上写的不一样"
    number = await objections.file_objection(
        actor=people.grace, motion_id=motion.id, key=new_id(), ground=ground, place="", now=AFTER
    )
    dana, grace, heidi = await enter(people.dana), await enter(people.grace), await enter(people.heidi)
    address = f"/c/garden/objections/{number}"
    page = await dana.get(address)
    day = f"{AFTER.astimezone(CHINA):%Y-%m-%d}"
    missing = await submit(dana, page, "#step", kind="signed_paper", happened_at=day, words="双方签字确认")
    assert (missing.status_code, "要附上照片或扫描件" in missing.text, "双方签字确认" in missing.text) == (
        422,
        True,
        True,
    )
    assert (
        await submit(dana, missing, "#step", kind="visit", happened_at=day, words="上门量了面积")
    ).status_code == 303
    assert "上门量了面积" in (await grace.get(address)).text
    assert (await heidi.get(address)).status_code == 403
