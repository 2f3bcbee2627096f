"""The log in a database: appending, proving, and finding what somebody changed behind its back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from council.audit import entry, queries, service, tree
from council.audit.model import Fault, FaultKind, Recorded, Report
from council.kernel.errors import NotFound
from council.kernel.text import canonical_json
from council.storage import database
from council.storage.group_commit import submit
from council.storage.sql import execute
from council.storage.transactions import savepoint, transaction

pytestmark = pytest.mark.usefixtures("db")

GARDEN, ORCHARD = 1, 2
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TRIGGERS = {
    "sqlite": {
        "log_record": ["log_record_no_update", "log_record_no_delete"],
        "log_node": ["log_node_no_update", "log_node_no_delete"],
        "log_head": ["log_head_only_grows", "log_head_no_delete"],
    },
    "postgres": {
        "log_record": ["log_record_append_only"],
        "log_node": ["log_node_append_only"],
        "log_head": ["log_head_only_grows", "log_head_no_delete"],
    },
}


async def append(n: int, community_id: int = GARDEN, **private: Any) -> Recorded:
    async with transaction():
        return await service.record(
            community_id, "note.made", {"n": n}, now=NOON + timedelta(minutes=n), private=private or None
        )


async def fill(count: int, community_id: int = GARDEN) -> list[Recorded]:
    """A log of `count` records, one a minute; every third has private content."""
    async with transaction():
        return [
            await service.record(
                community_id,
                "note.made",
                {"n": n, "text": "楼道照明"},
                now=NOON + timedelta(minutes=n),
                private={"name": f"resident {n}"} if n % 3 == 0 else None,
            )
            for n in range(count)
        ]


async def append_and_fail(block: AbstractAsyncContextManager[None]) -> None:
    async with block:
        await service.record(GARDEN, "note.made", {"n": 1}, now=NOON)
        raise LookupError


async def tamper(table: str, sql: str, *args: Any) -> None:
    """What an administrator of the database can do: take the triggers away, then anything."""
    engine = database.current().engine_type
    async with transaction():
        for trigger in TRIGGERS[engine][table]:
            await execute(f"DROP TRIGGER IF EXISTS {trigger}" + (f" ON {table}" if engine == "postgres" else ""))
        await execute(sql, *args)


async def rewritten(seq: int, **changes: Any) -> tuple[str, bytes]:
    """A forged body for a record and the leaf hash that fits it."""
    content = json.loads((await queries.record(GARDEN, seq)).body) | changes
    body = canonical_json(content)
    return body, tree.leaf_hash(body.encode())


async def fault() -> Fault | None:
    return (await queries.verify(GARDEN)).fault


# -- appending -------------------------------------------------------------------------------------------------


async def test_a_record_says_what_where_and_when() -> None:
    made = await append(7)
    stored = await queries.record(GARDEN, 0)
    assert stored.body == made.body
    assert json.loads(stored.body) == {
        "v": 1,
        "seq": 0,
        "at": "2026-03-02T04:07:00.000000Z",
        "kind": "note.made",
        "data": {"n": 7},
    }
    assert (stored.seq, stored.kind, stored.at, stored.data) == (0, "note.made", NOON + timedelta(minutes=7), {"n": 7})
    assert stored.leaf_hash == made.leaf_hash == tree.leaf_hash(stored.body.encode())
    assert stored.private is None


async def test_what_record_returns_proves_itself() -> None:
    for n in range(20):
        made = await append(n)
        assert (made.seq, made.size) == (n, n + 1)
        assert tree.includes(made.leaf_hash, made.seq, made.size, made.path, made.root)
        head = await queries.head(GARDEN)
        assert head is not None
        assert (head.size, head.root, head.at) == (made.size, made.root, made.at)


async def test_each_community_has_its_own_log() -> None:
    await fill(3)
    other = await append(0, ORCHARD)
    assert (other.seq, other.size) == (0, 1)
    assert (await queries.verify(GARDEN)).checked == 3
    assert (await queries.verify(ORCHARD)).checked == 1
    with pytest.raises(NotFound):
        await queries.record(ORCHARD, 1)


async def test_private_content_is_a_salted_hash_in_the_record() -> None:
    first, second = await append(0, name="Alice"), await append(1, name="Alice")
    assert "Alice" not in first.body + second.body
    hashes = [json.loads(made.body)["private"] for made in (first, second)]
    assert hashes[0] != hashes[1]
    stored = await queries.record(GARDEN, 0)
    assert stored.private is not None
    assert json.loads(stored.private)["data"] == {"name": "Alice"}
    assert entry.private_hash(stored.private) == hashes[0]


async def test_the_logs_time_never_runs_backwards() -> None:
    """A request that read its clock first may reach the log second."""
    await append(10)
    late = await append(3)
    assert late.at == NOON + timedelta(minutes=10)
    assert (await queries.verify(GARDEN)).holds


async def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(RuntimeError):
        await service.record(GARDEN, "note.made", {}, now=NOON)
    assert await queries.head(GARDEN) is None


async def test_a_record_that_is_too_long_is_refused_whole() -> None:
    await append(0)
    with pytest.raises(ValueError):
        async with transaction():
            await service.record(GARDEN, "note.made", {"text": "砖" * 30_000}, now=NOON)
    assert (await queries.verify(GARDEN)).checked == 1


async def test_a_rolled_back_transaction_leaves_no_record() -> None:
    before = await append(0)
    with pytest.raises(LookupError):
        await append_and_fail(transaction())
    report = await queries.verify(GARDEN)
    assert (report.checked, report.root, report.holds) == (1, before.root, True)
    assert (await append(2)).seq == 1


async def test_a_savepoint_undone_gives_its_place_to_the_next() -> None:
    async with transaction():
        await service.record(GARDEN, "note.made", {"n": 0}, now=NOON)
        with pytest.raises(LookupError):
            await append_and_fail(savepoint())
        await service.record(GARDEN, "note.made", {"n": 2}, now=NOON)
    assert [record.data["n"] for record in await queries.records(GARDEN)] == [0, 2]
    assert (await queries.verify(GARDEN)).holds


@pytest.mark.parametrize("through", [lambda work: work(), submit], ids=["one_by_one", "group_commit"])
async def test_concurrent_appends_leave_an_unbroken_sequence(
    through: Callable[[Callable[[], Awaitable[Recorded]]], Awaitable[Recorded]],
) -> None:
    made = await asyncio.gather(*(through(lambda n=n: append(n)) for n in range(50)))  # type: ignore[misc]
    assert sorted(each.seq for each in made) == list(range(50))
    assert sorted(record.data["n"] for record in await queries.records(GARDEN)) == list(range(50))
    report = await queries.verify(GARDEN)
    assert (report.checked, report.holds) == (50, True)
    for each in made:
        assert await queries.root_at(GARDEN, each.size) == each.root


# -- reading ---------------------------------------------------------------------------------------------------


async def test_every_record_can_be_proved_at_every_later_size() -> None:
    made = await fill(21)
    roots = [each.root for each in made]
    for size in (1, 8, 13, 21):
        assert await queries.root_at(GARDEN, size) == roots[size - 1]
        for seq in range(size):
            proof = await queries.inclusion(GARDEN, seq, size=size)
            assert (proof.root, proof.body) == (roots[size - 1], made[seq].body)
            assert tree.includes(made[seq].leaf_hash, seq, size, proof.path, roots[size - 1])
    assert (await queries.inclusion(GARDEN, 4)).size == 21


async def test_every_head_extends_every_earlier_one() -> None:
    made = await fill(13)
    roots = [tree.EMPTY_ROOT, *(each.root for each in made)]
    for new in range(14):
        for old in range(new + 1):
            proof = await queries.consistency(GARDEN, old, new)
            assert tree.extends(old, roots[old], new, roots[new], proof)
    assert await queries.consistency(GARDEN, 5) == await queries.consistency(GARDEN, 5, 13)


async def test_what_the_log_never_held_is_not_found() -> None:
    await fill(3)
    for question in (
        queries.inclusion(GARDEN, 3),
        queries.inclusion(GARDEN, -1),
        queries.inclusion(GARDEN, 0, size=4),
        queries.root_at(GARDEN, 4),
        queries.consistency(GARDEN, 4),
        queries.record(GARDEN, 3),
    ):
        with pytest.raises(NotFound):
            await question
    assert await queries.root_at(GARDEN, 0) == tree.EMPTY_ROOT


async def test_pages_of_records() -> None:
    await fill(5)
    assert [record.seq for record in await queries.records(GARDEN, start=1, limit=2)] == [1, 2]
    assert [record.seq for record in await queries.latest(GARDEN, limit=2)] == [4, 3]
    assert [record.seq for record in await queries.latest(GARDEN, before=3, limit=2)] == [2, 1]


# -- refusing changes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log_record SET kind = 'other' WHERE seq = 1",
        "UPDATE log_record SET private = NULL",
        "DELETE FROM log_record WHERE seq = 2",
        "UPDATE log_node SET idx = 7",
        "DELETE FROM log_node",
        "DELETE FROM log_head",
        "UPDATE log_head SET size = size - 1",
        "UPDATE log_head SET root = edge WHERE size = 4",
        "INSERT INTO log_record (community_id, seq, at, kind, body, leaf_hash)"
        " SELECT community_id, seq, at, kind, body, leaf_hash FROM log_record WHERE seq = 1",
    ],
)
async def test_the_database_refuses_to_change_the_log(sql: str) -> None:
    await fill(4)
    with pytest.raises(Exception, match=r"append-only|only grows|UNIQUE|unique"):
        await execute(sql)
    assert (await queries.verify(GARDEN)).holds


# -- finding changes -------------------------------------------------------------------------------------------


async def test_an_untouched_log_holds() -> None:
    assert await queries.verify(GARDEN) == Report(0, tree.EMPTY_ROOT, None)
    made = await fill(40)
    report = await queries.verify(GARDEN)
    assert (report.checked, report.root, report.fault) == (40, made[-1].root, None)


async def test_batches_are_only_a_matter_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(40)
    monkeypatch.setattr(queries, "BATCH", 7)
    assert (await queries.verify(GARDEN)).holds
    await tamper("log_record", "UPDATE log_record SET kind = 'other' WHERE seq = 33")
    assert await fault() == Fault(FaultKind.MISLABELLED, 33, 33)


async def test_an_altered_record_is_found() -> None:
    await fill(20)
    body, _ = await rewritten(11, data={"n": 999})
    await tamper("log_record", "UPDATE log_record SET body = {} WHERE seq = 11", body)
    assert await fault() == Fault(FaultKind.ALTERED, 11, 11)


async def test_the_same_json_in_other_bytes_is_found() -> None:
    await fill(5)
    body = json.dumps(json.loads((await queries.record(GARDEN, 2)).body), ensure_ascii=False)
    await tamper("log_record", "UPDATE log_record SET body = {} WHERE seq = 2", body)
    assert await fault() == Fault(FaultKind.ALTERED, 2, 2)


async def test_an_altered_record_with_its_hash_made_to_fit_is_found() -> None:
    await fill(20)
    body, leaf = await rewritten(11, data={"n": 999})
    await tamper("log_record", "UPDATE log_record SET body = {}, leaf_hash = {} WHERE seq = 11", body, leaf)
    assert await fault() == Fault(FaultKind.NODE, 10, 11)


async def test_the_newest_record_altered_with_its_hash_is_found() -> None:
    await fill(5)
    body, leaf = await rewritten(4, data={"n": 999})
    await tamper("log_record", "UPDATE log_record SET body = {}, leaf_hash = {} WHERE seq = 4", body, leaf)
    assert await fault() == Fault(FaultKind.HEAD, 4, 4)


@pytest.mark.parametrize("seq", [0, 9, 19])
async def test_a_removed_record_is_found(seq: int) -> None:
    await fill(20)
    await tamper("log_record", "DELETE FROM log_record WHERE seq = {}", seq)
    assert await fault() == Fault(FaultKind.MISSING, seq, seq)


async def test_a_removed_record_whose_place_was_closed_is_found() -> None:
    await fill(20)
    await tamper("log_record", "DELETE FROM log_record WHERE seq = 9")
    for seq in range(10, 20):
        await execute("UPDATE log_record SET seq = {} WHERE seq = {}", seq - 1, seq)
    assert await fault() == Fault(FaultKind.MISLABELLED, 9, 9)


async def test_reordered_records_are_found() -> None:
    await fill(20)
    for source, target in ((4, 99), (5, 4), (99, 5)):
        await tamper("log_record", "UPDATE log_record SET seq = {} WHERE seq = {}", target, source)
    assert await fault() == Fault(FaultKind.MISLABELLED, 4, 4)


async def test_reordered_contents_with_places_made_to_fit_are_found() -> None:
    await fill(20)
    fourth, fifth = await queries.records(GARDEN, start=4, limit=2)
    for seq, data in ((4, fifth.data), (5, fourth.data)):
        body, leaf = await rewritten(seq, data=data)
        await tamper("log_record", "UPDATE log_record SET body = {}, leaf_hash = {} WHERE seq = {}", body, leaf, seq)
    assert await fault() == Fault(FaultKind.NODE, 4, 5)


async def test_a_changed_time_is_found() -> None:
    await fill(20)
    await tamper("log_record", "UPDATE log_record SET at = {} WHERE seq = 6", NOON + timedelta(minutes=5, seconds=1))
    assert await fault() == Fault(FaultKind.MISLABELLED, 6, 6)


async def test_a_back_dated_record_is_found_even_where_all_hashes_fit() -> None:
    """Somebody with the whole database appends a record that pretends to be older than the one before it."""
    await fill(4)
    head = await queries.head(GARDEN)
    assert head is not None
    early = NOON - timedelta(days=1)
    body = entry.body(seq=4, at=early, kind="note.made", data={"n": 4})
    leaf = tree.leaf_hash(body.encode())
    edge, _ = tree.append(head.edge, 4, leaf)
    await execute(
        "INSERT INTO log_record (community_id, seq, at, kind, body, leaf_hash) VALUES ({}, 4, {}, {}, {}, {})",
        *(GARDEN, early, "note.made", body, leaf),
    )
    await execute(
        "UPDATE log_head SET size = 5, edge = {}, root = {}, at = {}", tree.join(edge), tree.root(edge), early
    )
    assert await fault() == Fault(FaultKind.BACK_DATED, 4, 4)


async def test_changed_private_content_is_found() -> None:
    await fill(5)
    forged = entry.preimage({"name": "somebody else"}, bytes(32))
    await tamper("log_record", "UPDATE log_record SET private = {} WHERE seq = 3", forged)
    assert await fault() == Fault(FaultKind.PRIVATE, 3, 3)


@pytest.mark.parametrize("value", [None, "added"])
async def test_private_content_taken_or_added_is_found(value: str | None) -> None:
    await fill(5)
    seq = 3 if value is None else 2
    await tamper("log_record", "UPDATE log_record SET private = {} WHERE seq = {}", value, seq)
    assert await fault() == Fault(FaultKind.PRIVATE, seq, seq)


async def test_records_beyond_the_head_are_found() -> None:
    await fill(5)
    await execute(
        "INSERT INTO log_record (community_id, seq, at, kind, body, leaf_hash)"
        " SELECT community_id, 5, at, kind, body, leaf_hash FROM log_record WHERE seq = 4"
    )
    assert await fault() == Fault(FaultKind.EXTRA, 5, 5)


async def test_a_log_without_its_head_is_found() -> None:
    await fill(5)
    await tamper("log_head", "DELETE FROM log_head")
    assert await fault() == Fault(FaultKind.EXTRA, 0, 0)


@pytest.mark.parametrize(
    "change", ["DELETE FROM log_node WHERE level = 2 AND idx = 1", "UPDATE log_node SET level = 9 WHERE level = 2"]
)
async def test_changed_nodes_are_found(change: str) -> None:
    await fill(20)
    await tamper("log_node", change)
    assert await fault() == Fault(FaultKind.NODE, *((4, 7) if "DELETE" in change else (0, 3)))


async def test_added_nodes_are_found() -> None:
    await fill(5)
    await execute(
        "INSERT INTO log_node (community_id, level, idx, hash) SELECT community_id, 5, 0, hash FROM log_node LIMIT 1"
    )
    assert await fault() == Fault(FaultKind.NODE, 5, 5)


async def test_a_changed_head_is_found() -> None:
    await fill(6)
    await tamper("log_head", "UPDATE log_head SET root = {}", bytes(32))
    assert await fault() == Fault(FaultKind.HEAD, 0, 5)
    head = await queries.head(GARDEN)
    assert head is not None
    await execute("UPDATE log_head SET edge = {}", tree.join((head.edge[0], bytes(32))))
    assert await fault() == Fault(FaultKind.HEAD, 4, 5)
    await execute("UPDATE log_head SET edge = {}", b"")
    assert await fault() == Fault(FaultKind.HEAD, 0, 5)


async def test_a_rewritten_log_is_found_by_whoever_kept_a_root() -> None:
    """Rewriting everything from record 3 on leaves a log that agrees with itself, and with no receipt."""
    kept = (await fill(8))[-1]
    early = await queries.inclusion(GARDEN, 1, size=3)
    for table in ("log_record", "log_node", "log_head"):
        await tamper(table, f"DELETE FROM {table}")
    async with transaction():
        for n in range(9):
            await service.record(GARDEN, "note.made", {"n": -n}, now=NOON)
    assert (await queries.verify(GARDEN)).holds
    assert (await queries.verify(GARDEN, known=[(kept.size, kept.root)])).fault == Fault(FaultKind.FORKED, 0, 7)
    assert (await queries.verify(GARDEN, known=[(3, early.root)])).fault == Fault(FaultKind.FORKED, 0, 2)


async def test_a_log_cut_short_is_found_by_whoever_kept_a_root() -> None:
    kept = (await fill(8))[-1]
    for table in ("log_record", "log_node", "log_head"):
        await tamper(table, f"DELETE FROM {table}")
    assert (await queries.verify(GARDEN, known=[(8, kept.root)])).fault == Fault(FaultKind.MISSING, 0, 7)
    await fill(5)
    assert (await queries.verify(GARDEN, known=[(8, kept.root)])).fault == Fault(FaultKind.MISSING, 5, 7)


async def test_a_kept_root_that_fits_changes_nothing() -> None:
    made = await fill(8)
    for each in made:
        assert (await queries.verify(GARDEN, known=[(each.size, each.root)])).holds


async def test_a_log_with_holes_proves_nothing() -> None:
    await fill(8)
    await tamper("log_node", "DELETE FROM log_node WHERE level = 2")
    with pytest.raises(RuntimeError, match="log verify"):
        await queries.inclusion(GARDEN, 0)


async def test_checking_goes_on_beside_appends() -> None:
    await fill(5)

    async def appending() -> None:
        for n in range(5, 40):
            await append(n)

    async def checking() -> list[bool]:
        return [(await queries.verify(GARDEN)).holds for _ in range(10)]

    _, outcomes = await asyncio.gather(appending(), checking())
    assert outcomes == [True] * 10


@pytest.mark.parametrize(("column", "value", "last"), [("at", "yesterday", 2), ("body", b"{}", 1)])
async def test_what_only_sqlite_would_keep_is_found(column: str, value: object, last: int) -> None:
    """There a column takes any type; PostgreSQL refuses."""
    await fill(3)
    change = tamper("log_record", f"UPDATE log_record SET {column} = {{}} WHERE seq = 1", value)
    if database.current().engine_type == "sqlite":
        await change
        assert await fault() == Fault(FaultKind.ALTERED, 2 - last, last)
    else:
        with pytest.raises(Exception, match=r"expected|invalid"):
            await change
        assert await fault() is None
