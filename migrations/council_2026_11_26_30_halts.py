"""Until when an account acts for an owner, by what paper a mandate was given, papers that a mandate's holder brings in,
the day of each balance, and what halts somebody's vote: it waits with its document for a second person."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-26T30:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "halts"

SQL = """
ALTER TABLE owner_claim ADD COLUMN acts_until TIMESTAMPTZ;
UPDATE owner_claim SET acts_until = (SELECT p.valid_until FROM holder_paper p
    WHERE p.community_id = owner_claim.community_id AND p.owner_id = owner_claim.owner_id
    AND p.person_id = owner_claim.person_id AND p.confirmed_at IS NOT NULL AND p.ended_at IS NULL)
    WHERE ended_at IS NULL AND verified_at IS NOT NULL;

ALTER TABLE proxy ADD COLUMN giver_paper_id BIGINT REFERENCES holder_paper (id);
ALTER TABLE proxy ADD COLUMN giver_until TIMESTAMPTZ;
CREATE INDEX proxy_giver_paper ON proxy (giver_paper_id);
UPDATE proxy SET giver_paper_id = (SELECT MAX(p.id) FROM holder_paper p
    JOIN roll_holder h ON h.community_id = p.community_id AND h.owner_id = p.owner_id
    WHERE h.roll_voter_id = proxy.roll_voter_id AND h.is_representative AND p.person_id = proxy.giver_person_id
    AND p.confirmed_at IS NOT NULL AND p.confirmed_at <= proxy.given_at
    AND (p.ended_at IS NULL OR p.ended_at > proxy.given_at)) WHERE giver_person_id IS NOT NULL;
UPDATE proxy SET giver_until = (SELECT p.valid_until FROM holder_paper p WHERE p.id = proxy.giver_paper_id)
    WHERE giver_paper_id IS NOT NULL;

ALTER TABLE paper_return ADD COLUMN proxy_id BIGINT REFERENCES proxy (id);
CREATE INDEX paper_return_proxy ON paper_return (proxy_id);

ALTER TABLE paper_ballot ADD COLUMN acting_paper_id BIGINT REFERENCES holder_paper (id);
UPDATE paper_ballot SET acting_paper_id = (SELECT MAX(h.acting_paper_id) FROM roll_holder h
    WHERE h.roll_voter_id = paper_ballot.roll_voter_id AND h.is_representative);
CREATE INDEX paper_ballot_acting ON paper_ballot (acting_paper_id);

ALTER TABLE fund_draw ADD COLUMN as_of TIMESTAMPTZ;

CREATE TABLE halt (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('dispute', 'suspend', 'end_paper')),
    unit_id BIGINT REFERENCES unit (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT REFERENCES roll_voter (id) ON DELETE RESTRICT,
    paper_id BIGINT REFERENCES holder_paper (id) ON DELETE RESTRICT,
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
    CHECK ((act = 'dispute') = (unit_id IS NOT NULL)),
    CHECK ((act = 'suspend') = (roll_voter_id IS NOT NULL)),
    CHECK ((act = 'end_paper') = (paper_id IS NOT NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> recorded_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX halt_waiting ON halt
    (community_id, act, COALESCE(unit_id, 0), COALESCE(roll_voter_id, 0), COALESCE(paper_id, 0))
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX halt_unit ON halt (unit_id);
CREATE INDEX halt_roll_voter ON halt (roll_voter_id);
CREATE INDEX halt_paper ON halt (paper_id);
CREATE INDEX halt_file ON halt (file_id);

ALTER TABLE home_dispute ADD COLUMN halt_id BIGINT REFERENCES halt (id);
CREATE INDEX home_dispute_halt ON home_dispute (halt_id);
ALTER TABLE home_dispute ADD COLUMN confirmed_by_name TEXT;
ALTER TABLE roll_suspension ADD COLUMN confirmed_by_name TEXT;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
