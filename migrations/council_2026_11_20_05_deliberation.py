"""Threads and what is said in them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-20T05:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "deliberation"

SQL = """
CREATE TABLE thread (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    scope_kind TEXT NOT NULL CHECK (scope_kind IN ('entrance', 'building', 'community')),
    building_id BIGINT REFERENCES building (id) ON DELETE RESTRICT,
    entrance_id BIGINT REFERENCES entrance (id) ON DELETE RESTRICT,
    opened_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ
);

CREATE TABLE comment (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    thread_id BIGINT NOT NULL REFERENCES thread (id) ON DELETE RESTRICT,
    parent_id BIGINT REFERENCES comment (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    author_name TEXT NOT NULL,
    author_place TEXT NOT NULL,
    stance TEXT NOT NULL CHECK (stance IN ('agree', 'oppose', 'question', 'suggestion', 'none')),
    body TEXT NOT NULL,
    office TEXT,
    said_at TIMESTAMPTZ NOT NULL,
    needs_answer BOOLEAN NOT NULL,
    answer_from TEXT,
    answer_due_at TIMESTAMPTZ,
    answered_at TIMESTAMPTZ,
    hidden_at TIMESTAMPTZ,
    hidden_by_name TEXT,
    hidden_reason TEXT,
    UNIQUE (community_id, key),
    CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL)),
    CHECK (answered_at IS NULL OR needs_answer)
);

CREATE INDEX comment_by_thread ON comment (community_id, thread_id, said_at);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
