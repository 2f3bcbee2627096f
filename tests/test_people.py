"""The people that other tests stand on are what they say they are."""

from council.storage.database import AnyEngine
from tests.people import garden


async def test_named_people(db: AnyEngine) -> None:
    people = await garden()
    assert people.alice.owner_ids == {people.owners["1-1-101"]}
    assert people.units["1-1-101"] in people.alice.unit_ids
    assert people.bob.owner_ids == {people.owners["co"]}
    assert people.ken.unit_ids == {people.units["1-2-101"]}
    assert not people.ken.owner_ids
    assert not people.leo.owner_ids
    assert people.leo.is_member
    assert people.charlie.community_id == people.orchard_id
    assert len(people.units) == 24 + 1 + 1
