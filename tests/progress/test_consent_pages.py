"""The desk's pages of homes that must agree by themselves: a signed answer by two people, a home named by mistake."""

from __future__ import annotations

from datetime import timedelta

import httpx

from council.kernel.clock import local_date
from council.proposals import consent_queries
from council.proposals.consent import Consent
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden
from tests.progress import life
from tests.progress.test_pages import At, Seen, words
from tests.voting import motions

PAPER = {"document": ("同意书.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
DESK = "/c/garden/desk"


async def asked(people: Garden, proposal_id: int) -> Consent:
    [only] = (await consent_queries.consents_of(people.community_id, [proposal_id]))[proposal_id]
    return only


async def test_a_signed_answer_is_recorded_by_one_and_confirmed_by_another(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    here = f"{DESK}/proposals/{proposal_id}/consents"
    page = await seen(people, "dana", here)
    for room, why, said in (
        ("9-9-999", "占窗", "没有9-9-999室"),
        ("101", "占窗", "有好几户都是这个房号"),  # proposal.several_rooms
        ("1-1-401", "", "还没有填"),
    ):
        wrong = await submit(client, page, "#name-form", room=room, why=why)
        assert (wrong.status_code, said in wrong.text, f'value="{room}"' in wrong.text) == (422, True, True)
    assert (await submit(client, page, "#name-form", room="1-1-401", why="井道挡窗")).status_code == 303
    one = f"{here}/{(await asked(people, proposal_id)).id}"
    page = await seen(people, "frank", one)
    nobody = await submit(client, page, "#paper-form", files=PAPER, answer="agree")
    assert (nobody.status_code, "请选出签了字的业主" in nobody.text, "同意书.pdf" in nobody.text) == (422, True, True)
    owners = [str(each.owner_id) for each in (await asked(people, proposal_id)).owners]
    done = await submit(client, nobody, "#paper-form", answer="agree", owner=owners)  # the scan is kept
    assert done.headers["location"] == f"{one}?said=consent.paper_recorded"
    assert (await asked(people, proposal_id)).answer is None
    page = await seen(people, "frank", one)
    assert 'value="confirm"' not in page.text
    assert "征得单独同意" in words(await seen(people, "dana", DESK))
    page = await seen(people, "dana", one)
    scan = page.text.partition(f'href="{here}/papers/')[2].partition('"')[0]
    assert (await client.get(f"{here}/papers/{scan}")).content == PAPER["document"][1]
    assert (await submit(client, page, "#paper-word", button="word=confirm")).status_code == 303
    assert (await asked(people, proposal_id)).answer == "agree"
    shown = words(await seen(people, "alice", f"/c/garden/proposals/{proposal_id}"))
    assert f"同意 {local_date(NOW).month}月{local_date(NOW).day}日" in shown.replace("\xa0", "")
    assert (await seen(people, "alice", one)).status_code == 403
    assert (await client.get(f"{here}/papers/{scan}")).status_code == 403
    assert len(await fetch("SELECT id FROM consent_answer")) == 2


async def test_a_home_named_by_mistake_waits_for_a_second_person(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    here = f"{DESK}/proposals/{proposal_id}/consents"
    await submit(client, await seen(people, "dana", here), "#name-form", room="1-1-102", why="井道挡窗")
    one = f"{here}/{(await asked(people, proposal_id)).id}"
    await submit(client, await seen(people, "dana", one), "#drop-form", reason="户号写错了")
    assert 'value="drop"' not in (await seen(people, "dana", one)).text
    page = await seen(people, "frank", one)
    assert "户号写错了" in page.text
    await submit(client, page, "#drop-word", button="word=drop")
    assert await consent_queries.consents_of(people.community_id, [proposal_id]) == {}
    assert (await client.get(one)).status_code == 404


async def test_what_was_signed_before_the_home_was_named_as_now_can_only_be_taken_back(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    here = f"{DESK}/proposals/{proposal_id}/consents"
    await submit(client, await seen(people, "dana", here), "#name-form", room="1-1-102", why="井道挡窗")
    consent = await asked(people, proposal_id)
    one, owner = f"{here}/{consent.id}", str(consent.owners[0].owner_id)
    await submit(client, await seen(people, "frank", one), "#paper-form", files=PAPER, answer="agree", owner=owner)
    await execute("UPDATE consent SET named_at = {}", NOW + timedelta(days=1))
    page = await seen(people, "dana", one)
    assert ('value="confirm"' in page.text, "再请业主另签一份" in page.text) == (False, True)
    await submit(client, page, "#paper-word", button="word=withdraw")
    page = await seen(people, "dana", one)
    assert ('id="paper-word"' in page.text, 'id="paper-form"' in page.text) == (False, True)


async def test_after_the_notice_a_home_is_named_with_its_document_and_by_two(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await motions.filed(people)
    here = f"{DESK}/proposals/{proposal_id}/consents"
    before = await seen(people, "dana", here)
    assert 'name="document"' not in before.text
    await motions.open_filed(people, proposal_id, motions.draft(people))
    typed = {"room": "1-1-102", "why": "井道挡窗"}
    late = await submit(client, before, "#name-form", **typed)  # its page was open as the notice went out
    assert (late.status_code, 'value="井道挡窗"' in late.text, "还没有选文件" in words(late)) == (422, True, True)
    file = {"document": ("检测报告.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    wrong = await submit(client, late, "#name-form", files=file, room="9-9-999", why="井道挡窗")
    assert (wrong.status_code, "检测报告.pdf" in wrong.text) == (422, True)
    done = await submit(client, wrong, "#name-form", **typed)  # the scan is kept
    assert done.headers["location"] == f"{here}?said=consent.naming_recorded"
    assert await consent_queries.consents_of(people.community_id, [proposal_id]) == {}
    again = await submit(client, await seen(people, "dana", here), "#name-form", files=file, **typed)
    assert (again.status_code, "正等另一位工作人员核对" in words(again)) == (409, True)
    page = await seen(people, "dana", here)
    assert ('value="confirm"' in page.text, 'value="withdraw"' in page.text) == (False, True)
    assert "征得单独同意" in words(await seen(people, "frank", DESK))
    page = await seen(people, "frank", here)
    assert ("井道挡窗" in page.text, 'value="confirm"' in page.text) == (True, True)
    scan = page.text.partition(f'href="{here}/namings/')[2].partition('"')[0]
    assert (await client.get(f"{here}/namings/{scan}")).content == file["document"][1]
    naming_id = scan.partition("/")[0]
    assert (await submit(client, page, f"#naming-{naming_id}", button="word=confirm")).status_code == 303
    assert (await asked(people, proposal_id)).why == "井道挡窗"
    assert f"naming-{naming_id}" not in (await seen(people, "frank", here)).text
    assert (await seen(people, "grace", here)).status_code == 403
    assert (await client.get(f"{here}/namings/{scan}")).status_code == 403


async def test_an_owner_who_refused_may_still_agree(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    here = f"{DESK}/proposals/{proposal_id}/consents"
    await submit(client, await seen(people, "dana", here), "#name-form", room="1-1-102", why="井道挡窗")
    own = f"/c/garden/proposals/{proposal_id}"
    await submit(client, await seen(people, "grace", own), "/consents", button="answer=refuse")
    page = await seen(people, "grace", own)
    assert ("我家同意" in page.text, "现在同意" in page.text) == (False, True)
    assert "要征得您同意" not in words(await seen(people, "grace", "/c/garden/"))
    await submit(client, await seen(people, "grace", own), "/consents", button="answer=agree")
    assert (await asked(people, proposal_id)).answer == "agree"


async def test_a_home_asked_for_its_own_part_and_as_co_owned_says_both(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    proposal_id = await life.file(people, people.alice)
    here = f"{DESK}/proposals/{proposal_id}/consents"
    await submit(client, await seen(people, "dana", here), "#name-form", room="1-1-401", why="井道挡窗")
    one, own = f"{here}/{(await asked(people, proposal_id)).id}", f"/c/garden/proposals/{proposal_id}"
    assert "房屋共有" not in words(await seen(people, "bob", own))
    await execute("UPDATE consent SET ground = 'co_owned'")
    for who, page in (("dana", one), ("bob", own)):
        shown = words(await seen(people, who, page))
        assert ("井道挡窗" in shown, "每一位共有人还要各自同意" in shown) == (True, True)
