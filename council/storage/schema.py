"""The schema's history: which migrations there are, which are applied, and applying the rest."""

from __future__ import annotations

import io
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path

from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.conf.apps import AppConfig

from council.kernel.errors import CouncilError
from council.storage import database
from council.storage.database import AnyEngine
from council.storage.transactions import transaction

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
APP = "council"
_ONE_AT_A_TIME = 0x636F756E63696C
"""The advisory lock's number on PostgreSQL: "council" in ASCII."""

_ID = re.compile(r"^ID\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)


class MigrationFailed(CouncilError):
    """Piccolo declined to run the migrations; nothing was changed."""


def known(folder: Path = FOLDER) -> list[str]:
    """The ids of all migrations in the folder, in order; read from the files without importing them."""
    texts = (path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    return sorted(match.group(1) for match in map(_ID.search, texts) if match)


async def applied() -> list[str]:
    """The ids of the migrations that the database has had."""
    if not await Migration.table_exists().run():
        return []
    return sorted(await Migration.get_migrations_which_ran(app_name=APP))


async def pending(folder: Path = FOLDER) -> list[str]:
    """The ids still to be applied."""
    done = set(await applied())
    return [each for each in known(folder) if each not in done]


async def migrate(folder: Path = FOLDER) -> list[str]:
    """Applies what is pending on the database in use and returns its ids; none when it is up to date.

    All of it is one transaction, records included, so that a process killed half-way leaves nothing behind; two
    processes at once wait for each other (SQLite's writer lock, an advisory lock on PostgreSQL).
    """
    async with transaction():
        if database.current().engine_type == "postgres":
            await database.current().run("SELECT pg_advisory_xact_lock($1)", (_ONE_AT_A_TIME,))
        todo = await pending(folder)
        if todo:
            await _forwards(folder)
    return todo


async def migrated(engine: AnyEngine, folder: Path = FOLDER) -> AnyEngine:
    """The same engine, its database brought up to date (tests)."""
    with database.using(engine):
        await migrate(folder)
    return engine


async def _forwards(folder: Path) -> None:
    manager = ForwardsMigrationManager(app_name=APP)
    path = list(sys.path)
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            await manager.create_migration_table()
            result = await manager.run_migrations(AppConfig(APP, folder))
    finally:
        sys.path[:] = path
    if not result.success:
        raise MigrationFailed(result.message or said.getvalue().strip())
