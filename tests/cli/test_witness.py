"""A witness on another machine: a real server, the log's side of it, and logs that were changed."""

from __future__ import annotations

import asyncio
import io
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from council.audit import checkpoint, cosigned, keys, notes, queries, restarts, service, witnessing
from council.audit.cosigned import Trouble
from council.audit.keys import Why
from council.audit.witnessing import No, Submission
from council.cli import main
from council.cli.common import Unusable
from council.cli.doctor import Level, check_logs
from council.cli.witness import application
from council.cli.witness_state import Known, Witness
from council.kernel.ids import new_id
from council.settings import BadSetting, Settings
from council.storage.sql import execute
from council.storage.transactions import transaction
from tests.audit import second_look
from tests.audit.logs import NOON, tamper
from tests.audit.test_witnessing import FORGED, HONEST, KEY, point, submission

GARDEN = 7
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness.make(tmp_path / "witness", "witness.example")


# -- the folder ------------------------------------------------------------------------------------------------


def test_a_witness_keeps_its_key(tmp_path: Path, witness: Witness) -> None:
    folder = tmp_path / "witness"
    assert (folder / "key").stat().st_mode & 0o777 == 0o600
    assert Witness(folder).vkey == witness.vkey
    with pytest.raises(Unusable, match="for ever"):
        Witness.make(folder, "another.example")
    with pytest.raises(Unusable, match="council witness key"):
        Witness(tmp_path)


def test_it_signs_what_grows_and_nothing_else(witness: Witness) -> None:
    assert isinstance(witness.add(submission(0, 3), NOW), No)
    witness.trust(KEY)
    witness.trust(KEY)
    line = witness.add(submission(0, 20), NOW)
    assert isinstance(line, str)
    assert second_look.signed_by(point(HONEST, 20).with_lines([line]).note, str(witness.vkey))
    assert isinstance(witness.add(submission(20, 31), NOW), str)
    for refused in (submission(20, 31), submission(31, 40, FORGED), Submission(31, (), point(FORGED, 31))):
        assert isinstance(witness.add(refused, NOW), No)
    assert (witness.known()[0].seen.size, witness.known()[0].seen.root) == (31, point(HONEST, 31).root)
    assert "contradicts" in (witness.known()[0].refused or "")
    witness.add(submission(31, 40), NOW)
    found = witness.known()[0]
    assert found.seen.size == 40
    assert point(FORGED, 31).note in (found.refused or ""), "the signed head that contradicts stays"


def test_a_proof_that_did_not_fit_is_forgotten_when_one_does(witness: Witness) -> None:
    """Anybody can send a log's public head with a proof that is none."""
    witness.trust(KEY)
    witness.add(submission(0, 20), NOW)
    witness.add(Submission(20, (), point(HONEST, 31)), NOW)
    assert witness.known()[0].refused is not None
    witness.add(submission(20, 31), NOW)
    assert witness.known()[0].refused is None


def test_a_name_has_one_key_for_ever(witness: Witness) -> None:
    witness.trust(KEY)
    other = notes.VerifierKey(KEY.name, notes.Kind.LOG, notes.public_of(bytes(32)))
    with pytest.raises(Unusable, match="another key"):
        witness.trust(other)
    with pytest.raises(Unusable, match="not of a log"):
        witness.trust(witness.vkey)


def test_of_many_at_once_none_takes_the_head_back(tmp_path: Path, witness: Witness) -> None:
    witness.trust(KEY)
    witness.add(submission(0, 10), NOW)
    with ThreadPoolExecutor(8) as pool:
        sizes = [11, 40, 12, 31, 20, 39, 15, 25] * 3
        found = list(pool.map(lambda size: Witness(tmp_path / "witness").add(submission(10, size), NOW), sizes))
    signed = [size for size, answer in zip(sizes, found, strict=True) if isinstance(answer, str)]
    assert len(signed) == 1
    assert witness.known()[0].seen.size == signed[0]


def test_the_file_refuses_to_go_back(tmp_path: Path, witness: Witness) -> None:
    import sqlite3  # noqa: PLC0415

    witness.trust(KEY)
    witness.add(submission(0, 10), NOW)
    with sqlite3.connect(tmp_path / "witness" / "witness.db") as db:
        for change in ("UPDATE log SET size = 9", "UPDATE log SET root = zeroblob(32)", "DELETE FROM log"):
            with pytest.raises(sqlite3.IntegrityError, match="what was signed stands"):
                db.execute(change)


# -- over HTTP -------------------------------------------------------------------------------------------------


