"""Originals that a permit needs beside a vote: what is signed, who reads them, the signed scans, and who took them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-25T02:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "packs"

SQL = """
CREATE TABLE signature_pack (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    words TEXT NOT NULL,
    office TEXT NOT NULL,
    made_by BIGINT NOT NULL,
    made_by_name TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, key),
    UNIQUE (community_id, motion_id)
);
CREATE INDEX signature_pack_motion ON signature_pack (motion_id);

CREATE TABLE pack_reader (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    pack_id BIGINT NOT NULL REFERENCES signature_pack (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    UNIQUE (pack_id, person_id)
);
CREATE INDEX pack_reader_person ON pack_reader (person_id);
CREATE INDEX pack_reader_community ON pack_reader (community_id);

CREATE TABLE pack_sheet (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    pack_id BIGINT NOT NULL REFERENCES signature_pack (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT NOT NULL REFERENCES roll_voter (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    file_id BIGINT NOT NULL REFERENCES stored_file (id) ON DELETE RESTRICT,
    file_sha256 TEXT NOT NULL,
    taken_by BIGINT NOT NULL,
    taken_by_name TEXT NOT NULL,
    taken_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by BIGINT,
    withdrawn_by_name TEXT,
    UNIQUE (community_id, key),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE UNIQUE INDEX pack_sheet_in_force ON pack_sheet (pack_id, roll_voter_id) WHERE withdrawn_at IS NULL;
CREATE INDEX pack_sheet_voter ON pack_sheet (roll_voter_id);
CREATE INDEX pack_sheet_file ON pack_sheet (file_id);

CREATE TABLE pack_taking (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    pack_id BIGINT NOT NULL REFERENCES signature_pack (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    sheets INTEGER NOT NULL,
    taken_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX pack_taking_pack ON pack_taking (pack_id);
CREATE INDEX pack_taking_community ON pack_taking (community_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
