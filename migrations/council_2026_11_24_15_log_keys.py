"""The keys that sign a log's checkpoints, what witnesses signed beside them, and how they took the last one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T15:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "log keys"

SQL = """
CREATE TABLE log_key (
    id {pk},
    community_id BIGINT NOT NULL,
    origin TEXT NOT NULL,
    public_key {blob} NOT NULL CHECK (length(public_key) = 32),
    sealed_seed {blob} NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('first', 'restored', 'new_key')),
    first_size BIGINT NOT NULL CHECK (first_size >= 0),
    made_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);

CREATE UNIQUE INDEX log_key_origin ON log_key (origin);

CREATE UNIQUE INDEX log_key_current ON log_key (community_id) WHERE ended_at IS NULL;

CREATE TABLE log_cosignature (
    id {pk},
    community_id BIGINT NOT NULL,
    origin TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    root {blob} NOT NULL CHECK (length(root) = 32),
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    signed_at TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX log_cosignature_size ON log_cosignature (community_id, origin, size, witness);

CREATE TABLE log_witness (
    id {pk},
    community_id BIGINT NOT NULL,
    origin TEXT NOT NULL,
    witness TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    asked_at TIMESTAMPTZ NOT NULL,
    signed_at TIMESTAMPTZ,
    trouble TEXT CHECK (trouble IN ('forked', 'rolled_back', 'unknown', 'untrusted', 'unreachable', 'unusable')),
    trouble_size BIGINT
);

CREATE UNIQUE INDEX log_witness_each ON log_witness (community_id, origin, witness);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
