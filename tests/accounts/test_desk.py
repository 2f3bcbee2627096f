"""The desk's pages and /me, as browsers see them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from litestar import Litestar

from council.accounts import tie_queries
from council.accounts.slipcodes import CodeKind
from council.kernel.actor import Role
from council.storage.sql import execute, fetch
from tests.accounts import world as worlds
from tests.accounts.world import PASSWORD, World
from tests.fixtures.client import browser, submit


@pytest.fixture
async def town(app: Litestar) -> World:
    """Dana is secretary, Frank grid worker, Erin auditor; Alice claims 601, Bob lives in 502, Charlie elsewhere."""
    world = await worlds.with_slips(await worlds.community(secret=app.state.kit.secret))
    orchard = await worlds.with_slips(await worlds.community("orchard", secret=app.state.kit.secret))
    await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)
    await worlds.staff_member(world, "Frank", "13900000002", Role.GRID_WORKER)
    await worlds.staff_member(world, "Erin", "13900000003", Role.AUDITOR)
    await worlds.member("李静", "13800000001", await world.target(CodeKind.OWNER, world.owners["李静"]))
    await worlds.member("Bob", "13800000002", await world.target(CodeKind.RESIDENT, world.units["502"]))
    await worlds.member("Charlie", "13800000003", await orchard.target(CodeKind.RESIDENT, orchard.units["502"]))
    return world


PHONES = {
    "Dana": "13900000001",
    "Frank": "13900000002",
    "Erin": "13900000003",
    "Alice": "13800000001",
    "Bob": "13800000002",
    "Charlie": "13800000003",
}


@asynccontextmanager
async def as_(app: Litestar, name: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which this person has logged in."""
    async with browser(app) as one:
        page = await one.get("/login")
        answer = await submit(one, page, "#login", phone=PHONES[name], password=PASSWORD)
        assert answer.status_code == 303
        yield one


@pytest.fixture
async def dana(app: Litestar, town: World) -> AsyncIterator[httpx.AsyncClient]:
    async with as_(app, "Dana") as one:
        yield one


DESK = "/c/garden/desk/people"


@pytest.mark.parametrize(
    "path",
    [DESK, DESK + "/units/2", DESK + "/claims/1", DESK + "/homes/1", "/c/garden/desk/slips", "/c/garden/desk/slips/1"],
)
async def test_the_ladder_of_the_desk(app: Litestar, town: World, path: str) -> None:
    statuses = {}
    for name in ("Dana", "Frank", "Erin", "Bob", "Charlie"):
        async with as_(app, name) as one:
            statuses[name] = (await one.get(path)).status_code
    assert statuses == {"Dana": 200, "Frank": 200, "Erin": 403, "Bob": 403, "Charlie": 404}
    async with browser(app) as stranger:
        assert (await stranger.get(path)).headers["location"].startswith("/login?next=/c/garden/desk/")


@pytest.mark.parametrize(
    "path",
    [
        DESK + "/units/999",
        DESK + "/claims/999",
        DESK + "/homes/999",
        DESK + "/accounts/999/phone",
        DESK + "/accounts/6/phone",  # Charlie's, who has nothing to do with this desk
        DESK + "/units/7",  # another community's
        "/c/garden/desk/slips/999",
        "/c/garden/desk/slips/new/dwelling/999",
        "/c/garden/desk/slips/new/castle/1",
        "/c/nowhere/desk/people",
        DESK + "/units/1x",
    ],
)
async def test_what_is_not_there(dana: httpx.AsyncClient, path: str) -> None:
    assert (await dana.get(path)).status_code == 404


async def test_only_posts_change_anything(dana: httpx.AsyncClient) -> None:
    for path in ("/claims/1/verify", "/claims/1/undo", "/homes/1/end"):
        assert (await dana.get(DESK + path)).status_code == 405
        assert (await dana.post(DESK + path, data={"how": "deed"})).status_code == 403  # no token
    assert await fetch("SELECT id FROM owner_claim WHERE verified_at IS NOT NULL OR ended_at IS NOT NULL") == []


