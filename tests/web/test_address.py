"""Whose address counts when proxies stand in front."""

from __future__ import annotations

from pathlib import Path

import pytest
from litestar import get

from council.app import create_app
from council.settings import Settings
from council.web import Request, client_address
from tests.fixtures.client import browser


@get("/address")
async def address(request: Request) -> str:
    return client_address(request)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        ("0", "6.6.6.6", "127.0.0.1"),
        ("1", "6.6.6.6, 10.0.0.9", "10.0.0.9"),
        ("2", "6.6.6.6, 10.0.0.9, 10.0.0.2", "10.0.0.9"),
        ("2", "6.6.6.6", "127.0.0.1"),
        ("1", "", "127.0.0.1"),
        ("1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
    ],
)
async def test_only_our_own_proxies_are_believed(tmp_path: Path, proxies: str, forwarded: str, seen: str) -> None:
    settings = Settings.from_env({"COUNCIL_DATA": str(tmp_path), "COUNCIL_TRUSTED_PROXIES": proxies})
    async with browser(create_app(settings, rooms=(), extra=[address])) as client:
        assert (await client.get("/address", headers={"X-Forwarded-For": forwarded})).text == seen
