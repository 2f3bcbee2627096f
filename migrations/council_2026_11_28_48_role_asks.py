"""A role of the staff is given, and ended, by two people: one asks, another one confirms."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-28T48:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "role asks"

SQL = """
CREATE TABLE role_ask (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('grant', 'end')),
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    role TEXT NOT NULL CHECK (role IN ('secretary', 'committee', 'grid_worker', 'department', 'auditor', 'operator')),
    role_id BIGINT REFERENCES staff_role (id) ON DELETE RESTRICT,
    reason TEXT NOT NULL CHECK (reason <> ''),
    recorded_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    recorded_by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name TEXT,
    UNIQUE (community_id, key),
    CHECK (act = 'grant' OR role_id IS NOT NULL),
    CHECK (confirmed_by IS NULL OR (confirmed_by <> recorded_by AND confirmed_by <> person_id)),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by_name IS NULL)),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX role_ask_waiting ON role_ask (community_id, person_id, role)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX role_ask_role ON role_ask (role_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
