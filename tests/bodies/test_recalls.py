"""The recall of a committee's member: under its own name to the result, one announced vote at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from litestar import Litestar

from council.bodies import recalling
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.progress import service as progress
from council.proposals import desk
from council.proposals import queries as proposals
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting import queries as voting
from council.voting.motion import Motion
from tests.bodies.ground import DAY, FINAL, Committee, certified_recall, committee
from tests.fixtures.client import browser, submit
from tests.people import garden, sign_in
from tests.voting import motions
from tests.voting.court import said_by_court
from tests.voting.motions import AFTER

At = Callable[[datetime], None]
SOON = AFTER + DAY
TITLE = "罢免Heidi的第1届业主委员会委员职务"
SENTENCE = "表决文本：\n罢免Heidi的第1届业主委员会委员职务，通过后不再担任委员。"
TARGET = "罢免对象：<b>Heidi（1号楼1单元201室）</b>"


async def filed(given: Committee, name: str = "alice", whom: str = "heidi") -> int:
    return await recalling.propose(
        actor=given.people.actors[name],
        body_id=given.id,
        member_id=given.members[whom],
        key=new_id(),
        reason="一年没有参加委员会会议。",
        now=SOON,
    )


async def test_a_recall_bears_its_own_name_for_good(db: AnyEngine) -> None:
    """Neither its title nor the sentence that is voted on is its proposer's to change."""
    people = await garden()
    proposal_id = await filed(await committee(people))
    said = {"actor": people.alice, "proposal_id": proposal_id, "cost_fen": None, "now": SOON}
    with pytest.raises(Refused, match=r"recall\.title_kept"):
        await progress.revise_proposal(
            **said, seen_version=1, title="给自行车装充电桩", body="车棚里要装充电桩，大家都方便。"
        )
    for _ in range(2):
        changed = "两年没有参加委员会会议，也不回邻居的话。"
        assert await progress.revise_proposal(**said, seen_version=1, title=TITLE, body=changed) == 2
    newest = await proposals.version(people.community_id, proposal_id, 2)
    assert (newest.title, newest.body) == (TITLE, f"{changed}\n\n{SENTENCE}")
    with_it = f"三年没有参加。\n\n{SENTENCE}"
    await progress.revise_proposal(**said, seen_version=2, title=TITLE, body=with_it)
    assert (await proposals.version(people.community_id, proposal_id, 3)).body == with_it


async def test_what_is_stored_is_in_the_communitys_language(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient, at: At
) -> None:
    at(SOON)
    people = await garden()
    given = await committee(people)
    await sign_in(client, people.alice)
    client.cookies.set("locale", "en")
    await execute("UPDATE person SET locale = 'en' WHERE id = {}", people.alice.person_id)
    page = await client.get(f"/c/garden/bodies/{given.id}/recall")
    assert "Recall a member" in page.text
    sent = await submit(client, page, "#recall", member=given.members["heidi"], body="Never came to a meeting.")
    proposal_id = int(sent.headers["location"].partition("?")[0].rpartition("/")[2])
    first = await proposals.version(people.community_id, proposal_id, 1)
    assert (first.title, first.body) == (TITLE, f"Never came to a meeting.\n\n{SENTENCE}")


async def test_whom_it_recalls_stands_beside_the_title_everywhere(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient, at: At
) -> None:
    people = await garden()
    given = await committee(people)
    at(SOON)
    proposal_id = await filed(given)
    await sign_in(client, people.alice)
    here = f"/c/garden/proposals/{proposal_id}"
    assert TARGET in (await client.get(here)).text
    assert "罢免对象：Heidi（1号楼1单元201室）" in (await client.get("/c/garden/proposals")).text
    page = await client.get(f"{here}/revise")
    assert (TARGET in page.text, 'name="title"' in page.text) == (True, False)
    sent = await submit(client, page, "#revise", body="两年没有参加委员会会议。")
    assert sent.status_code == 303
    assert (await proposals.proposal(people.community_id, proposal_id)).title == TITLE
    await execute(
        "UPDATE proposal SET state = 'accepted', accepted_at = {}, accepted_by_name = 'Dana' WHERE id = {}",
        *(SOON, proposal_id),
    )
    wanted = motions.draft(people, opens_at=AFTER + 17 * DAY, closes_at=AFTER + 49 * DAY)
    motion = await motions.open_filed(people, proposal_id, wanted, now=SOON)
    assert motion.recalls_name == "Heidi（1号楼1单元201室）"
    assert "罢免对象：Heidi（1号楼1单元201室）（委员编号" in motion.text
    at(AFTER + 20 * DAY)
    await sign_in(client, people.alice)
    vote = f"/c/garden/motions/{motion.id}"
    for path in ("/c/garden/", "/c/garden/motions", vote, f"{vote}/ballot"):
        assert (path, TARGET in (await client.get(path)).text) == (path, True)
    async with browser(app) as stranger:
        notice = (await stranger.get(f"{vote}/notice")).text
    assert notice.index("表决事项") < notice.index("罢免对象") < notice.index("表决范围")
    at(AFTER + 50 * DAY)
    await sign_in(client, people.dana)
    assert TARGET in (await client.get(f"{vote}/count")).text


