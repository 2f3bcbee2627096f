"""Motions, their locked rolls, ballots, signatures and objections."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-20T07:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "voting"

SQL = """
CREATE TABLE motion (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    proposal_version INTEGER NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    preset TEXT NOT NULL,
    title TEXT NOT NULL,
    scope_code TEXT NOT NULL,
    text TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    ruleset TEXT NOT NULL,
    electorate TEXT NOT NULL CHECK (electorate IN ('owners', 'residents')),
    is_advisory BOOLEAN NOT NULL,
    channels TEXT NOT NULL,
    convener_kind TEXT NOT NULL,
    convener_name TEXT NOT NULL,
    notice_at TIMESTAMPTZ NOT NULL,
    opens_at TIMESTAMPTZ NOT NULL,
    closes_at TIMESTAMPTZ NOT NULL,
    roll_sha256 TEXT NOT NULL,
    roll_persons INTEGER NOT NULL,
    roll_area_dm2 BIGINT NOT NULL,
    area_basis TEXT NOT NULL,
    is_parking_counted BOOLEAN NOT NULL,
    leak_risk TEXT NOT NULL,
    last_cast_at TIMESTAMPTZ,
    cancelled_at TIMESTAMPTZ,
    cancelled_by_name TEXT,
    cancel_reason TEXT,
    result TEXT,
    certified_at TIMESTAMPTZ,
    result_notice_at TIMESTAMPTZ,
    official_outcome TEXT CHECK (official_outcome IN ('passed', 'rejected')),
    official_document TEXT,
    official_by_name TEXT,
    official_at TIMESTAMPTZ,
    UNIQUE (community_id, key),
    CHECK (notice_at <= opens_at AND opens_at < closes_at),
    CHECK ((cancelled_at IS NULL) = (cancel_reason IS NULL)),
    CHECK ((certified_at IS NULL) = (result IS NULL)),
    CHECK (certified_at IS NULL OR certified_at >= closes_at)
);

CREATE UNIQUE INDEX motion_one_live ON motion (community_id, proposal_id) WHERE cancelled_at IS NULL;

CREATE INDEX motion_by_close ON motion (community_id, closes_at);

CREATE TABLE motion_secret (
    motion_id BIGINT PRIMARY KEY REFERENCES motion (id) ON DELETE RESTRICT,
    blinding TEXT NOT NULL
);

CREATE TABLE motion_officer (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    duty TEXT NOT NULL CHECK (duty IN ('counter', 'scrutineer')),
    signed_at TIMESTAMPTZ,
    UNIQUE (community_id, motion_id, person_id)
);

CREATE TABLE roll_voter (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    number TEXT NOT NULL,
    area_dm2 BIGINT NOT NULL,
    is_developer BOOLEAN NOT NULL,
    delivered_at TIMESTAMPTZ,
    UNIQUE (community_id, motion_id, number)
);

CREATE TABLE roll_unit (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT NOT NULL REFERENCES roll_voter (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    code TEXT NOT NULL,
    area_dm2 BIGINT NOT NULL CHECK (area_dm2 > 0),
    UNIQUE (community_id, motion_id, unit_id)
);

CREATE INDEX roll_unit_by_voter ON roll_unit (community_id, roll_voter_id);

CREATE TABLE roll_holder (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT NOT NULL REFERENCES roll_voter (id) ON DELETE RESTRICT,
    owner_id BIGINT NOT NULL REFERENCES owner (id) ON DELETE RESTRICT,
    is_representative BOOLEAN NOT NULL,
    UNIQUE (community_id, roll_voter_id, owner_id)
);

CREATE INDEX roll_holder_by_owner ON roll_holder (community_id, motion_id, owner_id);

CREATE TABLE ballot (
    id TEXT PRIMARY KEY,
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT NOT NULL REFERENCES roll_voter (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    choice TEXT CHECK (choice IN ('agree', 'oppose', 'abstain')),
    channel TEXT NOT NULL CHECK (channel IN ('online', 'paper')),
    cast_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('in_force', 'replaced', 'refused')),
    reason TEXT,
    commitment TEXT NOT NULL,
    log_seq BIGINT NOT NULL,
    code TEXT NOT NULL,
    CHECK (state <> 'in_force' OR choice IS NOT NULL),
    CHECK ((state = 'refused') = (reason IS NOT NULL))
);

CREATE UNIQUE INDEX ballot_one_in_force ON ballot (community_id, motion_id, roll_voter_id) WHERE state = 'in_force';

CREATE UNIQUE INDEX ballot_times_differ ON ballot (community_id, motion_id, cast_at);

CREATE INDEX ballot_by_code ON ballot (community_id, code);

CREATE TABLE objection (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    by_place TEXT NOT NULL,
    ground TEXT NOT NULL,
    filed_at TIMESTAMPTZ NOT NULL,
    answer_due_at TIMESTAMPTZ NOT NULL,
    outcome TEXT CHECK (outcome IN ('withdrawn', 'agreed', 'ruled', 'mediation_failed', 'upheld')),
    reply TEXT,
    remedy TEXT,
    closed_by_name TEXT,
    closed_at TIMESTAMPTZ,
    UNIQUE (community_id, key),
    CHECK ((outcome IS NULL) = (closed_at IS NULL))
);

CREATE INDEX objection_by_motion ON objection (community_id, motion_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
