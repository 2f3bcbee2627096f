"""The bylaws as versions with clauses, in place of single settings, and the procedure that a motion keeps.

What two people had confirmed of single settings becomes each community's first version, with its basis as the clause;
what still waited for a second person is proposed anew. The old rows stay where they are, as history.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T16:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "bylaws"

SQL = """
CREATE TABLE bylaws_version (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    title TEXT NOT NULL,
    profile TEXT NOT NULL,
    scan_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    scan_sha256 TEXT,
    adopted_on TIMESTAMPTZ,
    effective_from TIMESTAMPTZ NOT NULL,
    proposed_by BIGINT NOT NULL,
    proposed_by_name TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name TEXT,
    UNIQUE (community_id, key),
    UNIQUE (community_id, number),
    CHECK (confirmed_by IS NULL OR confirmed_by <> proposed_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL),
    CHECK ((scan_id IS NULL) = (scan_sha256 IS NULL))
);
CREATE UNIQUE INDEX bylaws_version_waiting ON bylaws_version (community_id)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX bylaws_version_in_force ON bylaws_version (community_id, effective_from, number)
    WHERE confirmed_at IS NOT NULL;
CREATE INDEX bylaws_version_scan ON bylaws_version (scan_id);

CREATE TABLE bylaws_setting (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    version_id BIGINT NOT NULL REFERENCES bylaws_version (id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    clause TEXT NOT NULL CHECK (clause <> ''),
    page INTEGER CHECK (page > 0),
    UNIQUE (version_id, name)
);
CREATE INDEX bylaws_setting_community ON bylaws_setting (community_id);

ALTER TABLE motion ADD COLUMN procedure TEXT NOT NULL DEFAULT '{}';
"""

CARRY_OVER = """
INSERT INTO bylaws_version (community_id, key, number, title, profile, effective_from, proposed_by, proposed_by_name,
    proposed_at, confirmed_by, confirmed_by_name, confirmed_at)
SELECT s.community_id, 'carried-over', 1, '此前登记的设置', 'national', s.confirmed_at, s.proposed_by,
    s.proposed_by_name, s.proposed_at, s.confirmed_by, s.confirmed_by_name, s.confirmed_at
FROM community_setting s
WHERE s.id = (SELECT MAX(o.id) FROM community_setting o
    WHERE o.community_id = s.community_id AND o.confirmed_at IS NOT NULL AND o.withdrawn_at IS NULL);

INSERT INTO bylaws_setting (community_id, version_id, name, value, clause)
SELECT s.community_id, v.id, CASE s.name WHEN 'ballot_change' THEN 'change' ELSE s.name END, s.value,
    CASE s.basis WHEN '' THEN '此前登记的设置' ELSE s.basis END
FROM community_setting s
JOIN bylaws_version v ON v.community_id = s.community_id AND v.number = 1
WHERE s.confirmed_at IS NOT NULL AND s.withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM community_setting o
    WHERE o.community_id = s.community_id AND o.name = s.name AND o.withdrawn_at IS NULL
    AND (o.confirmed_at > s.confirmed_at OR (o.confirmed_at = s.confirmed_at AND o.id > s.id)));
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)
        await ddl.run(CARRY_OVER)

    manager.add_raw(run)
    return manager
