"""Who has had a slip's code before their eyes, and claims that are looked at anew after a new password.

Of slips from before only the name of who issued them is known: staff of that name have seen them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-28T50:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "slips seen"

SQL = """
ALTER TABLE access_code ADD COLUMN issued_by BIGINT;
CREATE INDEX access_code_by_person ON access_code (person_id) WHERE person_id IS NOT NULL;
ALTER TABLE owner_claim ADD COLUMN reset_code_id BIGINT REFERENCES access_code (id) ON DELETE RESTRICT;
ALTER TABLE owner_claim ADD COLUMN anew_since TIMESTAMPTZ;
CREATE TABLE access_code_seen (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    access_code_id BIGINT NOT NULL REFERENCES access_code (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    seen_at TIMESTAMPTZ NOT NULL,
    UNIQUE (access_code_id, person_id)
);
INSERT INTO access_code_seen (community_id, access_code_id, person_id, seen_at)
    SELECT DISTINCT a.community_id, a.id, p.id, a.issued_at FROM access_code a
    JOIN person p ON p.name = a.issued_by_name
    JOIN staff_role t ON t.person_id = p.id AND (t.community_id = a.community_id OR t.area_path IS NOT NULL);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
