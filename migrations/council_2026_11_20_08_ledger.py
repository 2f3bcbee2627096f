"""Projects: what an approved matter turns into."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-20T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ledger"

SQL = """
CREATE TABLE project (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    title TEXT NOT NULL,
    scope_code TEXT NOT NULL,
    budget_fen BIGINT CHECK (budget_fen >= 0),
    opened_at TIMESTAMPTZ NOT NULL,
    opened_by_name TEXT NOT NULL,
    UNIQUE (community_id, proposal_id)
);

CREATE TABLE budget_line (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE RESTRICT,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
    UNIQUE (community_id, project_id, position)
);

CREATE TABLE milestone (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE RESTRICT,
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    due_at TIMESTAMPTZ,
    done_at TIMESTAMPTZ,
    done_by_name TEXT,
    UNIQUE (community_id, project_id, position)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
