"""Deliveries of a vote's papers: append-only, each with who brought it, and who else has looked at the proof."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "delivery"

SQL = """
CREATE TABLE delivery (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT NOT NULL REFERENCES roll_voter (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('delivered', 'refused', 'not_reached')),
    channel TEXT NOT NULL CHECK (channel IN ('door', 'phone', 'post', 'posting', 'sheet', 'online')),
    receiver_kind TEXT CHECK (receiver_kind IN ('owner', 'household', 'other')),
    receiver TEXT NOT NULL,
    witness TEXT NOT NULL,
    note TEXT NOT NULL,
    photo_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    sheet INTEGER CHECK (sheet > 0),
    at TIMESTAMPTZ NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    by_person BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    proves_from TIMESTAMPTZ,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_how TEXT CHECK (confirmed_how IN ('proof', 'asked')),
    confirmed_at TIMESTAMPTZ,
    withdrawn_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    withdrawn_by_name TEXT,
    withdrawn_why TEXT,
    withdrawn_at TIMESTAMPTZ,
    UNIQUE (community_id, key),
    CHECK (at <= recorded_at),
    CHECK (channel NOT IN ('sheet', 'posting') OR photo_id IS NOT NULL),
    CHECK ((channel = 'sheet') = (sheet IS NOT NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> by_person),
    CHECK (confirmed_at IS NULL OR result = 'delivered'),
    CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
    CHECK ((confirmed_at IS NULL) = (confirmed_how IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_why IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CHECK (proves_from IS NULL OR result = 'delivered')
);

CREATE INDEX delivery_by_voter ON delivery (community_id, motion_id, roll_voter_id);

CREATE INDEX delivery_by_photo ON delivery (photo_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
