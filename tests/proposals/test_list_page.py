"""The list: what it says of each, its filters, its pages, and what it costs; endorsing from the page."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from council.kernel.scope import Scope, ScopeKind
from council.proposals import desk, list_queries, service
from council.storage.database import AnyEngine
from tests.fixtures.client import find_form
from tests.people import NOW, Garden, garden, sign_in
from tests.proposals.matters import counted, endorsing, filed, recorded, said

PAGE = "/c/garden/proposals"


async def signed(client: httpx.AsyncClient, name: str = "alice") -> Garden:
    people = await garden()
    await sign_in(client, people.actors[name])
    return people


async def test_the_ladder(client: httpx.AsyncClient) -> None:
    people = await garden()
    assert (await client.get(PAGE)).headers["Location"].startswith("/login?next=")
    for name, status in (("alice", 200), ("leo", 200), ("gina", 200), ("frank", 200), ("charlie", 404)):
        await sign_in(client, people.actors[name])
        assert (await client.get(PAGE)).status_code == status, name
    assert (await client.delete(PAGE)).status_code == 405


async def test_an_empty_list_says_how_to_begin_and_an_auditor_only_reads(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    page = await client.get(PAGE)
    assert "还没有人提过事" in page.text
    assert f'href="{PAGE}/new"' in page.text
    await sign_in(client, people.gina)
    assert f'href="{PAGE}/new"' not in (await client.get(PAGE)).text


async def test_a_line_says_kind_place_households_comments_and_days(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    proposal = await filed(people, title="自行车棚装充电桩")
    await service.endorse(actor=people.grace, proposal_id=proposal.id, unit_id=people.units["1-1-102"], now=NOW)
    await said(people.grace, proposal)
    text = (await client.get(PAGE)).text.replace("\u00a0", " ")
    assert f'href="{PAGE}/{proposal.id}"' in text
    for words in ("自行车棚装充电桩", "使用维修资金", "1号楼1单元", "征集附议", "2 户附议", "1 条讨论"):
        assert words in text, words
    [line] = await list_queries.lines(people.community_id, [proposal.id])
    assert [line.days(NOW + timedelta(hours=after)) for after in (0, 13, 14, 38)] == [1, 1, 2, 3]


async def test_each_filter_shows_its_own(client: httpx.AsyncClient) -> None:
    people = await signed(client, "ken")
    second = Scope(ScopeKind.ENTRANCE, "1-2", people.building_id, people.entrances["2"])
    mine = await filed(people, people.ken, scope=second, unit_id=people.units["1-2-101"], title="二单元换门锁的事")
    theirs = await filed(people, title="一单元换门灯的事")
    merged, gone, back = [await filed(people, title=f"第{n}件别的事情") for n in range(3)]
    await desk.merge(actor=people.dana, proposal_id=merged.id, into_id=theirs.id, reason="同", now=NOW)
    await service.withdraw(actor=people.alice, proposal_id=gone.id, reason="", now=NOW)
    await desk.return_to_proposer(actor=people.dana, proposal_id=back.id, seen_version=1, reason="写清楚", now=NOW)
    shown = {
        "": [back, gone, merged, theirs, mine],
        "?show=open": [back, theirs, mine],
        "?show=mine": [mine],
        "?show=building": [back, gone, merged, theirs, mine],
        "?stage=stopped": [gone, merged],
        "?stage=check": [back, theirs, mine],
        "?show=mine&stage=check": [mine],
        "?show=mine&stage=stopped": [],
        "?show=nonsense&stage=nonsense": [back, gone, merged, theirs, mine],
    }
    for query, expected in shown.items():
        assert lines(await client.get(PAGE + query)) == [each.id for each in expected], query
    page = await client.get(PAGE)
    assert links(page.text) == {
        "全部 5": PAGE,
        "正在办 3": f"{PAGE}?show=open",
        "我的 1": f"{PAGE}?show=mine",
        "我家这栋楼 5": f"{PAGE}?show=building",
        "受理 3": f"{PAGE}?stage=check",
        "停办 2": f"{PAGE}?stage=stopped",
    }
    await sign_in(client, people.dana)
    assert "show=building" not in (await client.get(PAGE)).text


async def test_mine_is_what_my_household_filed_or_endorses(client: httpx.AsyncClient) -> None:
    people = await signed(client, "grace")
    endorsed, other = await filed(people, title="一单元换门灯的事"), await filed(people, title="一单元换门锁的事")
    assert lines(await client.get(PAGE + "?show=mine")) == []
    unit = people.units["1-1-102"]
    await service.endorse(actor=people.grace, proposal_id=endorsed.id, unit_id=unit, now=NOW)
    assert lines(await client.get(PAGE + "?show=mine")) == [endorsed.id]
    await service.withdraw_endorsement(actor=people.grace, proposal_id=endorsed.id, unit_id=unit, now=NOW)
    assert lines(await client.get(PAGE + "?show=mine")) == []
    assert lines(await client.get(PAGE)) == [other.id, endorsed.id]


async def test_a_filter_with_nothing_says_what_will_appear(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    await filed(people, people.grace, unit_id=people.units["1-1-102"])
    for query, words in (("?show=mine", "您还没有提过事"), ("?stage=vote", "有事办到这一步，就会列在这里")):
        text = (await client.get(PAGE + query)).text
        assert words in text, query
        assert f'class="btn" href="{PAGE}"' in text, query


def lines(page: httpx.Response) -> list[int]:
    """The proposals that a page lists, in its order."""
    return [int(part.split('"')[0]) for part in page.text.split(f'class="row" href="{PAGE}/')[1:]]


def links(text: str) -> dict[str, str]:
    """The filters by what they say."""
    found = re.findall(r'<a class="more" href="([^"]*)"(?: aria-current="true")?>(.*?)</a>', text)
    return {re.sub("<.*?>", "", words).replace("\u00a0", " ").replace("&nbsp;", " "): href for href, words in found}


async def test_thirty_take_as_many_queries_as_one_and_older_ones_are_a_link_away(
    client: httpx.AsyncClient, db: AnyEngine
) -> None:
    people = await signed(client)
    asked = []
    for n in range(list_queries.PAGE + 1):
        proposal = await filed(people, title=f"第{n}件要商量的事")
        await said(people.grace, proposal)
        if n in {0, list_queries.PAGE}:
            with counted(db) as seen:
                page = await client.get(PAGE)
            asked.append(len(seen))
    assert asked[0] == asked[1]
    assert "第0件" not in page.text
    assert f'href="{PAGE}?page=2"' in page.text
    assert f'href="{PAGE}?show=open&amp;page=2"' in (await client.get(f"{PAGE}?show=open")).text
    older = await client.get(PAGE + "?page=2")
    assert ("第0件" in older.text, "page=3" in older.text) == (True, False)
    for odd in ("0", "-1", "x", "9" * 30, "99999"):
        assert (await client.get(f"{PAGE}?page={odd}")).status_code == 200


async def test_endorsing_and_taking_back_from_the_page(client: httpx.AsyncClient) -> None:
    people = await signed(client, "grace")
    proposal, home = await filed(people), people.units["1-1-102"]
    token = {"_csrf": await csrf(client)}
    path = f"{PAGE}/{proposal.id}/endorsements"
    for _ in range(2):
        answer = await client.post(path, data=token | {"unit": str(home)})
        assert answer.headers["Location"] == f"{PAGE}/{proposal.id}?said=proposal.endorsed"
    assert await endorsing(proposal) == [people.units["1-1-101"], home]
    assert await recorded("proposal.endorsed") == 1
    there = (await client.get(f"{PAGE}/{proposal.id}")).text
    assert 'id="endorse-now"' not in there, "the bar offers nothing that is done already"
    answer = await client.post(f"{path}/{home}/withdraw", data=token)
    assert answer.headers["Location"] == f"{PAGE}/{proposal.id}?said=proposal.endorsement_withdrawn"
    there = (await client.get(f"{PAGE}/{proposal.id}")).text
    assert "1 户附议" in there.replace("\u00a0", " ")
    assert find_form(there, "#endorse-now").filled({})[-1] == ("unit", str(home))
    assert await endorsing(proposal) == [people.units["1-1-101"]]


@pytest.mark.parametrize(
    ("name", "unit", "status"),
    [("grace", "1-1-201", 403), ("grace", "orchard", 404), ("ken", "1-2-101", 403), ("gina", "1-1-101", 403)],
)
async def test_endorsements_that_are_refused(client: httpx.AsyncClient, name: str, unit: str, status: int) -> None:
    people = await signed(client, name)
    proposal = await filed(people)
    token = {"_csrf": await csrf(client)}
    path = f"{PAGE}/{proposal.id}/endorsements"
    assert (await client.post(path, data=token | {"unit": str(people.units[unit])})).status_code == status
    assert (await client.post(f"{PAGE}/{10**9}/endorsements", data=token | {"unit": "1"})).status_code == 404
    assert (await client.post(path, data=token | {"unit": "abc"})).status_code == 422
    assert (await client.post(path, data={"unit": "1"})).status_code == 403
    assert await endorsing(proposal) == [people.units["1-1-101"]]


async def test_a_page_that_grew_stale_says_that_the_matter_moved_on(client: httpx.AsyncClient) -> None:
    people = await signed(client, "grace")
    proposal = await filed(people)
    token = {"_csrf": await csrf(client)}
    await desk.return_to_proposer(actor=people.dana, proposal_id=proposal.id, seen_version=1, reason="写清楚", now=NOW)
    answer = await client.post(
        f"{PAGE}/{proposal.id}/endorsements", data=token | {"unit": str(people.units["1-1-102"])}
    )
    assert (answer.status_code, "这件事已经有了新进展" in answer.text) == (409, True)


async def csrf(client: httpx.AsyncClient) -> str:
    """The token that every form of this person's pages carries."""
    page = await client.get("/me")
    return page.text.split('name="_csrf" value="')[1].split('"')[0]
