"""Wrong passwords of strangers slow strangers; whoever has logged in on a device before is counted there."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from council.accounts import limits, passwords, people
from council.accounts.devices import MOST, Marks
from council.accounts.door_pages import DEVICE_COOKIE
from council.accounts.model import Device
from council.accounts.people import Visitor
from council.kernel.errors import Invalid, TooMany
from tests.accounts import world as worlds
from tests.accounts.world import NOW, PASSWORD, SECRET, World
from tests.fixtures.client import browser, submit

PHONE, NOBODYS = "13800000001", "13899999999"
HERS = "chrysanthemum-7"


async def log_in(client: httpx.AsyncClient, phone: str = PHONE, password: str = PASSWORD) -> int:
    page = await client.get("/login")
    return (await submit(client, page, "#login", phone=phone, password=password)).status_code


def at_home(person_id: int, known: str = "") -> str:
    return Marks.read(known).with_person(person_id, SECRET)


async def knock(phone: str = PHONE, password: str = "wrong one", marks: str = "", **more: Any) -> str:
    """ "in", "wrong" or "wait"."""
    given: dict[str, Any] = {"now": NOW, "address": "203.0.113.7"} | more
    visitor = Visitor(given["address"], Device.ANDROID, marks=marks)
    try:
        await people.log_in(
            phone=phone, password=password, is_own_phone=True, visitor=visitor, secret=SECRET, now=given["now"]
        )
    except Invalid:
        return "wrong"
    except TooMany:
        return "wait"
    return "in"


async def test_a_neighbour_who_guesses_keeps_nobody_out_of_their_own_phone(
    client: httpx.AsyncClient, town: World, app: Litestar
) -> None:
    await worlds.member("小林", PHONE)
    assert await log_in(client) == 303
    await submit(client, await client.get("/me"), "/logout")
    async with browser(app) as stranger:
        guesses = [await log_in(stranger, password=f"guess number {n}") for n in range(12)]
        assert guesses == [422] * limits.LOG_IN_BY_PHONE.most + [429] * 2
        assert await log_in(stranger) == 429, "not even with the right one: that would be an answer"
        assert await log_in(client) == 303
        assert await log_in(stranger) == 429


async def test_nobody_is_kept_out_by_those_of_the_same_address_either(world: World) -> None:
    """A whole estate may come through one address."""
    person_id = await worlds.member("小林", PHONE)
    for n in range(limits.LOG_IN_BY_ADDRESS.most):
        assert await knock(f"1380000{n:04d}" if n else NOBODYS) == "wrong"
    assert await knock(password=PASSWORD) == "wait"
    assert await knock(password=PASSWORD, marks=at_home(person_id)) == "in"


async def test_wrong_ones_on_ones_own_phone_are_counted_there(world: World) -> None:
    person_id = await worlds.member("小林", PHONE)
    one, other = at_home(person_id), at_home(person_id)
    assert [await knock(marks=one) for _ in range(11)] == ["wrong"] * 10 + ["wait"]
    assert await knock(password=PASSWORD, marks=one) == "wait"
    assert await knock(password=PASSWORD, marks=other) == "in"
    assert await knock(password=PASSWORD) == "in", "and a new phone is as free as before"
    assert await knock(password=PASSWORD, marks=one, now=NOW + timedelta(minutes=16)) == "in"


async def test_many_marked_devices_guess_no_more_than_so_many_times(world: World) -> None:
    """One of a couple, in ever new browsers: their own mark lets them try at the other's password, within a bound."""
    his = await worlds.member("王强", PHONE)
    await worlds.member("罗晓燕", PHONE, password=HERS)
    tries = await asyncio.gather(*(knock(marks=at_home(his), password=f"guess number {n}") for n in range(40)))
    assert (tries.count("wrong"), tries.count("wait")) == (limits.LOG_IN_ON_MARKED.most, 10)
    assert await knock(password=HERS) == "in"


async def test_a_mark_is_of_one_account_and_made_here_alone(world: World) -> None:
    person_id, other = await worlds.member("小林", PHONE), await worlds.member("小王", "13800000002")
    real = at_home(person_id)
    random, mark = real.split(".")
    forged = (
        at_home(other),
        Marks.read("").with_person(person_id, b"another secret that is long enough"),
        f"{'A' * 22}.{mark}",
        f"{random}.{mark[:-1]}A" if mark[-1] != "A" else f"{random}.{mark[:-1]}B",
        random,
        real + ".",
        "x" * 5000,
    )
    for n in range(limits.LOG_IN_BY_PHONE.most):
        assert await knock(marks=forged[n % len(forged)]) == "wrong"
    assert [await knock(password=PASSWORD, marks=marks) for marks in forged] == ["wait"] * len(forged)
    assert await knock(password=PASSWORD, marks=real) == "in"


@pytest.mark.parametrize("marks", ["", "of somebody else"])
async def test_a_number_that_nobody_has_is_counted_and_costs_the_same(world: World, marks: str) -> None:
    await worlds.member("小林", PHONE)
    marks = marks and at_home(await worlds.member("小王", "13800000002"))
    seen = []
    for phone in (PHONE, NOBODYS):
        before = passwords.passwords().verifications
        answers = [await knock(phone, marks=marks, address=f"198.51.100.{phone[-1]}") for _ in range(12)]
        seen.append((answers, passwords.passwords().verifications - before))
    assert seen[0] == seen[1] == (["wrong"] * 10 + ["wait"] * 2, 20)


async def test_the_mark_says_nothing_and_stays_after_the_log_out(client: httpx.AsyncClient, town: World) -> None:
    await worlds.member("小林", PHONE)
    page = await client.get("/login")
    answer = await submit(client, page, "#login", phone=PHONE, password=PASSWORD, keep=None)
    (sent,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{DEVICE_COOKIE}=")]
    assert "HttpOnly" in sent
    assert "SameSite=lax" in sent
    assert "Max-Age=31536000" in sent
    random, mark = client.cookies[DEVICE_COOKIE].split(".")
    assert PHONE not in sent
    await submit(client, await client.get("/me"), "/logout")
    assert client.cookies[DEVICE_COOKIE] == f"{random}.{mark}"
    assert await log_in(client) == 303
    assert client.cookies[DEVICE_COOKIE] == f"{random}.{mark}", "one device, one mark an account"


def test_a_device_keeps_the_latest_accounts() -> None:
    cookie = ""
    for person_id in range(1, MOST + 3):
        cookie = at_home(person_id, cookie)
    assert [person_id for person_id in range(MOST + 3) if Marks.read(cookie).known([person_id], SECRET)] == [
        *range(3, MOST + 3)
    ]
    assert Marks.read(cookie).known([1, 5], SECRET) == 5
    assert Marks.read(cookie).known([], SECRET) is None