async def test_an_owner_is_verified_at_the_desk_and_may_vote(
    app: Litestar, dana: httpx.AsyncClient, town: World
) -> None:
    people = await dana.get(DESK)
    assert "李静" in people.text
    claim = await dana.get(DESK + "/claims/1")
    forgotten = await submit(dana, claim, "#verify")
    assert "？请选一个</a>" in forgotten.text  # a question has its own mark: no colon behind it
    assert forgotten.status_code == 422
    assert "请选一个" in forgotten.text
    answer = await submit(dana, claim, "#verify", how="telephone")
    assert answer.headers["location"] == DESK + "/claims/1?said=owner.verified"
    row = (await fetch("SELECT verified_how, verified_by_name FROM owner_claim"))[0]
    assert (row["verified_how"], row["verified_by_name"]) == ("telephone", "Dana")
    assert "李静" not in (await dana.get(DESK)).text
    async with as_(app, "Alice") as alice:
        assert "已核实业主" in (await alice.get("/me")).text


async def test_a_claim_is_undone_with_a_reason(dana: httpx.AsyncClient, town: World) -> None:
    page = await dana.get(DESK + "/claims/1")
    assert (await submit(dana, page, "#undo", reason="")).status_code == 422
    answer = await submit(dana, page, "#undo", reason="不是本人")
    assert answer.headers["location"] == DESK + "?said=claim.undone"
    assert (await submit(dana, page, "#undo", reason="又点一次")).status_code == 404


async def test_a_lost_slip_is_replaced_and_shown(app: Litestar, dana: httpx.AsyncClient, town: World) -> None:
    unit_id = town.units["502"]
    async with as_(app, "Bob") as bob:
        page = await dana.get(f"/c/garden/desk/slips/new/dwelling/{unit_id}")
        answer = await submit(dana, page, "#new", reason="丢了")
        code = town.code(CodeKind.RESIDENT, unit_id, 2)
        shown = await dana.get(answer.headers["location"])
        assert f"{code[:4]} {code[4:]}" in shown.text
        assert (await bob.get("/me")).status_code == 303
        pdf = await dana.get(str(answer.headers["location"]).partition("?")[0] + "/print")
        assert pdf.headers["content-type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF")


async def test_a_pile_is_printed_by_entrance(dana: httpx.AsyncClient, town: World) -> None:
    page = await dana.get("/c/garden/desk/slips")
    scope = (await fetch("SELECT id FROM entrance WHERE community_id = {}", town.community_id))[0]["id"]
    for chosen in ("community", f"entrance-{scope}"):
        pdf = await submit(dana, page, "#pile", scope=chosen)
        assert pdf.status_code == 200
        assert pdf.headers["content-disposition"].startswith("attachment")
        assert pdf.content.startswith(b"%PDF")
    token = page.text.split('name="_csrf" value="')[1].split('"')[0]
    for wrong in ("street", "building-x", "entrance-", ""):
        answer = await dana.post("/c/garden/desk/slips", data={"_csrf": token, "scope": wrong})
        assert answer.status_code == 422
    answer = await dana.post("/c/garden/desk/slips", data={"_csrf": token, "scope": "building-999"})
    assert answer.status_code == 404


async def test_a_pile_of_a_building_with_any_name_is_printed(dana: httpx.AsyncClient, town: World) -> None:
    await execute("UPDATE building SET number = {} WHERE community_id = {}", '北区"2"/..', town.community_id)
    scope = (await fetch("SELECT id FROM building WHERE community_id = {}", town.community_id))[0]["id"]
    pdf = await submit(dana, await dana.get("/c/garden/desk/slips"), "#pile", scope=f"building-{scope}")
    assert pdf.headers["content-disposition"] == "attachment; filename*=UTF-8''slips-%E5%8C%97%E5%8C%BA%222%22%2F...pdf"


async def test_a_number_is_changed_by_the_secretary_only(app: Litestar, dana: httpx.AsyncClient, town: World) -> None:
    bob = (await fetch("SELECT id FROM person WHERE name = 'Bob'"))[0]["id"]
    path = f"{DESK}/accounts/{bob}/phone"
    async with as_(app, "Frank") as frank:
        assert (await frank.get(path)).status_code == 403
        home = await frank.get(DESK + "/homes/1")
        assert "换手机号" not in home.text
    page = await dana.get(path)
    answer = await submit(dana, page, "#change", old=PHONES["Bob"], new="123", reason="手机丢了")
    assert answer.status_code == 422
    answer = await submit(dana, page, "#change", old=PHONES["Bob"], new="13800000088", reason="手机丢了")
    assert answer.status_code == 303
    assert [
        row["phone"]
        for row in await fetch("SELECT phone FROM person_phone WHERE person_id = {} AND removed_at IS NULL", bob)
    ] == ["13800000088"]


