"""People, their telephones, sessions, slips, ties to homes and owners, and staff roles."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-20T03:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "accounts"

SQL = """
CREATE TABLE person (
    id {pk},
    name TEXT NOT NULL,
    password_hash TEXT,
    locale TEXT,
    is_large_type BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ
);

CREATE TABLE person_phone (
    id {pk},
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    phone TEXT NOT NULL,
    place INTEGER NOT NULL CHECK (place IN (1, 2)),
    added_at TIMESTAMPTZ NOT NULL,
    added_by_name TEXT NOT NULL,
    removed_at TIMESTAMPTZ,
    removed_by_name TEXT,
    CHECK ((removed_at IS NULL) = (removed_by_name IS NULL))
);

CREATE UNIQUE INDEX person_phone_once ON person_phone (phone, person_id) WHERE removed_at IS NULL;

CREATE UNIQUE INDEX person_phone_at_most_two ON person_phone (phone, place) WHERE removed_at IS NULL;

CREATE INDEX person_phone_by_person ON person_phone (person_id);

CREATE TABLE session (
    id {pk},
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    token_hash TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    is_own_phone BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    end_reason TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE INDEX session_by_person ON session (person_id);

CREATE TABLE access_code (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL CHECK (kind IN ('resident', 'owner', 'reset')),
    unit_id BIGINT REFERENCES unit (id) ON DELETE RESTRICT,
    owner_id BIGINT REFERENCES owner (id) ON DELETE RESTRICT,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    serial INTEGER NOT NULL,
    lookup TEXT NOT NULL UNIQUE,
    issued_at TIMESTAMPTZ NOT NULL,
    issued_by_name TEXT NOT NULL,
    ended_at TIMESTAMPTZ,
    end_reason TEXT,
    CHECK ((kind = 'resident') = (unit_id IS NOT NULL)),
    CHECK ((kind = 'owner') = (owner_id IS NOT NULL)),
    CHECK ((kind = 'reset') = (person_id IS NOT NULL)),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE UNIQUE INDEX access_code_of_unit ON access_code (community_id, unit_id) WHERE ended_at IS NULL AND unit_id IS NOT NULL;

CREATE UNIQUE INDEX access_code_of_owner ON access_code (community_id, owner_id) WHERE ended_at IS NULL AND owner_id IS NOT NULL;

CREATE UNIQUE INDEX access_code_of_person ON access_code (community_id, person_id) WHERE ended_at IS NULL AND person_id IS NOT NULL;

CREATE TABLE residency (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    access_code_id BIGINT REFERENCES access_code (id) ON DELETE RESTRICT,
    began_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by_name TEXT,
    end_reason TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE INDEX residency_by_unit ON residency (community_id, unit_id);

CREATE UNIQUE INDEX residency_once ON residency (community_id, person_id, unit_id) WHERE ended_at IS NULL;

CREATE INDEX residency_by_person ON residency (person_id);

CREATE TABLE owner_claim (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    owner_id BIGINT NOT NULL REFERENCES owner (id) ON DELETE RESTRICT,
    access_code_id BIGINT REFERENCES access_code (id) ON DELETE RESTRICT,
    claimed_at TIMESTAMPTZ NOT NULL,
    verified_at TIMESTAMPTZ,
    verified_by BIGINT,
    verified_by_name TEXT,
    verified_how TEXT CHECK (verified_how IN ('identity', 'deed', 'telephone')),
    ended_at TIMESTAMPTZ,
    ended_by_name TEXT,
    end_reason TEXT,
    CHECK ((verified_at IS NULL) = (verified_how IS NULL)),
    CHECK ((verified_at IS NULL) = (verified_by_name IS NULL)),
    CHECK (verified_by IS NULL OR verified_by <> person_id),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE INDEX owner_claim_by_owner ON owner_claim (community_id, owner_id);

CREATE UNIQUE INDEX owner_claim_once ON owner_claim (community_id, person_id, owner_id) WHERE ended_at IS NULL;

CREATE UNIQUE INDEX owner_claim_one_verified ON owner_claim (community_id, owner_id) WHERE ended_at IS NULL AND verified_at IS NOT NULL;

CREATE INDEX owner_claim_by_person ON owner_claim (person_id);

CREATE TABLE staff_role (
    id {pk},
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    role TEXT NOT NULL CHECK (role IN ('secretary', 'committee', 'grid_worker', 'department', 'auditor', 'operator')),
    community_id BIGINT REFERENCES community (id) ON DELETE RESTRICT,
    area_path TEXT REFERENCES area (path) ON DELETE RESTRICT,
    granted_at TIMESTAMPTZ NOT NULL,
    granted_by_name TEXT NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by_name TEXT,
    CHECK ((community_id IS NULL) <> (area_path IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_by_name IS NULL))
);

CREATE UNIQUE INDEX staff_role_once ON staff_role (person_id, role, COALESCE(community_id, 0), COALESCE(area_path, '')) WHERE ended_at IS NULL;

CREATE INDEX staff_role_by_person ON staff_role (person_id);

CREATE TABLE rate_count (
    key TEXT NOT NULL,
    time_window BIGINT NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (key, time_window)
);

CREATE INDEX rate_count_by_window ON rate_count (time_window);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
