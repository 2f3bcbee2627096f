"""`council doctor`: status 1 and advice for what is bad, 0 when nothing is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from council.audit import service as audit
from council.cli.doctor import Level, check_database, check_settings, entropy
from council.settings import Settings
from council.storage import database
from council.storage.database import AnyEngine
from council.storage.transactions import transaction
from tests.cli.commands import council

STRONG = "k9-Wq27_ZrT5vJ0pXc81LmNsYbHd34Gf"


def test_a_healthy_place(tmp_path: Path) -> None:
    settings = {"COUNCIL_DATA": str(tmp_path), "COUNCIL_SECRET": STRONG}
    assert council("migrate", **settings).returncode == 0
    done = council("doctor", **settings)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert STRONG not in done.stdout
    assert "COUNCIL_SECRET = set" in done.stdout


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    done = council("doctor", COUNCIL_DATA=str(tmp_path / "none"))
    assert done.returncode == 1
    assert "council migrate" in done.stdout
    assert not (tmp_path / "none").exists()


def test_a_setting_that_cannot_be_used_is_named() -> None:
    done = council("doctor", COUNCIL_POOL_SIZE="many")
    assert (done.returncode, done.stderr) == (1, "")
    assert "COUNCIL_POOL_SIZE" in done.stdout


def test_no_password_of_a_database_is_shown() -> None:
    done = council("doctor", DATABASE_URL="postgresql://council:plum-blossom@127.0.0.1:1/council")
    assert done.returncode == 1
    assert "plum-blossom" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("given", "bad"),
    [
        ({"COUNCIL_SECRET": STRONG, "COUNCIL_BASE_URL": "https://council.example"}, set()),
        ({"COUNCIL_SECRET": STRONG, "COUNCIL_BASE_URL": "http://council.example"}, {"base URL"}),
        ({"COUNCIL_SECRET": "abcdefgh" * 4, "COUNCIL_BASE_URL": "https://council.example"}, {"secret"}),
    ],
)
def test_production_is_held_to_more(given: dict[str, str], bad: set[str]) -> None:
    settings = Settings.from_env({"COUNCIL_ENV": "production", **given})
    found = {finding.about: finding for finding in check_settings(settings)}
    assert {name for name, finding in found.items() if finding.level is Level.BAD} == bad
    assert all(finding.advice for finding in found.values() if finding.level is not Level.OK)


def test_repetition_is_no_secret() -> None:
    assert entropy("a" * 64) == 0
    assert entropy("abcdefgh" * 4) == 96
    assert entropy(STRONG) > 140


async def test_a_clock_that_went_back(database_url: str, db: AnyEngine) -> None:
    settings = Settings.from_env({"DATABASE_URL": database_url, "COUNCIL_ENV": "test"})
    assert [finding.level for finding in await check_database(settings)] == [Level.OK] * 3
    with database.using(db):
        async with transaction():
            await audit.record(1, "trial", {}, now=datetime.now(UTC) + timedelta(days=2))
    clock = (await check_database(settings))[-1]
    assert (clock.about, clock.level) == ("clock", Level.BAD)


async def test_pending_migrations(tmp_path: Path) -> None:
    file = tmp_path / "empty.db"
    file.touch()
    found = await check_database(Settings.from_env({"DATABASE_URL": f"sqlite:///{file}"}))
    assert [(finding.about, finding.level) for finding in found][-1] == ("migrations", Level.BAD)
