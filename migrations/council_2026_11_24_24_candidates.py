"""Elections before the vote: seats, nominations, the review by two people, the candidates' notice, objections to them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T24:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "candidates"

SQL = """
CREATE TABLE election (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    seats INTEGER NOT NULL CHECK (seats BETWEEN 1 AND 31),
    joint_least INTEGER NOT NULL CHECK (joint_least BETWEEN 2 AND 200),
    notice_days INTEGER NOT NULL CHECK (notice_days BETWEEN 7 AND 10),
    nominations_from TIMESTAMPTZ NOT NULL,
    nominations_until TIMESTAMPTZ NOT NULL,
    order_seed TEXT NOT NULL,
    round INTEGER NOT NULL CHECK (round >= 1),
    opened_by BIGINT NOT NULL,
    opened_by_name TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    published_at TIMESTAMPTZ,
    published_by_name TEXT,
    published_seq BIGINT,
    UNIQUE (community_id, proposal_id),
    UNIQUE (community_id, key),
    CHECK (nominations_from < nominations_until),
    CHECK (published_at IS NULL OR published_at >= nominations_until),
    CHECK ((published_at IS NULL) = (published_by_name IS NULL)),
    CHECK ((published_at IS NULL) = (published_seq IS NULL))
);

CREATE TABLE candidate (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    number INTEGER CHECK (number >= 1),
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    owner_id BIGINT NOT NULL REFERENCES owner (id) ON DELETE RESTRICT,
    is_representing BOOLEAN NOT NULL,
    authorisation_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    channel TEXT NOT NULL CHECK (channel IN ('party', 'neighbourhood', 'self', 'joint')),
    nominated_by TEXT NOT NULL,
    document_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    statement TEXT NOT NULL,
    entered_by BIGINT NOT NULL,
    entered_by_name TEXT NOT NULL,
    nominated_at TIMESTAMPTZ NOT NULL,
    consented_at TIMESTAMPTZ,
    consented_how TEXT CHECK (consented_how IN ('own', 'paper')),
    consent_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    consent_by_name TEXT,
    verdict TEXT CHECK (verdict IN ('eligible', 'not')),
    reason TEXT,
    words TEXT,
    judged_by BIGINT,
    judged_by_name TEXT,
    judged_at TIMESTAMPTZ,
    confirmed_by BIGINT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_reason TEXT,
    withdrawn_by_name TEXT,
    struck_at TIMESTAMPTZ,
    struck_reason TEXT,
    UNIQUE (community_id, key),
    CHECK ((consented_at IS NULL) = (consented_how IS NULL)),
    CHECK (consented_how IS NULL OR (consented_how = 'paper') = (consent_id IS NOT NULL)),
    CHECK ((verdict IS NULL) = (judged_at IS NULL)),
    CHECK (verdict IS NULL OR (verdict = 'not') = (reason IS NOT NULL)),
    CHECK (confirmed_at IS NULL OR verdict IS NOT NULL),
    CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> judged_by),
    CHECK ((struck_at IS NULL) = (struck_reason IS NULL))
);

CREATE UNIQUE INDEX candidate_number ON candidate (community_id, proposal_id, number);

CREATE UNIQUE INDEX candidate_once ON candidate (community_id, proposal_id, owner_id, name)
    WHERE withdrawn_at IS NULL;

CREATE INDEX candidate_entered ON candidate (community_id, entered_by, nominated_at);

CREATE TABLE candidate_sponsor (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    candidate_id BIGINT NOT NULL REFERENCES candidate (id) ON DELETE RESTRICT,
    owner_id BIGINT NOT NULL REFERENCES owner (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    signed_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, candidate_id, owner_id)
);

CREATE TABLE candidate_objection (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    candidate_id BIGINT NOT NULL REFERENCES candidate (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    is_appeal BOOLEAN NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    place TEXT NOT NULL,
    ground TEXT NOT NULL,
    filed_at TIMESTAMPTZ NOT NULL,
    outcome TEXT CHECK (outcome IN ('upheld', 'rejected', 'withdrawn')),
    answer TEXT,
    answered_by BIGINT,
    answered_by_name TEXT,
    answered_at TIMESTAMPTZ,
    confirmed_by BIGINT,
    confirmed_by_name TEXT,
    closed_at TIMESTAMPTZ,
    UNIQUE (community_id, key),
    CHECK (closed_at IS NULL OR outcome IS NOT NULL),
    CHECK (outcome IS NULL OR outcome <> 'upheld' OR (closed_at IS NULL) = (confirmed_by IS NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> answered_by)
);

CREATE INDEX candidate_objection_of ON candidate_objection (community_id, proposal_id);

CREATE INDEX candidate_objection_by ON candidate_objection (community_id, person_id, filed_at);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
