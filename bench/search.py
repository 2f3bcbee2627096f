"""How long a search takes in one large community, on SQLite and on PostgreSQL: `python -m bench.search [COMMENTS]`.

Everything that stands behind a page of results, rendering left out: the least and the middle of nine runs, and what
this process itself was busy (on SQLite that is all of it, whatever else the machine does meanwhile). Made-up Chinese of
12 to 200 signs a comment, one community of 500 proposals. Prints a line a query and database.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from council.kernel.actor import Actor
from council.pathways.model import Kind
from council.pathways.presets import load, to_json
from council.search.queries import search
from council.search.terms import words_of
from council.storage import database, schema
from council.storage.database import AnyEngine
from council.storage.postgres import PostgresqlEngine
from council.storage.sql import execute
from council.storage.sqlite import SqliteEngine
from council.storage.transactions import transaction
from tests.fixtures import postgres_server

PROPOSALS = 500
QUERIES = ("电梯", "的", "led", "502", "2号楼1单元", "2-1-502", "火星人", "路灯 电梯", "长" * 200)
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
ALICE = Actor(1, "alice", 1, unit_ids=frozenset({1}))
COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日"
)
PHRASES = ("2号楼1单元", "502室", "LED灯", "ＬＥＤ灯", "1200元", "路灯", "，", "。")
ROWS = 500
"""Rows of one INSERT."""


async def insert(table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    one = "(" + ", ".join(["{}"] * len(names)) + ")"
    for at in range(0, len(rows), ROWS):
        part = rows[at : at + ROWS]
        values = [row[name] for row in part for name in names]
        await execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([one] * len(part))}", *values)


def comment(random: Random, number: int) -> dict[str, Any]:
    signs = [random.choice(COMMON) for _ in range(random.choice((12, 20, 30, 45, 60, 90, 150, 200)))]
    if number % 3 == 0:
        signs.insert(len(signs) // 2, random.choice(PHRASES))
    if number % 50 == 0:
        signs.insert(3, "电梯")
    return {
        "community_id": 1,
        "thread_id": number % PROPOSALS + 1,
        "key": str(number),
        "person_id": 1,
        "author_name": "张三",
        "author_place": f"{number % 30}-{number % 3}-{number % 900 + 100}",
        "stance": "none",
        "body": "".join(signs),
        "said_at": NOW - timedelta(minutes=number),
        "needs_answer": False,
    }


def proposal(number: int) -> dict[str, Any]:
    return {
        "community_id": 1,
        "key": str(number),
        "kind": Kind.COMMON_PARTS.value,
        "preset": to_json(load(Kind.COMMON_PARTS)),
        "answers": "{}",
        "title": f"{number % 30}号楼{('电梯', '路灯', '车棚')[number % 3]}的事",
        "scope_kind": "community",
        "scope_code": "",
        "version": 1,
        "thread_id": number,
        "proposer_id": 1,
        "proposer_name": "张三",
        "proposer_place": "",
        "state": "filed",
        "filed_at": NOW - timedelta(days=number),
        "answer_due_at": NOW + timedelta(days=7),
    }


async def fill(comments: int) -> None:
    random = Random(1)
    ids = range(1, PROPOSALS + 1)
    async with transaction():
        await execute(
            "INSERT INTO community (slug, name, phone, address, created_at) VALUES ({}, {}, {}, {}, {})",
            *("large", "大花园", "", "", NOW),
        )
        await insert("person", [{"name": "张三", "created_at": NOW}])
        await insert("thread", [{"community_id": 1, "scope_kind": "community", "opened_at": NOW} for _ in ids])
        await insert("proposal", [proposal(number) for number in ids])
        await insert(
            "proposal_version",
            [
                {
                    "community_id": 1,
                    "proposal_id": number,
                    "number": 1,
                    "title": "",
                    "body": "".join(random.choice(COMMON) for _ in range(300)),
                    "written_by_name": "张三",
                    "written_at": NOW,
                }
                for number in ids
            ],
        )
        await insert("comment", [comment(random, number) for number in range(1, comments + 1)])


async def measure(name: str, engine: AnyEngine, comments: int) -> None:
    await engine.open()
    try:
        with database.using(engine):
            await schema.migrate()
            await fill(comments)
            await execute("ANALYZE")
            for typed in QUERIES:
                took, busy = [], []
                for _ in range(9):
                    start, worked = time.perf_counter(), time.process_time()
                    results = await search(ALICE, words_of(typed), 1, NOW)
                    took.append((time.perf_counter() - start) * 1000)
                    busy.append((time.process_time() - worked) * 1000)
                shown = typed if len(typed) < 20 else f"{typed[:4]}… ({len(typed)} signs)"
                print(
                    f"{name:<11}{min(took):7.1f} ms at best {statistics.median(took):7.1f} ms in the middle"
                    f" {min(busy):7.1f} ms busy"
                    f" {results.total:7d} found  {shown}",
                    flush=True,
                )
    finally:
        await engine.close()


async def main() -> None:
    comments = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        await measure("SQLite", SqliteEngine(folder / "bench.db"), comments)
        server = folder / "pg"
        server.mkdir()
        try:
            await measure("PostgreSQL", PostgresqlEngine(postgres_server.start(server)), comments)
        finally:
            postgres_server.stop(server)


if __name__ == "__main__":
    asyncio.run(main())
