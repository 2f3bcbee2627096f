"""By-elections, committees from before, what becomes of a body whose vote fell, lots among alternates, recalls that
name a member, and official results that name the elected.

Two checks of the first tables were too narrow. SQLite changes none, so the six tables are written anew."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-26T28:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "bodies after"

TABLES = ("body", "body_entry", "body_member", "inner_round", "inner_ballot", "inner_count")
"""Each before those that refer to it."""

INDEXES = (
    "body_entry_waiting",
    "body_entry_waiting_new",
    "body_entry_by_body",
    "body_entry_scan",
    "body_member_by_body",
    "body_member_post",
    "inner_round_open",
)

NEW = """
CREATE TABLE body (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('owners_committee', 'management_committee')),
    number INTEGER NOT NULL CHECK (number > 0),
    motion_id BIGINT REFERENCES motion (id) ON DELETE RESTRICT,
    seats INTEGER NOT NULL CHECK (seats > 0),
    began_at TIMESTAMPTZ NOT NULL,
    term_until TIMESTAMPTZ NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    dissolved_at TIMESTAMPTZ,
    UNIQUE (community_id, key),
    UNIQUE (community_id, kind, number),
    UNIQUE (community_id, motion_id),
    CHECK (kind = 'owners_committee' OR motion_id IS NULL),
    CHECK (began_at < term_until)
);

CREATE TABLE body_entry (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    body_id BIGINT REFERENCES body (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (
        kind IN ('appointment', 'minutes', 'filing', 'ending', 'dissolution', 'earlier', 'aftermath', 'lot')
    ),
    said TEXT NOT NULL,
    scan_id BIGINT REFERENCES stored_file (id) ON DELETE RESTRICT,
    scan_sha256 TEXT,
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
    CHECK (confirmed_at IS NULL OR withdrawn_at IS NULL),
    CHECK ((scan_id IS NULL) = (scan_sha256 IS NULL)),
    CHECK (body_id IS NOT NULL OR kind IN ('appointment', 'earlier'))
);

CREATE TABLE body_member (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    body_id BIGINT NOT NULL REFERENCES body (id) ON DELETE RESTRICT,
    name TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('owner', 'neighbourhood', 'street', 'user', 'other')),
    place TEXT NOT NULL,
    owner_id BIGINT REFERENCES owner (id) ON DELETE RESTRICT,
    person_id BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    candidate_id BIGINT,
    channel TEXT NOT NULL,
    position INTEGER NOT NULL,
    is_alternate BOOLEAN NOT NULL,
    post TEXT NOT NULL CHECK (post IN ('chair', 'deputy', 'member')),
    began_at TIMESTAMPTZ NOT NULL,
    stepped_up_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    ending TEXT CHECK (ending IN ('resigned', 'recalled', 'sold', 'replaced', 'dissolved', 'annulled')),
    CHECK ((ended_at IS NULL) = (ending IS NULL)),
    CHECK (post = 'member' OR is_alternate = FALSE)
);

