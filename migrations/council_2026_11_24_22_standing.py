"""Who stands behind a voter while the vote runs: suspended until its owners agree, another representative, an area that
somebody disputes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T22:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "standing"

SQL = """
CREATE TABLE roll_suspension (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT NOT NULL REFERENCES roll_voter (id) ON DELETE RESTRICT,
    reason TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    suspended_at TIMESTAMPTZ NOT NULL,
    lifted_at TIMESTAMPTZ,
    lifted_by_name TEXT,
    lifted_reason TEXT,
    CHECK ((lifted_at IS NULL) = (lifted_reason IS NULL))
);

CREATE UNIQUE INDEX roll_suspension_open ON roll_suspension (community_id, motion_id, roll_voter_id)
    WHERE lifted_at IS NULL;

CREATE INDEX roll_suspension_by_motion ON roll_suspension (community_id, motion_id);

CREATE TABLE area_dispute (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT NOT NULL REFERENCES roll_voter (id) ON DELETE RESTRICT,
    unit_code TEXT NOT NULL,
    key TEXT NOT NULL,
    words TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, key)
);

CREATE INDEX area_dispute_by_motion ON area_dispute (community_id, motion_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
