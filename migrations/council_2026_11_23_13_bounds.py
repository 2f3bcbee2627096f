"""What one person has written of late, by kind: found without reading what others wrote."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-23T13:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "bounds"

SQL = """
CREATE INDEX comment_by_person ON comment (community_id, person_id, said_at);

CREATE INDEX proposal_by_proposer ON proposal (community_id, proposer_id, filed_at);

CREATE INDEX endorsement_by_person ON endorsement (community_id, person_id, endorsed_at);

CREATE INDEX objection_by_person ON objection (community_id, person_id, filed_at);

CREATE INDEX row_correction_by_person ON row_correction (community_id, said_by, filed_at);

CREATE INDEX ballot_again ON ballot (community_id, roll_voter_id, cast_at) WHERE state <> 'in_force';
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
