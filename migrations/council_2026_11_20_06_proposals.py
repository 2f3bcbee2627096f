"""Micro-proposals, their versions, endorsements and what the desk decided."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-20T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "proposals"

SQL = """
CREATE TABLE proposal (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    preset TEXT NOT NULL,
    answers TEXT NOT NULL,
    title TEXT NOT NULL,
    scope_kind TEXT NOT NULL CHECK (scope_kind IN ('entrance', 'building', 'community')),
    building_id BIGINT REFERENCES building (id) ON DELETE RESTRICT,
    entrance_id BIGINT REFERENCES entrance (id) ON DELETE RESTRICT,
    scope_code TEXT NOT NULL,
    cost_fen BIGINT CHECK (cost_fen >= 0),
    version INTEGER NOT NULL,
    thread_id BIGINT NOT NULL REFERENCES thread (id) ON DELETE RESTRICT,
    proposer_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    proposer_name TEXT NOT NULL,
    proposer_place TEXT NOT NULL,
    proposer_unit_id BIGINT REFERENCES unit (id) ON DELETE RESTRICT,
    state TEXT NOT NULL CHECK (state IN ('filed', 'returned', 'merged', 'accepted', 'withdrawn')),
    filed_at TIMESTAMPTZ NOT NULL,
    answer_due_at TIMESTAMPTZ NOT NULL,
    accepted_at TIMESTAMPTZ,
    accepted_by_name TEXT,
    merged_into_id BIGINT REFERENCES proposal (id) ON DELETE RESTRICT,
    started_at TIMESTAMPTZ,
    started_by_name TEXT,
    UNIQUE (community_id, key),
    CHECK (state <> 'accepted' OR accepted_at IS NOT NULL),
    CHECK ((state = 'merged') = (merged_into_id IS NOT NULL)),
    CHECK ((scope_kind = 'entrance') = (entrance_id IS NOT NULL)),
    CHECK ((scope_kind = 'community') = (building_id IS NULL))
);

CREATE INDEX proposal_by_state ON proposal (community_id, state, filed_at);

CREATE TABLE proposal_version (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    cost_fen BIGINT,
    written_by_name TEXT NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, proposal_id, number)
);

CREATE TABLE proposal_photo (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    file_id BIGINT NOT NULL REFERENCES stored_file (id) ON DELETE RESTRICT,
    position INTEGER NOT NULL,
    UNIQUE (community_id, proposal_id, position)
);

CREATE TABLE endorsement (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    endorsed_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ
);

CREATE UNIQUE INDEX endorsement_one_per_household ON endorsement (community_id, proposal_id, unit_id) WHERE withdrawn_at IS NULL;

CREATE TABLE proposal_event (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_name TEXT NOT NULL,
    by_role TEXT NOT NULL,
    other_id BIGINT,
    happened_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX proposal_event_by_proposal ON proposal_event (community_id, proposal_id, happened_at);

CREATE TABLE finding (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    is_feasible BOOLEAN NOT NULL,
    office TEXT NOT NULL,
    note TEXT NOT NULL,
    file_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    recorded_by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, key)
);

CREATE TABLE consent (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    why TEXT NOT NULL,
    named_at TIMESTAMPTZ NOT NULL,
    answer TEXT CHECK (answer IN ('agree', 'refuse')),
    answered_at TIMESTAMPTZ,
    answered_by_name TEXT,
    UNIQUE (community_id, proposal_id, unit_id),
    CHECK ((answer IS NULL) = (answered_at IS NULL))
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
