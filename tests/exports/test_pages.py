"""The page of exports and its files, on the usual ladder."""

from __future__ import annotations

import httpx
import pytest

from council.audit import queries as audit
from council.storage.database import AnyEngine
from tests.people import garden, sign_in


async def test_the_committee_downloads(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    await sign_in(client, people.erin)
    page = await client.get("/c/garden/committee")
    assert page.status_code == 200
    assert "/c/garden/committee/projects.xlsx" in page.text
    assert "/c/garden/committee/roll.xlsx" not in page.text
    made = await client.get("/c/garden/committee/projects.csv")
    assert made.status_code == 200
    assert made.headers["Content-Disposition"].startswith('attachment; filename="garden-projects-')
    assert made.content.startswith(b"\xef\xbb\xbf")
    assert (await audit.latest(people.community_id, limit=1))[0].kind == "export.made"


async def test_the_secretary_takes_the_register(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    await sign_in(client, people.dana)
    assert "/c/garden/committee/roll.xlsx" in (await client.get("/c/garden/committee")).text
    assert (await client.get("/c/garden/committee/roll.json")).status_code == 200


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("alice", "/c/garden/committee", 403),
        ("alice", "/c/garden/committee/motions.csv", 403),
        ("erin", "/c/garden/committee/roll.csv", 403),
        ("charlie", "/c/garden/committee", 404),
        ("charlie", "/c/garden/committee/motions.csv", 404),
        ("erin", "/c/garden/committee/passwords.csv", 404),
        ("erin", "/c/garden/committee/motions.exe", 404),
        ("erin", "/c/garden/committee/participation.csv?motion=99", 404),
        ("erin", "/c/garden/committee/participation.csv?motion=99999999999999999999999", 404),
        ("erin", "/c/garden/committee/participation.csv?motion=x", 404),
    ],
)
async def test_ladder(db: AnyEngine, client: httpx.AsyncClient, who: str, path: str, status: int) -> None:
    people = await garden()
    await sign_in(client, people.actors[who])
    assert (await client.get(path)).status_code == status


async def test_strangers_log_in_first(db: AnyEngine, client: httpx.AsyncClient) -> None:
    await garden()
    answer = await client.get("/c/garden/committee")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/c/garden/committee"


async def test_only_get(db: AnyEngine, client: httpx.AsyncClient) -> None:
    people = await garden()
    await sign_in(client, people.erin)
    assert (await client.post("/c/garden/committee")).status_code == 405
