"""Paper ballots: what was printed, what came back, who keyed what, and who opened which image."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "paper"

SQL = """
CREATE TABLE paper_print (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    whom TEXT NOT NULL,
    layout TEXT NOT NULL CHECK (layout IN ('page', 'half', 'large')),
    is_anew BOOLEAN NOT NULL,
    sheets INTEGER NOT NULL CHECK (sheets > 0),
    printed_at TIMESTAMPTZ NOT NULL,
    printed_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    printed_by_name TEXT NOT NULL,
    UNIQUE (community_id, key)
);

CREATE INDEX paper_print_by_motion ON paper_print (community_id, motion_id);

CREATE TABLE paper_ballot (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT NOT NULL REFERENCES roll_voter (id) ON DELETE RESTRICT,
    print_id BIGINT NOT NULL REFERENCES paper_print (id) ON DELETE RESTRICT,
    serial TEXT NOT NULL,
    issue INTEGER NOT NULL CHECK (issue > 0),
    void_at TIMESTAMPTZ,
    void_reason TEXT CHECK (void_reason IN ('printed_anew')),
    UNIQUE (community_id, serial),
    UNIQUE (community_id, motion_id, roll_voter_id, issue),
    CHECK ((void_at IS NULL) = (void_reason IS NULL))
);

CREATE UNIQUE INDEX paper_ballot_one_live ON paper_ballot (community_id, motion_id, roll_voter_id)
    WHERE void_at IS NULL;

CREATE INDEX paper_ballot_by_print ON paper_ballot (community_id, print_id);

CREATE TABLE paper_return (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    motion_id BIGINT REFERENCES motion (id) ON DELETE RESTRICT,
    paper_ballot_id BIGINT REFERENCES paper_ballot (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT REFERENCES roll_voter (id) ON DELETE RESTRICT,
    serial TEXT NOT NULL,
    returned_at TIMESTAMPTZ NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('paper', 'door')),
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    person_name TEXT NOT NULL,
    image_sha256 TEXT,
    image_width INTEGER,
    image_height INTEGER,
    state TEXT NOT NULL CHECK (state IN ('sealed', 'refused')),
    reason TEXT CHECK (reason IN ('serial_used', 'wrong_motion', 'late', 'early', 'cancelled', 'unknown_serial',
        'void_serial', 'suspended')),
    ballot_id TEXT REFERENCES ballot (id) ON DELETE RESTRICT,
    UNIQUE (community_id, key),
    CHECK ((state = 'refused') = (reason IS NOT NULL)),
    CHECK (state = 'refused' OR (motion_id IS NOT NULL AND paper_ballot_id IS NOT NULL AND roll_voter_id IS NOT NULL)),
    CHECK (ballot_id IS NULL OR state = 'sealed'),
    CHECK ((image_sha256 IS NULL) = (image_width IS NULL) AND (image_sha256 IS NULL) = (image_height IS NULL))
);

CREATE UNIQUE INDEX paper_return_once ON paper_return (community_id, paper_ballot_id) WHERE state = 'sealed';

CREATE INDEX paper_return_by_motion ON paper_return (community_id, motion_id, returned_at);

CREATE INDEX paper_return_by_voter ON paper_return (community_id, roll_voter_id);

CREATE INDEX paper_return_undecided ON paper_return (community_id, motion_id)
    WHERE state = 'sealed' AND ballot_id IS NULL;

CREATE TABLE paper_keying (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    return_id BIGINT NOT NULL REFERENCES paper_return (id) ON DELETE RESTRICT,
    round INTEGER NOT NULL CHECK (round IN (1, 2, 3)),
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    person_name TEXT NOT NULL,
    choice TEXT CHECK (choice IN ('agree', 'oppose', 'abstain')),
    invalid TEXT CHECK (invalid <> ''),
    words TEXT,
    at TIMESTAMPTZ NOT NULL,
    undone_at TIMESTAMPTZ,
    CHECK ((choice IS NULL) <> (invalid IS NULL)),
    CHECK ((round = 3) = (words IS NOT NULL)),
    CHECK (undone_at IS NULL OR round = 1)
);

CREATE UNIQUE INDEX paper_keying_round ON paper_keying (community_id, return_id, round) WHERE undone_at IS NULL;

CREATE UNIQUE INDEX paper_keying_person ON paper_keying (community_id, return_id, person_id)
    WHERE undone_at IS NULL;

CREATE INDEX paper_keying_by_motion ON paper_keying (community_id, motion_id, person_id);

CREATE TABLE paper_look (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    return_id BIGINT NOT NULL REFERENCES paper_return (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, return_id, person_id)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
