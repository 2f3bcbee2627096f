"""我家这一行不对: said by a resident, answered by the desk, read by the resident."""

from __future__ import annotations

import httpx
import pytest
from litestar import Litestar

from council.audit import queries as log
from council.kernel.errors import NotFound, Refused
from council.kernel.ids import new_id
from council.registry import corrections
from council.registry.corrections import Outcome
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.fixtures.client import browser, find_form, submit
from tests.people import NOW, Garden, garden, sign_in
from tests.registry.desk import DESK, words

MINE = "/c/garden/register/mine"


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    return await garden()


async def test_said_answered_and_read(people: Garden, app: Litestar, client: httpx.AsyncClient) -> None:
    await sign_in(client, people.alice)
    page = await client.get(MINE)
    assert "1号楼1单元 101室" in words(page)
    assert "1号楼1单元 401室" in words(page)
    assert (await submit(client, page, "#correct", said="面积写错了，应是 71.50")).status_code == 422  # which one?
    answer = await submit(client, page, "#correct", unit=people.units["1-1-101"], said="面积写错了，应是 71.50")
    assert answer.headers["location"] == f"{MINE}?said=correction.filed"
    again = await submit(client, page, "#correct", unit=people.units["1-1-101"], said="面积写错了，应是 71.50")
    assert again.status_code == 303
    (one,) = await corrections.waiting(people.community_id)
    assert (one.unit_code, one.said, one.said_by_name) == ("1-1-101", "面积写错了，应是 71.50", "Alice")
    assert "等社区答复" in words(await client.get(MINE))
    async with browser(app) as desk:
        await sign_in(desk, people.dana)
        assert "有 1 位住户报错" in words(await desk.get(f"{DESK}/register"))
        assert "面积写错了" in words(await desk.get(f"{DESK}/corrections"))
        page = await desk.get(f"{DESK}/corrections/{one.id}")
        assert (await submit(desk, page, "#close")).status_code == 422
        unmended = await submit(desk, page, "#close", outcome="corrected", reason="按房产证改为 71.50")
        assert unmended.status_code == 422
        assert "请先到名册里改好" in words(unmended)
        assert len(await corrections.waiting(people.community_id)) == 1
        closed = await submit(desk, page, "#close", outcome="corrected", mended="1", reason="按房产证改为 71.50")
        assert closed.headers["location"] == f"{DESK}/corrections?said=correction.corrected"
        late = await submit(desk, page, "#close", outcome="declined", reason="不对")
        assert late.status_code == 409
    page = await client.get(MINE)
    assert "已更正" in words(page)
    assert "按房产证改为 71.50" in words(page)
    assert await corrections.waiting(people.community_id) == []


async def test_only_for_ones_own_home(people: Garden) -> None:
    for actor, code in ((people.alice, "1-1-102"), (people.dana, "1-1-101"), (people.leo, "1-1-302")):
        with pytest.raises(Refused) as refused:
            await _file(people, actor_name=actor.name.lower(), code=code)
        assert (refused.value.code, refused.value.forbidden) == ("correction.not_your_unit", True)
    with pytest.raises(NotFound):
        await _file(people, "alice", "orchard")
    assert await fetch("SELECT id FROM row_correction") == []


async def _file(people: Garden, actor_name: str, code: str, key: str | None = None, said: str = "电话不对") -> int:
    return await corrections.file_correction(
        actor=people.actors[actor_name], unit_id=people.units[code], said=said, key=key or new_id(), now=NOW
    )


async def test_the_same_form_twice_is_one(people: Garden) -> None:
    key = new_id()
    assert await _file(people, "ken", "1-2-101", key) == await _file(people, "ken", "1-2-101", key)


async def test_a_used_key_with_other_words_or_from_somebody_else_is_refused(people: Garden) -> None:
    key = new_id()
    await _file(people, "alice", "1-1-101", key)
    for name, code, said in (
        ("alice", "1-1-101", "面积不对"),
        ("alice", "1-1-401", "电话不对"),
        ("bob", "1-1-401", "电话不对"),
    ):
        with pytest.raises(Refused, match=r"form\.used_before"):
            await _file(people, name, code, key, said)
    assert [one.said_by_name for one in await corrections.waiting(people.community_id)] == ["Alice"]


