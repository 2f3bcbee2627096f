"""A roll in the register: what is added, changed, kept; once and again."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from council.audit import queries as log
from council.kernel.actor import Actor, Role, system_actor
from council.kernel.errors import Refused
from council.registry import importing, queries
from council.registry.rollfile.model import OwnerKind, RollFile, RollRow
from council.registry.rollfile.reading import read_roll
from council.storage import sql
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.people import NOW, garden
from tests.registry.rolls import HEADINGS, csv_bytes, read, row, sample

DIGEST = "ab" * 32


async def empty_community(slug: str = "elm") -> int:
    rows = await fetch(
        "INSERT INTO community (slug, name, phone, address, created_at) VALUES ({}, {}, '', '', {}) RETURNING id",
        *(slug, slug, NOW),
    )
    return int(rows[0]["id"])


async def put(community_id: int, roll: RollFile | Sequence[RollRow], **options: bool) -> importing.Applied:
    rows = roll.rows if isinstance(roll, RollFile) else roll
    return await importing.apply_roll(
        actor=system_actor(community_id), rows=rows, digest=DIGEST, now=NOW + timedelta(days=1), **options
    )


async def everything(community_id: int) -> list[list[dict[str, Any]]]:
    return [
        await fetch(f"SELECT * FROM {table} WHERE community_id = {{}} ORDER BY id", community_id)
        for table in ("building", "entrance", "unit", "owner", "ownership")
    ]


async def owners_of(community_id: int, code: str) -> list[tuple[int, str, bool]]:
    unit = await queries.unit_by_code(community_id, code)
    assert unit is not None
    holdings = (await queries.holdings_of(community_id, [unit.id])).get(unit.id, ())
    return [(held.owner_id, held.name, held.is_representative) for held in holdings]


async def test_a_courtyard(db: AnyEngine) -> None:
    community_id = await empty_community()
    applied = await put(community_id, sample("courtyard-24.csv"))
    assert (len(applied.added), applied.changed, applied.unchanged, applied.absent) == (24, (), (), ())
    (building,) = await queries.tree(community_id)
    assert [(e.number, e.units, e.dwellings) for e in building.entrances] == [("1", 12, 12), ("2", 12, 12)]
    unit = await queries.unit_by_code(community_id, "1-1-101")
    assert unit is not None
    assert (unit.area_dm2, unit.built_area_dm2, unit.floor, unit.status) == (8983, 10869, 1, "occupied")
    (_, first, speaks), (_, second, silent) = await owners_of(community_id, "1-1-401")
    assert (first, speaks, second, silent) == ("郑春晓", True, "罗斌欣", False)


@pytest.mark.parametrize("name", ["courtyard-24.csv", "garden-432.csv", "roomcode-132.xlsx", "titled-96.xlsx"])
async def test_the_same_file_again_changes_nothing(db: AnyEngine, name: str) -> None:
    community_id = await empty_community()
    roll = sample(name)
    start = time.perf_counter()
    first = await put(community_id, roll)
    assert time.perf_counter() - start < 4
    before = await everything(community_id)
    again = await put(community_id, roll)
    assert (again.added, again.changed, again.absent) == ((), (), ())
    assert again.unchanged == first.added
    assert await everything(community_id) == before
    assert (await log.head(community_id)).size == 1


async def test_one_owner_of_many_units_is_one_row(db: AnyEngine) -> None:
    community_id = await empty_community()
    await put(community_id, sample("garden-432.csv"))
    owners = await queries.owners(community_id)
    (developer,) = [owner for owner in owners if owner.kind is OwnerKind.DEVELOPER]
    assert len(await queries.units_of_owner(community_id, developer.id)) == 12
    (two,) = [owner for owner in owners if owner.identity_number == "990106199004266409"]
    assert [unit.code for unit in await queries.units_of_owner(community_id, two.id)] == ["1-2-601", "地库-B1-008"]


async def test_a_sale_on_the_roll_ends_the_old_ownership_and_keeps_it(db: AnyEngine) -> None:
    community_id = await empty_community()
    await put(community_id, read(row(), row(room="102", owner="林文", identity="990105194510049707")))
    old = (await owners_of(community_id, "1-1-101"))[0][0]
    sold = read(
        row(owner="高文", identity="990101197507055530"), row(room="102", owner="林文", identity="990105194510049707")
    )
    applied = await put(community_id, sold)
    assert (applied.changed, applied.unchanged) == (("1-1-101",), ("1-1-102",))
    ((new, name, speaks),) = await owners_of(community_id, "1-1-101")
    assert (name, speaks) == ("高文", True)
    assert new != old
    history = await fetch("SELECT owner_id, ended_at, end_reason FROM ownership ORDER BY id")
    assert (history[0]["owner_id"], history[0]["end_reason"]) == (old, "ended.replaced")
    assert history[0]["ended_at"] == NOW + timedelta(days=1)
    assert (await queries.owner(community_id, old)).name == "吴博敏"


async def test_a_new_spelling_and_a_new_telephone_are_the_same_owner(db: AnyEngine) -> None:
    community_id = await empty_community()
    await put(community_id, read(row()))
    before = await owners_of(community_id, "1-1-101")
    await put(community_id, read(row(owner="吴博闵", phone="17000000001")))
    after = await owners_of(community_id, "1-1-101")
    assert [(one[0], one[2]) for one in after] == [(one[0], one[2]) for one in before]
    owner = await queries.owner(community_id, after[0][0])
    assert (owner.name, owner.phones) == ("吴博闵", ("17000000001",))
    assert len(await fetch("SELECT id FROM ownership")) == 1


async def test_without_numbers_the_owner_of_the_unit_stays_the_owner(db: AnyEngine) -> None:
    community_id = await empty_community()
    plain = read(row(identity="", phone=""), row(room="102", identity="", phone=""))
    await put(community_id, plain)
    before = await everything(community_id)
    assert len(before[3]) == 2  # one name, two units, nothing that joins them
    assert (await put(community_id, plain)).changed == ()
    assert await everything(community_id) == before
    # Now the office has found the number of one of them, and a telephone of the other.
    applied = await put(community_id, read(row(phone=""), row(room="102", identity="", phone="17000000002")))
    assert applied.changed == ("1-1-101", "1-1-102")
    after = await everything(community_id)
    assert [o["id"] for o in after[3]] == [o["id"] for o in before[3]]
    assert after[3][0]["identity_number"] == "990101195006190591"
    assert json.loads(after[3][1]["phones"]) == ["17000000002"]
    assert after[4] == before[4]


async def test_another_number_is_another_person(db: AnyEngine) -> None:
    community_id = await empty_community()
    await put(community_id, read(row()))
    old = (await owners_of(community_id, "1-1-101"))[0][0]
    await put(community_id, read(row(identity="990105194510049707")))
    assert (await owners_of(community_id, "1-1-101"))[0][0] != old


async def test_co_owners_one_leaves_and_the_representative_is_handed_on(db: AnyEngine) -> None:
    community_id = await empty_community()
    both = row(owner="甲一、乙二", identity="990101195006190591、990105194510049707", phone="")
    await put(community_id, read(both))
    first, second = await owners_of(community_id, "1-1-101")
    await put(community_id, read(row(owner="乙二", identity="990105194510049707", phone="")))
    assert await owners_of(community_id, "1-1-101") == [(second[0], "乙二", True)]
    await put(community_id, read(both))
    assert {(one[0], one[2]) for one in await owners_of(community_id, "1-1-101")} == {
        (first[0], False),
        (second[0], True),
    }


async def test_a_stand_in_number_joins_nobody_and_fits_in_the_register(db: AnyEngine) -> None:
    community_id = await empty_community()
    wrong = "990101195006190592"
    roll = read(row(identity=wrong, phone=""), row(room="102", owner="林文", identity=wrong, phone=""))
    await put(community_id, roll)
    assert [owner.identity_number for owner in await queries.owners(community_id)] == [None, None]
    assert (await put(community_id, roll)).changed == ()


async def test_absent_units_are_listed_and_leave_only_when_told(db: AnyEngine) -> None:
    community_id = await empty_community()
    await put(community_id, read(row(), row(room="102", owner="林文", identity="990105194510049707")))
    one = read(row())
    assert (await put(community_id, one)).absent == ("1-1-102",)
    assert await queries.unit_by_code(community_id, "1-1-102") is not None
    applied = await put(community_id, one, remove_absent=True)
    assert (applied.absent, applied.removed) == (("1-1-102",), True)
    assert await queries.unit_by_code(community_id, "1-1-102") is None
    (gone,) = await fetch("SELECT id, code, retired_at FROM unit WHERE retired_at IS NOT NULL")
    assert gone["code"] == "1-1-102"
    ended = await fetch("SELECT end_reason FROM ownership WHERE unit_id = {}", gone["id"])
    assert [row["end_reason"] for row in ended] == ["ended.absent"]
    # It comes back as what it was: a code is never another unit's.
    back = await put(community_id, read(row(), row(room="102", owner="林文", identity="990105194510049707")))
    assert back.added == ("1-1-102",)
    unit = await queries.unit_by_code(community_id, "1-1-102")
    assert unit is not None
    assert unit.id == gone["id"]


async def test_what_a_row_does_not_say_does_not_change(db: AnyEngine) -> None:
    community_id = await empty_community()
    await put(community_id, sample("courtyard-24.csv"))
    applied = await put(community_id, read(row(area="90.00")))
    assert applied.changed == ("1-1-101",)
    unit = await queries.unit_by_code(community_id, "1-1-101")
    assert unit is not None
    assert (unit.area_dm2, unit.built_area_dm2, unit.status, unit.use) == (9000, 10869, "occupied", "dwelling")


async def test_ties_of_accounts_stand_while_the_owner_does(db: AnyEngine) -> None:
    people = await garden()
    roll = read(
        *(
            [*row(room=code.rsplit("-", 1)[-1], owner=f"业主{code}", identity="", phone="", area="71.11")]
            for code in ("1-1-101", "1-1-102")
        )
    )
    await put(people.community_id, roll)
    alice = await people.refreshed("alice")
    assert alice.owner_ids == {people.owners["1-1-101"]}


async def test_the_record_tells_counts_and_keeps_people_private(db: AnyEngine) -> None:
    community_id = await empty_community()
    await put(community_id, read(row()))
    await put(community_id, read(row(owner="高文", identity="990101197507055530", phone="17000015439")))
    for record in await log.records(community_id):
        assert record.kind == "roll.applied"
        assert record.data["sha256"] == DIGEST
        for secret in ("吴博敏", "高文", "990101195006190591", "17000015439", "17000066510"):
            assert secret not in record.body
    assert (await log.records(community_id))[1].data["changed"] == 1


@pytest.mark.parametrize("role", [None, Role.COMMITTEE, Role.GRID_WORKER, Role.AUDITOR, Role.DEPARTMENT])
async def test_only_the_secretary_imports(db: AnyEngine, role: Role | None) -> None:
    community_id = await empty_community()
    actor = Actor(1, "x", community_id, frozenset({role} if role else ()), frozenset({7}))
    with pytest.raises(Refused) as refused:
        await importing.apply_roll(actor=actor, rows=read(row()).rows, digest=DIGEST, now=NOW)
    assert refused.value.forbidden
    assert await fetch("SELECT id FROM unit") == []


async def statements(db: AnyEngine, monkeypatch: pytest.MonkeyPatch, community_id: int, rows: Sequence[RollRow]) -> int:
    seen = []
    plain = sql.compiled

    def counted(*args: Any) -> str:
        seen.append(args[0])
        return plain(*args)

    with monkeypatch.context() as patch:
        patch.setattr(sql, "compiled", counted)
        await put(community_id, rows)
    return len(seen)


async def test_as_many_statements_for_four_hundred_rows_as_for_twelve(
    db: AnyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = sample("garden-432.csv").rows
    few = await statements(db, monkeypatch, await empty_community("a"), rows[:12])
    many = await statements(db, monkeypatch, await empty_community("b"), rows)
    assert many == few


async def test_three_thousand_rows(db: AnyEngine) -> None:
    community_id = await empty_community()
    made = [
        [
            str(n // 120 + 1),
            str(n // 40 % 3 + 1),
            f"{n % 40 // 4 + 1}0{n % 4 + 1}",
            "89.53",
            f"业主{n}",
            "",
            f"1700{n:07d}",
        ]
        for n in range(3000)
    ]
    roll = read_roll("roll.csv", csv_bytes([HEADINGS, *made]))
    assert len(roll.rows) == 3000
    start = time.perf_counter()
    await put(community_id, roll)
    changed = [replace(one, area_dm2=9000) for one in roll.rows]
    assert len((await put(community_id, changed)).changed) == 3000
    assert time.perf_counter() - start < 20


async def test_another_community_is_not_touched(db: AnyEngine) -> None:
    people = await garden()
    before = await everything(people.community_id)
    await put(await empty_community(), sample("garden-432.csv"), remove_absent=True)
    assert await everything(people.community_id) == before


def under(*rows: Sequence[str]) -> RollFile:
    """A roll with headings of its own."""
    return read_roll("roll.csv", csv_bytes(rows))


async def test_a_column_says_by_what_right(db: AnyEngine) -> None:
    community_id = await empty_community()
    plain = [HEADINGS, row(), row(room="102", owner="林文", identity="", phone="")]
    await put(community_id, under(*plain))
    said = [
        [*HEADINGS, "权利人类型"],
        [*row(), "买受人"],
        [*row(room="102", owner="林文", identity="", phone=""), ""],
        [*row(room="201", owner="葛青", identity="", phone=""), "继承"],
    ]
    applied = await put(community_id, under(*said))
    assert (applied.changed, applied.added, applied.unchanged) == (("1-1-101",), ("1-1-201",), ("1-1-102",))
    rows = await fetch("SELECT u.code, s.basis FROM ownership s JOIN unit u ON u.id = s.unit_id ORDER BY u.code")
    assert [(each["code"], each["basis"]) for each in rows] == [
        ("1-1-101", "possession"),
        ("1-1-102", "registered"),
        ("1-1-201", "heir"),
    ]
    again = await put(community_id, under(*said))
    assert (again.changed, again.added) == ((), ())


def test_a_column_that_contradicts_itself() -> None:
    found = under([*HEADINGS, "房屋状态", "权利类型"], [*row(), "未交付", "买受人"], [*row(room="102"), "自住", "房东"])
    assert [(each.code, each.is_error) for each in found.problems if "identity" not in each.code] == [
        ("roll.possession_undelivered", True),
        ("roll.basis_unknown", False),
    ]
    assert [each.basis for each in found.rows] == [None]
