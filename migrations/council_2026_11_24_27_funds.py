"""The plan of a fund vote: what is spent, from where, and each home's draw on its own sub-account."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from council.storage import ddl

ID = "2026-11-24T27:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "funds"

SQL = """
CREATE TABLE fund_import (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    as_of TIMESTAMPTZ NOT NULL,
    taken INTEGER NOT NULL,
    faults TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    by_name TEXT NOT NULL,
    imported_at TIMESTAMPTZ NOT NULL,
    UNIQUE (community_id, key)
);

CREATE TABLE fund_balance (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    import_id BIGINT NOT NULL REFERENCES fund_import (id) ON DELETE RESTRICT,
    state TEXT NOT NULL CHECK (state IN ('known', 'masked', 'none')),
    balance_fen BIGINT CHECK (balance_fen >= 0),
    first_fen BIGINT CHECK (first_fen >= 0),
    UNIQUE (community_id, unit_id),
    CHECK ((state = 'known') = (balance_fen IS NOT NULL))
);
CREATE INDEX fund_balance_import ON fund_balance (import_id);

CREATE TABLE fund_plan (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    proposal_id BIGINT NOT NULL REFERENCES proposal (id) ON DELETE RESTRICT,
    key TEXT NOT NULL,
    total_fen BIGINT NOT NULL CHECK (total_fen > 0),
    draw_fen BIGINT NOT NULL CHECK (draw_fen > 0 AND draw_fen <= total_fen),
    sources TEXT NOT NULL,
    basis TEXT NOT NULL CHECK (basis IN ('exclusive', 'built')),
    is_parking_counted BOOLEAN NOT NULL,
    units INTEGER NOT NULL CHECK (units > 0),
    area_dm2 BIGINT NOT NULL CHECK (area_dm2 > 0),
    balances_as_of TIMESTAMPTZ,
    sha256 TEXT NOT NULL,
    proposed_by BIGINT NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    proposed_by_name TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    confirmed_by BIGINT REFERENCES person (id) ON DELETE RESTRICT,
    confirmed_by_name TEXT,
    confirmed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by_name TEXT,
    UNIQUE (community_id, key),
    CHECK (confirmed_by IS NULL OR confirmed_by <> proposed_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);
CREATE UNIQUE INDEX fund_plan_live ON fund_plan (community_id, proposal_id) WHERE withdrawn_at IS NULL;

CREATE TABLE fund_draw (
    id {pk},
    community_id BIGINT NOT NULL REFERENCES community (id) ON DELETE RESTRICT,
    plan_id BIGINT NOT NULL REFERENCES fund_plan (id) ON DELETE RESTRICT,
    unit_id BIGINT NOT NULL REFERENCES unit (id) ON DELETE RESTRICT,
    code TEXT NOT NULL,
    area_dm2 BIGINT NOT NULL CHECK (area_dm2 >= 0),
    draw_fen BIGINT NOT NULL CHECK (draw_fen >= 0),
    state TEXT NOT NULL CHECK (state IN ('known', 'masked', 'none', 'missing', 'developer')),
    balance_fen BIGINT,
    first_fen BIGINT,
    UNIQUE (plan_id, unit_id),
    CHECK ((state = 'known') = (balance_fen IS NOT NULL))
);
CREATE INDEX fund_draw_unit ON fund_draw (community_id, unit_id);

ALTER TABLE motion ADD COLUMN plan_id BIGINT REFERENCES fund_plan (id) ON DELETE RESTRICT;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="council", description=DESCRIPTION)

    async def run() -> None:
        await ddl.run(SQL)

    manager.add_raw(run)
    return manager
