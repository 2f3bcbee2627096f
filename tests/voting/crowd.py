"""Many owners with accounts, all in entrance 2 of the garden."""

from __future__ import annotations

from council.accounts.tables import Person
from council.kernel.actor import Actor
from council.registry.tables import Owner, Ownership, Unit
from tests.people import LONG_AGO, Garden


async def crowd(people: Garden, size: int) -> list[Actor]:
    """`size` more flats of entrance 2, each with its owner and an account that is that owner."""
    units = await Unit.insert(*(_unit(people, number) for number in range(size)))
    owners = await Owner.insert(
        *(
            Owner(
                community_id=people.community_id, name=f"业主{number}", kind="natural", phones="[]", added_at=LONG_AGO
            )
            for number in range(size)
        )
    )
    persons = await Person.insert(*(Person(name=f"邻居{number}", created_at=LONG_AGO) for number in range(size)))
    await Ownership.insert(
        *(
            Ownership(
                community_id=people.community_id,
                unit_id=unit["id"],
                owner_id=owner["id"],
                position=0,
                is_representative=True,
                began_at=LONG_AGO,
            )
            for unit, owner in zip(units, owners, strict=True)
        )
    )
    return [
        Actor(
            person["id"],
            f"邻居{number}",
            people.community_id,
            unit_ids=frozenset({unit["id"]}),
            owner_ids=frozenset({owner["id"]}),
        )
        for number, (person, owner, unit) in enumerate(zip(persons, owners, units, strict=True))
    ]


def _unit(people: Garden, number: int) -> Unit:
    return Unit(
        community_id=people.community_id,
        building_id=people.building_id,
        entrance_id=people.entrances["2"],
        code=f"1-2-9{number:03d}",
        room=f"9{number:03d}",
        floor=9,
        area_dm2=5000 + number,
        use="dwelling",
        status="occupied",
        note="",
        added_at=LONG_AGO,
        changed_at=LONG_AGO,
    )