async def test_no_way_of_leaving_is_offered_that_no_vote_is_there_for(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient, at: At
) -> None:
    people = await garden()
    given = await committee(people)
    await certified_recall(people, given.members["ivan"], passes=False)
    at(FINAL)
    await sign_in(client, people.dana)
    here = f"/c/garden/desk/bodies/{given.id}/leaving"
    page = await client.get(here)
    assert ('value="recalled"' in page.text, "现在没有签字确认、通过的罢免投票" in page.text) == (False, True)
    assert f'href="/c/garden/bodies/{given.id}#recall-h"' in page.text
    assert 'id="recall-h"' in (await client.get(f"/c/garden/bodies/{given.id}")).text
    vote = await certified_recall(people, given.members["heidi"])
    page = await client.get(here)
    assert ('value="recalled"' in page.text, "现在没有签字确认、通过的罢免投票" in page.text) == (True, False)
    said = {"member": given.members["heidi"], "why": "recalled", "on": FINAL.date().isoformat(), "motion": vote.id}
    assert (await submit(client, page, "#record", **said)).status_code == 303
    await said_by_court(people, vote.id, FINAL)
    assert 'value="recalled"' not in (await client.get(here)).text


async def announced(given: Committee, proposal_id: int) -> Motion:
    people = given.people
    wanted = motions.draft(people, opens_at=AFTER + 17 * DAY, closes_at=AFTER + 49 * DAY)
    motion_id = await progress.publish_motion(
        actor=people.dana, proposal_id=proposal_id, seen_version=1, draft=wanted, now=SOON
    )
    return await voting.motion(people.community_id, motion_id)


async def test_nobody_keeps_a_recall_off_but_by_an_announced_vote(
    db: AnyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is filed, returned or called off excludes nothing; two votes at once about one member there are not."""
    people = await garden()
    given = await committee(people)
    limp, true, third = await filed(given, "judy"), await filed(given), await filed(given, whom="ivan")
    monkeypatch.setattr(progress, "_require_met", lambda reports: None)
    await execute("UPDATE proposal SET state = 'accepted', accepted_at = {}, accepted_by_name = 'Dana'", SOON)
    first = await announced(given, limp)
    with pytest.raises(Refused, match=r"recall\.open_already"):
        await announced(given, true)
    assert (await announced(given, third)).recalls_name.startswith("Ivan")
    await execute(
        "UPDATE motion SET cancelled_at = {}, cancelled_by_name = 'Dana', cancel_reason = '写错了' WHERE id = {}",
        SOON,
        first.id,
    )
    assert (await announced(given, true)).recalls_name.startswith("Heidi")
    with pytest.raises(Refused, match=r"recall\.open_already"):
        await announced(given, limp)


async def test_a_recall_is_neither_made_another_matter_nor_merged_into_one(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    one, same, other = await filed(given), await filed(given, "judy"), await filed(given, whom="ivan")
    plain = await motions.filed(people, kind=Kind.GOVERNANCE, scope=Scope(ScopeKind.COMMUNITY), title="修改议事规则吧")
    await execute("UPDATE proposal SET state = 'filed', accepted_at = NULL WHERE id = {}", plain)
    why = {"actor": people.dana, "reason": "是同一件事", "now": SOON}
    with pytest.raises(Refused, match=r"recall\.kind_kept"):
        await desk.correct_kind(proposal_id=one, kind=Kind.RESIDENT_MATTER, **why)
    for from_id, into_id in ((one, other), (one, plain), (plain, one)):
        with pytest.raises(Invalid) as wrong:
            await desk.merge(proposal_id=from_id, into_id=into_id, **why)
        assert wrong.value.errors == {"into": "recall.merge_other"}
    await desk.merge(proposal_id=same, into_id=one, **why)
    assert (await proposals.proposal(people.community_id, same)).merged_into_id == one
