"""Who works here: read by the secretary and the auditor, closed to everybody else."""

from __future__ import annotations

import httpx

from council.storage.database import AnyEngine
from tests.people import garden, sign_in


async def test_roles_are_listed_for_the_secretary(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    await sign_in(client, people.dana)
    page = await client.get("/c/garden/desk/staff")
    for name in ("Dana", "Erin", "Frank", "Gina"):
        assert page.text.count(f"<b>{name}</b>") == 1
    assert "Alice" not in page.text
    assert '<h2 id="role-grid_worker">网格员</h2>' in page.text
    assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0]


async def test_others_do_not_read_it(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    expected = {"gina": 200, "erin": 403, "frank": 403, "alice": 403, "charlie": 404}
    for name, status in expected.items():
        client.cookies.clear()
        await sign_in(client, people.actors[name])
        assert (await client.get("/c/garden/desk/staff")).status_code == status
    client.cookies.clear()
    assert (await client.get("/c/garden/desk/staff")).status_code == 303
