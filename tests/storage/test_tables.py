"""Piccolo's tables say the same as the migrations that make them: names, NULL, kinds of columns, foreign keys."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from piccolo.columns import BigInt, Boolean, Bytea, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.columns.column_types import Serial
from piccolo.table import Table

import council
from council.storage import database, sql

KINDS = {
    Integer: {"INTEGER", "BIGINT"},
    BigInt: {"BIGINT", "INTEGER"},
    Serial: {"INTEGER", "BIGINT"},
    ForeignKey: {"BIGINT", "INTEGER", "TEXT"},
    Text: {"TEXT"},
    Varchar: {"TEXT", "CHARACTER VARYING"},
    Boolean: {"BOOLEAN"},
    Bytea: {"BLOB", "BYTEA"},
    Timestamptz: {"TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"},
}


def tables() -> list[type[Table]]:
    """Every table of every room."""
    found = []
    for path in sorted(Path(council.__file__).parent.glob("*/*tables.py")):
        module = import_module(f"council.{path.parent.name}.{path.stem}")
        found += [
            each
            for each in vars(module).values()
            if isinstance(each, type) and issubclass(each, Table) and each.__module__ == module.__name__
        ]
    return found


async def columns_of(name: str) -> dict[str, tuple[str, bool]]:
    """Column → declared type in capitals and whether it may be NULL, as the database has it."""
    if database.current().engine_type == "sqlite":
        rows = await sql.fetch(f'PRAGMA table_info("{name}")')
        return {row["name"]: (row["type"].upper(), not row["notnull"] and not row["pk"]) for row in rows}
    rows = await sql.fetch(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = {}"
        " AND table_schema = 'public'",
        name,
    )
    return {row["column_name"]: (row["data_type"].upper(), row["is_nullable"] == "YES") for row in rows}


async def test_tables_and_migrations_agree(db):
    for table in tables():
        name = table._meta.tablename
        real = await columns_of(name)
        # Piccolo adds an `id` to every definition; a table keyed otherwise simply has none.
        columns = [column for column in table._meta.columns if column._meta.name != "id" or "id" in real]
        assert {column._meta.db_column_name for column in columns} == set(real), name
        for column in columns:
            where = f"{name}.{column._meta.db_column_name}"
            kind, may_be_null = real[column._meta.db_column_name]
            assert column._meta.null == may_be_null, f"{where}: NULL"
            wanted = next((kinds for base, kinds in KINDS.items() if type(column) is base), None)
            assert wanted is not None, (
                f"{where}: {type(column).__name__} is a kind of column that this house does not use"
            )
            assert kind in wanted, f"{where}: {kind}"
        assert await table.select(*columns).limit(1) == []


@pytest.mark.parametrize("table", tables(), ids=lambda table: table._meta.tablename)
def test_foreign_keys_are_spelt_out(table):
    for column in table._meta.foreign_key_columns:
        assert column._foreign_key_meta.on_delete is OnDelete.restrict, column._meta.name


async def test_every_table_has_its_definition(db):
    named = {table._meta.tablename for table in tables()}
    if database.current().engine_type == "sqlite":
        rows = await sql.fetch("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    else:
        rows = await sql.fetch("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")
    assert {row["name"] for row in rows} - named == {"migration"}
