"""A database that is used again is as good as new, or it is not used again."""

from __future__ import annotations

import asyncpg
import pytest

from tests import postgres_pool
from tests.fixtures.databases import TEMPLATE


async def _does(server: str, name: str, *statements: str) -> object:
    connection = await asyncpg.connect(postgres_pool.address(server, name))
    try:
        for statement in statements:
            answer = await connection.fetchval(statement)
        return answer
    finally:
        await connection.close()


@pytest.fixture(autouse=True)
def _own_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the worker's, whose databases have served other tests."""
    monkeypatch.setattr(postgres_pool, "_free", {})


async def test_rows_and_numbers_are_gone_and_what_migrations_wrote_stays(postgres_template: str) -> None:
    filled = """
    INSERT INTO community (slug, name, phone, address, created_at) VALUES ('plum', '梅园', '', '', now()) RETURNING id
    """
    async with postgres_pool.database(postgres_template, TEMPLATE) as name:
        migrations = await _does(postgres_template, name, "SELECT count(*) FROM migration")
        assert await _does(postgres_template, name, filled) == 1
    async with postgres_pool.database(postgres_template, TEMPLATE) as again:
        assert again == name
        assert await _does(postgres_template, again, "SELECT count(*) FROM community") == 0
        assert await _does(postgres_template, again, "SELECT count(*) FROM migration") == migrations
        assert await _does(postgres_template, again, filled) == 1
        more = "INSERT INTO migration (name, app_name, ran_on) VALUES ('later', 'council', now()) RETURNING id"
        assert await _does(postgres_template, again, more) == migrations + 1


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE left_behind (number int)",
        "ALTER TABLE community ADD COLUMN colour text",
        "ALTER TABLE log_record DISABLE TRIGGER ALL",
        "DELETE FROM migration",
        "SELECT nextval('migration_id_seq')",
    ],
)
async def test_what_was_changed_is_not_used_again(postgres_template: str, change: str) -> None:
    async with postgres_pool.database(postgres_template, TEMPLATE) as name:
        await _does(postgres_template, name, change)
    there = await _does(postgres_template, "postgres", f"SELECT count(*) FROM pg_database WHERE datname = '{name}'")
    assert there == 0