async def test_everybody_moved_out(dana: httpx.AsyncClient, town: World) -> None:
    page = await dana.get(f"{DESK}/units/{town.units['502']}/moved-out")
    assert (await submit(dana, page, "#out", reason="退租")).status_code == 303
    assert "还没有人加入" in (await dana.get(f"{DESK}/units/{town.units['502']}")).text


async def test_a_reset_slip_is_issued_and_shown(dana: httpx.AsyncClient, town: World) -> None:
    bob = (await fetch("SELECT id FROM person WHERE name = 'Bob'"))[0]["id"]
    answer = await submit(dana, await dana.get(f"{DESK}/accounts/{bob}/reset"), "#reset", reason="忘了密码")
    shown = await dana.get(answer.headers["location"])
    code = town.code(CodeKind.RESET, bob)
    assert f"{code[:4]} {code[4:]}" in shown.text
    assert (await dana.get(str(answer.headers["location"]).partition("?")[0] + "/print")).content.startswith(b"%PDF")


async def test_me_changes_password_phones_and_looks(app: Litestar, town: World) -> None:
    async with as_(app, "Bob") as bob, as_(app, "Bob") as other:
        page = await bob.get("/me/password")
        wrong = await submit(bob, page, "#change", current="not it", password="a quite new one")
        assert wrong.status_code == 422
        assert "现在的密码不对" in wrong.text
        answer = await submit(bob, page, "#change", current=PASSWORD, password="a quite new one")
        assert answer.headers["location"] == "/me?said=password.changed"
        assert (await bob.get("/me")).status_code == 200
        assert (await other.get("/me")).status_code == 303

        page = await bob.get("/me/phones")
        added = await submit(bob, page, "#add", phone="+852 9123 4567", password="a quite new one")
        assert added.status_code == 303
        page = await bob.get("/me/phones")
        assert "+85291234567" in page.text
        token = page.text.split('name="_csrf" value="')[1].split('"')[0]
        removed = await bob.post("/me/phones/remove", data={"_csrf": token, "phone": PHONES["Bob"]})
        assert removed.headers["location"] == "/me/phones?said=phone.removed"

        kept = await submit(bob, await bob.get("/me"), "/me/preferences", locale="en", size="large", theme="dark")
        assert kept.status_code == 303
        me = (await bob.get("/me")).text
        assert 'lang="en" data-type="large" data-theme="dark"' in me
        row = (await fetch("SELECT locale, type_size, theme FROM person WHERE name = 'Bob'"))[0]
        assert row == {"locale": "en", "type_size": "large", "theme": "dark"}

        out = await submit(bob, await bob.get("/me"), "#everywhere")
        assert out.headers["location"] == "/login?said=logged_out_everywhere"
        assert (await bob.get("/me")).status_code == 303


async def test_every_page_speaks_english_too(app: Litestar, town: World) -> None:
    async with as_(app, "Dana") as dana:
        dana.headers["Accept-Language"] = "en"
        for path in (
            "/me",
            "/me/phones",
            "/me/password",
            "/join",
            "/login/help",
            DESK,
            DESK + "?room=502",
            f"{DESK}/units/{town.units['501']}",
            DESK + "/claims/1",
            DESK + "/homes/1",
            "/c/garden/desk/slips",
        ):
            page = await dana.get(path)
            assert page.status_code == 200
            assert '<html lang="en"' in page.text


async def test_reads_do_not_grow_with_what_is_listed(
    app: Litestar, town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []
    original = tie_queries.fetch

    async def counting(sql: str, *values: object) -> object:
        counted.append(sql)
        return await original(sql, *values)

    monkeypatch.setattr(tie_queries, "fetch", counting)
    async with as_(app, "Dana") as dana:
        await dana.get(DESK)
        one = len(counted)
        for n, owner in enumerate(("罗晓燕", "王强", "陈建国")):
            await worlds.member(owner, f"1370000000{n}", await town.target(CodeKind.OWNER, town.owners[owner]))
        counted.clear()
        page = await dana.get(DESK)
        assert len(counted) == one
        assert "王强" in page.text