async def test_numbers_and_types_are_the_protocols(witness: Witness) -> None:
    witness.trust(KEY)
    transport = httpx.ASGITransport(app=application(witness, lambda: NOW))
    async with httpx.AsyncClient(transport=transport, base_url="http://witness.example") as client:

        async def send(body: str | bytes) -> tuple[int, str, str]:
            answer = await client.post(witnessing.PATH, content=body)
            return answer.status_code, answer.headers["content-type"], answer.text

        ok = await send(submission(0, 20).text)
        assert ok[0] == 200
        assert re.fullmatch(r"— witness\.example [A-Za-z0-9+/=]+\n", ok[2])
        assert await send(submission(0, 31).text) == (409, "text/x.tlog.size", "20\n")
        assert (await send(submission(20, 31, FORGED).text))[0] == 422
        assert (await send(Submission(20, (), point(FORGED, 20)).text))[0] == 409
        assert (await send(submission(20, 31).text.replace("garden.example", "x")))[0] == 404
        assert (await send(b"hello"))[0] == 400
        assert (await send(b"x" * 70_000))[0] == 413
        assert (await client.get(witnessing.PATH)).status_code == 405
        assert (await client.get("/elsewhere")).status_code == 404
        assert (await client.get("/")).text == f"{witness.vkey}\n"


@dataclass
class Running:
    address: str
    folder: Path
    vkey: str

    def council(self, *words: str) -> tuple[int, str]:
        """Status and output."""
        verb, *rest = words
        said = io.StringIO()
        with redirect_stdout(said):
            status = main(["witness", verb, "--folder", str(self.folder), *rest])
        return status, said.getvalue()

    def known(self, origin: str) -> Known:
        return next(each for each in Witness(self.folder).known() if each.origin == origin)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`council witness serve`, as on a machine of its own; each test has a log of another name there."""
    folder = tmp_path_factory.mktemp("w")
    found = Running("", folder, "")
    found.vkey = found.council("key", "--name", "witness.example")[1].strip()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "council", "witness", "serve", "--folder", str(folder), "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "add-checkpoint" in process.stdout.readline()
        found.address = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                httpx.get(found.address, timeout=1)
                break
            except httpx.HTTPError:
                continue
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@pytest.fixture
async def log(db, database_url: str, monkeypatch: pytest.MonkeyPatch, running: Running) -> Running:
    """A community named garden with five records, and the witness set."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COUNCIL_BASE_URL", f"http://{new_id().lower()}.example")
    monkeypatch.setenv("COUNCIL_WITNESSES", f"{running.address} {running.vkey}")
    await execute(
        "INSERT INTO community (id, slug, name, phone, address, created_at) VALUES ({}, {}, {}, '', '', {})",
        *(GARDEN, "garden", "花园小区", NOON),
    )
    await grow(5)
    return running


async def grow(count: int, what: str = "n") -> None:
    async with transaction():
        for n in range(count):
            await service.record(GARDEN, "note.made", {what: n}, now=NOON)


async def signer() -> keys.Signer:
    settings = Settings.from_env()
    host, secret = settings.base_url.removeprefix("http://"), settings.secret.encode()
    return await keys.signer(GARDEN, host=host, slug="garden", secret=secret, now=NOON)


async def council(*words: str) -> int:
    return await asyncio.to_thread(main, ["log", *words])


async def standing() -> cosigned.Standing:
    return (await cosigned.standings(GARDEN, (await signer()).origin))[0]


