"""Which channels of a vote count by law, and what is only a wish beside them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "channels"

SQL = """
ALTER TABLE motion ADD COLUMN counted TEXT NOT NULL DEFAULT '[]';

UPDATE motion SET counted = channels WHERE is_advisory = FALSE;

ALTER TABLE ballot ADD COLUMN is_wish BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE ballot ADD COLUMN invalid TEXT CHECK (invalid <> '');

DROP INDEX ballot_one_in_force;

CREATE UNIQUE INDEX ballot_one_in_force ON ballot (community_id, motion_id, roll_voter_id, is_wish)
    WHERE state = 'in_force';
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
