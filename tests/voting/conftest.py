"""The app with a clock that a test sets: `clock(DURING)`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from council.kernel.actor import Actor
from council.settings import Settings
from council.storage.sql import execute
from tests.fixtures.client import BASE_URL, browser
from tests.people import NOW, sign_in

Clock = Callable[[datetime], None]


@pytest.fixture
def now_file(tmp_path: Path) -> Path:
    path = tmp_path / "now"
    path.write_text(NOW.isoformat(), encoding="utf-8")
    return path


@pytest.fixture
def clock(now_file: Path) -> Clock:
    """Sets the time that every request of this test sees."""

    def at(instant: datetime) -> None:
        now_file.write_text(instant.isoformat(), encoding="utf-8")

    return at


@pytest.fixture
def settings(database_url: str, tmp_path: Path, now_file: Path) -> Settings:
    return Settings.from_env(
        {
            "COUNCIL_ENV": "test",
            "COUNCIL_DATA": str(tmp_path / "data"),
            "COUNCIL_BASE_URL": BASE_URL,
            "COUNCIL_NOW_FILE": str(now_file),
            "DATABASE_URL": database_url,
        }
    )


@pytest.fixture
async def enter(app: Litestar) -> AsyncIterator[Callable[..., object]]:
    """`await enter(people.alice)`: a browser of that person's, signed in."""
    opened: list[httpx.AsyncClient] = []

    async def signed_in(actor: Actor, language: str = "zh-CN") -> httpx.AsyncClient:
        one = browser(app, language)
        opened.append(one)
        await sign_in(one, actor, NOW)
        # Seen in the far future: tests walk through weeks, and idle sessions are not their matter.
        await execute("UPDATE session SET seen_at = {}", NOW + timedelta(days=80))
        return one

    yield signed_in
    for one in opened:
        await one.aclose()
