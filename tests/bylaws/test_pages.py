"""The registry as people see it: what holds, each version, the desk's form, the second person's yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from litestar import Litestar

from council.bylaws import queries as versions
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.bylaws.drafts import PDF, confirmed, proposed, said
from tests.fixtures.client import browser, submit
from tests.people import NOW, Garden, garden, sign_in
from tests.registry.desk import facts, words

At = Callable[[datetime], None]
LIST, FORM, RULES = "/c/garden/bylaws", "/c/garden/desk/bylaws", "/c/garden/rules"
SCAN = {"document": ("规则.pdf", PDF, "application/pdf")}
GOOD = {"title": "花园小区业主大会议事规则", "adopted_on": "2026-02-01", "effective_from": "2026-03-01"}
CHANGE = {"value_change": "once", "clause_change": "第十五条：可以改一次。", "page_change": 5}


@pytest.fixture
async def people(db: AnyEngine, app: Litestar, at: At) -> Garden:
    at(NOW)
    return await garden(online_counts=False)


async def test_recorded_by_one_and_confirmed_by_another(
    people: Garden, app: Litestar, client: httpx.AsyncClient
) -> None:
    await sign_in(client, people.dana)
    assert "还没有确认过议事规则" in words(await client.get(LIST))
    page = await client.get(FORM)
    answer = await submit(client, page, "#propose", files=SCAN, **GOOD, **CHANGE)
    (version,) = await versions.versions(people.community_id)
    assert answer.headers["location"] == f"{LIST}/{version.id}?said=bylaws.proposed"
    own = await client.get(f"{LIST}/{version.id}")
    assert "我来确认" not in own.text
    assert "第十五条：可以改一次。" in own.text
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        page = await erin.get(f"{LIST}/{version.id}")
        assert f'href="/c/garden/files/{version.scan_id}"' in page.text
        answer = await submit(erin, page, "#confirm")
        assert answer.headers["location"] == f"{LIST}/{version.id}?said=bylaws.confirmed"
        assert (await submit(erin, page, "#confirm")).status_code == 409
        page = await erin.get(f"{LIST}/{version.id}")
    assert "Erin" in facts(page.text)["确认人"]
    rules = await client.get(RULES)
    assert facts(rules.text)["投票后能不能改"] == "网上的票可以改一次"
    assert "花园小区业主大会议事规则：第十五条：可以改一次。 （第 5 页）" in " ".join(
        words(rules).replace('<span class="n">', "").split()
    )
    assert "法律的预设；议事规则没有规定" in rules.text


async def test_without_bylaws_the_page_says_that_the_presets_apply(people: Garden, client: httpx.AsyncClient) -> None:
    page = await client.get(RULES)
    assert "按法律的预设办" in page.text
    found = facts(page.text)
    assert (found["网上投票"], found["委托别人投票"]) == ("只作意愿征询", "可以，要有书面委托")
    assert "待当地确认" in page.text
    english = await client.get(RULES, headers={"Accept-Language": "en"})
    assert "the legal presets apply" in english.text


async def test_what_is_missing_is_said_and_what_was_typed_stays(people: Garden, client: httpx.AsyncClient) -> None:
    await sign_in(client, people.dana)
    page = await client.get(FORM)
    bad = await submit(
        client,
        page,
        "#propose",
        files=SCAN,
        **GOOD,
        value_change="once",
        page_signatures=3,
        clause_dissent="第九条原文",
    )
    assert bad.status_code == 422
    for sentence in ("请照原文抄下这一条", "还没有选这一条怎么规定"):
        assert sentence in bad.text
    assert "“规则.pdf”已经收到" in bad.text
    again = await submit(client, bad, "#propose", page_signatures="", clause_dissent="", **CHANGE)
    assert again.status_code == 303
    (version,) = await versions.versions(people.community_id)
    assert (version.title, list(version.clauses), version.scan_id is not None) == (GOOD["title"], ["change"], True)


async def test_without_a_scan_nothing_is_recorded(people: Garden, client: httpx.AsyncClient) -> None:
    await sign_in(client, people.dana)
    page = await client.get(FORM)
    bad = await submit(client, page, "#propose", **GOOD, **CHANGE)
    assert (bad.status_code, "还没有选文件" in bad.text) == (422, True)
    odd = await submit(client, page, "#propose", files={"document": ("x.pdf", b"hello", "application/pdf")}, **GOOD)
    assert odd.status_code == 422
    assert await versions.versions(people.community_id) == []


async def test_local_rules_refuse_in_both_languages(people: Garden, client: httpx.AsyncClient) -> None:
    await sign_in(client, people.dana)
    page = await client.get(FORM)
    wish = {"value_online_counts": "yes", "clause_online_counts": "第十二条：网上投票有效。", "page_online_counts": 4}
    bad = await submit(client, page, "#propose", files=SCAN, profile="beijing", **GOOD, **wish)
    assert "法律或当地规定不允许这样做" in bad.text
    english = await submit(
        client, page, "#propose", files=SCAN, headers={"Accept-Language": "en"}, profile="beijing", **GOOD, **wish
    )
    assert "Law or local rules do not admit this" in english.text


async def test_a_used_form_with_other_words_is_kept_under_a_fresh_key(
    people: Garden, client: httpx.AsyncClient
) -> None:
    await sign_in(client, people.dana)
    page = await client.get(FORM)
    await submit(client, page, "#propose", files=SCAN, **GOOD, **CHANGE)
    other = await submit(client, page, "#propose", files=SCAN, **GOOD | {"title": "另一份规则"}, **CHANGE)
    assert (other.status_code, "还没有交" in other.text, "另一份规则" in other.text) == (409, True, True)
    waiting = await submit(client, other, "#propose")
    assert (waiting.status_code, "在等第二个人确认" in waiting.text) == (409, True)
    assert len(await fetch("SELECT id FROM bylaws_version")) == 1


async def test_a_new_version_begins_with_what_holds(people: Garden, client: httpx.AsyncClient) -> None:
    await confirmed(people, *said(change="once", proxy_cap=2, meeting_forms=("written",)))
    await sign_in(client, people.erin)
    page = await client.get(FORM)
    assert (await submit(client, page, "#propose", files=SCAN, effective_from="2026-03-02")).status_code == 303
    newer, older = await versions.versions(people.community_id)
    assert newer.clauses == older.clauses
    assert (newer.number, newer.proposed_by_name) == (2, "Erin")


async def test_a_day_to_come_is_said(people: Garden, client: httpx.AsyncClient, at: At) -> None:
    version_id = await confirmed(people, *said(change="once"), effective_from=NOW.replace(month=4))
    page = await client.get(f"{LIST}/{version_id}")
    assert "到那天以前仍按原来的" in page.text
    assert facts((await client.get(RULES)).text)["投票后能不能改"] == "投了不能改"
    at(NOW.replace(month=5))
    assert "现在按这一版" in (await client.get(f"{LIST}/{version_id}")).text
    assert facts((await client.get(RULES)).text)["投票后能不能改"] == "网上的票可以改一次"


async def test_the_ladder(people: Garden, app: Litestar, client: httpx.AsyncClient) -> None:
    held = await confirmed(people)
    waiting = await proposed(people, *said(change="once"))
    assert (await client.get(f"{LIST}/{held}")).status_code == 200
    assert (await client.get(f"{LIST}/{waiting}")).status_code == 404
    assert (await client.get(f"/c/orchard/bylaws/{held}")).status_code == 404
    assert (await client.get(f"{LIST}/999999")).status_code == 404
    assert (await client.get(FORM)).status_code == 303
    for name, reads, writes in (
        ("dana", 200, 200),
        ("erin", 200, 200),
        ("gina", 200, 403),
        ("frank", 200, 403),
        ("alice", 404, 403),
        ("charlie", 404, 404),
    ):
        async with browser(app) as other:
            await sign_in(other, people.actors[name])
            assert (await other.get(f"{LIST}/{waiting}")).status_code == reads
            assert (await other.get(FORM)).status_code == writes
            token = (await other.get("/me")).text.partition('name="_csrf" value="')[2].partition('"')[0]
            if writes != 200:
                for path in ("", f"/{waiting}/confirm", f"/{waiting}/withdraw"):
                    answer = await other.post(FORM + path, data={"_csrf": token})
                    assert answer.status_code == writes
    assert (await versions.waiting(people.community_id)) is not None


async def test_the_scan_is_for_members(people: Garden, app: Litestar, client: httpx.AsyncClient) -> None:
    version_id = await confirmed(people)
    scan = (await versions.version(people.community_id, version_id)).scan_id
    address = f"/c/garden/files/{scan}"
    assert address not in (await client.get(f"{LIST}/{version_id}")).text
    async with browser(app) as alice:
        await sign_in(alice, people.alice)
        assert address in (await alice.get(f"{LIST}/{version_id}")).text
        assert (await alice.get(address)).content == PDF


async def test_as_many_queries_for_five_versions_as_for_two(
    people: Garden, client: httpx.AsyncClient, queries: list[str]
) -> None:
    counts = []
    for more in (2, 3):
        for _ in range(more):
            await confirmed(people, *said(change="once", proxy_cap=2))
        await client.get(LIST)
        queries.clear()
        await client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
