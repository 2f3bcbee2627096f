"""What was confirmed as single settings is each community's first version of bylaws after the upgrade."""

from __future__ import annotations

import importlib.util
from datetime import datetime, timedelta
from pathlib import Path

from council.bylaws import queries
from council.storage import ddl
from council.storage.database import AnyEngine
from council.storage.sql import execute
from tests.people import NOW, Garden, garden

MIGRATION = Path(__file__).parents[2] / "migrations" / "council_2026_11_24_16_bylaws.py"


async def _setting(
    people: Garden, name: str, value: str, at: datetime, *, basis: str, confirmed: bool = True, by: int = 1
) -> None:
    await execute(
        "INSERT INTO community_setting (community_id, name, value, basis, proposed_by, proposed_by_name, proposed_at,"
        " confirmed_by, confirmed_by_name, confirmed_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(people.community_id, name, value, basis, by, f"提出{by}", at - timedelta(hours=1)),
        *((by + 1, f"确认{by}", at) if confirmed else (None, None, None)),
    )


async def test_the_newest_of_each_setting_becomes_a_clause(db: AnyEngine) -> None:
    people = await garden(online_counts=False)
    day = timedelta(days=1)
    await _setting(people, "online_counts", "yes", NOW - 9 * day, basis="议事规则第12条", by=1)
    await _setting(people, "ballot_change", "once", NOW - 3 * day, basis="议事规则第15条", by=3)
    await _setting(people, "online_counts", "no", NOW - 5 * day, basis="业主大会决定", by=5)
    await _setting(people, "area_basis", "built_register", NOW, basis="没有人确认", confirmed=False, by=7)
    spec = importlib.util.spec_from_file_location("carry_over", MIGRATION)
    assert spec is not None
    assert spec.loader is not None
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    await ddl.run(migration.CARRY_OVER)
    (version,) = await queries.versions(people.community_id)
    assert (version.number, version.title, version.profile, version.scan_id) == (1, "此前登记的设置", "national", None)
    assert {name: (said.value, said.clause, said.page) for name, said in version.clauses.items()} == {
        "online_counts": ("no", "业主大会决定", None),
        "change": ("once", "议事规则第15条", None),
    }
    assert (version.proposed_by_name, version.confirmed_by_name) == ("提出5", "确认5")
    assert await queries.versions(people.orchard_id) == []
