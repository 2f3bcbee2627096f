"""A paper that was printed for an owner who has sold meanwhile is not taken: one reason more.

SQLite changes no check, so the table is written anew, and with it the two that refer to it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-27T40:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "sold papers"

TABLES = ("paper_return", "paper_keying", "paper_look")
"""Each before those that refer to it."""

INDEXES = (
    "paper_return_once",
    "paper_return_by_motion",
    "paper_return_by_voter",
    "paper_return_undecided",
    "paper_return_proxy",
    "paper_return_acting",
    "paper_keying_round",
    "paper_keying_person",
    "paper_keying_by_motion",
)

NEW = """
CREATE TABLE paper_return (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    motion_id BIGINT REFERENCES motion (id) ON DELETE RESTRICT,
    paper_ballot_id BIGINT REFERENCES paper_ballot (id) ON DELETE RESTRICT,
    roll_voter_id BIGINT REFERENCES roll_voter (id) ON DELETE RESTRICT,
    serial TEXT NOT NULL,
    returned_at TIMESTAMPTZ NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('paper', 'door')),
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    person_name TEXT NOT NULL,
    image_sha256 TEXT,
    image_width INTEGER,
    image_height INTEGER,
    state TEXT NOT NULL CHECK (state IN ('sealed', 'refused')),
    reason TEXT CHECK (reason IN ('serial_used', 'wrong_motion', 'late', 'early', 'cancelled', 'unknown_serial',
        'void_serial', 'suspended', 'authority_over', 'sold')),
    ballot_id TEXT REFERENCES ballot (id) ON DELETE RESTRICT,
    proxy_id BIGINT REFERENCES proxy (id),
    acting_paper_id BIGINT REFERENCES holder_paper (id),
    UNIQUE (community_id, key),
    CHECK ((state = 'refused') = (reason IS NOT NULL)),
    CHECK (state = 'refused' OR (motion_id IS NOT NULL AND paper_ballot_id IS NOT NULL AND roll_voter_id IS NOT NULL)),
    CHECK (ballot_id IS NULL OR state = 'sealed'),
    CHECK ((image_sha256 IS NULL) = (image_width IS NULL) AND (image_sha256 IS NULL) = (image_height IS NULL))
);

CREATE TABLE paper_keying (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    return_id BIGINT NOT NULL REFERENCES paper_return (id) ON DELETE RESTRICT,
    round INTEGER NOT NULL CHECK (round IN (1, 2, 3)),
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    person_name TEXT NOT NULL,
    choice TEXT CHECK (choice IN ('agree', 'oppose', 'abstain')),
    invalid TEXT CHECK (invalid <> ''),
    words TEXT,
    at TIMESTAMPTZ NOT NULL,
    undone_at TIMESTAMPTZ,
    picks TEXT NOT NULL DEFAULT '',
    CHECK ((choice IS NULL) <> (invalid IS NULL)),
    CHECK ((round = 3) = (words IS NOT NULL)),
    CHECK (undone_at IS NULL OR round = 1)
);

CREATE TABLE paper_look (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    return_id BIGINT NOT NULL REFERENCES paper_return (id) ON DELETE RESTRICT,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, return_id, person_id)
);
"""

AFTER = """
CREATE UNIQUE INDEX paper_return_once ON paper_return (community_id, paper_ballot_id) WHERE state = 'sealed';
CREATE INDEX paper_return_by_motion ON paper_return (community_id, motion_id, returned_at);
CREATE INDEX paper_return_by_voter ON paper_return (community_id, roll_voter_id);
CREATE INDEX paper_return_undecided ON paper_return (community_id, motion_id)
    WHERE state = 'sealed' AND ballot_id IS NULL;
CREATE INDEX paper_return_proxy ON paper_return (proxy_id);
CREATE INDEX paper_return_acting ON paper_return (acting_paper_id);
CREATE UNIQUE INDEX paper_keying_round ON paper_keying (community_id, return_id, round) WHERE undone_at IS NULL;
CREATE UNIQUE INDEX paper_keying_person ON paper_keying (community_id, return_id, person_id)
    WHERE undone_at IS NULL;
CREATE INDEX paper_keying_by_motion ON paper_keying (community_id, motion_id, person_id);
"""


def _script() -> str:
    """The old tables step aside, the new ones take their rows with their ids, and the old ones go."""
    aside = [f"DROP INDEX {name};" for name in INDEXES]
    aside += [f"ALTER TABLE {name} RENAME TO {name}_40;" for name in TABLES]
    filled = [f"INSERT INTO {name} SELECT * FROM {name}_40;" for name in TABLES]
    gone = [f"DROP TABLE {name}_40;" for name in reversed(TABLES)]
    return "\n".join([*aside, NEW, *filled, *gone, AFTER])


_NEXT_IDS = "\n".join(
    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), COALESCE(MAX(id), 0) + 1, FALSE) FROM {name};"
    for name in TABLES
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(_script())
        if ddl.dialect() == "postgres":
            await ddl.run(_NEXT_IDS)

    manager.add_raw(run)
    return manager
