"""A server with open pages stops when it is told to, and lets go of whoever went away."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from council.storage.database import AnyEngine
from tests.cli.test_serve import alive_in_group, serving
from tests.people import garden
from tests.progress import life

PATIENT = 15
"""Seconds; half of what a request that hangs is given."""


async def test_it_stops_although_pages_are_open(db: AnyEngine, database_url: str, tmp_path: Path) -> None:
    _, motion_id = await life.published(await garden())
    workers = () if db.engine_type == "sqlite" else ("--workers", "2")
    with serving(*workers, DATABASE_URL=database_url, COUNCIL_DATA=str(tmp_path)) as (process, address):
        path = f"{address}/c/garden/motions/{motion_id}/live"
        assert all("data: " in heard for heard in await asyncio.gather(*(_heard(path) for _ in range(3))))
        async with _open(path) as answer:
            lines = answer.aiter_lines()
            assert (await anext(lines)).startswith("retry:")
            since = time.monotonic()
            process.send_signal(signal.SIGTERM)
            said = [line async for line in lines]
        assert all(line == "" or line.startswith((":", "id:", "data:")) for line in said)
        await asyncio.to_thread(process.communicate, timeout=2 * PATIENT)
        assert time.monotonic() - since < PATIENT
        assert process.returncode == 0
        assert alive_in_group(process.pid) == []


@asynccontextmanager
async def _open(path: str) -> AsyncIterator[httpx.Response]:
    headers = {"Accept": "text/event-stream"}
    async with httpx.AsyncClient(headers=headers, timeout=20) as reader, reader.stream("GET", path) as answer:
        yield answer


async def _heard(path: str) -> str:
    """What comes until the first event; then this reader hangs up."""
    heard = ""
    async with _open(path) as answer:
        async for piece in answer.aiter_text():
            heard += piece
            if "data: " in heard:
                break
    return heard
