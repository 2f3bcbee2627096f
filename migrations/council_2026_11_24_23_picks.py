"""Elections: how many seats, who stands, which names a ballot holds, and the lot where candidates are equal."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T23:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "picks"

# `candidate_id` names a row of the nomination, which has tables of its own; `picks` are numbers with a space between.
SQL = """
ALTER TABLE motion ADD COLUMN seats INTEGER NOT NULL DEFAULT 0 CHECK (seats >= 0);

CREATE TABLE motion_candidate (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    number INTEGER NOT NULL CHECK (number > 0),
    candidate_id BIGINT,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    owner_id BIGINT REFERENCES owner (id) ON DELETE RESTRICT,
    name TEXT NOT NULL CHECK (name <> ''),
    place TEXT NOT NULL,
    channel TEXT NOT NULL,
    statement TEXT NOT NULL,
    place_in_result INTEGER CHECK (place_in_result > 0),
    is_reserve BOOLEAN NOT NULL DEFAULT FALSE,
    drawn INTEGER CHECK (drawn > 0),
    UNIQUE (community_id, motion_id, number),
    UNIQUE (community_id, motion_id, place_in_result),
    UNIQUE (community_id, motion_id, drawn),
    CHECK (is_reserve = FALSE OR place_in_result IS NULL)
);

CREATE TABLE ballot_pick (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    ballot_id TEXT NOT NULL REFERENCES ballot (id) ON DELETE RESTRICT,
    number INTEGER NOT NULL CHECK (number > 0),
    UNIQUE (community_id, ballot_id, number)
);

ALTER TABLE paper_keying ADD COLUMN picks TEXT NOT NULL DEFAULT '';

CREATE TABLE lot (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    tied TEXT NOT NULL,
    drawn TEXT NOT NULL,
    witnesses TEXT NOT NULL CHECK (witnesses <> ''),
    drawn_at TIMESTAMPTZ NOT NULL,
    photo_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    withdrawn_by_name TEXT,
    withdrawn_at TIMESTAMPTZ,
    UNIQUE (community_id, key),
    CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> person_id),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);

CREATE UNIQUE INDEX lot_one_live ON lot (community_id, motion_id) WHERE withdrawn_at IS NULL;

CREATE INDEX lot_by_photo ON lot (photo_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
