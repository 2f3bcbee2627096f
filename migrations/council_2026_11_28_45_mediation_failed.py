"""That mediation has failed waits for a second person as the other outcomes do, with the remedy that is named.

SQLite changes no check, so the table is written anew; nothing refers to it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-28T45:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "mediation failed"

SQL = """
DROP INDEX objection_closing_waiting;
ALTER TABLE objection_closing RENAME TO objection_closing_45;
CREATE TABLE objection_closing (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    objection_id BIGINT NOT NULL REFERENCES objection (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('agreed', 'ruled', 'mediation_failed', 'upheld')),
    reply TEXT NOT NULL,
    remedy TEXT NOT NULL CHECK (outcome <> 'mediation_failed' OR remedy <> ''),
    recorded_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    recorded_by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name TEXT,
    UNIQUE (community_id, key),
    CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);
INSERT INTO objection_closing (id, community_id, objection_id, key, outcome, reply, recorded_by, recorded_by_name, recorded_at, confirmed_by,
    confirmed_by_name, confirmed_at, withdrawn_at, withdrawn_by_name, remedy)
    SELECT id, community_id, objection_id, key, outcome, reply, recorded_by, recorded_by_name, recorded_at, confirmed_by,
    confirmed_by_name, confirmed_at, withdrawn_at, withdrawn_by_name, '' FROM objection_closing_45;
DROP TABLE objection_closing_45;
CREATE UNIQUE INDEX objection_closing_waiting ON objection_closing (objection_id)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
"""

_NEXT_ID = """
SELECT setval(pg_get_serial_sequence('objection_closing', 'id'), COALESCE(MAX(id), 0) + 1, FALSE)
    FROM objection_closing;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)
        if ddl.dialect() == "postgres":
            await ddl.run(_NEXT_ID)

    manager.add_raw(run)
    return manager
