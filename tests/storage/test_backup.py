"""A backup taken while others write is whole; restoring destroys nothing by accident."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import shutil
import sys
import tarfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from council.cli import main
from council.settings import Settings
from council.storage import archive, database, ddl, schema, sql
from council.storage.archive import BadArchive
from council.storage.backup import WouldOverwrite, backup, restore
from council.storage.snapshot import InUse, SnapshotFailed, without_password
from council.storage.transactions import transaction
from tests.fixtures.postgres_server import postgres_programs
from tests.storage.conftest import NOTES, Notes

NOW = datetime(2026, 3, 1, 1, 2, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tools(monkeypatch):
    """The client programs that came with the tests' server: a dump needs them as new as that."""
    monkeypatch.setenv("PATH", str(postgres_programs()), prepend=":")


@pytest.fixture
def on_sqlite(sqlite_template, tmp_path):
    shutil.copyfile(sqlite_template, tmp_path / "council.db")
    return Settings.from_env(
        {"DATABASE_URL": f"sqlite:///{tmp_path / 'council.db'}", "COUNCIL_DATA": str(tmp_path / "data")}
    )


@pytest.fixture
def settings(database_url, tmp_path):
    return Settings.from_env({"DATABASE_URL": database_url, "COUNCIL_DATA": str(tmp_path / "data")})


