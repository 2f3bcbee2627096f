"""Where in the log a posted notice is: found without reading the log, and nothing that a ballot has to keep up."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-23T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "notices"

SQL = (
    "CREATE INDEX log_record_notices ON log_record (community_id, at)"
    " WHERE kind IN ('motion.opened', 'motion.certified', 'motion.official_result');"
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
