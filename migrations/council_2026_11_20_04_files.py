"""Photos, scans and documents: what is known of them; the bytes lie in the data folder by digest."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-20T04:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "files"

SQL = """
CREATE TABLE stored_file (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    sha256 TEXT NOT NULL,
    thumb_sha256 TEXT,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    width INTEGER,
    height INTEGER,
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    uploaded_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    uploaded_at TIMESTAMPTZ NOT NULL,
    CHECK (size > 0),
    CHECK (purpose IN ('photo', 'document', 'scan')),
    CHECK ((purpose = 'photo') = (thumb_sha256 IS NOT NULL)),
    CHECK ((width IS NULL) = (height IS NULL)),
    UNIQUE (community_id, sha256, purpose)
);
CREATE INDEX stored_file_uploaded_by ON stored_file (uploaded_by);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
