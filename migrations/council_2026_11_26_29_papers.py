"""Elections: letters of those who stand back, joint nominations signed on paper, forms that a candidate's row has taken,
the record that orders the numbers, the reason for more time, and why a lot was taken back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-26T29:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "candidates' papers"

# `candidate_letter` and `candidate_sheet` wait for a second person (`storage/second_person.py`).
SQL = """
ALTER TABLE election ADD COLUMN reopened_reason TEXT;

ALTER TABLE election ADD COLUMN order_seq BIGINT;

ALTER TABLE candidate ADD COLUMN replaced_by BIGINT;

ALTER TABLE lot ADD COLUMN withdrawn_reason TEXT;

CREATE TABLE candidate_letter (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    candidate_id BIGINT NOT NULL REFERENCES candidate (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    file_id BIGINT NOT NULL REFERENCES stored_file (id) ON DELETE RESTRICT,
    reason TEXT NOT NULL,
    entered_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    entered_by_name TEXT NOT NULL,
    entered_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name TEXT,
    UNIQUE (community_id, key),
    CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> entered_by),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);

CREATE UNIQUE INDEX candidate_letter_live ON candidate_letter (community_id, candidate_id) WHERE withdrawn_at IS NULL;

CREATE INDEX candidate_letter_by_file ON candidate_letter (file_id);

CREATE TABLE candidate_sheet (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    candidate_id BIGINT NOT NULL REFERENCES candidate (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    file_id BIGINT NOT NULL REFERENCES stored_file (id) ON DELETE RESTRICT,
    signers TEXT NOT NULL,
    entered_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    entered_by_name TEXT NOT NULL,
    entered_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name TEXT,
    UNIQUE (community_id, key),
    CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> entered_by),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);

CREATE INDEX candidate_sheet_of ON candidate_sheet (community_id, candidate_id);

CREATE INDEX candidate_sheet_by_file ON candidate_sheet (file_id);

CREATE TABLE candidate_signer (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    sheet_id BIGINT NOT NULL REFERENCES candidate_sheet (id) ON DELETE RESTRICT,
    owner_id BIGINT NOT NULL REFERENCES owner (id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    UNIQUE (community_id, sheet_id, owner_id)
);

CREATE TABLE candidate_form (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    candidate_id BIGINT NOT NULL REFERENCES candidate (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('finding', 'consent', 'paper')),
    said TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    sent_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, key)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
