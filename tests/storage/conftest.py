"""A table to write in."""

from __future__ import annotations

import pytest

from council.storage import ddl, sql

NOTES = "CREATE TABLE note (id {pk}, body TEXT NOT NULL UNIQUE, amount BIGINT NOT NULL DEFAULT 0, "
NOTES += "written_at TIMESTAMPTZ, is_kept BOOLEAN, photo {blob});"


class Notes:
    """The table `note`, by its bodies."""

    async def write(self, body: str) -> None:
        await sql.execute("INSERT INTO note (body) VALUES ({})", body)

    async def bodies(self) -> list[str]:
        return [row["body"] for row in await sql.fetch("SELECT body FROM note ORDER BY id")]

    async def count(self) -> int:
        row = await sql.fetch_one("SELECT COUNT(*) AS n FROM note")
        assert row is not None
        return int(row["n"])


@pytest.fixture
async def notes(db) -> Notes:
    await ddl.run(NOTES)
    return Notes()
