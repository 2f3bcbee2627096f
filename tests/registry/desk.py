"""What the tests of the register's pages share: a browser at the desk, and a file handed over."""

from __future__ import annotations

import re
from collections.abc import Sequence

import httpx

from council.kernel.ids import new_id
from council.storage.sql import fetch
from tests.fixtures.client import submit
from tests.people import Garden, sign_in
from tests.registry.rolls import HEADINGS, SAMPLES, csv_bytes, row

DESK = "/c/garden/desk"
PERSONAL = ("990101195006190591", "17000066510", "990105194510049707", "17000029260")
"""Identity numbers and telephones that the rolls here hold."""

LIN = {"room": "102", "owner": "林文", "identity": "990105194510049707", "phone": "17000029260"}
CSV = "text/csv"


def roll_of(*rows: Sequence[str]) -> bytes:
    return csv_bytes([HEADINGS, *rows])


async def at_desk(client: httpx.AsyncClient, people: Garden, name: str = "dana") -> None:
    await sign_in(client, getattr(people, name))


async def hand_over(client: httpx.AsyncClient, data: bytes, name: str = "roll.csv", **fields: str) -> httpx.Response:
    page = await client.get(f"{DESK}/roll")
    return await submit(client, page, "#upload", files={"file": (name, data, CSV)}, **fields)


async def staged(client: httpx.AsyncClient, data: bytes, name: str = "roll.csv") -> str:
    """The preview's address."""
    answer = await hand_over(client, data, name)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def confirm(client: httpx.AsyncClient, address: str) -> httpx.Response:
    return await submit(client, await client.get(address), "#confirm")


async def row_states(upload_id: int | None = None) -> dict[int, str]:
    rows = await fetch("SELECT row_number, state FROM roll_upload_row ORDER BY row_number")
    return {one["row_number"]: one["state"] for one in rows}


async def codes(community_id: int) -> set[str]:
    rows = await fetch("SELECT code FROM unit WHERE community_id = {} AND retired_at IS NULL", community_id)
    return {one["code"] for one in rows}


def words(page: httpx.Response) -> str:
    """The page with plain spaces: numbers and their counters are kept on one line by others."""
    return page.text.replace("\xa0", " ")


def facts(html: str) -> dict[str, str]:
    """Every <dt>/<dd> of a page, without markup."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", html, re.DOTALL)
    return {_plain(term): _plain(value) for term, value in found}


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).replace("\xa0", " ").split())


def sample_bytes(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


__all__ = [
    "CSV", "DESK", "LIN", "PERSONAL", "at_desk", "codes", "confirm", "facts", "hand_over", "new_id", "roll_of", "row",
    "row_states", "sample_bytes", "staged", "words",
]  # fmt: skip
