"""Judgments about a decision and the closing of an objection wait for a second person; an objector has seen the
answer; and what is still recorded of a project whose decision a court has revoked."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-27T34:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "after"

_SECOND = """
    recorded_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    recorded_by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name TEXT,
    UNIQUE (community_id, key),
    CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
"""

SQL = f"""
CREATE TABLE judgment (
    id {{pk}},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('revoke', 'restore')),
    document TEXT NOT NULL,
    number TEXT NOT NULL,
    dated_on TIMESTAMPTZ NOT NULL,
    words TEXT NOT NULL,
    file_id BIGINT NOT NULL REFERENCES stored_file (id) ON DELETE RESTRICT,
    file_sha256 TEXT NOT NULL,{_SECOND});
CREATE UNIQUE INDEX judgment_waiting ON judgment (motion_id) WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX judgment_motion ON judgment (motion_id);
CREATE INDEX judgment_file ON judgment (file_id);

CREATE TABLE objection_closing (
    id {{pk}},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    objection_id BIGINT NOT NULL REFERENCES objection (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('agreed', 'upheld')),
    reply TEXT NOT NULL,{_SECOND});
CREATE UNIQUE INDEX objection_closing_waiting ON objection_closing (objection_id)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;

ALTER TABLE objection ADD COLUMN seen_at TIMESTAMPTZ;
UPDATE objection SET seen_at = closed_at WHERE closed_at IS NOT NULL;

CREATE TABLE project_entry (
    id {{pk}},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('stopped', 'returned', 'handed_over')),
    happened_on TIMESTAMPTZ NOT NULL,
    words TEXT NOT NULL,
    amount_fen BIGINT CHECK (amount_fen > 0),
    recorded_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    recorded_by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, key)
);
CREATE INDEX project_entry_project ON project_entry (project_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
