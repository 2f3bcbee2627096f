"""A home that is named after the notice of its vote rests on a document and on a second person."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-28T46:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "namings"

SQL = """
CREATE TABLE consent_naming (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    why TEXT NOT NULL CHECK (why <> ''),
    file_id BIGINT NOT NULL REFERENCES stored_file (id) ON DELETE RESTRICT,
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
CREATE UNIQUE INDEX consent_naming_waiting ON consent_naming (proposal_id, unit_id)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX consent_naming_proposal ON consent_naming (proposal_id);
CREATE INDEX consent_naming_unit ON consent_naming (unit_id);
CREATE INDEX consent_naming_file ON consent_naming (file_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
