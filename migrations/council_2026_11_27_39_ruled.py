"""An objection that the authority has ruled on is closed with its paper, by two people.

The kinds of steps and the outcomes that wait were too few. SQLite changes no check, so both tables are written anew;
nothing refers to them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-27T39:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ruled"

TABLES = ("objection_step", "objection_closing")

SQL = """
DROP INDEX objection_step_by_objection;
ALTER TABLE objection_step RENAME TO objection_step_39;
CREATE TABLE objection_step (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    objection_id BIGINT NOT NULL REFERENCES objection (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('visit', 'mediation', 'written_reply', 'signed_paper', 'ruling', 'court')),
    happened_at TIMESTAMPTZ NOT NULL,
    words TEXT NOT NULL,
    file_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, key),
    CHECK (kind <> 'ruling' OR file_id IS NOT NULL)
);
INSERT INTO objection_step SELECT * FROM objection_step_39;
DROP TABLE objection_step_39;
CREATE INDEX objection_step_by_objection ON objection_step (community_id, objection_id);
CREATE INDEX objection_step_file ON objection_step (file_id);

DROP INDEX objection_closing_waiting;
ALTER TABLE objection_closing RENAME TO objection_closing_39;
CREATE TABLE objection_closing (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    objection_id BIGINT NOT NULL REFERENCES objection (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('agreed', 'ruled', 'upheld')),
    reply TEXT NOT NULL,
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
INSERT INTO objection_closing SELECT * FROM objection_closing_39;
DROP TABLE objection_closing_39;
CREATE UNIQUE INDEX objection_closing_waiting ON objection_closing (objection_id)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
"""

_NEXT_IDS = "\n".join(
    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), COALESCE(MAX(id), 0) + 1, FALSE) FROM {name};"
    for name in TABLES
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)
        if ddl.dialect() == "postgres":
            await ddl.run(_NEXT_IDS)

    manager.add_raw(run)
    return manager
