"""What may come after a vote was announced: more time, a provisional result with its questions, mediation step by step,
a court's word, and another vote."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T20:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "after"

SQL = """
ALTER TABLE motion ADD COLUMN preliminary_at TIMESTAMPTZ;

ALTER TABLE motion ADD COLUMN revoked_at TIMESTAMPTZ;

ALTER TABLE motion ADD COLUMN revoked_by_name TEXT;

ALTER TABLE motion ADD COLUMN revoked_document TEXT;

ALTER TABLE motion ADD COLUMN revoked_reason TEXT;

ALTER TABLE motion ADD COLUMN superseded_at TIMESTAMPTZ;

ALTER TABLE motion ADD COLUMN superseded_by_name TEXT;

ALTER TABLE motion ADD COLUMN superseded_reason TEXT;

DROP INDEX motion_one_live;

CREATE UNIQUE INDEX motion_one_live ON motion (community_id, proposal_id)
    WHERE cancelled_at IS NULL AND superseded_at IS NULL;

CREATE TABLE motion_extension (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    from_at TIMESTAMPTZ NOT NULL,
    to_at TIMESTAMPTZ NOT NULL,
    reason TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    extended_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, key),
    CHECK (extended_at <= from_at AND from_at < to_at)
);

CREATE INDEX motion_extension_by_motion ON motion_extension (community_id, motion_id);

CREATE TABLE recount_request (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    words TEXT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    answer TEXT,
    answered_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    answered_by_name TEXT,
    answered_at TIMESTAMPTZ,
    UNIQUE (community_id, key),
    CHECK ((answer IS NULL) = (answered_at IS NULL))
);

CREATE INDEX recount_request_by_motion ON recount_request (community_id, motion_id);

CREATE INDEX recount_request_by_person ON recount_request (community_id, person_id, asked_at);

CREATE TABLE objection_step (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    objection_id BIGINT NOT NULL REFERENCES objection (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('visit', 'mediation', 'written_reply', 'signed_paper', 'court')),
    happened_at TIMESTAMPTZ NOT NULL,
    words TEXT NOT NULL,
    file_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, key)
);

CREATE INDEX objection_step_by_objection ON objection_step (community_id, objection_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
