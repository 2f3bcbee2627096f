"""What a roll would do to the register."""

from __future__ import annotations

from dataclasses import replace

import pytest

from council.registry.diff import FieldChange, Plan, RegisterOwner, RegisterUnit, plan
from council.registry.rollfile.model import RollRow, Status, Use
from tests.registry.rolls import read, row, sample


def registered(unit: RollRow) -> RegisterUnit:
    """The register after this row was imported."""
    return RegisterUnit(
        code=unit.code,
        area_dm2=unit.area_dm2,
        owners=tuple(RegisterOwner(owner.name, owner.identity, owner.phones, owner.kind) for owner in unit.owners),
        floor=unit.floor,
        built_area_dm2=unit.built_area_dm2,
        use=unit.use,
        status=unit.status,
        note=unit.note,
    )


def test_a_roll_imported_twice_changes_nothing() -> None:
    for name in ("garden-432.csv", "roomcode-132.xlsx", "titled-96.xlsx"):
        rows = sample(name).rows
        assert plan([registered(unit) for unit in rows], rows) == Plan((), (), rows, ())


def test_added_changed_unchanged_absent() -> None:
    rows = read(row(), row(room="102"), row(room="103")).rows
    old = replace(registered(rows[1]), area_dm2=8950)
    gone = replace(registered(rows[0]), code="9-9-909")
    found = plan([registered(rows[0]), old, gone], rows)
    assert found.unchanged == (rows[0],)
    assert [(change.row.code, change.fields) for change in found.changed] == [
        ("1-1-102", (FieldChange("area_dm2", 8950, 8953),))
    ]
    assert found.added == (rows[2],)
    assert found.absent == (gone,)
    assert found.other_owners == 0


def test_the_wrong_list_shows_by_its_owners() -> None:
    rows = read(row(), row(room="102")).rows
    others = read(row(owner="乙", identity="990105194510049707"), row(room="102")).rows
    assert plan([registered(unit) for unit in rows], others).other_owners == 1


def test_what_a_row_does_not_say_does_not_change() -> None:
    (known,) = read(row()).rows
    (quiet,) = read(row(identity="", phone="")).rows
    before = replace(
        registered(known), use=Use.SHOP, status=Status.LET, floor=9, built_area_dm2=10000, note="临街"
    )  # the file has no such columns
    assert plan([before], [quiet]).unchanged == (quiet,)


def test_owners_by_name_number_and_telephone() -> None:
    (now,) = read(row(owner="乙", identity="990105194510049707")).rows
    (was,) = read(row()).rows
    (change,) = plan([registered(was)], [now]).changed
    assert change.fields == (FieldChange("owners", "吴博敏", "乙"),)
    (other,) = read(row(identity="990105194510049707", phone="17000000009")).rows
    (change,) = plan([registered(was)], [other]).changed
    assert change.fields == (
        FieldChange("identities", "吴博敏 …0591", "吴博敏 …9707"),
        FieldChange("phones", "17000066510", "17000000009"),
    )


def test_the_order_of_co_owners_is_no_change() -> None:
    (was,) = read(row(owner="甲、乙", identity="")).rows
    (now,) = read(row(owner="乙、甲", identity="")).rows
    assert plan([registered(was)], [now]).unchanged == (now,)


def test_a_code_twice_is_a_mistake_of_the_caller() -> None:
    (unit,) = read(row()).rows
    with pytest.raises(ValueError, match="twice"):
        plan([registered(unit), registered(unit)], [])
