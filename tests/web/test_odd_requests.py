"""Requests that no browser makes: each is refused in words, none is a crash, none leads elsewhere."""

from __future__ import annotations

import logging

import httpx
import pytest
from litestar import Litestar, get
from litestar.params import FromPath

from council.app import create_app
from council.settings import Settings
from council.storage.database import AnyEngine
from council.web import Request, see_other
from tests.fixtures.client import browser

NO_ADDRESS = "http://["
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_an_origin_that_is_no_address_is_a_foreign_one(client: httpx.AsyncClient) -> None:
    for path in ("/locale", "/type", "/theme", "/login"):
        answer = await client.post(path, data={"locale": "en"}, headers={"Origin": NO_ADDRESS})
        assert answer.status_code in {400, 403}
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
async def test_a_way_back_that_is_no_address_is_the_front_page(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.get("/me", headers={header: NO_ADDRESS, "HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/login?next=/")


async def test_a_switch_with_many_fields_is_malformed(client: httpx.AsyncClient) -> None:
    answer = await client.post("/locale", content="&".join(f"a{n}=1" for n in range(50)), headers=FORM)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("wish", "onward"),
    [
        ("/c/%E8%8A%B1?a=%C3%A9", "/c/%E8%8A%B1?a=%C3%A9"),
        ("/c/garden?x=%2541", "/c/garden?x=%41"),
        ("/%ED%A0%80", "/%EF%BF%BD%EF%BF%BD%EF%BF%BD"),
        ("//elsewhere.example", "/"),
        ("/%5Celsewhere.example", "/"),
        ("/%0D%0ASet-Cookie: a=b", "/"),
        ("/%09/elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
    ],
)
async def test_the_way_on_stays_here_and_in_one_line(client: httpx.AsyncClient, wish: str, onward: str) -> None:
    answer = await client.post("/locale", content=f"locale=en&next={wish}", headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, onward)


def test_a_way_on_is_quoted_once() -> None:
    assert see_other("/c/garden/proposals/3?said=a.b#c-7").headers["Location"] == "/c/garden/proposals/3?said=a.b#c-7"
    assert see_other("/a%20b?c=门").headers["Location"] == "/a%20b?c=%E9%97%A8"


@get("/join/{code:str}/crash")
async def broken(request: Request, code: FromPath[str]) -> None:
    raise RuntimeError("something of ours")


async def test_a_crash_keeps_slip_codes_out_of_the_log(
    settings: Settings, db: AnyEngine, caplog: pytest.LogCaptureFixture
) -> None:
    app: Litestar = create_app(settings, extra=[broken])
    with caplog.at_level(logging.ERROR, "council.web"):
        async with browser(app) as web:
            answer = await web.get("/join/H4RT9K2M/crash")
    assert answer.status_code == 500
    assert "something of ours" in caplog.text
    assert "H4RT9K2M" not in caplog.text
