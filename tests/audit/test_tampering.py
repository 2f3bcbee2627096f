"""The log in a database: what refuses a change, and what finds it afterwards."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from council.audit import entry, queries, service, tree
from council.audit.model import Fault, FaultKind, Report
from council.storage import database
from council.storage.sql import execute
from council.storage.transactions import transaction
from tests.audit.logs import GARDEN, NOON, fault, fill, rewritten, tamper

pytestmark = pytest.mark.usefixtures("db")

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
    await execute("UPDATE log_head SET edge = {}", b"not whole hashes")
    assert await fault() == Fault(FaultKind.HEAD, 0, 0)


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
