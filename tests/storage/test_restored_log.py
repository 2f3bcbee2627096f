"""A restored backup is a fork: the log goes on under another name, and says from where."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from council.audit import keys, queries, receipts, restarts, service
from council.audit.keys import Signer
from council.audit.receipts import Receipt
from council.cli import main
from council.settings import Settings
from council.storage import database
from council.storage.backup import RESTORED
from council.storage.sql import execute
from council.storage.transactions import transaction
from tests.audit.logs import NOON
from tests.fixtures.postgres_server import postgres_programs

GARDEN = 7


@pytest.fixture
def settings(db, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PATH", str(postgres_programs()), prepend=":")
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COUNCIL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COUNCIL_BASE_URL", "http://garden.example")
    return Settings.from_env()


async def council(*words: str) -> int:
    """As from a terminal. The test's own connections are not in its way."""
    return await asyncio.to_thread(main, list(words))


async def signer(settings: Settings) -> Signer:
    secret = settings.secret.encode()
    return await keys.signer(GARDEN, host="garden.example", slug="garden", secret=secret, now=NOON)


async def grow(settings: Settings, count: int, what: str) -> Receipt:
    """The newest record's receipt, signed."""
    async with transaction():
        made = [await service.record(GARDEN, "note.made", {what: n}, now=NOON) for n in range(count)][-1]
    mine = await signer(settings)
    point = mine.checkpoint(made.size, made.root)
    return receipts.receipt(made, origin=mine.origin, signatures=point.signatures)


async def found(kept: Receipt) -> receipts.Finding:
    """As the page for receipts judges it."""
    known = await keys.keys(GARDEN)
    result = receipts.verify_receipt(receipts.to_text(kept), keys=keys.vkeys(known))
    assert result.signed
    last = restarts.last_size(known, kept.origin)
    if last is not None and kept.size > last:
        return receipts.Finding.LOST
    root = await queries.root_at(GARDEN, kept.size)
    return receipts.verify_receipt(receipts.to_text(kept), known=(kept.size, root), keys=keys.vkeys(known)).finding


async def test_restoring_begins_a_new_name_and_tells_lost_records_from_forged_ones(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(tmp_path / "a.tar")
    async with database.opened(settings):
        await execute(
            "INSERT INTO community (id, slug, name, phone, address, created_at) VALUES ({}, {}, {}, '', '', {})",
            *(GARDEN, "garden", "花园小区", NOON),
        )
        early = await grow(settings, 5, "before")
    assert await council("backup", target) == 0
    async with database.opened(settings):
        lost = await grow(settings, 3, "lost")
        assert (early.origin, lost.origin) == ("garden.example/c/garden/log",) * 2
    await database.current().close()
    assert await council("restore", target, "--force") == 0
    assert "garden: the record goes on at entry 6 under a new name" in capsys.readouterr().out
    assert not (settings.data / RESTORED).exists()
    async with database.opened(settings):
        late = await grow(settings, 4, "after")
        assert late.origin.startswith("garden.example/c/garden/log/2")
        record = await queries.record(GARDEN, 5)
        assert record.data["before"] == {"origin": early.origin, "size": 5, "root": early.root.hex()}
        assert [await found(each) for each in (early, lost, late)] == [
            receipts.Finding.HOLDS,
            receipts.Finding.LOST,
            receipts.Finding.HOLDS,
        ]
        assert (await queries.verify(GARDEN)).holds
        # The log as it was and as it is contradict each other from there on: no proof joins them.
        assert await queries.root_at(GARDEN, 8) != lost.root
    assert await council("log", "verify", "--community", "garden") == 0


async def test_a_restore_that_was_interrupted_is_finished_before_anything_is_recorded(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with database.opened(settings):
        await execute(
            "INSERT INTO community (id, slug, name, phone, address, created_at) VALUES ({}, {}, {}, '', '', {})",
            *(GARDEN, "garden", "花园小区", NOON),
        )
        before = await grow(settings, 2, "before")
    settings.data.mkdir(parents=True, exist_ok=True)
    (settings.data / RESTORED).touch()
    assert await council("migrate") == 0
    assert "garden: the record goes on at entry 3" in capsys.readouterr().out
    async with database.opened(settings):
        assert (await signer(settings)).origin != before.origin
    assert await council("migrate") == 0
    assert "goes on" not in capsys.readouterr().out
