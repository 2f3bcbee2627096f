"""Migrations: written once, applied once, all or nothing, by one process at a time."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from textwrap import dedent
from uuid import uuid4

import pytest
from piccolo.columns import BigInt, Boolean, ForeignKey, OnDelete, Text, Timestamptz
from piccolo.table import Table

from council.storage import database, ddl, schema, sql
from tests.fixtures.databases import postgres_database


def write_migration(folder: Path, number: int, script: str) -> str:
    """One migration file in the form that `storage/ddl.py` describes; its module name is nobody else's."""
    identity = f"2026-01-01T{number:02}:00:00:000000"
    folder.mkdir(exist_ok=True)
    (folder / f"council_test_{uuid4().hex}_{number:02}.py").write_text(
        dedent(
            f'''
            """A migration of a test's."""

            from piccolo.apps.migrations.auto.migration_manager import MigrationManager

            from council.storage import ddl

            ID = "{identity}"
            VERSION = "1.38.0"
            DESCRIPTION = "number {number}"

            SQL = """{script}"""


            async def forwards() -> MigrationManager:
                manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

                async def run() -> None:
                    await ddl.run(SQL)

                manager.add_raw(run)
                return manager
            '''
        )
    )
    return identity


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "migrations"


async def test_applied_once_in_order(db, folder):
    second = write_migration(folder, 2, "ALTER TABLE leaf ADD COLUMN photo {blob};")
    first = write_migration(folder, 1, "CREATE TABLE leaf (id {pk}, body TEXT NOT NULL);")
    assert await schema.pending(folder) == [first, second]
    path = list(sys.path)
    assert await schema.migrate(folder) == [first, second]
    assert sys.path == path
    assert await schema.migrate(folder) == []
    third = write_migration(folder, 3, "INSERT INTO leaf (body, photo) VALUES ('later', NULL);")
    assert await schema.migrate(folder) == [third]
    assert await sql.fetch("SELECT id, body, photo FROM leaf") == [{"id": 1, "body": "later", "photo": None}]


async def test_a_failure_leaves_nothing_behind(db, folder):
    before = await schema.applied()
    write_migration(folder, 1, "CREATE TABLE leaf (id {pk}, body TEXT NOT NULL);")
    write_migration(folder, 2, "CREATE TABLE twig (id {pk}); INSERT INTO leaf (body) VALUES (NULL);")
    with pytest.raises(Exception, match=r"(?i)null"):
        await schema.migrate(folder)
    assert await schema.applied() == before
    for name in ("leaf", "twig"):
        with pytest.raises(Exception, match=name):
            await sql.fetch(f"SELECT id FROM {name}")


async def test_a_database_without_any_table(db, tmp_path):
    assert await schema.migrate(tmp_path) == []


async def test_the_real_ones_are_all_applied(db):
    assert await schema.applied() == schema.known()
    assert await schema.pending() == []


async def test_processes_at_once_wait_for_each_other(engine_kind, tmp_path, request):
    if engine_kind == "sqlite":
        await migrate_at_once(f"sqlite:///{tmp_path / 'new.db'}")
    else:
        async with postgres_database(request.getfixturevalue("postgres_server"), "template1") as url:
            await migrate_at_once(url)


async def migrate_at_once(url):
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "council",
            "migrate",
            env={**os.environ, "DATABASE_URL": url},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]
    outputs = [await process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    said = [output.decode().splitlines() for output, _ in outputs]
    assert sorted(line for lines in said for line in lines if line.startswith("applied")) == [
        f"applied {name}" for name in schema.known()
    ]
    assert sum(lines == ["the schema is up to date"] for lines in said) == 2


def test_unknown_tokens_are_refused_and_braces_of_sql_are_kept():
    assert ddl.translated("id {pk}, x TEXT DEFAULT '{}'", "sqlite") == (
        "id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT DEFAULT '{}'"
    )
    assert "IDENTITY" in ddl.translated("{pk}", "postgres")
    with pytest.raises(ValueError, match=r"\{serial\}"):
        ddl.translated("id {serial}", "postgres")


class Leaf(Table):
    body = Text()
    amount = BigInt()
    fallen_at = Timestamptz(null=True, default=None)
    is_green = Boolean()


class Vein(Table):
    leaf = ForeignKey(Leaf, null=False, on_delete=OnDelete.restrict)


LEAVES = """
CREATE TABLE leaf (id {pk}, body TEXT NOT NULL, amount BIGINT NOT NULL, fallen_at TIMESTAMPTZ, is_green BOOLEAN);
CREATE TABLE vein (id {pk}, leaf BIGINT NOT NULL REFERENCES leaf (id) ON DELETE RESTRICT);
"""


async def test_piccolos_tables_follow_the_engine_in_use(db):
    await ddl.run(LEAVES)
    [made] = await Leaf.insert(Leaf(body="枫", amount=2**60, is_green=True)).returning(Leaf.id)
    await Vein.insert(Vein(leaf=made["id"]))
    await Leaf.update({Leaf.amount: Leaf.amount + 1}).where(Leaf.id == made["id"])
    [row] = await Vein.select(Vein.leaf.body.as_alias("body"), Vein.leaf.amount.as_alias("amount"))
    assert row == {"body": "枫", "amount": 2**60 + 1}
    assert await Leaf.count().where(Leaf.is_green.eq(True)) == 1
    assert await Leaf.exists().where(Leaf.body == "枫")
    assert Leaf._meta.db is Vein._meta.db
    assert Leaf._meta.db.engine_type == database.current().engine_type
    with pytest.raises(Exception, match=r"(?i)foreign key|restrict"):
        await Leaf.delete().where(Leaf.id == made["id"])


async def test_piccolos_rows_in_portions(db):
    await ddl.run(LEAVES)
    for number in range(25):
        await Leaf.insert(Leaf(body=str(number), amount=number, is_green=False))
    found = []
    async with await Leaf.select(Leaf.amount).order_by(Leaf.amount).batch(batch_size=10) as batch:
        async for rows in batch:
            found.append([row["amount"] for row in rows])
    assert [len(rows) for rows in found] == [10, 10, 5]
    assert [amount for rows in found for amount in rows] == list(range(25))
    await Leaf.insert(Leaf(body="and on", amount=99, is_green=False))


def test_without_an_engine_it_says_what_to_do():
    with pytest.raises(LookupError, match=r"use\(engine\)"):
        database.current()
