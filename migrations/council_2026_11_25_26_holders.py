"""By what right an owner holds a home, who acts for an owner, and homes whose owners are in dispute; what of it a vote's
roll was frozen with."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-25T02:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "holders"

SQL = """
ALTER TABLE ownership ADD COLUMN basis TEXT NOT NULL DEFAULT 'registered'
    CHECK (basis IN ('registered', 'possession', 'heir', 'court', 'public_title', 'public_tenant'));

CREATE TABLE holder_paper (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    owner_id BIGINT NOT NULL REFERENCES owner (id) ON DELETE RESTRICT,
    unit_id BIGINT REFERENCES unit (id) ON DELETE RESTRICT,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    says TEXT NOT NULL CHECK (says IN ('registered', 'possession', 'heir', 'court', 'public_title', 'public_tenant',
        'guardian', 'agent')),
    acting_name TEXT NOT NULL,
    words TEXT NOT NULL,
    file_id BIGINT NOT NULL REFERENCES stored_file (id) ON DELETE RESTRICT,
    file_sha256 TEXT NOT NULL,
    valid_until TIMESTAMPTZ,
    recorded_by BIGINT NOT NULL,
    recorded_by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    ended_by_name TEXT,
    end_reason TEXT,
    UNIQUE (community_id, key),
    CHECK ((says IN ('guardian', 'agent')) = (person_id IS NOT NULL)),
    CHECK ((unit_id IS NULL) = (person_id IS NOT NULL)),
    CHECK (says <> 'agent' OR valid_until IS NOT NULL),
    CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE UNIQUE INDEX holder_paper_waiting ON holder_paper (community_id, owner_id, COALESCE(unit_id, 0))
    WHERE ended_at IS NULL AND confirmed_at IS NULL;
CREATE UNIQUE INDEX holder_paper_in_force ON holder_paper (community_id, owner_id, COALESCE(unit_id, 0))
    WHERE ended_at IS NULL AND confirmed_at IS NOT NULL;
CREATE INDEX holder_paper_owner ON holder_paper (owner_id);
CREATE INDEX holder_paper_unit ON holder_paper (unit_id);
CREATE INDEX holder_paper_person ON holder_paper (person_id);
CREATE INDEX holder_paper_file ON holder_paper (file_id);

CREATE TABLE home_dispute (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    words TEXT NOT NULL,
    opened_by BIGINT NOT NULL,
    opened_by_name TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    closed_words TEXT,
    closed_by_name TEXT,
    closed_at TIMESTAMPTZ,
    CHECK ((closed_at IS NULL) = (closed_words IS NULL))
);
CREATE UNIQUE INDEX home_dispute_open ON home_dispute (community_id, unit_id) WHERE closed_at IS NULL;
CREATE INDEX home_dispute_unit ON home_dispute (unit_id);

ALTER TABLE roll_suspension ADD COLUMN dispute_id BIGINT REFERENCES home_dispute (id);
CREATE INDEX roll_suspension_dispute ON roll_suspension (dispute_id);

ALTER TABLE roll_holder ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE roll_holder ADD COLUMN bases TEXT NOT NULL DEFAULT '';
ALTER TABLE roll_holder ADD COLUMN capacity TEXT NOT NULL DEFAULT '' CHECK (capacity IN ('', 'guardian', 'agent'));
ALTER TABLE roll_holder ADD COLUMN acting_name TEXT NOT NULL DEFAULT '';
ALTER TABLE roll_holder ADD COLUMN acting_paper_id BIGINT REFERENCES holder_paper (id);
CREATE INDEX roll_holder_acting ON roll_holder (acting_paper_id);

ALTER TABLE ballot ADD COLUMN acting_paper_id BIGINT REFERENCES holder_paper (id);
CREATE INDEX ballot_acting ON ballot (acting_paper_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
