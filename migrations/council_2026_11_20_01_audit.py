"""The append-only log: one per community, without foreign keys (it outlives what it tells of)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-20T01:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "audit"

SQL = """
CREATE TABLE log_record (
    id {pk},
    community_id BIGINT NOT NULL,
    seq BIGINT NOT NULL CHECK (seq >= 0),
    at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    private TEXT,
    leaf_hash {blob} NOT NULL CHECK (length(leaf_hash) = 32)
);

CREATE UNIQUE INDEX log_record_community_seq ON log_record (community_id, seq);

CREATE TABLE log_head (
    id {pk},
    community_id BIGINT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    edge {blob} NOT NULL,
    root {blob} NOT NULL CHECK (length(root) = 32),
    at TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX log_head_community ON log_head (community_id);

CREATE TABLE log_node (
    id {pk},
    community_id BIGINT NOT NULL,
    level INTEGER NOT NULL CHECK (level >= 1),
    idx BIGINT NOT NULL CHECK (idx >= 0),
    hash {blob} NOT NULL CHECK (length(hash) = 32)
);

CREATE UNIQUE INDEX log_node_community_level_idx ON log_node (community_id, level, idx);
"""

TRIGGERS = {
    "sqlite": """
CREATE TRIGGER log_record_no_update BEFORE UPDATE ON log_record
BEGIN SELECT RAISE(ABORT, 'log_record is append-only'); END;

CREATE TRIGGER log_record_no_delete BEFORE DELETE ON log_record
BEGIN SELECT RAISE(ABORT, 'log_record is append-only'); END;

CREATE TRIGGER log_node_no_update BEFORE UPDATE ON log_node
BEGIN SELECT RAISE(ABORT, 'log_node is append-only'); END;

CREATE TRIGGER log_node_no_delete BEFORE DELETE ON log_node
BEGIN SELECT RAISE(ABORT, 'log_node is append-only'); END;

CREATE TRIGGER log_head_only_grows BEFORE UPDATE ON log_head
WHEN NEW.community_id <> OLD.community_id OR NEW.size <= OLD.size
BEGIN SELECT RAISE(ABORT, 'log_head only grows'); END;

CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head
BEGIN SELECT RAISE(ABORT, 'log_head only grows'); END;
""",
    "postgres": """
CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END
$$;

CREATE TRIGGER log_record_append_only BEFORE UPDATE OR DELETE ON log_record
FOR EACH ROW EXECUTE FUNCTION log_is_append_only();

CREATE TRIGGER log_record_no_truncate BEFORE TRUNCATE ON log_record
FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();

CREATE TRIGGER log_node_append_only BEFORE UPDATE OR DELETE ON log_node
FOR EACH ROW EXECUTE FUNCTION log_is_append_only();

CREATE TRIGGER log_node_no_truncate BEFORE TRUNCATE ON log_node
FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();

CREATE TRIGGER log_head_only_grows BEFORE UPDATE ON log_head
FOR EACH ROW WHEN (NEW.community_id <> OLD.community_id OR NEW.size <= OLD.size)
EXECUTE FUNCTION log_is_append_only();

CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head
FOR EACH ROW EXECUTE FUNCTION log_is_append_only();

CREATE TRIGGER log_head_no_truncate BEFORE TRUNCATE ON log_head
FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
""",
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)
        await ddl.run(TRIGGERS[ddl.dialect()])

    manager.add_raw(run)
    return manager
