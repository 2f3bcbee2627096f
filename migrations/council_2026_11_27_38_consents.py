"""Consents owner by owner: each co-owner answers for themselves, on the phone or on paper that two people looked at; a
home named by mistake is taken back by two."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-27T38:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "consents"

SQL = """
ALTER TABLE consent RENAME TO consent_38;
CREATE TABLE consent (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    ground TEXT NOT NULL CHECK (ground IN ('part', 'outside', 'co_owned')),
    why TEXT NOT NULL,
    named_by_name TEXT NOT NULL,
    named_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    drop_reason TEXT,
    drop_asked_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    drop_asked_by_name TEXT,
    drop_asked_at TIMESTAMPTZ,
    dropped_by_name TEXT,
    dropped_at TIMESTAMPTZ,
    UNIQUE (community_id, proposal_id, unit_id),
    CHECK ((drop_asked_at IS NULL) = (drop_asked_by IS NULL) AND (drop_asked_at IS NULL) = (drop_reason IS NULL)),
    CHECK (dropped_at IS NULL OR drop_asked_at IS NOT NULL)
);
INSERT INTO consent (id, community_id, proposal_id, unit_id, ground, why, named_by_name, named_at, settled_at)
    SELECT id, community_id, proposal_id, unit_id, 'part', why, '', named_at,
        CASE WHEN answer = 'agree' THEN answered_at END FROM consent_38;

CREATE TABLE consent_paper (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    consent_id BIGINT NOT NULL REFERENCES consent (id) ON DELETE RESTRICT,
    owners TEXT NOT NULL,
    is_agreed BOOLEAN NOT NULL,
    file_id BIGINT NOT NULL REFERENCES stored_file (id) ON DELETE RESTRICT,
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
);
CREATE UNIQUE INDEX consent_paper_waiting ON consent_paper (consent_id)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX consent_paper_consent ON consent_paper (consent_id);
CREATE INDEX consent_paper_file ON consent_paper (file_id);

CREATE TABLE consent_answer (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    consent_id BIGINT NOT NULL REFERENCES consent (id) ON DELETE RESTRICT,
    owner_id BIGINT NOT NULL REFERENCES owner (id) ON DELETE RESTRICT,
    is_agreed BOOLEAN NOT NULL,
    by_name TEXT NOT NULL,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    paper_id BIGINT REFERENCES consent_paper (id) ON DELETE RESTRICT,
    answered_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX consent_answer_owner ON consent_answer (consent_id, owner_id);
CREATE INDEX consent_answer_of_owner ON consent_answer (owner_id);
CREATE INDEX consent_answer_paper ON consent_answer (paper_id);

INSERT INTO consent_answer (community_id, consent_id, owner_id, is_agreed, by_name, answered_at)
    SELECT c.community_id, c.id, MIN(s.owner_id), c.answer = 'agree', COALESCE(c.answered_by_name, ''), c.answered_at
    FROM consent_38 c JOIN ownership s ON s.unit_id = c.unit_id AND s.ended_at IS NULL
    WHERE c.answer IS NOT NULL GROUP BY c.community_id, c.id, c.answer, c.answered_by_name, c.answered_at;
DROP TABLE consent_38;
"""

_NEXT_ID = "SELECT setval(pg_get_serial_sequence('consent', 'id'), COALESCE(MAX(id), 0) + 1, FALSE) FROM consent;"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)
        if ddl.dialect() == "postgres":
            await ddl.run(_NEXT_ID)

    manager.add_raw(run)
    return manager
