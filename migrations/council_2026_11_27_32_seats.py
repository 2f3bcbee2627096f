"""One human, one seat: an owner has one living row in a body. How a ballot of the members is called off by two. How
many chose the alternates of committees from before this was kept with them, so that equal ones draw a lot."""

import json

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl
from council.storage.sql import execute, fetch

ID = "2026-11-27T32:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "seats"

CALL_OFF = """
CREATE TABLE inner_call_off (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    round_id BIGINT NOT NULL REFERENCES inner_round (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
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
CREATE UNIQUE INDEX inner_call_off_once ON inner_call_off (community_id, round_id) WHERE withdrawn_at IS NULL;
CREATE INDEX inner_call_off_round ON inner_call_off (round_id);
"""

ONE_ROW = """
UPDATE body_member SET ended_at = began_at, ending = 'replaced' WHERE ended_at IS NULL AND owner_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM body_member other WHERE other.community_id = body_member.community_id
        AND other.body_id = body_member.body_id AND other.owner_id = body_member.owner_id
        AND other.ended_at IS NULL AND other.id <> body_member.id
        AND (CASE WHEN other.is_representing THEN other.name ELSE '' END)
            = (CASE WHEN body_member.is_representing THEN body_member.name ELSE '' END)
        AND ((other.post <> 'member' AND body_member.post = 'member')
            OR ((other.post <> 'member') = (body_member.post <> 'member')
                AND (other.is_alternate < body_member.is_alternate
                    OR (other.is_alternate = body_member.is_alternate AND other.id < body_member.id)))));

CREATE UNIQUE INDEX body_member_owner ON body_member
    (community_id, body_id, owner_id, (CASE WHEN is_representing THEN name ELSE '' END))
    WHERE ended_at IS NULL AND owner_id IS NOT NULL;
"""


async def fill() -> None:
    """By how many persons and how much area members were chosen, from the signed result of their election."""
    rows = await fetch(
        "SELECT b.id, c.number, c.drawn, m.id AS motion_id FROM body_member b"
        " JOIN motion m ON m.id = b.motion_id AND m.community_id = b.community_id"
        " JOIN motion_candidate c ON c.motion_id = m.id AND c.candidate_id = b.candidate_id"
        " WHERE b.persons IS NULL AND m.certified_at IS NOT NULL AND m.is_advisory = FALSE"
    )
    if not rows:
        return
    wanted = sorted({row["motion_id"] for row in rows})
    told = await fetch("SELECT id, result FROM motion WHERE id IN {} AND result IS NOT NULL", wanted)
    chosen = {
        (row["id"], int(each["candidate"].removeprefix("c"))): each["chosen"]
        for row in told
        for each in json.loads(row["result"]).get("result", {}).get("standings", ())
    }
    for row in rows:
        found = chosen.get((row["motion_id"], row["number"]))
        if found is not None:
            await execute(
                "UPDATE body_member SET persons = {}, area_dm2 = {}, drawn = {} WHERE id = {}",
                *(found["persons"], found["area_dm2"], row["drawn"], row["id"]),
            )


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(CALL_OFF)
        await ddl.run(ONE_ROW)
        await fill()

    manager.add_raw(run)
    return manager
