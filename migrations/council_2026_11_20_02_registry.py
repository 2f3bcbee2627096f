"""Communities, buildings, units and their owners, and rolls on their way in."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-20T02:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "registry"

SQL = """
CREATE TABLE area (
    id {pk},
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);

CREATE TABLE community (
    id {pk},
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    area_path TEXT REFERENCES area (path) ON DELETE RESTRICT,
    phone TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE community_setting (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    basis TEXT NOT NULL,
    proposed_by BIGINT NOT NULL,
    proposed_by_name TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    UNIQUE (community_id, key),
    CHECK (confirmed_by IS NULL OR confirmed_by <> proposed_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);

CREATE INDEX community_setting_by_name ON community_setting (community_id, name, confirmed_at);

CREATE TABLE building (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    number TEXT NOT NULL,
    UNIQUE (community_id, number)
);

CREATE TABLE entrance (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    building_id BIGINT NOT NULL REFERENCES building (id) ON DELETE RESTRICT,
    number TEXT NOT NULL,
    UNIQUE (community_id, building_id, number)
);

CREATE TABLE unit (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    building_id BIGINT NOT NULL REFERENCES building (id) ON DELETE RESTRICT,
    entrance_id BIGINT NOT NULL REFERENCES entrance (id) ON DELETE RESTRICT,
    code TEXT NOT NULL,
    room TEXT NOT NULL,
    floor INTEGER,
    area_dm2 BIGINT NOT NULL CHECK (area_dm2 > 0),
    built_area_dm2 BIGINT CHECK (built_area_dm2 > 0),
    use TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ,
    UNIQUE (community_id, code)
);

CREATE INDEX unit_by_entrance ON unit (community_id, entrance_id);

CREATE TABLE owner (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    identity_number TEXT,
    phones TEXT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX owner_by_identity ON owner (community_id, identity_number) WHERE identity_number IS NOT NULL;

CREATE TABLE ownership (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    owner_id BIGINT NOT NULL REFERENCES owner (id) ON DELETE RESTRICT,
    position INTEGER NOT NULL,
    is_representative BOOLEAN NOT NULL,
    began_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    end_reason TEXT
);

CREATE UNIQUE INDEX ownership_once ON ownership (community_id, unit_id, owner_id) WHERE ended_at IS NULL;

CREATE UNIQUE INDEX ownership_one_representative ON ownership (community_id, unit_id) WHERE ended_at IS NULL AND is_representative;

CREATE INDEX ownership_by_owner ON ownership (community_id, owner_id);

CREATE TABLE roll_upload (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    area_heading TEXT,
    headings TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'applied', 'discarded')),
    uploaded_by BIGINT NOT NULL,
    uploaded_by_name TEXT NOT NULL,
    uploaded_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    UNIQUE (community_id, key)
);

CREATE TABLE roll_upload_row (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    upload_id BIGINT NOT NULL REFERENCES roll_upload (id) ON DELETE RESTRICT,
    row_number INTEGER NOT NULL,
    cells TEXT NOT NULL,
    building TEXT NOT NULL,
    entrance TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'faulty', 'applied', 'dropped')),
    closed_by_name TEXT,
    closed_reason TEXT,
    UNIQUE (community_id, upload_id, row_number)
);

CREATE INDEX roll_upload_row_by_state ON roll_upload_row (community_id, state);

CREATE TABLE row_correction (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    said TEXT NOT NULL,
    said_by BIGINT NOT NULL,
    said_by_name TEXT NOT NULL,
    filed_at TIMESTAMPTZ NOT NULL,
    outcome TEXT CHECK (outcome IN ('corrected', 'declined')),
    reason TEXT,
    closed_by_name TEXT,
    closed_at TIMESTAMPTZ,
    UNIQUE (community_id, key),
    CHECK ((outcome IS NULL) = (closed_at IS NULL))
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
