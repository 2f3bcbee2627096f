"""What was acknowledged is there after the process was killed, and never half of anything."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from council.settings import Settings
from council.storage import database, ddl, sql
from tests.storage.conftest import NOTES


@pytest.mark.parametrize("kill_after", [40, 250])
async def test_kill_9_loses_nothing_acknowledged(database_url, kill_after):
    settings = Settings.from_env({"DATABASE_URL": database_url})
    async with database.opened(settings):
        await ddl.run(NOTES)

    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.storage.acknowledging",
        "12",
        env={**os.environ, "DATABASE_URL": database_url},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        acknowledged = []
        async with asyncio.timeout(30):
            for _ in range(kill_after):
                acknowledged.append((await process.stdout.readline()).decode().strip())
    finally:
        process.kill()
        rest = await process.stdout.read()
        await process.wait()
    acknowledged += [line for line in rest.decode().split("\n")[:-1] if line]
    assert len(set(acknowledged)) >= kill_after

    async with database.opened(settings) as engine:
        if engine.engine_type == "sqlite":
            assert await sql.fetch("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        bodies = {row["body"] for row in await sql.fetch("SELECT body FROM note")}
        assert {f"{each} a" for each in acknowledged} <= bodies
        assert {body[:-2] for body in bodies if body.endswith("a")} == {
            body[:-2] for body in bodies if body.endswith("b")
        }
        await sql.execute("INSERT INTO note (body) VALUES ('and it goes on')")
