"""How pages look survives the log-in and follows from one phone to the other."""

from __future__ import annotations

import httpx
import pytest
from litestar import Litestar

from council.accounts.slipcodes import CodeKind
from council.storage.sql import execute, fetch
from tests.accounts import world as worlds
from tests.accounts.world import PASSWORD
from tests.fixtures.client import browser, submit

PHONE = "13800000002"

LOOK = '<html lang="en" data-type="large" data-theme="dark">'


@pytest.fixture(autouse=True)
async def bob(app: Litestar) -> None:
    """He lives in 502 and has chosen nothing yet."""
    world = await worlds.with_slips(await worlds.community(secret=app.state.kit.secret))
    await worlds.member("Bob", PHONE, await world.target(CodeKind.RESIDENT, world.units["502"]))


async def log_in(client: httpx.AsyncClient, *, is_own_phone: bool = True) -> None:
    page = await client.get("/login")
    answer = await submit(client, page, "/login", phone=PHONE, password=PASSWORD, keep="1" if is_own_phone else None)
    assert answer.status_code == 303, answer.text


async def switch(client: httpx.AsyncClient, name: str, value: str) -> None:
    assert (await client.post(f"/{name}", data={name: value, "next": "/me"})).status_code == 303


async def test_what_is_switched_on_one_phone_shows_on_the_other(app: Litestar) -> None:
    async with browser(app) as one, browser(app) as other:
        await log_in(one)
        for name, value in (("locale", "en"), ("type", "large"), ("theme", "dark")):
            await switch(one, name, value)
        await log_in(other)
        assert LOOK in (await other.get("/me")).text
        await switch(other, "type", "normal")
        await switch(other, "theme", "auto")
        assert '<html lang="en">' in (await one.get("/me")).text
        await submit(one, await one.get("/me"), "/me/preferences", locale="zh_CN", size="large", theme="light")
        assert '<html lang="zh-CN" data-type="large" data-theme="light">' in (await other.get("/me")).text


async def test_a_choice_made_just_before_the_log_in_goes_to_an_account_without_one(app: Litestar) -> None:
    async with browser(app) as one, browser(app) as other:
        await switch(one, "type", "large")
        await switch(one, "locale", "en")
        await log_in(one)
        await log_in(other)
        assert '<html lang="en" data-type="large">' in (await other.get("/me")).text
    row = (await fetch("SELECT locale, type_size, theme FROM person WHERE name = 'Bob'"))[0]
    assert row == {"locale": "en", "type_size": "large", "theme": None}


async def test_an_account_that_has_chosen_wins_over_the_device(app: Litestar) -> None:
    await execute("UPDATE person SET type_size = {}, theme = {} WHERE name = {}", "normal", "light", "Bob")
    async with browser(app) as one:
        await switch(one, "type", "large")
        await switch(one, "theme", "dark")
        await log_in(one)
        assert '<html lang="zh-CN" data-theme="light">' in (await one.get("/me")).text
    row = (await fetch("SELECT type_size, theme FROM person WHERE name = 'Bob'"))[0]
    assert row == {"type_size": "normal", "theme": "light"}


async def test_ones_own_phone_keeps_the_look_after_the_log_out_and_a_shared_one_does_not(app: Litestar) -> None:
    await execute("UPDATE person SET locale = 'en', type_size = 'large', theme = 'dark' WHERE name = {}", "Bob")
    for is_own_phone, look in ((True, LOOK), (False, '<html lang="zh-CN">')):
        async with browser(app) as phone:
            await log_in(phone, is_own_phone=is_own_phone)
            assert LOOK in (await phone.get("/me")).text
            await submit(phone, await phone.get("/me"), "#logout")
            assert look in (await phone.get("/login")).text
