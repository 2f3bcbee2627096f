"""The key that signs a log: made once, lying sealed, and what happens when it is lost or the log starts anew."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

import pytest

from council.audit import keys, queries, receipts, restarts
from council.audit.keys import Signer, Why
from council.audit.model import FaultKind, Recorded
from council.storage.sql import execute, fetch
from tests.audit import second_look
from tests.audit.logs import GARDEN, NOON, ORCHARD, fill

SECRET = b"a secret of the house, long enough for tests"


async def signer(community_id: int = GARDEN, *, secret: bytes = SECRET, host: str = "garden.example") -> Signer:
    return await keys.signer(community_id, host=host, slug="garden", secret=secret, now=NOON)


async def restart(now: datetime = NOON) -> Recorded:
    return await restarts.restart(
        GARDEN, why=Why.RESTORED, host="garden.example", slug="garden", secret=SECRET, now=now
    )


async def test_one_key_whoever_comes_first(db) -> None:
    found = await asyncio.gather(*(signer() for _ in range(8)))
    assert len({each.seed for each in found}) == 1
    assert found[0].origin == "garden.example/c/garden/log"
    made = found[0].checkpoint(0, queries.tree.EMPTY_ROOT)
    assert second_look.signed_by(made.note, str(found[0].key.vkey))
    assert (await signer(ORCHARD, host="other.example")).seed != found[0].seed


async def test_the_name_stays_when_the_address_changes(db) -> None:
    first = await signer()
    again = await signer(host="new-address.example")
    assert (again.origin, again.seed) == (first.origin, first.seed)


async def test_whoever_reads_the_database_cannot_sign(db) -> None:
    first = await signer()
    row = (await fetch("SELECT * FROM log_key"))[0]
    assert first.seed is not None
    assert first.seed not in row["sealed_seed"]
    assert repr(first.seed) not in repr(first)
    other = await signer(secret=b"another secret, as long as the first one was")
    assert other.seed is None
    assert other.checkpoint(0, bytes(32)).signatures == ()
    await execute("UPDATE log_key SET origin = 'evil.example/c/garden/log'")
    assert (await signer()).seed is None


async def test_a_new_name_begins_with_a_record_that_quotes_the_old_head(db) -> None:
    made = await fill(21)
    old = await signer()
    before = old.checkpoint(21, made[-1].root)
    record = await restart(NOON + timedelta(days=1))
    new = await signer()
    assert (new.origin.startswith(f"{old.origin}/20260303-"), new.seed == old.seed) == (True, False)
    assert (record.seq, json.loads(record.body)["data"]) == (
        21,
        {
            "why": "restored",
            "origin": new.origin,
            "key": new.key.public.hex(),
            "before": {"origin": old.origin, "size": 21, "root": before.root.hex()},
        },
    )
    known = await keys.keys(GARDEN)
    assert [(key.origin, key.why, key.first_size, key.ended_at is None) for key in known] == [
        (old.origin, Why.FIRST, 0, False),
        (new.origin, Why.RESTORED, 21, True),
    ]
    assert restarts.last_size(known, old.origin) == 21
    assert restarts.last_size(known, new.origin) is None
    assert (await queries.verify(GARDEN)).holds
    # A receipt of the old name is proved by the tree that goes on under the new one.
    kept = receipts.receipt(made[-1], origin=old.origin, signatures=before.signatures)
    now = await queries.root_at(GARDEN, kept.size)
    assert receipts.verify_receipt(receipts.to_text(kept), known=(21, now), keys=keys.vkeys(known)).holds


async def test_the_same_backup_twice_gives_two_names(db) -> None:
    await signer()
    names = set()
    for _ in range(2):
        await restart()
        names.add((await signer()).origin)
    assert len(names) == 2


async def test_a_log_that_had_no_key_when_the_backup_was_made_begins_another_name_too(db) -> None:
    """It may have signed under its first name since, with a key that the backup does not have."""
    await fill(3)
    await restart()
    known = await keys.keys(GARDEN)
    assert [key.why for key in known] == [Why.FIRST, Why.RESTORED]
    assert (await signer()).origin == known[1].origin
    assert (await restarts.fault(GARDEN), (await queries.verify(GARDEN)).holds) == (None, True)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE log_key SET first_size = 4 WHERE why = 'restored'",
        "UPDATE log_key SET first_size = 99 WHERE why = 'restored'",
        "UPDATE log_key SET public_key = {} WHERE why = 'restored'",
        "UPDATE log_key SET origin = 'x' WHERE why = 'first'",
        "DELETE FROM log_key WHERE why = 'first'",
        "DELETE FROM log_key WHERE why = 'restored'",
    ],
)
async def test_names_and_records_tell_the_same(db, change: str) -> None:
    await fill(5)
    await restart()
    assert await restarts.fault(GARDEN) is None
    await execute(change, *([bytes(32)] if "{}" in change else []))
    found = await restarts.fault(GARDEN)
    assert found is not None
    assert found.kind is FaultKind.RESTART


async def test_a_signature_in_a_receipt_must_be_the_logs(db) -> None:
    made = await fill(5)
    mine = await signer()
    known = keys.vkeys(await keys.keys(GARDEN))
    point = mine.checkpoint(5, made[-1].root)
    good = receipts.receipt(made[-1], origin=mine.origin, signatures=point.signatures)
    result = receipts.verify_receipt(receipts.to_text(good), keys=known)
    assert (result.holds, [each.key for each in result.signed]) == (True, known)
    earlier = await queries.inclusion(GARDEN, 2, size=4)
    forged = receipts.receipt(earlier, origin=mine.origin, signatures=point.signatures)
    result = receipts.verify_receipt(receipts.to_text(forged), keys=known)
    assert result.finding is receipts.Finding.BAD_SIGNATURE
