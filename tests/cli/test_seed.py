"""`council seed`: so many households, the same for the same seed, never in production."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from council.app import create_app
from council.settings import Settings
from council.storage import database
from tests.cli.commands import council
from tests.fixtures.client import browser, submit


def houses(folder: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / "council.db")
    try:
        return connection.execute(
            "SELECT u.code, u.area_dm2, u.status, o.name FROM unit u JOIN ownership s ON s.unit_id = u.id"
            " JOIN owner o ON o.id = s.owner_id ORDER BY u.code, s.position"
        ).fetchall()
    finally:
        connection.close()


async def test_a_seeded_community(tmp_path: Path) -> None:
    for name in ("one", "two"):
        done = council(
            *("seed", "--community", "trial", "--households", "130", "--proposals", "8", "--seed", "7"),
            *("--password", "peach-tree-99"),
            COUNCIL_DATA=str(tmp_path / name),
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert "130 households" in done.stdout
    assert "8 proposals, 4 motions" in done.stdout
    assert houses(tmp_path / "one") == houses(tmp_path / "two")
    assert council("log", "verify", "--community", "trial", COUNCIL_DATA=str(tmp_path / "one")).returncode == 0
    settings = Settings.from_env({"COUNCIL_DATA": str(tmp_path / "one"), "COUNCIL_ENV": "test"})
    phones = re.findall(r"170\d{8}", done.stdout)
    assert len(phones) == 2
    async with database.opened(settings):
        app = create_app(settings)
        for phone in phones:
            async with browser(app) as client:
                page = await client.get("/login")
                answer = await submit(client, page, "/login", phone=phone, password="peach-tree-99")
                assert answer.status_code == 303


def test_on_both_databases(database_url: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": database_url, "COUNCIL_DATA": str(tmp_path)}
    done = council("seed", "--community", "trial", "--households", "24", "--proposals", "4", **settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert "24 households" in done.stdout
    assert council("log", "verify", "--community", "trial", **settings).returncode == 0


def test_another_seed_is_another_place(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        done = council(
            "seed", "--community", "trial", "--households", "12", "--seed", seed, COUNCIL_DATA=str(tmp_path / seed)
        )
        assert done.returncode == 0, done.stderr
    assert houses(tmp_path / "1") != houses(tmp_path / "2")


def test_what_it_refuses(tmp_path: Path) -> None:
    data = {"COUNCIL_DATA": str(tmp_path)}
    assert council("seed", "--community", "trial", "--households", "6", **data).returncode == 0
    before = houses(tmp_path)
    production = {
        "COUNCIL_ENV": "production",
        "COUNCIL_SECRET": "k9-Wq27_ZrT5vJ0pXc81LmNsYbHd34Gf",
        "COUNCIL_BASE_URL": "https://council.example",
    }
    for words, settings in (
        (("--community", "trial", "--households", "6"), {}),
        (("--community", "other", "--households", "0"), {}),
        (("--community", "other", "--households", "99999999"), {}),
        (("--community", "other", "--households", "6", "--proposals", "-1"), {}),
        (("--community", "other", "--households", "6", "--password", "12345678"), {}),
        (("--community", "other", "--households", "6"), production),
    ):
        done = council("seed", *words, **data, **settings)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), words
    assert houses(tmp_path) == before