async def test_other_words_in_a_form_that_was_sent_are_kept_and_may_be_sent(
    people: Garden, app: Litestar, client: httpx.AsyncClient
) -> None:
    await sign_in(client, people.ken)
    page = await client.get(MINE)
    await submit(client, page, "#correct", said="面积写错了")
    again = await submit(client, page, "#correct", said="姓名也写错了")
    assert (again.status_code, "还没有交" in words(again), "姓名也写错了</textarea>" in again.text) == (409, True, True)
    assert (await submit(client, again, "#correct")).status_code == 303
    assert [one.said for one in await corrections.waiting(people.community_id)] == ["面积写错了", "姓名也写错了"]
    used = dict(find_form(page.text, "#correct").filled({}))["key"]
    async with browser(app) as other:
        await sign_in(other, people.grace)
        hers = await submit(other, await other.get(MINE), "#correct", said="我家电话写错了", key=used)
        assert (hers.status_code, "我家电话写错了</textarea>" in hers.text) == (409, True)
        assert "面积写错了" not in hers.text
        assert (await submit(other, hers, "#correct")).status_code == 303
    assert [one.said_by_name for one in await corrections.waiting(people.community_id)] == ["Ken", "Ken", "Grace"]


async def test_closed_once_by_the_secretary_only(people: Garden) -> None:
    filed = await _file(people, "ken", "1-2-101")
    for name in ("erin", "frank", "gina", "ken"):
        with pytest.raises(Refused) as refused:
            await _close(people, name, filed)
        assert refused.value.forbidden
    await _close(people, "dana", filed)
    with pytest.raises(Refused) as late:
        await _close(people, "dana", filed)
    assert late.value.code == "correction.closed"
    with pytest.raises(NotFound):
        await _close(people, "dana", 999999)


async def _close(people: Garden, name: str, correction_id: int) -> None:
    await corrections.close_correction(
        actor=people.actors[name],
        correction_id=correction_id,
        outcome=Outcome.DECLINED,
        reason="房产证上就是这样",
        now=NOW,
    )


async def test_the_log_keeps_words_private(people: Garden) -> None:
    await _close(people, "dana", await _file(people, "ken", "1-2-101"))
    bodies = "".join(record.body for record in await log.records(people.community_id))
    assert "correction.closed" in bodies
    assert "电话不对" not in bodies
    assert "房产证" not in bodies


async def test_what_a_resident_sees_of_the_register(people: Garden, app: Litestar) -> None:
    number, phone = "990101195006190591", "17000066510"
    await execute(
        "UPDATE owner SET identity_number = {}, phones = {} WHERE id = {}",
        number,
        f'["{phone}"]',
        people.owners["1-1-101"],
    )
    await execute("UPDATE owner SET phones = {} WHERE id = {}", '["17000099999"]', people.owners["co"])
    for name in ("alice", "bob", "ken", "leo", "dana"):
        async with browser(app) as client:
            await sign_in(client, people.actors[name])
            page = await client.get(MINE)
        assert page.status_code == 200
        for personal in (number, phone, "17000099999"):
            assert personal not in page.text
        if name == "alice":
            assert "9901**********0591" in page.text
            assert "170****6510" in page.text
            assert "共有人" in page.text  # the other co-owner, by name
            assert "170****9999" not in page.text
        if name == "ken":
            assert "业主1-2-101" not in page.text
            assert "业**" in page.text
        if name in {"leo", "dana"}:
            assert "还没有关联房屋" in page.text


@pytest.mark.parametrize("path", ["/corrections", "/corrections/{id}"])
async def test_the_ladder_of_the_desk(people: Garden, app: Litestar, client: httpx.AsyncClient, path: str) -> None:
    url = DESK + path.replace("{id}", str(await _file(people, "ken", "1-2-101")))
    await sign_in(client, people.dana)
    assert (await client.get(url)).status_code == 200
    for name, status in (("alice", 403), ("erin", 403), ("gina", 403), ("charlie", 404)):
        async with browser(app) as other:
            await sign_in(other, people.actors[name])
            assert (await other.get(url)).status_code == status
    async with browser(app) as nobody:
        assert (await nobody.get(url)).status_code == 303
    assert (await client.delete(url)).status_code == 405
    assert (await client.get(f"{DESK}/corrections/999999")).status_code == 404


async def test_the_ladder_of_mine(people: Garden, app: Litestar, client: httpx.AsyncClient) -> None:
    assert (await client.get(MINE)).headers["location"].startswith("/login?next=")
    await sign_in(client, people.charlie)
    assert (await client.get(MINE)).status_code == 404
    async with browser(app, "en") as alice:
        await sign_in(alice, people.alice)
        page = await alice.get(MINE)
        assert "My row is wrong" in page.text
        too_long = await submit(alice, page, "#correct", unit=people.units["1-1-101"], said="x" * 1001)
        assert too_long.status_code == 422
        assert "x" * 1001 in too_long.text
        forged = await alice.post(
            MINE,
            data={"_csrf": _token(page), "key": new_id(), "unit": str(people.units["1-1-102"]), "said": "not mine"},
        )
        assert forged.status_code == 422
        assert (await alice.put(MINE)).status_code == 405


def _token(page: httpx.Response) -> str:
    return page.text.partition('name="_csrf" value="')[2].partition('"')[0]
