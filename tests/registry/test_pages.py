"""The register at the desk: masked to readers, in full to its keeper, put right with a reason."""

from __future__ import annotations

import logging

import httpx
import pytest
from litestar import Litestar

from council.audit import queries as log
from council.registry import masking, queries
from council.storage import sql
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.fixtures.client import browser, submit
from tests.people import Garden, garden, sign_in
from tests.registry.desk import DESK, at_desk, roll_of, row, staged, words

NUMBER, PHONE = "990101195006190591", "17000066510"


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    made = await garden()
    await execute(
        "UPDATE owner SET identity_number = {}, phones = {} WHERE id = {}",
        *(NUMBER, f'["{PHONE}"]', made.owners["1-1-101"]),
    )
    return made


@pytest.mark.parametrize(
    ("number", "shown"),
    [("990101195006190591", "9901**********0591"), ("E12345678", "E1*****78"), ("1234", "****"), ("", "")],
)
def test_masked_identity(number: str, shown: str) -> None:
    assert masking.identity(number) == shown


def test_masked_phone() -> None:
    assert masking.phone("13800000147") == "138****0147"
    assert masking.phone("+85291234567") == "+85****4567"
    assert masking.phone("62001") == "****01"


async def test_an_entrance_at_a_time(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    page = await client.get(f"{DESK}/register?entrance={people.entrances['1']}")
    assert "共 12 套" in words(page)
    assert "业主1-1-102" in page.text
    assert "业主1-2-101" not in page.text
    assert "170****6510" in page.text
    assert "9901**********0591" in page.text
    for personal in (NUMBER, PHONE):
        assert personal not in page.text
    assert "1号楼 S1室" in words(await client.get(f"{DESK}/register?entrance={people.entrances['']}"))
    assert (await client.get(f"{DESK}/register?entrance=999999")).status_code == 404
    assert (await client.get(f"{DESK}/register?entrance=x")).status_code == 404


async def test_one_row_in_full_for_its_keeper_only(people: Garden, app: Litestar) -> None:
    url = f"{DESK}/register/{people.units['1-1-101']}"
    for name, in_full in (("dana", True), ("erin", False), ("frank", False), ("gina", False)):
        async with browser(app) as client:
            await sign_in(client, people.actors[name])
            page = await client.get(url)
            assert (NUMBER in page.text, PHONE in page.text) == (in_full, in_full)
            assert ("9901**********0591" in page.text) is not in_full
            assert ("更正这位业主" in page.text) is in_full


@pytest.mark.parametrize(
    "path", ["", "/{unit}", "/{unit}/edit", "/{unit}/owners/{owner}", "/{unit}/representative", "/{unit}/sale"]
)
async def test_the_ladder(people: Garden, app: Litestar, client: httpx.AsyncClient, path: str) -> None:
    def url(unit: int, owner: int) -> str:
        return f"{DESK}/register" + path.replace("{unit}", str(unit)).replace("{owner}", str(owner))

    there = url(people.units["1-1-401"], people.owners["co"])
    assert (await client.get(there)).headers["location"].startswith("/login?next=")
    readable = path in {"", "/{unit}"}
    staff = 200 if readable else 403
    for name, status in (
        ("dana", 200),
        ("erin", staff),
        ("frank", staff),
        ("gina", staff),
        ("alice", 403),
        ("charlie", 404),
    ):
        async with browser(app) as other:
            await sign_in(other, people.actors[name])
            assert (await other.get(there)).status_code == status, name
            if not readable and status != 200:
                token = (await other.get("/me")).text.partition('name="_csrf" value="')[2].partition('"')[0]
                assert (await other.post(there, data={"_csrf": token})).status_code == status, name
    await at_desk(client, people)
    assert (await client.put(there)).status_code == 405
    if "{unit}" in path:
        for unit in (people.units["orchard"], 999999, 2**63, 10**30):
            assert (await client.get(url(unit, people.owners["co"]))).status_code == 404
    if "{owner}" in path:
        assert (await client.get(url(people.units["1-1-101"], people.owners["co"]))).status_code == 404


async def test_area_with_a_reason(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    unit_id = people.units["1-1-101"]
    page = await client.get(f"{DESK}/register/{unit_id}/edit")
    for wrong in (
        {"area": "0", "reason": "房产证"},
        {"area": "x", "reason": "房产证"},
        {"area": "71.50", "reason": ""},
    ):
        answer = await submit(client, page, "#edit", **wrong)
        assert answer.status_code == 422
        assert f'value="{wrong["area"]}"' in answer.text
    done = await submit(client, page, "#edit", area="71.50", status="let", reason="房产证复印件")
    assert done.headers["location"] == f"{DESK}/register/{unit_id}?said=register.changed"
    unit = await queries.unit(people.community_id, unit_id)
    assert (unit.area_dm2, unit.status) == (7150, "let")
    stale = await submit(client, page, "#edit", area="72.00", reason="另一份")
    assert stale.status_code == 409
    assert (await queries.unit(people.community_id, unit_id)).area_dm2 == 7150
    page = await client.get(f"{DESK}/register/{unit_id}/edit")
    same = await submit(client, page, "#edit", reason="没改")
    assert same.headers["location"].endswith("register.same")
    (record,) = await log.records(people.community_id)
    assert record.data == {"unit_id": unit_id, "fields": ["area_dm2", "status"], "by": people.dana.person_id}
    assert record.private is not None
    assert "房产证复印件" in record.private


async def test_an_owner_put_right_stays_the_same_owner(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    unit_id, owner_id = people.units["1-1-101"], people.owners["1-1-101"]
    url = f"{DESK}/register/{unit_id}/owners/{owner_id}"
    page = await client.get(url)
    assert "401室" in page.text  # what else it touches
    for wrong, said in (
        ({"identity": "990101195006190592"}, "校验位不对"),
        ({"identity": "9901********0591"}, "打了码"),
        ({"phones": "一三八"}, "电话看不懂"),
        ({"name": ""}, "还没有填"),
    ):
        answer = await submit(client, page, "#edit", **{"reason": "身份证", **wrong})
        assert answer.status_code == 422
        assert said in words(answer)
    done = await submit(client, page, "#edit", name="吴博敏", phones="17000000001、+85291234567", reason="身份证")
    assert done.status_code == 303
    owner = await queries.owner(people.community_id, owner_id)
    assert (owner.name, owner.identity_number, owner.phones) == ("吴博敏", NUMBER, ("17000000001", "+85291234567"))
    assert (await people.refreshed("alice")).owner_ids == {owner_id}
    assert (await submit(client, page, "#edit", name="又改", reason="身份证")).status_code == 409
    bodies = "".join(record.body for record in await log.records(people.community_id))
    for personal in (NUMBER, "17000000001", "吴博敏", "身份证"):
        assert personal not in bodies


async def test_a_number_of_another_owner_is_refused(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    page = await client.get(f"{DESK}/register/{people.units['1-1-102']}/owners/{people.owners['1-1-102']}")
    answer = await submit(client, page, "#edit", identity=NUMBER, reason="身份证")
    assert answer.status_code == 422
    assert "另一位业主已用这个证件号" in words(answer)


async def test_the_representative_of_co_owners(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    unit_id = people.units["1-1-401"]
    page = await client.get(f"{DESK}/register/{unit_id}/representative")
    done = await submit(client, page, "#edit", owner=people.owners["co"], reason="共有人书面推选")
    assert done.headers["location"].endswith("register.changed")
    holdings = (await queries.holdings_of(people.community_id, [unit_id]))[unit_id]
    assert [(held.owner_id, held.is_representative) for held in holdings] == [
        (people.owners["1-1-101"], False),
        (people.owners["co"], True),
    ]
    again = await submit(client, page, "#edit", owner=people.owners["co"], reason="共有人书面推选")
    assert again.headers["location"].endswith("register.same")


async def test_as_many_questions_for_one_unit_as_for_twelve(
    people: Garden, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at_desk(client, people)
    seen: list[str] = []
    plain = sql.compiled

    def counted(text: str, *rest: object) -> str:
        seen.append(text)
        return plain(text, *rest)

    monkeypatch.setattr(sql, "compiled", counted)
    counts = []
    for entrance in ("1", ""):
        seen.clear()
        await client.get(f"{DESK}/register?entrance={people.entrances[entrance]}")
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_nothing_personal_in_residents_pages_logs_or_errors(
    people: Garden, app: Litestar, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await at_desk(client, people)
    address = await staged(client, roll_of(row(), row(room="102", area="x", owner="林文")))
    texts = [(await submit(client, await client.get(address), "#confirm")).text]
    async with browser(app) as alice:
        await sign_in(alice, people.alice)
        for path in ("/c/garden/register/mine", f"{DESK}/register", address, f"{address}/rows/3", "/me"):
            texts.append((await alice.get(path)).text)
    texts += [str(record.getMessage()) for record in caplog.records]
    texts += [record.body for record in await log.records(people.community_id)]
    for text in texts:
        for personal in (NUMBER, PHONE):
            assert personal not in text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_every_page_has_its_words(people: Garden, app: Litestar, language: str) -> None:
    """A missing sentence raises in tests; both languages."""
    unit, owner = people.units["1-1-401"], people.owners["co"]
    async with browser(app, language) as client:
        await at_desk(client, people)
        address = await staged(client, roll_of(row(), row(room="102", area="x", phone="1.38E+10")))
        for path in (
            f"{DESK}/roll", f"{DESK}/roll/grid", address, f"{address}/rows/3", f"{DESK}/register",
            f"{DESK}/register/{unit}", f"{DESK}/register/{unit}/edit", f"{DESK}/register/{unit}/owners/{owner}",
            f"{DESK}/register/{unit}/representative", f"{DESK}/register/{unit}/sale", f"{DESK}/corrections",
            "/c/garden/register/mine",
        ):  # fmt: skip
            page = await client.get(path)
            assert page.status_code == 200, path
            assert "<h1>" in page.text
    assert await fetch("SELECT id FROM roll_upload WHERE state = 'open'")
