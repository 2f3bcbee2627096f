"""What is told of a project that a court has stopped goes by its own name: an entry is the journal's word."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-27T42:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "winding up"

SQL = """
ALTER TABLE project_entry RENAME TO winding_up;
DROP INDEX project_entry_project;
CREATE INDEX winding_up_project ON winding_up (project_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
