"""A clock in the test's hand, and somebody's browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import httpx
import pytest
from litestar import Litestar

from council.kernel.clock import Clock
from council.storage import database
from tests.people import NOW, Garden, sign_in


@pytest.fixture
def at(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Moves the app's clock; it starts at `people.NOW`."""
    moment = [NOW]
    monkeypatch.setattr(Clock, "now", lambda self: moment[0])

    def move(instant: datetime) -> None:
        moment[0] = instant

    return move


@pytest.fixture
def seen(client: httpx.AsyncClient) -> Callable[..., Awaitable[httpx.Response]]:
    """A page as one of the garden's people (None: a stranger) sees it; the browser stays theirs."""

    async def look(people: Garden, who: str | None, path: str, **more: object) -> httpx.Response:
        client.cookies.clear()
        if who is not None:
            await sign_in(client, people.actors[who], Clock().now())
        return await client.get(path, **more)

    return look


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch, db: object) -> list[str]:
    """Every statement that is run from now on; clear it to count anew."""
    engine = database.current()
    asked: list[str] = []
    run = engine.run

    async def counted(sql: str, args: object = ()) -> object:
        asked.append(sql)
        return await run(sql, args)

    monkeypatch.setattr(engine, "run", counted)
    return asked
