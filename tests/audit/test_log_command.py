"""`council log verify`: what an operator sees, and the exit status that a monitor reads."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from council.audit import queries, receipts, service
from council.audit.model import FaultKind, Recorded
from council.cli import main
from council.cli.log import SAID
from council.storage.engine import CouncilEngine
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction
from council.web.catalogues import LOCALES, load
from tests.audit.logs import tamper

LOCALES_FOLDER = Path(__file__).resolve().parents[2] / "locales"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
async def log(db: CouncilEngine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """A community named garden with five records; the newest of them."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    await execute(
        "INSERT INTO community (id, slug, name, phone, address, created_at) VALUES ({}, {}, {}, '', '', {})",
        *(7, "garden", "花园小区", NOON),
    )
    async with transaction():
        return [await service.record(7, "note.made", {"n": n}, now=NOON) for n in range(5)][-1]


def save(path: Path, made: Recorded) -> str:
    path.write_text(receipts.to_text(receipts.receipt(made, origin="o")), encoding="utf-8")
    return str(path)


async def council(*words: str) -> int:
    """The command in a loop of its own, as from a terminal."""
    return await asyncio.to_thread(main, ["log", "verify", *words])


async def test_a_log_that_holds(log: Recorded, capsys: pytest.CaptureFixture[str]) -> None:
    assert await council("--community", "garden") == 0
    assert capsys.readouterr() == (f"garden: 5 records in order, root {log.root.hex()}\n", "")


async def test_a_record_that_was_altered(log: Recorded, capsys: pytest.CaptureFixture[str]) -> None:
    await tamper("log_record", "UPDATE log_record SET body = {} WHERE seq = 3", log.body)
    assert await council("--community", "garden") == 1
    assert capsys.readouterr() == ("garden: record 3 was altered (altered)\n", "")


async def test_a_pair_of_which_one_was_altered(log: Recorded, capsys: pytest.CaptureFixture[str]) -> None:
    await tamper("log_node", "UPDATE log_node SET hash = {} WHERE level = 1 AND idx = 1", bytes(32))
    assert await council("--community", "garden") == 1
    assert capsys.readouterr().out.startswith("garden: a record from 2 to 3 does not agree with the tree")


async def test_a_receipt_that_still_fits(log: Recorded, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    early = await queries.inclusion(7, 0, size=2)
    newest, oldest = save(tmp_path / "1.tlog-proof", log), save(tmp_path / "2.tlog-proof", early)
    assert await council("--community", "garden", "--receipt", newest, "--receipt", oldest) == 0
    assert capsys.readouterr().out.startswith("garden: 5 records in order")


async def test_a_log_rewritten_since_the_receipt(
    log: Recorded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = save(tmp_path / "mine.tlog-proof", log)
    for table in ("log_record", "log_node", "log_head"):
        await tamper(table, f"DELETE FROM {table}")
    async with transaction():
        for n in range(6):
            await service.record(7, "note.made", {"n": -n}, now=NOON)
    assert await council("--community", "garden") == 0
    assert await council("--community", "garden", "--receipt", kept) == 1
    assert "from 0 to 4 is not the log that the receipt was made from (forked)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "No such file"), (b"hello", "unreadable"), (b"\xff", "not a text file"), ("forged", "not_included")],
)
async def test_a_receipt_that_is_none(
    log: Recorded, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | str | None, why: str
) -> None:
    path = tmp_path / "mine.tlog-proof"
    if content == "forged":
        content = receipts.to_text(receipts.receipt(log, origin="o")).replace("\n5\n", "\n6\n").encode()
    if isinstance(content, bytes):
        path.write_bytes(content)
    assert await council("--community", "garden", "--receipt", str(path)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert why in err
    assert err.count("\n") == 1


async def test_an_unknown_community(log: Recorded, capsys: pytest.CaptureFixture[str]) -> None:
    assert await council("--community", "orchard") == 2
    assert capsys.readouterr() == ("", "council: there is no community 'orchard'\n")


async def test_checking_changes_nothing(log: Recorded) -> None:
    before = await fetch("SELECT * FROM log_record ORDER BY id"), await fetch("SELECT * FROM log_head")
    await council("--community", "garden")
    assert (await fetch("SELECT * FROM log_record ORDER BY id"), await fetch("SELECT * FROM log_head")) == before


def test_every_outcome_has_words() -> None:
    assert set(SAID) == set(FaultKind)
    for locale in LOCALES:
        words = load(LOCALES_FOLDER, locale, True)
        assert all(words.gettext(f"receipt.{finding}") for finding in receipts.Finding)
