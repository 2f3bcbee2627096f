"""The application's start and end, which the `client` fixture skips."""

from __future__ import annotations

import httpx
import pytest

from council.app import create_app
from council.settings import Settings
from council.storage import database
from tests.fixtures.client import browser


async def test_ready_while_it_runs_and_not_before(settings: Settings) -> None:
    app = create_app(settings)
    async with browser(app) as client:
        assert (await client.get("/readyz")).status_code == 503
        async with app.lifespan():
            assert (await client.get("/readyz")).text == "ready\n"
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).text == "alive\n"
    with pytest.raises(LookupError):
        database.current()


async def test_a_made_up_session_is_a_stranger_on_both_databases(client: httpx.AsyncClient) -> None:
    client.cookies.set("council", "a token that somebody made up")
    answer = await client.get("/styleguide")
    assert answer.status_code == 200
    assert 'name="_csrf"' in answer.text
    assert "csrf=" in answer.headers["set-cookie"]
