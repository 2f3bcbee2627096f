"""Who works here, and the forms by which two people give and end a role."""

from __future__ import annotations

import httpx
import pytest
from litestar import Litestar

from council.accounts import role_queries, staff
from council.accounts.role_ask import RoleAsk
from council.kernel.actor import Role
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.fixtures.client import browser, submit
from tests.people import NOW, Garden, garden, sign_in

STAFF = "/c/garden/desk/staff"
WHY = "社区任命通知第3号"


async def waiting(people: Garden) -> list[RoleAsk]:
    return await role_queries.waiting(people.community_id)


async def role_id(people: Garden, name: str) -> int:
    return next(each.role_id for each in await staff.staff_of(people.community_id) if each.name == name)


async def asked(people: Garden, client: httpx.AsyncClient, **typed: str) -> httpx.Response:
    page = await client.get(f"{STAFF}/give")
    fields = {"name": "Ken", "phone": f"170{people.ken.person_id:08d}", "role": "grid_worker", "reason": WHY} | typed
    return await submit(client, page, "#give", **fields)


def main_of(page: httpx.Response) -> str:
    return page.text.partition("<main")[2].partition("</main>")[0]


async def test_roles_are_listed_for_the_secretary(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    await sign_in(client, people.dana)
    page = await client.get(STAFF)
    for name in ("Dana", "Erin", "Frank", "Gina"):
        assert page.text.count(f"<b>{name}</b>") == 1
    assert "Alice" not in page.text
    assert '<h2 id="role-grid_worker">网格员</h2>' in page.text
    assert "<form" not in main_of(page)
    assert f"{STAFF}/roles/{await role_id(people, 'Frank')}/end" in page.text
    assert f"{STAFF}/roles/{await role_id(people, 'Dana')}/end" not in page.text


async def test_others_do_not_read_it(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    expected = {"gina": (200, 403, 403), "erin": (200, 403, 403), "frank": (403, 403, 403), "charlie": (404, 404, 404)}
    frank = await role_id(people, "Frank")
    for name, statuses in (expected | {"alice": (403, 403, 403), "dana": (200, 200, 200)}).items():
        client.cookies.clear()
        await sign_in(client, people.actors[name])
        found = [(await client.get(STAFF + end)).status_code for end in ("", "/give", f"/roles/{frank}/end")]
        assert (name, tuple(found)) == (name, statuses)
    client.cookies.clear()
    assert (await client.get(STAFF)).status_code == 303


@pytest.mark.parametrize(
    ("locale", "until", "who"),
    [("zh-CN", "确认以前，这个职务不起作用", "Dana提出"), ("en", "the role gives nothing", "Asked for by Dana")],
)
async def test_one_asks_and_another_confirms(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient, locale: str, until: str, who: str
) -> None:
    people = await garden()
    client.headers["Accept-Language"] = locale
    await sign_in(client, people.dana)
    sent = await asked(people, client)
    assert sent.headers["location"] == f"{STAFF}?said=role.asked"
    (ask,) = await waiting(people)
    own = await client.get(STAFF)
    for words in (until, who, WHY, "Erin"):
        assert words in main_of(own)
    assert (f'id="confirm-{ask.id}"' in own.text, f'id="withdraw-{ask.id}"' in own.text) == (False, True)
    async with browser(app, locale) as erin:
        await sign_in(erin, people.erin)
        page = await erin.get(STAFF)
        assert f'id="withdraw-{ask.id}"' not in page.text
        assert (await submit(erin, page, f"#confirm-{ask.id}")).headers["location"] == f"{STAFF}?said=role.confirmed"
        assert (await submit(erin, page, f"#confirm-{ask.id}")).status_code == 409
        assert (await submit(client, own, f"#withdraw-{ask.id}")).status_code == 409
    assert (await people.refreshed("ken")).roles == {Role.GRID_WORKER}
    assert "Dana" in main_of(await client.get(STAFF)).partition("Ken")[2].partition("</li>")[0]


async def test_ending_is_asked_for_and_taken_back(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    await sign_in(client, people.dana)
    frank = await role_id(people, "Frank")
    page = await client.get(f"{STAFF}/roles/{frank}/end")
    assert "Erin" in main_of(page)
    bare = await submit(client, page, "#end", reason=" ")
    assert (bare.status_code, await waiting(people)) == (422, [])
    assert (await submit(client, page, "#end", reason=WHY)).headers["location"] == f"{STAFF}?said=role.asked"
    assert (await submit(client, page, "#end", reason=WHY)).status_code == 303, "a double tap"
    again = await submit(client, await client.get(f"{STAFF}/roles/{frank}/end"), "#end", reason="另一个原因")
    assert (again.status_code, "等第二个人确认" in main_of(again), "另一个原因" in again.text) == (409, True, True)
    changed = await submit(client, page, "#end", reason="另一个原因")
    assert (changed.status_code, "另一个原因" in changed.text) == (409, True)
    (ask,) = await waiting(people)
    listed = await client.get(STAFF)
    assert f"/roles/{frank}/end" not in listed.text
    taken = await submit(client, listed, f"#withdraw-{ask.id}")
    assert taken.headers["location"] == f"{STAFF}?said=role.ask_withdrawn"
    assert (await waiting(people), (await people.refreshed("frank")).roles) == ([], {Role.GRID_WORKER})


async def test_everything_that_is_wrong_is_said_by_its_field(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    await sign_in(client, people.dana)
    bare = await asked(people, client, name="", phone="", reason="")
    assert bare.status_code == 422
    for field in ("name", "phone", "reason"):
        assert f'href="#{field}"' in bare.text
    page = await client.get(f"{STAFF}/give")
    forged = httpx.Response(200, text=page.text.replace('value="auditor"', 'value="secretary"'), request=page.request)
    fields = {"name": "Ken", "phone": f"170{people.ken.person_id:08d}", "role": "secretary", "reason": WHY}
    refused = await submit(client, forged, "#give", **fields)
    assert (refused.status_code, 'href="#role"' in refused.text) == (422, True)
    unknown = await asked(people, client, name="Nobody")
    assert (unknown.status_code, "没有这个姓名和手机号的账号" in unknown.text, WHY in unknown.text) == (422, True, True)
    held = await asked(people, client, name="Frank", phone=f"170{people.frank.person_id:08d}")
    assert (held.status_code, "此人已经担任这个职务" in held.text, WHY in held.text) == (409, True, True)
    assert await waiting(people) == []


async def test_where_nobody_else_is_there_the_page_says_what_to_do(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    await sign_in(client, people.dana)
    await asked(people, client)
    (ask,) = await waiting(people)
    frank = await role_id(people, "Frank")
    await execute("UPDATE staff_role SET ended_at = {}, ended_by_name = 'x' WHERE role = 'committee'", NOW)
    listed = await client.get(STAFF)
    assert f'href="{STAFF}/give"' not in listed.text
    for page in (listed, await client.get(f"{STAFF}/give"), await client.get(f"{STAFF}/roles/{frank}/end")):
        assert page.status_code == 200
        for words in ("除您以外，没有人能确认。", "council staff add", "council staff end"):
            assert words in main_of(page)
    assert "现在没有人能确认这件事了。" in main_of(listed)
    assert f'id="withdraw-{ask.id}"' in listed.text


async def test_ones_own_role_is_laid_down_from_me(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    frank, dana = await role_id(people, "Frank"), await role_id(people, "Dana")
    await sign_in(client, people.frank)
    assert f'href="{STAFF}/mine"' in (await client.get("/me")).text
    page = await client.get(f"{STAFF}/mine")
    forged = page.text.replace(f"/roles/{frank}/", f"/roles/{dana}/").replace(f"lay-down-{frank}", "lay-down-x")
    assert (
        await submit(client, httpx.Response(200, text=forged, request=page.request), "#lay-down-x")
    ).status_code == 403
    assert (await submit(client, page, f"#lay-down-{frank}")).headers["location"] == "/me?said=role.laid_down"
    assert not (await people.refreshed("frank")).is_member
    client.cookies.clear()
    await sign_in(client, people.dana)
    page = await client.get(f"{STAFF}/mine")
    last = await submit(client, page, f"#lay-down-{dana}")
    assert (last.status_code, "这样就没有人能任命工作人员了" in last.text) == (409, True)
    assert (await people.refreshed("dana")).roles == {Role.SECRETARY}
    client.cookies.clear()
    await sign_in(client, people.alice)
    refused = await client.get(f"{STAFF}/mine")  # role.none_here
    assert (refused.status_code, "您在本小区没有职务" in refused.text) == (403, True)
    assert len(await fetch("SELECT id FROM log_record WHERE kind = 'role.ended'")) == 1