def add_file(settings: Settings, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    path = settings.files / digest[:2] / digest[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest


def contents(settings: Settings) -> list[bytes]:
    return sorted(path.read_bytes() for path in settings.files.rglob("*") if path.is_file())


async def fill(settings, *bodies):
    async with database.opened(settings):
        with suppress(Exception):
            await ddl.run(NOTES)
        for body in bodies:
            await Notes().write(body)


async def bodies(settings):
    async with database.opened(settings):
        return await Notes().bodies()


async def test_there_and_back(settings, tmp_path):
    await fill(settings, "one", "二")
    add_file(settings, b"photo")
    add_file(settings, b"scan" * 1000)
    (settings.files / "ab").mkdir(exist_ok=True)
    (settings.files / "ab" / ".new-xyz").write_bytes(b"being written")
    target = tmp_path / "backups" / "council.tar"
    report = await backup(settings, target, NOW)
    assert (report.files, report.made_at) == (2, "2026-03-01T01:02:03+00:00")
    assert report.size == target.stat().st_size
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["council.tar"]

    await fill(settings, "three")
    add_file(settings, b"later")
    with pytest.raises(WouldOverwrite):
        await restore(settings, target, NOW)
    assert await bodies(settings) == ["one", "二", "three"]

    report = await restore(settings, target, NOW, force=True)
    assert await bodies(settings) == ["one", "二"]
    assert contents(settings) == [b"photo", b"scan" * 1000]
    assert report.aside is not None
    assert (report.aside / "files").is_dir(), "what was replaced is kept"
    assert not list(settings.data.glob(".restore-*"))
    async with database.opened(settings):
        assert await schema.pending() == []
    await fill(settings, "after")
    assert await bodies(settings) == ["one", "二", "after"]


async def test_into_an_empty_place(settings, tmp_path, request):
    await fill(settings, "one")
    add_file(settings, b"photo")
    await backup(settings, tmp_path / "a.tar", NOW)
    if settings.sqlite_path is None:
        async with database.opened(settings):
            await sql.execute("DROP SCHEMA public CASCADE")
            await sql.execute("CREATE SCHEMA public")
        elsewhere = Settings.from_env({"DATABASE_URL": settings.database_url, "COUNCIL_DATA": str(tmp_path / "new")})
    else:
        elsewhere = Settings.from_env({"COUNCIL_DATA": str(tmp_path / "new")})
    report = await restore(elsewhere, tmp_path / "a.tar", NOW)
    assert report.aside is None
    assert await bodies(elsewhere) == ["one"]
    assert contents(elsewhere) == [b"photo"]


async def test_while_others_write(settings, tmp_path):
    await fill(settings)
    async with database.opened(settings):
        stop = asyncio.Event()

        async def write(writer):
            for number in range(100_000):
                if stop.is_set():
                    return number
                async with transaction():
                    await Notes().write(f"{writer} {number} a")
                    await Notes().write(f"{writer} {number} b")
            return None

        tasks = [asyncio.create_task(write(n)) for n in range(3)]
        await asyncio.sleep(0.1)
        assert await backup_command(settings, tmp_path / "a.tar") == 0
        written_by_then = await Notes().count()
        stop.set()
        assert all(await asyncio.gather(*tasks)), "nobody was stopped by it"
    report = await restore(settings, tmp_path / "a.tar", NOW, force=True)
    assert report.files == 0
    found = set(await bodies(settings))
    assert 0 < len(found) <= written_by_then
    assert {body[:-2] for body in found if body.endswith("a")} == {body[:-2] for body in found if body.endswith("b")}


async def backup_command(settings, target):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "council",
        "backup",
        str(target),
        env={**os.environ, "DATABASE_URL": settings.database_url, "COUNCIL_DATA": str(settings.data)},
    )
    return await process.wait()


async def test_a_server_that_runs_is_not_pulled_the_floor_from_under(on_sqlite, tmp_path):
    """On PostgreSQL the server itself keeps the two apart: the restore is one transaction."""
    settings = on_sqlite
    await fill(settings, "one")
    await backup(settings, tmp_path / "a.tar", NOW)
    async with database.opened(settings):
        await Notes().write("two")
        with pytest.raises(InUse):
            await restore(settings, tmp_path / "a.tar", NOW, force=True)
        assert await Notes().bodies() == ["one", "two"]
    assert await bodies(settings) == ["one", "two"]


def rewritten(source: Path, target: Path, change) -> None:
    """The archive with its members (a list of name and bytes) changed."""
    with tarfile.open(source) as tar:
        members = [(info, tar.extractfile(info).read()) for info in tar]
    members = change([(info.name, data) for info, data in members])
    with tarfile.open(target, "w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def with_manifest(archived, **facts):
    manifest = json.loads(archived[0][1]) | facts
    return [(archived[0][0], json.dumps(manifest).encode()), *archived[1:]]


def smuggled(members):
    described = json.loads(members[0][1])["members"] | {
        "../escaped": {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    }
    return [*with_manifest(members, members=described), ("../escaped", b"x")]


@pytest.mark.parametrize(
    "change",
    [
        lambda members: [(name, flip(data) if name == "database" else data) for name, data in members],
        lambda members: [(name, flip(data) if name.startswith("files/") else data) for name, data in members],
        lambda members: [each for each in members if each[0] != "database"],
        lambda members: members[1:],
        lambda members: [*members, ("extra", b"x")],
        lambda members: [*members, members[-1]],
        lambda members: [*members, ("../escaped", b"x")],
        smuggled,
        lambda members: with_manifest(members, format="council.backup/9"),
        lambda members: with_manifest(members, engine="another"),
        lambda members: with_manifest(members, schema="2999-01-01T00:00:00:000000"),
        lambda members: with_manifest(members, members=[]),
        lambda members: [("manifest.json", b"{"), *members[1:]],
    ],
)
async def test_a_damaged_backup_changes_nothing(settings, tmp_path, change):
    await fill(settings, "one")
    add_file(settings, b"photo")
    await backup(settings, tmp_path / "good.tar", NOW)
    rewritten(tmp_path / "good.tar", tmp_path / "bad.tar", change)
    with pytest.raises(BadArchive):
        await restore(settings, tmp_path / "bad.tar", NOW, force=True)
    assert await bodies(settings) == ["one"]
    assert contents(settings) == [b"photo"]
    assert not (tmp_path / "escaped").exists()
    assert not list(tmp_path.rglob("escaped"))
    assert not list(settings.data.glob("replaced-*"))


@pytest.mark.parametrize("content", [b"", b"not a tar at all" * 100])
async def test_what_is_no_backup(tmp_path, content):
    (tmp_path / "a.tar").write_bytes(content)
    with pytest.raises(BadArchive):
        archive.unpack(tmp_path / "a.tar", tmp_path / "out")


async def test_cut_short(settings, tmp_path):
    await fill(settings, "one")
    await backup(settings, tmp_path / "a.tar", NOW)
    whole = (tmp_path / "a.tar").read_bytes()
    for share in (3, 5, 8):
        (tmp_path / "cut.tar").write_bytes(whole[: len(whole) * share // 10])
        with pytest.raises(BadArchive):
            await restore(settings, tmp_path / "cut.tar", NOW, force=True)
    assert await bodies(settings) == ["one"]


async def test_without_the_client_programs_it_says_so(postgres_template, tmp_path, monkeypatch):
    settings = Settings.from_env({"DATABASE_URL": postgres_template, "COUNCIL_DATA": str(tmp_path / "data")})
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SnapshotFailed, match="pg_dump is not installed"):
        await backup(settings, tmp_path / "a.tar", NOW)
    assert not (tmp_path / "a.tar").exists()


@pytest.mark.parametrize(
    ("url", "address", "password"),
    [
        ("postgresql://u:p%40w@h:5432/d", "postgresql://u@h:5432/d", "p@w"),
        ("postgres://u@/d?host=%2Ftmp&password=p", "postgresql://u@/d?host=%2Ftmp", "p"),
        ("postgresql://h/d", "postgresql://h/d", None),
    ],
)
def test_the_password_is_not_an_argument(url, address, password):
    assert without_password(url) == (address, {} if password is None else {"PGPASSWORD": password})


def test_commands(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COUNCIL_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    target = str(tmp_path / "a.tar")
    assert main(["migrate"]) == 0
    assert main(["backup", target]) == 0
    assert main(["restore", target]) == 2
    said = capsys.readouterr()
    assert said.err == "council: there are data already: use --force to replace them (they are moved aside)\n"
    assert main(["restore", target, "--force"]) == 0
    assert main(["restore", str(tmp_path / "missing.tar")]) == 2
    shutil.rmtree(tmp_path / "data")
    assert main(["restore", target]) == 0
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out.endswith("the schema is up to date\n")
