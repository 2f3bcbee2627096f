"""How pages look is kept with the account, and "never chosen" is told apart from "normal": what an account has not
chosen it takes over from the device somebody logs in on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-23T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "preferences"

SQL = """
ALTER TABLE person ADD COLUMN type_size TEXT CHECK (type_size IN ('normal', 'large'));

ALTER TABLE person ADD COLUMN theme TEXT CHECK (theme IN ('auto', 'light', 'dark'));

UPDATE person SET type_size = 'large' WHERE is_large_type;

ALTER TABLE person DROP COLUMN is_large_type;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
