"""What is sent back for another's sake is tried again with the form it came with, and not for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar, post

from council.app import create_app
from council.settings import Settings
from council.storage.errors import Busy, LostTurn
from council.web import Request, enter_site, read_form, see_other
from council.web import again as again_module
from tests.fixtures.client import BASE_URL, browser
from tests.web.conftest import People

TRIES: list[tuple[str, bytes]] = []
ENDS: list[Exception | None] = []


@post("/crossing")
async def crossing(request: Request) -> object:
    await enter_site(request)
    form = await read_form(request)
    upload = form.files("photo")
    TRIES.append((form.line("title"), await upload[0].read() if upload else b""))
    if (end := ENDS.pop(0)) is not None:
        raise end
    return see_other("/done")


@pytest.fixture
async def web(tmp_path, monkeypatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(again_module, "PAUSES", (0.001, 0.001, 0.001))
    TRIES.clear()
    given = {"COUNCIL_ENV": "test", "COUNCIL_DATA": str(tmp_path), "COUNCIL_BASE_URL": BASE_URL}
    app: Litestar = create_app(Settings.from_env(given), identify=People(), rooms=(), extra=[crossing])
    async with browser(app) as client:
        yield client


async def sent(web: httpx.AsyncClient, *ends: Exception | None) -> httpx.Response:
    ENDS[:] = ends
    page = await web.get("/styleguide")
    token = page.text.partition('name="_csrf" value="')[2].partition('"')[0]
    photo = {"photo": ("a.jpg", b"a picture", "image/jpeg")}
    return await web.post("/crossing", data={"_csrf": token, "title": "车棚"}, files=photo)


async def test_the_same_form_with_its_file_again(web: httpx.AsyncClient) -> None:
    answer = await sent(web, LostTurn("one"), LostTurn("two"), None)
    assert (answer.status_code, answer.headers["location"]) == (303, "/done")
    assert TRIES == [("车棚", b"a picture")] * 3


async def test_after_four_times_it_is_busy_and_says_so(web: httpx.AsyncClient) -> None:
    answer = await sent(web, *[LostTurn("lost")] * 4)
    assert (answer.status_code, len(TRIES)) == (503, 4)
    assert answer.headers["retry-after"] == "2"
    assert "什么都没有丢。请过几秒钟再试一次" in answer.text


async def test_what_is_busy_for_another_reason_is_not_asked_again(web: httpx.AsyncClient) -> None:
    answer = await sent(web, Busy())
    assert (answer.status_code, len(TRIES)) == (503, 1)
