"""Written mandates: who votes for whom in one motion, and who works for the property manager and may hold none."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "proxies"

SQL = """
CREATE TABLE proxy (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT NOT NULL REFERENCES roll_voter (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('app', 'paper')),
    giver_name TEXT NOT NULL,
    giver_person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    holder_person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    holder_name TEXT NOT NULL,
    words TEXT NOT NULL,
    scan_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    scan_sha256 TEXT,
    given_at TIMESTAMPTZ NOT NULL,
    given_by BIGINT NOT NULL,
    given_by_name TEXT NOT NULL,
    confirmed_at TIMESTAMPTZ,
    confirmed_by BIGINT,
    confirmed_by_name TEXT,
    ended_at TIMESTAMPTZ,
    ended_by_name TEXT,
    end_reason TEXT CHECK (end_reason IN ('revoked', 'own_ballot', 'withdrawn')),
    UNIQUE (community_id, key),
    CHECK ((channel = 'app') = (giver_person_id IS NOT NULL)),
    CHECK ((channel = 'paper') = (scan_id IS NOT NULL)),
    CHECK ((scan_id IS NULL) = (scan_sha256 IS NULL)),
    CHECK (giver_person_id IS NULL OR giver_person_id <> holder_person_id),
    CHECK (confirmed_by IS NULL OR confirmed_by <> given_by),
    CHECK (confirmed_by IS NULL OR confirmed_at IS NOT NULL),
    CHECK (channel = 'app' OR (confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE UNIQUE INDEX proxy_live ON proxy (motion_id, roll_voter_id) WHERE ended_at IS NULL;
CREATE INDEX proxy_holder ON proxy (community_id, holder_person_id, motion_id);
CREATE INDEX proxy_roll_voter ON proxy (roll_voter_id);
CREATE INDEX proxy_giver ON proxy (giver_person_id);
CREATE INDEX proxy_scan ON proxy (scan_id);

ALTER TABLE ballot ADD COLUMN proxy_id BIGINT REFERENCES proxy (id);
CREATE INDEX ballot_proxy ON ballot (proxy_id);

CREATE TABLE property_staff (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    marked_at TIMESTAMPTZ NOT NULL,
    marked_by BIGINT NOT NULL,
    marked_by_name TEXT NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by_name TEXT,
    CHECK ((ended_at IS NULL) = (ended_by_name IS NULL))
);
CREATE UNIQUE INDEX property_staff_marked ON property_staff (community_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX property_staff_person ON property_staff (person_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