async def test_the_head_is_signed_and_stays_with_the_checkpoint(
    log: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await council("witness", "--community", "garden") == 1
    assert "witness.example: unknown" in capsys.readouterr().out
    assert (await check_logs(Settings.from_env()))[0].level is Level.NOTE
    vkey = str((await signer()).key.vkey)
    assert log.council("trust", vkey)[0] == 0
    assert await council("witness") == 0
    assert "garden: witness.example: signed 5 records" in capsys.readouterr().out
    head = await queries.head(GARDEN)
    assert head is not None
    made = (await signer()).checkpoint(head.size, head.root)
    note = made.with_lines(await cosigned.lines(GARDEN, made)).note
    assert second_look.signed_by(note, log.vkey)
    assert second_look.signed_by(note, vkey)
    await grow(8)
    assert await council("witness") == 0
    assert await council("witness") == 0, "the same head again"
    assert ((await standing()).size, (await standing()).trouble) == (13, None)
    assert await cosigned.largest(GARDEN, made.origin, 1, 12) == 5
    assert await council("verify", "--community", "garden", "--key", vkey) == 0
    said = capsys.readouterr().out
    assert "2 heads signed by witnesses, the largest of 13" in said
    assert f"signs as {vkey}" in said
    assert await check_logs(Settings.from_env()) == []
    assert f"{made.origin}: 13 records" in log.council("show")[1]
    assert log.known(made.origin).refused is None


async def rewrite(count: int) -> None:
    """The whole log anew, with the house's own keys, and nothing of what witnesses signed left in the database."""
    for table in ("log_record", "log_node", "log_head"):
        await tamper(table, f"DELETE FROM {table}")
    await execute("DELETE FROM log_cosignature")
    await execute("DELETE FROM log_witness")
    await grow(count, "forged")


@pytest.mark.parametrize(("count", "trouble"), [(9, Trouble.FORKED), (5, Trouble.FORKED), (3, Trouble.ROLLED_BACK)])
async def test_a_log_rewritten_with_its_own_keys_is_refused(
    log: Running, capsys: pytest.CaptureFixture[str], count: int, trouble: Trouble
) -> None:
    log.council("trust", str((await signer()).key.vkey))
    assert await council("witness") == 0
    await rewrite(count)
    assert await council("verify", "--community", "garden") == 0, "from inside nothing is to be seen"
    assert await council("witness") == 1
    assert (await standing()).trouble is trouble
    capsys.readouterr()
    assert await council("verify", "--community", "garden") == 1
    assert f"witness witness.example refused: {trouble.value.replace('_', ' ')}" in capsys.readouterr().out
    finding = (await check_logs(Settings.from_env()))[0]
    assert (finding.level, trouble.value in finding.said) == (Level.BAD, True)
    is_seen = log.known((await signer()).origin).refused is not None
    assert is_seen == (trouble is Trouble.FORKED)
    assert not is_seen or log.council("show")[0] == 1


async def test_what_a_witness_signed_finds_a_rewritten_log_when_it_is_still_in_the_database(
    log: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    log.council("trust", str((await signer()).key.vkey))
    assert await council("witness") == 0
    for table in ("log_record", "log_node", "log_head"):
        await tamper(table, f"DELETE FROM {table}")
    await grow(9, "forged")
    assert await council("verify", "--community", "garden") == 1
    assert "from 0 to 4 is not the log" in capsys.readouterr().out


async def test_bad_news_stays_when_the_witness_is_gone(log: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    log.council("trust", str((await signer()).key.vkey))
    await council("witness")
    await rewrite(9)
    await council("witness")
    monkeypatch.setenv("COUNCIL_WITNESSES", f"http://127.0.0.1:1 {log.vkey}")
    assert await council("witness") == 1
    assert (await standing()).trouble is Trouble.FORKED


async def test_what_is_not_the_witnesses_line_is_not_kept(log: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another key under the name of ours: a machine in between."""
    log.council("trust", str((await signer()).key.vkey))
    other = notes.VerifierKey("witness.example", notes.Kind.WITNESS, notes.public_of(bytes(32)))
    monkeypatch.setenv("COUNCIL_WITNESSES", f"{log.address} {other}")
    assert await council("witness") == 1
    assert (await standing()).trouble is Trouble.UNUSABLE
    assert await cosigned.every(GARDEN) == []


async def test_a_restored_log_is_another_log_to_its_witness(log: Running) -> None:
    log.council("trust", str((await signer()).key.vkey))
    await council("witness")
    secret = Settings.from_env().secret.encode()
    await restarts.restart(GARDEN, why=Why.RESTORED, host="garden.example", slug="garden", secret=secret, now=NOON)
    assert await council("witness") == 1
    assert (await standing()).trouble is Trouble.UNKNOWN
    log.council("trust", str((await signer()).key.vkey))
    assert await council("witness") == 0
    assert await council("verify", "--community", "garden") == 0


async def test_heads_that_people_kept(log: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = await queries.head(GARDEN)
    assert head is not None
    mine = await signer()
    kept = tmp_path / "board.txt"
    kept.write_text(mine.checkpoint(5, head.root).note, encoding="utf-8")
    command = ("verify", "--community", "garden", "--checkpoint", str(kept), "--key", str(mine.key.vkey))
    assert await council(*command) == 0
    await grow(3)
    assert await council(*command) == 0
    await rewrite(9)
    assert await council(*command) == 1
    assert "is not the log" in capsys.readouterr().out
    kept.write_text(checkpoint.Checkpoint(mine.origin, 5, head.root, (mine.checkpoint(4, head.root).signatures)).note)
    assert await council(*command) == 1
    assert "not signed by a key of this log" in capsys.readouterr().out
    kept.write_text("hello")
    assert await council(*command) == 2
    assert await council("rekey", "--community", "garden") == 0
    await execute("DELETE FROM log_key WHERE why = 'first'")
    assert await council("verify", "--community", "garden", "--key", str(mine.key.vkey)) == 1
    assert "the key that you kept is not among the log's" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["nonsense", "ftp://x a+00000000+AAAA", "http://witness.example", "http://a b"])
def test_a_setting_that_names_no_witness(text: str) -> None:
    with pytest.raises(BadSetting, match="COUNCIL_WITNESSES"):
        Settings.from_env({"COUNCIL_WITNESSES": text})
