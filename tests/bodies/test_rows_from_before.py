"""Bodies from before an owner had one row and alternates kept their figures: what the migration makes of them."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from council.bodies.model import Ending
from council.bodies.tables import BodyMember
from council.storage import ddl
from council.storage.database import AnyEngine
from council.storage.errors import unique_violation
from council.storage.sql import execute, fetch
from council.storage.transactions import savepoint, transaction
from tests.bodies.ground import committee
from tests.people import garden
from tests.voting.motions import AFTER


def migration() -> ModuleType:
    path = Path(__file__).parents[2] / "migrations" / "council_2026_11_27_32_seats.py"
    spec = spec_from_file_location("seats_migration", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_figures_are_those_of_the_signed_result(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    before = {each.id: (each.persons, each.area_dm2) for each in (await given.body()).members}
    assert all(persons for persons, _ in before.values())
    await execute("UPDATE body_member SET persons = NULL, area_dm2 = NULL")
    await migration().fill()
    assert {each.id: (each.persons, each.area_dm2) for each in (await given.body()).members} == before


async def test_of_one_owners_rows_the_seat_stays(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    grace = (await given.body()).member(given.members["grace"])
    assert grace is not None
    row = {"community_id": people.community_id, "body_id": given.id, "name": "Grace", "side": "owner", "place": ""}
    row |= {"owner_id": grace.owner_id, "channel": "", "position": 9, "post": "member", "began_at": AFTER}

    async def insert(is_alternate: bool) -> None:
        await BodyMember.insert(BodyMember(**row, is_alternate=is_alternate))

    async with transaction():
        with pytest.raises(Exception, match=r"(?i)unique") as refused:
            async with savepoint():
                await insert(is_alternate=True)
        assert unique_violation(refused.value)
    await execute("DROP INDEX body_member_owner")
    await insert(is_alternate=True)
    await insert(is_alternate=False)
    await execute("UPDATE body_member SET post = 'chair' WHERE id = {}", given.members["grace"])
    await ddl.run(migration().ONE_ROW)
    rows = await fetch("SELECT id, ending FROM body_member WHERE name = 'Grace' ORDER BY id")
    assert [each["ending"] for each in rows] == [None, Ending.REPLACED, Ending.REPLACED]
    assert rows[0]["id"] == grace.id
