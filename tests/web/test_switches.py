"""The three switches on every page, signed out: language, large type, light or dark."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from council.kernel.look import Look
from tests.fixtures.client import browser, submit
from tests.web.conftest import People

PAGE = "/c/garden/motions"


async def test_large_type_is_remembered_without_a_session(web: httpx.AsyncClient) -> None:
    page = await web.get(f"{PAGE}?x=1")
    assert 'data-type="large"' not in page.text
    answer = await submit(web, page, "/type", button="type=large")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?x=1")
    assert "Max-Age=31536000" in answer.headers["set-cookie"]
    large = await web.get(PAGE)
    assert 'data-type="large"' in large.text
    await submit(web, large, "/type", button="type=normal")
    assert 'data-type="large"' not in (await web.get(PAGE)).text


def told(page: httpx.Response) -> tuple[str, list[str], str]:
    """The theme on <html>, the colours of the browser's bar, and what the browser itself may choose."""
    theme = re.search(r'<html[^>]* data-theme="(\w+)"', page.text)
    scheme = re.search(r'<meta name="color-scheme" content="([^"]+)"', page.text)
    assert scheme is not None
    return theme[1] if theme else "auto", re.findall(r'name="theme-color" content="([^"]+)"', page.text), scheme[1]


async def test_a_page_follows_the_phone_until_told_otherwise_and_again_afterwards(web: httpx.AsyncClient) -> None:
    tokens = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()
    light, dark = re.findall(r"--paper: (#\w+)", tokens)
    page = await web.get(PAGE)
    assert told(page) == ("auto", [light, dark], "light dark")
    answer = await submit(web, page, "/theme", button="theme=dark")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    page = await web.get(PAGE)
    assert told(page) == ("dark", [dark], "dark")
    await submit(web, page, "/theme", button="theme=light")
    page = await web.get(PAGE)
    assert told(page) == ("light", [light], "light")
    await submit(web, page, "/theme", button="theme=auto")
    assert told(await web.get(PAGE))[0] == "auto"


@pytest.mark.parametrize(
    ("theme", "on_a_light_phone", "on_a_dark_phone"),
    [("auto", "dark", "light"), ("dark", "auto", "light"), ("light", "dark", "auto")],
)
async def test_one_tap_always_changes_what_is_seen(
    web: httpx.AsyncClient, theme: str, on_a_light_phone: str, on_a_dark_phone: str
) -> None:
    web.cookies.set("theme", theme)
    page = (await web.get(PAGE)).text
    offered = re.findall(r'<span class="if-(light|dark)"><button name="theme" value="(\w+)">', page)
    assert offered == [("light", on_a_light_phone), ("dark", on_a_dark_phone)]


async def test_the_accounts_look_is_worn_and_a_switch_changes_the_account(
    web_app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen: list[tuple[int, Look]] = []

    async def choose(self: People, person_id: int, wish: Look) -> None:
        chosen.append((person_id, wish))

    monkeypatch.setattr(People, "choose", choose)
    async with browser(web_app, "zh-CN") as charlie:
        charlie.cookies.set("council", "charlie")
        charlie.cookies.set("locale", "zh_CN")
        charlie.cookies.set("theme", "dark")
        page = await charlie.get(PAGE)
        assert '<html lang="en" data-type="large" data-theme="dark">' in page.text
        await submit(charlie, page, "/locale", button="locale=zh_CN")
        await submit(charlie, page, "/type", button="type=normal")
        answer = await submit(charlie, page, "/theme", button="theme=light")
    assert chosen == [(3, Look("zh_CN")), (3, Look(type_size="normal")), (3, Look(theme="light"))]
    assert "theme=light" in answer.headers["set-cookie"]


@pytest.mark.parametrize("cookie", ["purple", "", "dark; x", "DARK"])
async def test_a_cookie_that_nobody_could_have_chosen_counts_as_none(web: httpx.AsyncClient, cookie: str) -> None:
    page = await web.get(PAGE, headers={"Cookie": f"theme={cookie}; type={cookie}; locale={cookie}"})
    assert page.status_code == 200
    assert "data-type" not in page.text
    assert told(page)[0] == ("dark" if cookie == "dark; x" else "auto")


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil", "javascript:1", "/a\nb", ""])
async def test_a_switch_never_leads_off_the_site(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.post("/theme", data={"theme": "dark", "next": path})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("switch", ["locale=en", "type=large", "theme=dark"])
async def test_a_switch_from_another_site_is_refused(web: httpx.AsyncClient, switch: str) -> None:
    name, value = switch.split("=")
    answer = await web.post(f"/{name}", data={name: value}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("body", ["", "theme=", "theme=purple", "type=large", "&".join("a=1" for _ in range(30))])
async def test_a_wish_that_is_none_is_refused(web: httpx.AsyncClient, body: str) -> None:
    answer = await web.post("/theme", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers
