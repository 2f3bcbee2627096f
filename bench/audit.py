"""What the log costs, as ratios to yardsticks measured in the same minute (a machine's speed cancels out).

    python -m bench.audit

Runs on SQLite in a temporary folder. The yardsticks: a SHA-256 of 4 KiB, one power modulo 2^255 − 19, and a
transaction that inserts one row.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from council.audit import checkpoint, commitment, entry, notes, queries, service, tree
from council.audit.ristretto import ORDER, P
from council.storage import database, schema
from council.storage.sql import execute
from council.storage.sqlite import SqliteEngine
from council.storage.transactions import transaction

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DATA = {"community": "garden", "motion": 7, "ballot": "B" * 27, "commitment": "00" * 32}
RECORDS = 2_000


def seconds(work: Callable[[], object], times: int) -> float:
    """One call's time; the best of five rounds, since other people's work only ever adds."""
    rounds = []
    for _ in range(5):
        start = perf_counter()
        for _ in range(times):
            work()
        rounds.append((perf_counter() - start) / times)
    return min(rounds)


async def seconds_async(work: Callable[[], Awaitable[object]], times: int) -> float:
    start = perf_counter()
    for _ in range(times):
        await work()
    return (perf_counter() - start) / times


def show(what: str, cost: float, yardstick: float, against: str) -> None:
    print(f"{what:<44} {cost * 1e6:9.1f} µs  {cost / yardstick:7.2f} × {against}")


def leaf_and_edge() -> Callable[[], object]:
    """What `record` computes, in a log of a million records."""
    size = 1_048_575
    edge = tuple(secrets.token_bytes(32) for _ in range(size.bit_count()))

    def work() -> None:
        body = entry.body(seq=size, at=NOW, kind="ballot.cast", data=DATA)
        after, _ = tree.append(edge, size, tree.leaf_hash(body.encode()))
        tree.root(after)

    return work


def arithmetic() -> None:
    block, scalar = bytes(4096), secrets.randbelow(ORDER)
    digest = seconds(lambda: sha256(block).digest(), 2_000)
    power = seconds(lambda: pow(scalar, P - 2, P), 500)
    commitment.warm_up()
    committed = commitment.commit("agree", scalar)
    show("body, leaf, edge and root (20 levels)", seconds(leaf_and_edge(), 2_000), digest, "SHA-256 of 4 KiB")
    show("commit", seconds(lambda: commitment.commit("agree", scalar), 200), power, "a power mod p")
    seed = secrets.token_bytes(notes.SEED_BYTES)
    text = checkpoint.Checkpoint("garden.example/c/garden/log", 1_048_575, bytes(32)).text
    show("sign a head", seconds(lambda: notes.sign(text, name="garden", seed=seed), 500), power, "a power mod p")
    show("opens", seconds(lambda: commitment.opens(committed, "agree", scalar), 200), power, "a power mod p")


async def plain() -> None:
    async with transaction():
        await execute("INSERT INTO yardstick (body) VALUES ({})", "x" * 300)


async def recorded() -> None:
    async with transaction():
        await execute("INSERT INTO yardstick (body) VALUES ({})", "x" * 300)
        await service.record(1, "ballot.cast", DATA, now=NOW)


async def storage(folder: Path) -> None:
    engine = SqliteEngine(folder / "bench.db")
    await engine.open()
    with database.using(engine):
        await schema.migrate()
        await execute("CREATE TABLE yardstick (id INTEGER PRIMARY KEY, body TEXT)")
        await seconds_async(plain, 100)
        yardstick = await seconds_async(plain, RECORDS)
        cost = await seconds_async(recorded, RECORDS)
        show("a transaction of one row and its record", cost, yardstick, "the transaction alone")

        async def together() -> None:
            async with transaction():
                for _ in range(64):
                    await service.record(1, "ballot.cast", DATA, now=NOW)

        show("a record among 64 in one transaction", await seconds_async(together, 20) / 64, yardstick, "the same")
        start = perf_counter()
        report = await queries.verify(1)
        show(
            f"verify, a record of {report.checked:,}", (perf_counter() - start) / report.checked, yardstick, "the same"
        )
        if not report.holds:
            raise SystemExit(f"the log does not hold: {report.fault}")
    await engine.close()


def main() -> None:
    arithmetic()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(storage(Path(folder)))


if __name__ == "__main__":
    main()
