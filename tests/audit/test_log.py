"""The log in a database: appending and proving."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from council.audit import entry, queries, service, tree
from council.audit.model import Recorded
from council.audit.tables import LogHead, LogNode, LogRecord
from council.kernel.errors import NotFound
from council.storage.group_commit import submit
from council.storage.transactions import savepoint, transaction
from tests.audit.logs import GARDEN, NOON, ORCHARD, append, append_and_fail, fill

pytestmark = pytest.mark.usefixtures("db")

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
    made = await asyncio.gather(*(through(lambda n=n: append(n)) for n in range(50)))
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


async def test_the_tables_are_those_of_the_schema() -> None:
    made = await fill(2)
    assert await LogRecord.count() == 2
    record = await LogRecord.select().where(LogRecord.seq == 1).first()
    assert record is not None
    assert (record["body"], record["at"], record["leaf_hash"]) == (made[1].body, made[1].at, made[1].leaf_hash)
    heads = await LogHead.select(LogHead.community_id, LogHead.size, LogHead.root)
    assert heads == [{"community_id": GARDEN, "size": 2, "root": made[1].root}]
    assert await LogNode.select(LogNode.level, LogNode.idx, LogNode.hash) == [
        {"level": 1, "idx": 0, "hash": made[1].root}
    ]


# -- checking while it grows ------------------------------------------------------------------------------------


async def test_checking_goes_on_beside_appends() -> None:
    await fill(5)

    async def appending() -> None:
        for n in range(5, 40):
            await append(n)

    async def checking() -> list[bool]:
        return [(await queries.verify(GARDEN)).holds for _ in range(10)]

    _, outcomes = await asyncio.gather(appending(), checking())
    assert outcomes == [True] * 10
