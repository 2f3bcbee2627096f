"""By which form a slip was replaced: the same one again is the same slip, and the paper in somebody's hand stays good."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-27T37:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "slip forms"

SQL = """
ALTER TABLE access_code ADD COLUMN key TEXT;
CREATE UNIQUE INDEX access_code_key ON access_code (community_id, key);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
