"""More time for a vote that runs, and calling it off: asked for by one, in force with another's yes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-28T49:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "motion changes"

SQL = """
CREATE TABLE motion_change (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('extend', 'cancel')),
    closes_at TIMESTAMPTZ,
    reason TEXT NOT NULL,
    recorded_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    recorded_by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name TEXT,
    UNIQUE (community_id, key),
    CHECK ((kind = 'extend') = (closes_at IS NOT NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX motion_change_waiting ON motion_change (motion_id)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX motion_change_by_motion ON motion_change (community_id, motion_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
