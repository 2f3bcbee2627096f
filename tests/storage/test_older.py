"""A database of an older state with something in every table that a migration writes anew: nothing is lost, nothing
points nowhere, and its schema is that of a database made today."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from council.storage import database, ddl, schema
from council.storage.postgres import PostgresqlEngine
from council.storage.sql import execute, fetch
from council.storage.sqlite import SqliteEngine
from tests.fixtures.databases import postgres_database

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
SECOND: dict[str, Any] = {"confirmed_by": 2, "confirmed_by_name": "乙", "confirmed_at": LATER}

PAPER = {"motion_id": 1, "paper_ballot_id": 1, "roll_voter_id": 1}

BEFORE_26: list[tuple[str, dict[str, Any]]] = [
    ("community", {}),
    ("person", {}),
    ("person", {}),
    ("building", {}),
    ("entrance", {}),
    *[("unit", {"code": f"1-1-10{n}"}) for n in (1, 2, 3)],
    *[("owner", {}) for _ in range(3)],
    *[("ownership", {"unit_id": 1, "owner_id": each}) for each in (1, 2)],
    ("ownership", {"unit_id": 2, "owner_id": 3}),
    *[("stored_file", {"purpose": "scan", "sha256": each}) for each in "ab"],
    ("thread", {"scope_kind": "community"}),
    *[("proposal", {"key": each, "scope_kind": "community", "state": "filed"}) for each in "pq"],
    ("motion", {"electorate": "owners", "closes_at": LATER}),
    *[("roll_voter", {"number": each}) for each in "12"],
    ("objection", {"key": "o1", "outcome": "agreed", "closed_at": LATER}),
    ("objection", {"key": "o2"}),
    ("consent", {"unit_id": 1, "answer": "agree", "answered_at": LATER, "answered_by_name": "甲"}),
    ("consent", {"unit_id": 2, "answer": "refuse", "answered_at": LATER, "answered_by_name": "丙"}),
    ("consent", {"unit_id": 3}),
    ("paper_print", {"layout": "page"}),
    *[("paper_ballot", {"serial": each, "issue": n, "roll_voter_id": n}) for n, each in enumerate("AB", 1)],
    ("paper_return", {"key": "r1", "channel": "door", "state": "sealed", **PAPER}),
    ("paper_return", {"key": "r2", "channel": "door", "state": "refused", "reason": "late"}),
    *[("paper_keying", {"return_id": 1, "round": n, "person_id": n, "choice": "agree"}) for n in (1, 2)],
    ("paper_look", {"return_id": 1}),
    ("body", {"kind": "owners_committee", "motion_id": 1, "term_until": LATER}),
    ("body_member", {"owner_id": 1, "post": "chair", "side": "owner"}),
    ("body_member", {"owner_id": 1, "post": "member", "side": "owner", "is_alternate": True}),
    ("body_member", {"owner_id": 2, "post": "member", "side": "owner"}),
    ("body_entry", {"kind": "minutes", "body_id": 1, **SECOND}),
    ("inner_round", {"form": "named", "posts": "chair", "closed_at": LATER, "chair_id": 1, "entry_id": 1}),
    ("inner_ballot", {"chair_id": 1}),
    ("inner_count", {"post": "chair"}),
]
HALTS: list[tuple[str, dict[str, Any]]] = [
    ("holder_paper", {"says": "guardian", "person_id": 1}),
    ("halt", {"key": "h1", "act": "dispute", "unit_id": 1, **SECOND}),
    ("halt", {"key": "h2", "act": "suspend", "roll_voter_id": 1, "withdrawn_at": LATER}),
    ("halt", {"key": "h3", "act": "end_paper", "paper_id": 1}),
    ("home_dispute", {"unit_id": 1, "halt_id": 1}),
    ("home_dispute", {"unit_id": 2, "closed_words": "已了结", "closed_at": LATER}),
    ("roll_suspension", {"dispute_id": 1}),
]
CHANGED = {("body_member", 2): {"ended_at", "ending"}}
"""One human, one seat."""

NEXT: dict[str, dict[str, Any]] = {
    "halt": {"key": "h4", "act": "name", "roll_voter_id": 1, "owner_id": 1},
    "consent": {"proposal_id": 2, "ground": "part"},
    "paper_return": {"key": "r3", "channel": "door", "state": "refused", "reason": "authority_over"},
    "paper_keying": {"return_id": 2, "round": 1, "choice": "agree"},
    "paper_look": {"person_id": 2},
    "body_entry": {"kind": "lot", "body_id": 1, "key": "e2"},
    "body_member": {"post": "member", "side": "owner"},
    "inner_round": {"form": "named", "posts": "chair", "number": 2, "key": "i2"},
    "inner_ballot": {"member_id": 2},
    "inner_count": {"post": "deputy"},
}
"""Of every table that was written anew: the next row has the next id."""

_PLAIN: dict[str, Any] = {"text": "x", "bigint": 1, "integer": 1, "boolean": False}
_COLUMNS = {
    "sqlite": 'SELECT name, type AS kind FROM pragma_table_info({}) WHERE "notnull" AND dflt_value IS NULL AND pk = 0',
    "postgres": "SELECT column_name AS name, data_type AS kind FROM information_schema.columns WHERE table_name = {}"
    " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
}
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
}
_SHAPE = {
    "sqlite": "SELECT COALESCE(sql, name) AS one FROM sqlite_master",
    "postgres": """
