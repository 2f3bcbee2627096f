from __future__ import annotations

import httpx
import pytest

from council.web.csrf import _xor
from tests.fixtures.client import find_form, submit


async def test_a_stranger_gets_the_cookie_only_where_there_is_a_form(web: httpx.AsyncClient) -> None:
    assert "set-cookie" not in (await web.get("/nowhere")).headers
    page = await web.get("/c/garden/motions")
    assert "csrf=" in page.headers["set-cookie"]
    assert "HttpOnly" in page.headers["set-cookie"]
    again = await web.get("/c/garden/motions")
    assert "set-cookie" not in again.headers


async def test_the_token_differs_in_every_page_and_all_of_them_hold(web: httpx.AsyncClient) -> None:
    first, second = await web.get("/c/garden/motions"), await web.get("/c/garden/motions")
    tokens = [next(c.value for c in find_form(p.text).controls if c.name == "_csrf") for p in (first, second)]
    assert tokens[0] != tokens[1]
    for token in tokens:
        answer = await web.post("/c/garden/echo", data={"_csrf": token, "title": "车棚装充电桩"})
        assert answer.status_code == 303


@pytest.mark.parametrize("token", ["", "x", "AAAA", "é", "A" * 88])
async def test_a_wrong_token_is_refused_in_words(web: httpx.AsyncClient, token: str) -> None:
    await web.get("/c/garden/motions")
    answer = await web.post("/c/garden/echo", data={"_csrf": token, "title": "车棚装充电桩"})
    assert answer.status_code == 403
    assert "这个页面开得太久了" in answer.text


async def test_a_strangers_token_is_worth_nothing_to_a_member(web: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    page = await web.get("/c/garden/motions")
    token = next(control.value for control in find_form(page.text).controls if control.name == "_csrf")
    answer = await alice.post("/c/garden/echo", data={"_csrf": token, "title": "车棚装充电桩"})
    assert answer.status_code == 403


async def test_no_cookie_no_form(web: httpx.AsyncClient) -> None:
    page = await web.get("/c/garden/motions")
    token = next(control.value for control in find_form(page.text).controls if control.name == "_csrf")
    web.cookies.clear()
    assert (await web.post("/c/garden/echo", data={"_csrf": token, "title": "车棚装充电桩"})).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, 303),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 303),
    ],
)
async def test_what_the_browser_says_counts(web: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    page = await web.get("/c/garden/motions")
    token = next(control.value for control in find_form(page.text).controls if control.name == "_csrf")
    answer = await web.post("/c/garden/echo", data={"_csrf": token, "title": "车棚装充电桩"}, headers=headers)
    assert answer.status_code == status


async def test_the_token_may_come_in_a_header(alice: httpx.AsyncClient) -> None:
    page = await alice.get("/c/garden/motions")
    token = next(control.value for control in find_form(page.text).controls if control.name == "_csrf")
    answer = await alice.post("/c/garden/echo", data={"title": "车棚装充电桩"}, headers={"X-CSRF-Token": token})
    assert answer.status_code == 303


def test_masking_undoes_itself() -> None:
    assert _xor(_xor(b"mask", b"real"), b"mask") == b"real"


async def test_submit_sends_what_the_page_carries(alice: httpx.AsyncClient) -> None:
    page = await alice.get("/c/garden")
    found = find_form(page.text, "#sample")
    names = {control.name for control in found.controls}
    assert {"_csrf", "key", "title", "where"} <= names
    with pytest.raises(AssertionError, match="no field 'nothing'"):
        await submit(alice, page, "#sample", nothing="1")
    with pytest.raises(AssertionError, match="offers"):
        await submit(alice, page, "#sample", where="elsewhere")