CREATE TABLE inner_round (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    body_id BIGINT NOT NULL REFERENCES body (id) ON DELETE RESTRICT,
    entry_id BIGINT REFERENCES body_entry (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    form TEXT NOT NULL CHECK (form IN ('named', 'secret')),
    basis TEXT NOT NULL CHECK (basis <> ''),
    posts TEXT NOT NULL CHECK (posts IN ('chair,deputy', 'chair', 'deputy')),
    members INTEGER NOT NULL CHECK (members > 0),
    opened_at TIMESTAMPTZ NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    closes_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    chair_id BIGINT REFERENCES body_member (id) ON DELETE RESTRICT,
    deputy_id BIGINT REFERENCES body_member (id) ON DELETE RESTRICT,
    posted_on TIMESTAMPTZ,
    posted_by_name TEXT,
    posted_at TIMESTAMPTZ,
    UNIQUE (community_id, key),
    UNIQUE (community_id, body_id, number),
    CHECK (closed_at IS NOT NULL OR (chair_id IS NULL AND deputy_id IS NULL)),
    CHECK ((posted_on IS NULL) = (posted_at IS NULL))
);

CREATE TABLE inner_ballot (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    round_id BIGINT NOT NULL REFERENCES inner_round (id) ON DELETE RESTRICT,
    member_id BIGINT NOT NULL REFERENCES body_member (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    chair_id BIGINT REFERENCES body_member (id) ON DELETE RESTRICT,
    deputy_id BIGINT REFERENCES body_member (id) ON DELETE RESTRICT,
    cast_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, round_id, member_id)
);

CREATE TABLE inner_count (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    round_id BIGINT NOT NULL REFERENCES inner_round (id) ON DELETE RESTRICT,
    post TEXT NOT NULL CHECK (post IN ('chair', 'deputy')),
    member_id BIGINT NOT NULL REFERENCES body_member (id) ON DELETE RESTRICT,
    votes INTEGER NOT NULL CHECK (votes >= 0),
    UNIQUE (community_id, round_id, post, member_id)
);
"""

AFTER = """
ALTER TABLE body_member ADD COLUMN motion_id BIGINT REFERENCES motion (id) ON DELETE RESTRICT;
ALTER TABLE body_member ADD COLUMN is_representing BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE body_member ADD COLUMN persons INTEGER;
ALTER TABLE body_member ADD COLUMN area_dm2 BIGINT;
ALTER TABLE body_member ADD COLUMN drawn INTEGER;

UPDATE body_member SET
    motion_id = (SELECT b.motion_id FROM body b WHERE b.id = body_member.body_id),
    is_representing = COALESCE(
        (SELECT c.is_representing FROM candidate c
            WHERE c.id = body_member.candidate_id AND c.community_id = body_member.community_id), FALSE);

CREATE UNIQUE INDEX body_entry_waiting ON body_entry (community_id, body_id, kind)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL;
CREATE UNIQUE INDEX body_entry_waiting_new ON body_entry (community_id, kind)
    WHERE confirmed_at IS NULL AND withdrawn_at IS NULL AND body_id IS NULL;
CREATE INDEX body_entry_by_body ON body_entry (community_id, body_id);
CREATE INDEX body_entry_scan ON body_entry (scan_id);
CREATE INDEX body_member_by_body ON body_member (community_id, body_id);
CREATE INDEX body_member_by_motion ON body_member (community_id, motion_id);
CREATE UNIQUE INDEX body_member_post ON body_member (community_id, body_id, post)
    WHERE ended_at IS NULL AND post <> 'member';
CREATE UNIQUE INDEX inner_round_open ON inner_round (community_id, body_id) WHERE closed_at IS NULL;

CREATE TABLE body_joining (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    body_id BIGINT NOT NULL REFERENCES body (id) ON DELETE RESTRICT,
    motion_id BIGINT NOT NULL REFERENCES motion (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    joined_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, key),
    UNIQUE (community_id, motion_id)
);
CREATE INDEX body_joining_by_body ON body_joining (community_id, body_id);

ALTER TABLE official_result ADD COLUMN elected TEXT NOT NULL DEFAULT '[]';
ALTER TABLE proposal ADD COLUMN recalls_id BIGINT;
ALTER TABLE proposal ADD COLUMN recalls_name TEXT NOT NULL DEFAULT '';
CREATE INDEX proposal_recalls ON proposal (community_id, recalls_id) WHERE recalls_id IS NOT NULL;
"""


def _script() -> str:
    """The old tables step aside, the new ones take their rows with their ids, and the old ones go."""
    aside = [f"DROP INDEX {name};" for name in INDEXES]
    aside += [f"ALTER TABLE {name} RENAME TO {name}_28;" for name in TABLES]
    filled = [f"INSERT INTO {name} SELECT * FROM {name}_28;" for name in TABLES]
    gone = [f"DROP TABLE {name}_28;" for name in reversed(TABLES)]
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
