"""The door as a browser sees it, on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from litestar import Litestar

from council.accounts import passwords, sessions, slips
from council.accounts.limits import CODE_BY_ADDRESS
from council.accounts.model import Device
from council.accounts.slipcodes import CodeKind
from council.app import create_app
from council.kernel.actor import Role
from council.settings import Settings
from council.storage.sql import execute, fetch
from tests.accounts import world as worlds
from tests.accounts.world import PASSWORD, World
from tests.fixtures.client import browser, submit
from tests.people import garden


async def log_in(client: httpx.AsyncClient, phone: str, password: str = PASSWORD) -> httpx.Response:
    return await submit(client, await client.get("/login"), "#login", phone=phone, password=password)


async def test_somebody_joins_with_the_slip_of_their_home(client: httpx.AsyncClient, town: World) -> None:
    code = town.code(CodeKind.RESIDENT, town.units["502"])
    answer = await submit(client, await client.get("/join"), "#join", code=f"{code[:4].lower()} {code[4:]}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/join/{code}")

    step_two = await client.get(f"/join/{code}")
    assert "2号楼1单元" in step_two.text
    assert "502" in step_two.text
    assert "陈建国" not in step_two.text  # a slip tells nobody who the owner is
    answer = await submit(client, step_two, "#join", name="小林", phone="138 0000 0001", password=PASSWORD, keep="1")

    assert answer.headers["location"] == "/c/garden/?said=joined.resident"
    assert "council" in client.cookies
    me = await client.get("/me")
    assert "小林" in me.text
    assert "138 0000 0001" not in me.text
    assert "13800000001" in me.text
    ties = await fetch("SELECT unit_id FROM residency WHERE ended_at IS NULL")
    assert [row["unit_id"] for row in ties] == [town.units["502"]]


async def test_an_owner_joins_unverified(client: httpx.AsyncClient, town: World) -> None:
    code = town.code(CodeKind.OWNER, town.owners["陈建国"])
    page = await client.get(f"/join/{code}")
    await submit(client, page, "#join", name="陈建国", phone="13800000002", password=PASSWORD)
    me = await client.get("/me")
    assert "未核实业主身份，可参与讨论，暂不能投业主票" in me.text
    assert (await fetch("SELECT verified_at FROM owner_claim"))[0]["verified_at"] is None
    assert await fetch("SELECT 1 AS n FROM residency") == []


async def test_a_second_home_is_added_to_the_same_account(client: httpx.AsyncClient, town: World) -> None:
    first, second = (town.code(CodeKind.RESIDENT, town.units[room]) for room in ("502", "601"))
    await submit(
        client, await client.get(f"/join/{first}"), "#join", name="小林", phone="13800000001", password=PASSWORD
    )
    answer = await submit(client, await client.get(f"/join/{second}"), "#join")
    assert answer.status_code == 303
    again = await submit(client, await client.get(f"/join/{second}"), "#join")
    assert again.status_code == 303
    assert (await fetch("SELECT COUNT(*) AS n FROM person"))[0]["n"] == 1
    assert (await fetch("SELECT COUNT(*) AS n FROM residency"))[0]["n"] == 2


@pytest.mark.parametrize("code", ["ABCD2345", "short", "汉字", "A" * 300])
async def test_a_code_that_opens_nothing(client: httpx.AsyncClient, town: World, code: str) -> None:
    answer = await client.get(f"/join/{code}")
    assert answer.status_code == 404
    assert "这个码用不了" in answer.text


async def test_what_was_typed_is_kept_and_the_password_is_not(client: httpx.AsyncClient, town: World) -> None:
    page = await client.get(f"/join/{town.code(CodeKind.RESIDENT, town.units['502'])}")
    answer = await submit(client, page, "#join", name="小林", phone="12345", password="12345678")
    assert answer.status_code == 422
    assert "手机号是" in answer.text
    assert "小林" in answer.text
    assert "12345678" not in answer.text
    weak = await submit(client, page, "#join", name="小林", phone="13800000001", password="12345678")
    assert weak.status_code == 422
    assert "容易被猜到" in weak.text
    assert await fetch("SELECT 1 AS n FROM person") == []


async def test_log_in_goes_home_and_out(client: httpx.AsyncClient, town: World) -> None:
    await worlds.member("小林", "13800000001", await town.target(CodeKind.RESIDENT, town.units["502"]))
    answer = await log_in(client, "+86 138-0000-0001")
    assert answer.headers["location"] == "/c/garden/"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    token = client.cookies["council"]
    assert token not in str(await fetch("SELECT * FROM session"))
    out = await submit(client, await client.get("/me"), "#logout")
    assert out.headers["location"] == "/login?said=logged_out"
    client.cookies.set("council", token)
    assert (await client.get("/me")).headers["location"] == "/login?next=/me"


async def test_somebody_of_two_communities_chooses(client: httpx.AsyncClient, town: World, app: Litestar) -> None:
    orchard = await worlds.with_slips(await worlds.community("orchard", secret=app.state.kit.secret))
    await worlds.member(
        "小林",
        "13800000001",
        await town.target(CodeKind.RESIDENT, town.units["502"]),
        await orchard.target(CodeKind.RESIDENT, orchard.units["601"]),
    )
    assert (await log_in(client, "13800000001")).headers["location"] == "/me"
    me = (await client.get("/me")).text
    assert 'href="/c/garden/"' in me
    assert 'href="/c/orchard/"' in me


async def test_log_in_returns_to_where_somebody_was_but_never_elsewhere(client: httpx.AsyncClient, town: World) -> None:
    await worlds.member("小林", "13800000001", await town.target(CodeKind.RESIDENT, town.units["502"]))
    page = await client.get("/login?next=/join/H4RT9K2M")
    answer = await submit(client, page, "#login", phone="13800000001", password=PASSWORD)
    assert answer.headers["location"] == "/join/H4RT9K2M"
    async with browser_of(client) as other:
        page = await other.get("/login?next=//evil.example/x")
        answer = await submit(other, page, "#login", phone="13800000001", password=PASSWORD)
        assert answer.headers["location"] == "/c/garden/"


def browser_of(client: httpx.AsyncClient) -> httpx.AsyncClient:
    transport = client._transport
    assert isinstance(transport, httpx.ASGITransport)
    return browser(transport.app)


async def test_wrong_unknown_and_shared_answer_alike(client: httpx.AsyncClient, town: World) -> None:
    await worlds.member("小林", "13800000001", await town.target(CodeKind.RESIDENT, town.units["502"]))
    for name, password in (("老王", PASSWORD), ("王太", "chrysanthemum-7")):
        await worlds.member(name, "13800000003", password=password)
    seen = []
    for phone in ("13800000001", "13899999999", "13800000003", "+85291234567"):
        before = passwords.passwords().verifications
        answer = await log_in(client, phone, "not the password")
        assert answer.status_code == 422
        assert "手机号或密码不对" in answer.text
        without_number = answer.text.replace(phone, "")
        token = find_token(without_number)
        seen.append((passwords.passwords().verifications - before, without_number.replace(token, "")))
    assert {verifications for verifications, _ in seen} == {2}
    assert len({text for _, text in seen}) == 1


def find_token(text: str) -> str:
    return text.split('name="_csrf" value="')[1].split('"', maxsplit=1)[0]


async def test_a_planted_token_is_never_adopted(client: httpx.AsyncClient, town: World) -> None:
    await worlds.member("小林", "13800000001", await town.target(CodeKind.RESIDENT, town.units["502"]))
    client.cookies.set("council", "planted-by-somebody-else")
    answer = await log_in(client, "13800000001")
    assert answer.status_code == 303
    assert client.cookies.get("council", domain="testserver.local") != "planted-by-somebody-else"
    assert "planted" not in answer.headers["set-cookie"]


async def test_the_limit_holds_across_two_applications(
    client: httpx.AsyncClient, town: World, app: Litestar, settings: Settings
) -> None:
    await worlds.member("小林", "13800000001", await town.target(CodeKind.RESIDENT, town.units["502"]))
    async with browser(create_app(settings, rooms=("accounts",))) as other:
        statuses = [(await log_in(one, "13800000001", "wrong one")).status_code for one in (client, other) * 6]
        assert statuses == [422] * 10 + [429] * 2
        refused = await log_in(other, "13800000001")
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 900
        assert "分钟" in refused.text
        assert (await log_in(other, "13800000009", "wrong one")).status_code == 422
    stored = str(await fetch("SELECT * FROM rate_count"))
    assert "13800000001" not in stored


async def test_guessing_codes_is_limited(client: httpx.AsyncClient, town: World) -> None:
    statuses = [(await client.get(f"/join/ABCD23{a}{b}")).status_code for a in "23456789AB" for b in "23456789AB"]
    assert statuses == [404] * CODE_BY_ADDRESS.most
    good = town.code(CodeKind.RESIDENT, town.units["502"])
    refused = await client.get(f"/join/{good}")
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/logout", 405),
        ("GET", "/me/log-out-everywhere", 405),
        ("POST", "/login", 403),
        ("POST", "/join", 403),
        ("POST", "/join/H4RT9K2M", 403),
        ("GET", "/login/help", 200),
        ("GET", "/me", 303),
        ("GET", "/me/password", 303),
        ("GET", "/me/phones", 303),
        ("POST", "/me/password", 303),
    ],
)
async def test_the_ladder_of_a_stranger(
    client: httpx.AsyncClient, town: World, method: str, path: str, status: int
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.request(method, path, headers=headers)
    assert answer.status_code == status


async def test_a_reset_slip_sets_a_password_once(client: httpx.AsyncClient, town: World, app: Litestar) -> None:
    person_id = await worlds.member("小林", "13800000001", await town.target(CodeKind.RESIDENT, town.units["502"]))
    await log_in(client, "13800000001")
    dana = await worlds.staff_member(town, "Dana", "13900000001", Role.SECRETARY)
    await slips.issue_reset(
        actor=dana, person_id=person_id, reason="忘了密码", secret=app.state.kit.secret, now=datetime.now(UTC)
    )
    code = town.code(CodeKind.RESET, person_id)
    async with browser(app) as phone:
        page = await phone.get(f"/join/{code}")
        assert "设一个新密码" in page.text
        answer = await submit(phone, page, "#join", password="a quite new one")
        assert answer.headers["location"] == "/c/garden/?said=password.changed"
        assert (await phone.get(f"/join/{code}")).status_code == 404
    assert (await client.get("/me")).status_code == 303  # the old device is logged out
    assert (await log_in(client, "13800000001")).status_code == 422
    assert (await log_in(client, "13800000001", "a quite new one")).status_code == 303


@pytest.mark.parametrize(("trusted", "limited"), [("0", True), ("1", False), ("2", True)])
async def test_addresses_are_believed_as_far_as_proxies_are_trusted(
    settings: Settings, town: World, trusted: str, limited: bool
) -> None:
    """A client writes what it likes into the header; our one proxy appends the address that it saw."""
    behind = replace(settings, trusted_proxies=int(trusted))
    async with browser(create_app(behind, rooms=("accounts",))) as client:
        statuses = []
        for n in range(CODE_BY_ADDRESS.most + 1):
            sent = {"X-Forwarded-For": f"203.0.113.200, 198.51.100.{n}"}
            statuses.append((await client.get("/join/ABCD2345", headers=sent)).status_code)
    assert (statuses[-1] == 429) is limited


async def test_one_ipv6_network_is_one_address(settings: Settings, town: World) -> None:
    behind = replace(settings, trusted_proxies=1)
    async with browser(create_app(behind, rooms=("accounts",))) as client:
        for n in range(CODE_BY_ADDRESS.most + 1):
            sent = {"X-Forwarded-For": f"2001:db8:1:2:{n:x}::1"}
            answer = await client.get("/join/ABCD2345", headers=sent)
    assert answer.status_code == 429


async def test_what_is_missing_is_named_all_at_once_and_the_password_is_measured_with_it(
    client: httpx.AsyncClient, town: World
) -> None:
    page = await client.get(f"/join/{town.code(CodeKind.RESIDENT, town.units['502'])}")
    empty = await submit(client, page, "#join")
    assert empty.status_code == 422
    assert all(empty.text.count(said) == 2 for said in ("请填您的姓名", "请填手机号", "请定一个密码，至少"))
    short = await submit(client, empty, "#join", name="小林", phone="12345", password="short")
    assert "密码太短，至少" in short.text
    assert "密码请再输一次" not in short.text
    again = await submit(client, short, "#join", name="小林", phone="12345", password=PASSWORD)
    assert "密码请再输一次" in again.text  # it was right, and is not given back
    assert (await fetch("SELECT COUNT(*) AS n FROM person"))[0]["n"] == 0


async def test_a_wrong_code_is_said_once_at_its_field(client: httpx.AsyncClient, town: World) -> None:
    answer = await submit(client, await client.get("/join"), "#join", code="ABCD 2345")
    assert answer.text.count("这个码用不了") == 1
    assert 'autofocus="autofocus"' in answer.text
    empty = await submit(client, answer, "#join", code=" ")
    assert empty.text.count("请填纸条上的") == 1


async def test_my_page_says_what_my_home_counts_for_and_leads_to_my_votes(
    client: httpx.AsyncClient, town: World
) -> None:
    code = town.code(CodeKind.OWNER, town.owners["李静"])
    await submit(
        client, await client.get(f"/join/{code}"), "#join", name="李静", phone="13800000002", password=PASSWORD
    )
    await execute(
        "UPDATE owner_claim SET verified_at = {}, verified_by_name = '书记', verified_how = 'deed'",
        worlds.NOW,
    )
    me = (await client.get("/me")).text
    assert "我的投票和凭证" in me
    assert 'href="/c/garden/motions?show=cast"' in me
    assert "业主投票时，这一户算" in me
    assert "名册上的业主" not in me, "the account has the owner's own name"


async def test_a_name_beside_mine_says_whose_it_is(client: httpx.AsyncClient, town: World) -> None:
    code = town.code(CodeKind.OWNER, town.owners["李静"])
    step_two = await client.get(f"/join/{code}")
    await submit(client, step_two, "#join", name="小李", phone="13800000002", password=PASSWORD)
    me = (await client.get("/me")).text
    assert "名册上的业主：李静" in me


@pytest.mark.parametrize(
    ("agent", "named"),
    [("curl/8", "这台设备"), ("Mozilla/5.0 (Linux; Android 11) Mobile", "安卓手机 · 就是这台")],
)
async def test_this_device_is_never_called_another_one(
    client: httpx.AsyncClient, town: World, agent: str, named: str
) -> None:
    await worlds.member("小林", "13800000001", await town.target(CodeKind.RESIDENT, town.units["502"]))
    client.headers["User-Agent"] = agent
    await log_in(client, "13800000001")
    listed = (await client.get("/me")).text.partition('id="dev"')[2]
    names = [" ".join(re.sub(r"<[^>]+>", "", name).split()) for name in re.findall(r"<b>(.*?)</b>", listed)]
    assert names == [named]


async def test_the_list_of_devices_stays_right_when_the_oldest_is_logged_out(
    app: Litestar, client: httpx.AsyncClient, town: World
) -> None:
    person_id = await worlds.member("小林", "13800000001", await town.target(CodeKind.RESIDENT, town.units["502"]))
    client.headers["User-Agent"] = "Mozilla/5.0 (iPhone)"
    await log_in(client, "13800000001")
    for _ in range(sessions.MOST - 1):
        await sessions.start(person_id, device=Device.ANDROID, is_own_phone=True, now=datetime.now(UTC))
    assert len(re.findall(r"苹果手机", (await client.get("/me")).text.partition('id="dev"')[2])) == 1
    async with browser(app) as phone:
        phone.headers["User-Agent"] = "Mozilla/5.0 (Linux; Android 11) Mobile"
        await log_in(phone, "13800000001")
        listed = (await phone.get("/me")).text.partition('id="dev"')[2]
        assert ("安卓手机 · 就是这台" in listed, "苹果手机" in listed) == (True, False)
        assert len(re.findall(r"<b>安卓手机", listed)) == sessions.MOST
    assert (await client.get("/me")).headers["location"].startswith("/login"), "the oldest was logged out"


async def test_whoever_was_sent_to_the_door_finds_its_community_there(client: httpx.AsyncClient) -> None:
    await garden()
    page = (await client.get("/login?next=/c/garden/motions")).text
    for path in ("/c/garden/projects", "/c/garden/rules"):
        assert f'href="{path}"' in page
    assert 'href="/login/help?next=/c/garden/motions"' in page
    helped = (await client.get("/login/help?next=/c/garden/motions")).text
    assert 'href="tel:01055550132"' in helped
    alone = (await client.get("/login")).text
    assert "不用登录也能看" not in alone
    assert "tel:" not in (await client.get("/login/help")).text


async def test_whoever_acts_for_somebody_and_has_no_code_is_sent_to_the_desk(client: httpx.AsyncClient) -> None:
    """A guardian cannot tie themselves to their ward: the slip comes from the office, with the papers."""
    page = await client.get("/join")
    assert "请带监护证明或授权书到社区" in page.text