SELECT concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull) AS one
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT concat_ws(' ', tgrelid::regclass, pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
""",
}


@pytest.fixture
async def empty(engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """A database without a table, in use."""
    if engine_kind == "sqlite":
        async with used(f"sqlite:///{tmp_path / 'older.db'}"):
            yield
    else:
        async with postgres_database(request.getfixturevalue("postgres_server"), "template1") as url, used(url):
            yield


@asynccontextmanager
async def used(url: str) -> AsyncIterator[None]:
    path = url.removeprefix("sqlite:///")
    engine = PostgresqlEngine(url, pool_size=2) if path == url else SqliteEngine(Path(path))
    try:
        with database.using(engine):
            yield
    finally:
        await engine.close()


def until(folder: Path, day: str) -> Path:
    """The migrations before a day, in a folder of their own."""
    folder.mkdir(exist_ok=True)
    for path in schema.FOLDER.glob("*.py"):
        found = re.search(r'^ID = "([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE)
        if found and found[1] < day:
            shutil.copy(path, folder)
    return folder


async def fill(rows: list[tuple[str, dict[str, Any]]]) -> None:
    """Each row with what it says, and anything in the columns that have to have something."""
    for table, said in rows:
        needed = await fetch(_COLUMNS[ddl.dialect()], table)
        row = {each["name"]: _PLAIN.get(each["kind"].lower(), AT) for each in needed} | said
        await execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['{}'] * len(row))})", *row.values())


async def kept() -> dict[str, list[dict[str, Any]]]:
    names = [row["name"] for row in await fetch(_TABLES[ddl.dialect()])]
    return {name: await fetch(f'SELECT * FROM "{name}"') for name in names if name != "migration"}


async def shape() -> list[str]:
    return sorted(row["one"] for row in await fetch(_SHAPE[ddl.dialect()]))


async def test_rows_of_an_older_state_are_kept(empty: None, database_url: str, tmp_path: Path) -> None:
    await schema.migrate(until(tmp_path / "migrations", "2026-11-25T02"))
    await fill(BEFORE_26)
    await schema.migrate(until(tmp_path / "migrations", "2026-11-27"))
    await fill(HALTS)
    before = await kept()
    await schema.migrate()
    after = await kept()

    for table, rows in before.items():
        found = {row["id"]: row for row in after[table]}
        for row in rows:
            now = found.pop(row["id"])
            same = {name for name in row if name in now} - CHANGED.get((table, row["id"]), set())
            assert {name: now[name] for name in same} == {name: row[name] for name in same}, table
        assert not found, table
    await said()

    if ddl.dialect() == "sqlite":
        assert await fetch("SELECT * FROM pragma_foreign_key_check") == []
    for table, row in NEXT.items():
        most = max(each["id"] for each in after[table])
        await fill([(table, row)])
        assert (await fetch(f"SELECT MAX(id) AS id FROM {table}"))[0]["id"] == most + 1

    migrated = await shape()
    async with used(database_url):
        assert await shape() == migrated


async def said() -> None:
    """What the rows say in the columns that are new."""
    consents = await fetch("SELECT id, settled_at FROM consent ORDER BY id")
    assert [row["settled_at"] for row in consents] == [LATER, None, None]
    answers = await fetch("SELECT consent_id, owner_id, is_agreed, by_name FROM consent_answer ORDER BY id")
    assert [tuple(row.values()) for row in answers] == [(1, 1, True, "甲"), (2, 3, False, "丙")]
    objections = await fetch("SELECT seen_at FROM objection ORDER BY id")
    assert [row["seen_at"] for row in objections] == [LATER, None]
    members = await fetch("SELECT ended_at, ending FROM body_member ORDER BY id")
    assert [tuple(row.values()) for row in members] == [(None, None), (AT, "replaced"), (None, None)]


WOUND_UP: list[tuple[str, dict[str, Any]]] = [
    *[(each, {}) for each in ("community", "person")],
    ("thread", {"scope_kind": "community"}),
    ("proposal", {"key": "p", "scope_kind": "community", "state": "filed"}),
    ("motion", {"electorate": "owners", "closes_at": LATER}),
    ("project", {}),
    ("project_entry", {"kind": "returned", "amount_fen": 5}),
]


async def test_what_was_told_of_a_stopped_project_has_another_name(empty: None, tmp_path: Path) -> None:
    await schema.migrate(until(tmp_path / "migrations", "2026-11-27T42"))
    await fill(WOUND_UP)
    before = await fetch("SELECT * FROM project_entry")
    await schema.migrate()
    assert await fetch("SELECT * FROM winding_up") == before
    await fill([("winding_up", {"kind": "stopped", "key": "y"})])
    assert [row["id"] for row in await fetch("SELECT id FROM winding_up ORDER BY id")] == [1, 2]


ISSUED: list[tuple[str, dict[str, Any]]] = [
    ("community", {}),
    *[("person", {"name": each}) for each in ("郑海燕", "傅岚", "路人")],
    *[
        ("staff_role", {"person_id": each, "role": "secretary", "community_id": 1, "area_path": None})
        for each in (1, 2)
    ],
    ("owner", {}),
    ("access_code", {"kind": "owner", "owner_id": 1, "lookup": "a", "issued_by_name": "郑海燕"}),
    ("owner_claim", {"person_id": 3, "access_code_id": 1}),
]


async def test_of_slips_from_before_whoever_is_named_on_them_has_seen_them(empty: None, tmp_path: Path) -> None:
    await schema.migrate(until(tmp_path / "migrations", "2026-11-28T50"))
    await fill(ISSUED)
    await schema.migrate()
    assert [tuple(row.values()) for row in await fetch("SELECT access_code_id, person_id FROM access_code_seen")] == [
        (1, 1)
    ]
    assert (await fetch("SELECT issued_by FROM access_code"))[0]["issued_by"] is None
