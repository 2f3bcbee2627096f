"""The pages of this room, by who asks for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime

import httpx
import pytest
from litestar import Litestar

from council.kernel.clock import Clock
from council.storage.database import AnyEngine
from tests.people import NOW, Garden, garden, sign_in
from tests.progress import life

At = Callable[[datetime], None]


@pytest.fixture
def at(app: Litestar, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> At:
    """Moves the app's clock."""
    moment = [NOW]
    monkeypatch.setattr(Clock, "now", lambda self: moment[0])

    def move(instant: datetime) -> None:
        moment[0] = instant

    return move


async def seen(client: httpx.AsyncClient, people: Garden, who: str | None, path: str) -> httpx.Response:
    client.cookies.clear()
    if who is not None:
        await sign_in(client, people.actors[who], NOW)
    return await client.get(path)


async def test_the_courtyard_says_what_waits_for_whom(db: AnyEngine, client: httpx.AsyncClient, at: At) -> None:
    people = await garden()
    await life.published(people)
    at(life.OPENS + life.HOUR)
    page = await seen(client, people, "alice", "/c/garden/")
    assert page.status_code == 200
    assert "有 1 件事等您" in page.text.replace("\xa0", " ")
    assert "1号楼1单元加装电梯" in page.text
    assert "还差" in page.text
    page = await seen(client, people, "ken", "/c/garden/")
    assert "现在没有事等您" in page.text
    page = await seen(client, people, "leo", "/c/garden/")
    assert "您的业主身份还没核实" in page.text


@pytest.mark.parametrize("path", ["/c/garden/", "/c/garden/proposals/{proposal}", "/c/garden/desk"])
async def test_members_pages(db: AnyEngine, client: httpx.AsyncClient, at: At, path: str) -> None:
    people = await garden()
    proposal_id, _ = await life.published(people)
    path = path.format(proposal=proposal_id)
    at(life.TALKED)
    assert (await seen(client, people, "dana", path)).status_code == 200
    stranger = await seen(client, people, None, path)
    assert stranger.status_code == 303
    assert stranger.headers["location"].startswith("/login?next=/c/garden")
    assert (await seen(client, people, "charlie", path)).status_code == 404
    assert (await client.delete(path)).status_code == 405
