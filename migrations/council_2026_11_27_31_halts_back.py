"""What ends a claim, names a representative, lifts a suspension or closes a dispute waits for a second person as well.

The checks of `halt` were narrower. SQLite changes none, so the table is written anew; disputes that name their halt let
go of it meanwhile."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-27T31:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "halts back"

_OLD = (
    "id, community_id, key, act, unit_id, roll_voter_id, paper_id, words, file_id, file_sha256, recorded_by,"
    " recorded_by_name, recorded_at, confirmed_by, confirmed_by_name, confirmed_at, withdrawn_at, withdrawn_by_name"
)

BEFORE = f"""
CREATE TABLE halt_31 (
    id {{pk}},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('dispute', 'agree', 'suspend', 'lift', 'name', 'end_paper', 'end_claim')),
    unit_id BIGINT REFERENCES unit (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT REFERENCES roll_voter (id) ON DELETE RESTRICT,
    owner_id BIGINT REFERENCES owner (id) ON DELETE RESTRICT,
    paper_id BIGINT REFERENCES holder_paper (id) ON DELETE RESTRICT,
    claim_id BIGINT REFERENCES owner_claim (id) ON DELETE RESTRICT,
    words TEXT NOT NULL,
    file_id BIGINT NOT NULL REFERENCES stored_file (id) ON DELETE RESTRICT,
    file_sha256 TEXT NOT NULL,
    recorded_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    recorded_by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name TEXT,
    UNIQUE (community_id, key),
    CHECK ((act IN ('dispute', 'agree')) = (unit_id IS NOT NULL)),
    CHECK ((act IN ('suspend', 'lift', 'name')) = (roll_voter_id IS NOT NULL)),
    CHECK ((act = 'name') = (owner_id IS NOT NULL)),
    CHECK ((act = 'end_paper') = (paper_id IS NOT NULL)),
    CHECK ((act = 'end_claim') = (claim_id IS NOT NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);
INSERT INTO halt_31 ({_OLD}) SELECT {_OLD} FROM halt;
ALTER TABLE home_dispute ADD COLUMN halt_31 BIGINT;
UPDATE home_dispute SET halt_31 = halt_id, halt_id = NULL;
"""

LET_GO = "ALTER TABLE home_dispute DROP CONSTRAINT home_dispute_halt_id_fkey;"
TAKE_UP = """
ALTER TABLE home_dispute ADD CONSTRAINT home_dispute_halt_id_fkey FOREIGN KEY (halt_id) REFERENCES halt (id);
SELECT setval(pg_get_serial_sequence('halt', 'id'), COALESCE(MAX(id), 0) + 1, FALSE) FROM halt;
"""

AFTER = """
DROP TABLE halt;
ALTER TABLE halt_31 RENAME TO halt;
UPDATE home_dispute SET halt_id = halt_31;
ALTER TABLE home_dispute DROP COLUMN halt_31;
CREATE UNIQUE INDEX halt_waiting ON halt
    (community_id, act, COALESCE(unit_id, 0), COALESCE(roll_voter_id, 0), COALESCE(paper_id, 0), COALESCE(claim_id, 0))
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX halt_unit ON halt (unit_id);
CREATE INDEX halt_roll_voter ON halt (roll_voter_id);
CREATE INDEX halt_owner ON halt (owner_id);
CREATE INDEX halt_paper ON halt (paper_id);
CREATE INDEX halt_claim ON halt (claim_id);
CREATE INDEX halt_file ON halt (file_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        is_postgres = ddl.dialect() == "postgres"
        await ddl.run(BEFORE)
        if is_postgres:
            await ddl.run(LET_GO)
        await ddl.run(AFTER)
        if is_postgres:
            await ddl.run(TAKE_UP)

    manager.add_raw(run)
    return manager
