"""`/metrics`: for this machine or with the token, by route and never by address."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from council.app import create_app
from council.settings import Settings
from council.storage.database import AnyEngine

TOKEN = "a-token-that-is-long-enough-for-this"


def reader(app: Litestar, host: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(host, 4000)), base_url="http://testserver")


@pytest.fixture
def app(db: AnyEngine, database_url: str, tmp_path: Path) -> Litestar:
    return create_app(
        Settings.from_env(
            {
                "COUNCIL_ENV": "test",
                "COUNCIL_DATA": str(tmp_path),
                "DATABASE_URL": database_url,
                "COUNCIL_METRICS_TOKEN": TOKEN,
            }
        )
    )


async def test_this_machine_reads_requests_by_route(app: Litestar) -> None:
    async with reader(app, "127.0.0.1") as local:
        await local.get("/join/H4RT9K2M")
        text = (await local.get("/metrics")).text
    assert 'path="/join/{code}"' in text
    assert "H4RT9K2M" not in text


async def test_others_find_nothing_without_the_token(app: Litestar) -> None:
    async with reader(app, "203.0.113.9") as other:
        assert (await other.get("/metrics")).status_code == 404
        assert (await other.get("/metrics", headers={"Authorization": "Bearer wrong"})).status_code == 404
        assert (await other.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).status_code == 200


async def test_what_a_proxy_passed_on_is_from_elsewhere(app: Litestar) -> None:
    async with reader(app, "127.0.0.1") as proxied:
        assert (await proxied.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})).status_code == 404
