"""The comments with signs that have another form: full-width letters and digits, radicals."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-23T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "search"

RARE = "⺀-⿟＂-＇＊＋－-９＜-＞＠-｝"

SQL = {
    "sqlite": f"CREATE INDEX comment_rare_signs ON comment (community_id) WHERE body GLOB '*[{RARE}]*';",
    "postgres": f"CREATE INDEX comment_rare_signs ON comment (community_id) WHERE body ~ '[{RARE}]';",
}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL[ddl.dialect()])

    manager.add_raw(run)
    return manager
