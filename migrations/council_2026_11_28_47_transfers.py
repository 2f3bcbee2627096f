"""While a home stands on the roll of a vote that runs, who holds it and who casts for its co-owners is changed by two:
recorded with its paper by one, in the register with another's yes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-28T47:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "transfers"

SQL = """
CREATE TABLE transfer (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('sale', 'representative')),
    buyers TEXT NOT NULL,
    owner_id BIGINT REFERENCES owner (id) ON DELETE RESTRICT,
    seen TEXT NOT NULL,
    dated_on TIMESTAMPTZ NOT NULL,
    words TEXT NOT NULL,
    file_id BIGINT NOT NULL REFERENCES stored_file (id) ON DELETE RESTRICT,
    file_sha256 TEXT NOT NULL,
    recorded_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    recorded_by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name TEXT,
    withdrawn_words TEXT,
    UNIQUE (community_id, key),
    CHECK ((kind = 'representative') = (owner_id IS NOT NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX transfer_waiting ON transfer (unit_id) WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX transfer_file ON transfer (community_id, file_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
